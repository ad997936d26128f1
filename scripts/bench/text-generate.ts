import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addHomoglyphs,
  addInvisible,
  addNoise,
  changeCase,
  changeLayout,
  replaceWords,
  writeChinese,
} from './text-edits.ts';
import { paragraphs, writeEpub, writeHtml } from './text-files.ts';
import type { TextManifest } from './text-manifest.ts';
import {
  assemble,
  excerpt,
  PARAGRAPH_END,
  type Piece,
  type Reference,
  rewrite,
  SENTENCE_END,
  split,
} from './text-pieces.ts';
import { makeRandom, type Random } from './text-random.ts';

/** What a set is made from: texts to copy from, and texts that copy nothing and surround what was copied. */
export interface TextCorpus {
  readonly suite: string;
  readonly seed: number;
  readonly references: readonly Reference[];
  readonly strangers: readonly string[];
  /** Queries of each edit. */
  readonly each: number;
}

interface Workshop {
  readonly references: readonly Reference[];
  readonly chinese: Reference;
  readonly chineseStranger: string;
  readonly random: Random;
  /** A stretch of a stranger. */
  stranger(size: number): Piece;
  readonly words: readonly string[];
}

/** Writes a benchmark set to `folder`: references, queries and `manifest.json`. */
export function generateTextSet(corpus: TextCorpus, folder: string): TextManifest {
  const random = makeRandom(corpus.seed);
  const chinese: Reference = { id: 'chinese', text: writeChinese(200_000, random) };
  const shop: Workshop = {
    references: corpus.references,
    chinese,
    chineseStranger: writeChinese(60_000, random),
    random,
    stranger(size) {
      const text = random.pick(corpus.strangers.filter((stranger) => stranger.length > size * 1.2));
      return { text: excerpt({ id: '', text }, size, random).text, source: null };
    },
    words: [...new Set(corpus.strangers.join(' ').match(/\p{L}{3,}/gu))],
  };
  mkdirSync(join(folder, 'references'), { recursive: true });
  mkdirSync(join(folder, 'queries'), { recursive: true });
  const manifest: TextManifest = { suite: corpus.suite, medium: 'text', references: [], queries: [] };
  for (const { id, text } of [...corpus.references, chinese]) {
    const file = `references/${id}.txt`;
    writeFileSync(join(folder, file), text);
    manifest.references.push({ id, file });
  }
  for (const [edit, make] of Object.entries(EDITS)) {
    for (let i = 0; i < corpus.each; i++) {
      const id = `${edit}-${i}`;
      const made = make(shop, i);
      const { text, segments } = assemble(made.pieces);
      const file = `queries/${id}.${made.format ?? 'txt'}`;
      writeFileSync(join(folder, file), FORMATS[made.format ?? 'txt'](text));
      manifest.queries.push({ id, file, edits: [edit], segments });
    }
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 1));
  return manifest;
}

type Format = 'txt' | 'html' | 'epub';
const FORMATS: Record<Format, (text: string) => string | Buffer> = {
  txt: (text) => text,
  html: (text) => writeHtml(text.split('\n')),
  epub: (text) => writeEpub(text.split('\n')),
};

type Make = (
  shop: Workshop,
  index: number,
) => { readonly pieces: readonly Piece[]; readonly format?: Format };

/** A copied stretch between two of a stranger. */
function hosted(shop: Workshop, pieces: readonly Piece[], size = 1500): readonly Piece[] {
  const gap: Piece = { text: '\n\n', source: null };
  return [shop.stranger(size), gap, ...pieces, gap, shop.stranger(size)];
}

function quote(size: number): Make {
  return (shop) => ({
    pieces: hosted(shop, [excerpt(shop.random.pick(shop.references), size, shop.random)]),
  });
}

/** A copied stretch of 3,000 characters, rewritten. */
function rewritten(change: (text: string, shop: Workshop) => string): Make {
  return (shop) => {
    const piece = excerpt(shop.random.pick(shop.references), 3000, shop.random);
    return {
      pieces: hosted(
        shop,
        rewrite([piece], (text) => change(text, shop)),
      ),
    };
  };
}

/** A copied stretch of 4,000 characters, taken apart and put together otherwise. */
function rearranged(boundary: RegExp, arrange: (parts: Piece[], shop: Workshop) => Piece[]): Make {
  return (shop) => {
    const piece = excerpt(shop.random.pick(shop.references), 4000, shop.random);
    return { pieces: hosted(shop, arrange(split(piece, boundary), shop)) };
  };
}

/** The same words in another file format: places are counted in the extracted text, a paragraph a line. */
function reformatted(format: Format): Make {
  return (shop) => {
    const { reference, text } = { reference: shop.random.pick(shop.references), text: '' };
    const piece = excerpt(reference, 6000, shop.random);
    const pieces: Piece[] = paragraphs(shop.stranger(1500).text).map((line) => ({
      text: `${line}\n`,
      source: null,
    }));
    for (const part of split(piece, PARAGRAPH_END)) {
      const line = paragraphs(part.text).join(' ');
      if (line !== '') pieces.push({ ...part, text: `${line}\n` });
    }
    const last = paragraphs(shop.stranger(1500).text).join(' ');
    return { pieces: [...pieces, { text: last + text, source: null }], format };
  };
}

function chinese(
  size: number,
  change: (pieces: Piece[], shop: Workshop) => Piece[] = (pieces) => pieces,
): Make {
  return (shop) => {
    const stranger = (): Piece => ({
      text: excerpt({ id: '', text: shop.chineseStranger }, 400, shop.random).text,
      source: null,
    });
    return { pieces: [stranger(), ...change([excerpt(shop.chinese, size, shop.random)], shop), stranger()] };
  };
}

const EDITS: Readonly<Record<string, Make>> = {
  'quote-60': quote(60),
  'quote-100': quote(100),
  'quote-200': quote(200),
  'quote-500': quote(500),
  'quote-2000': quote(2000),
  'quote-10000': quote(10_000),
  'reorder-sentences': rearranged(SENTENCE_END, (parts, shop) => shop.random.shuffle(parts)),
  'reorder-paragraphs': rearranged(PARAGRAPH_END, (parts, shop) => shop.random.shuffle(parts)),
  'insert-sentences': rearranged(SENTENCE_END, (parts, shop) =>
    parts.flatMap((part) =>
      shop.random.next() < 0.3 ? [part, { text: `${shop.stranger(120).text} `, source: null }] : [part],
    ),
  ),
  'delete-sentences': rearranged(SENTENCE_END, (parts, shop) => parts.filter(() => shop.random.next() < 0.7)),
  'words-10': rewritten((text, { words, random }) => replaceWords(text, 0.1, words, random)),
  'words-25': rewritten((text, { words, random }) => replaceWords(text, 0.25, words, random)),
  'ocr-1': rewritten((text, { random }) => addNoise(text, 0.01, random)),
  'ocr-3': rewritten((text, { random }) => addNoise(text, 0.03, random)),
  'ocr-6': rewritten((text, { random }) => addNoise(text, 0.06, random)),
  'ocr-10': rewritten((text, { random }) => addNoise(text, 0.1, random)),
  'ocr-15': rewritten((text, { random }) => addNoise(text, 0.15, random)),
  homoglyphs: rewritten((text, { random }) => addHomoglyphs(text, 0.4, random)),
  invisible: rewritten((text, { random }) => addInvisible(text, 0.2, random)),
  'case-punctuation': rewritten((text, { random }) => changeCase(text, random)),
  layout: rewritten((text, { random }) => changeLayout(text, random)),
  html: reformatted('html'),
  epub: reformatted('epub'),
  'two-works': (shop) => ({
    pieces: hosted(shop, [
      excerpt(shop.references[0]!, 800, shop.random),
      shop.stranger(600),
      excerpt(shop.chinese, 200, shop.random),
    ]),
  }),
  'zh-quote-40': chinese(40),
  'zh-quote-100': chinese(100),
  'zh-quote-500': chinese(500),
  'zh-ocr-6': chinese(800, (pieces, { random }) => rewrite(pieces, (text) => addNoise(text, 0.06, random))),
  'zh-reorder': chinese(800, (pieces, { random }) =>
    random.shuffle(pieces.flatMap((piece) => split(piece, SENTENCE_END))),
  ),
  'none-novel': (shop) => ({ pieces: [shop.stranger(9000)] }),
  'none-note': (shop) => ({ pieces: [shop.stranger(300)] }),
  'none-chinese': (shop) => ({
    pieces: [{ text: excerpt({ id: '', text: shop.chineseStranger }, 3000, shop.random).text, source: null }],
  }),
};
