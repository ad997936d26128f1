import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import iconv from 'iconv-lite';
import { ColophonError } from '../../../server/errors.ts';
import { isolatedTextReader, textFileReader } from '../../../server/media/text/index.ts';
import {
  DEFAULT_TEXT_LIMITS,
  decodeText,
  placeOf,
  type TextHints,
  type TextLimits,
} from '../../../server/pipeline/decode/text/index.ts';
import { makeEpub, makeLyingZip, makePdf } from './make-documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-text-readers-'));
after(() => rmSync(folder, { recursive: true }));

const read = (bytes: Uint8Array | string, hints: TextHints = {}, limits?: TextLimits) =>
  decodeText({ bytes: Buffer.from(bytes as string) }, textFileReader, hints, limits);

describe('encodings', () => {
  const RUSSIAN =
    'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. '.repeat(8);
  const JAPANESE = '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。'.repeat(8);
  const CHINESE = '道可道，非常道。名可名，非常名。无名天地之始；有名万物之母。'.repeat(8);
  const FRENCH = 'Longtemps, je me suis couché de bonne heure. Déjà à moitié endormi, l’été passé. '.repeat(
    8,
  );
  const CASES: readonly (readonly [string, string, boolean])[] = [
    ['utf-8', FRENCH, false],
    ['utf-8', FRENCH, true],
    ['utf-16le', JAPANESE, true],
    ['utf-16be', RUSSIAN, true],
    ['utf-32le', CHINESE, true],
    ['utf-16le', 'Call me Ishmael. Some years ago. '.repeat(8), false],
    ['utf-16be', 'Call me Ishmael. Some years ago. '.repeat(8), false],
    ['windows-1251', RUSSIAN, false],
    ['koi8-r', RUSSIAN, false],
    ['windows-1252', FRENCH, false],
    ['shift_jis', JAPANESE, false],
    ['euc-jp', JAPANESE, false],
    ['gb18030', CHINESE, false],
    ['big5', '道可道，非常道。無名天地之始；有名萬物之母。'.repeat(8), false],
  ];
  for (const [encoding, text, addBOM] of CASES) {
    it(`reads ${encoding}${addBOM ? ' with a mark' : ''}`, async () => {
      const decoded = await read(iconv.encode(text, encoding, { addBOM }));
      assert.equal(decoded.text, text);
    });
  }

  it('reads a text that is UTF-8 here and something else there', async () => {
    const utf8 = Buffer.from(`${FRENCH}\n${FRENCH}\n`);
    const decoded = await read(Buffer.concat([utf8, iconv.encode(`${FRENCH}\n`, 'windows-1252'), utf8]));
    assert.equal(decoded.text, `${FRENCH}\n`.repeat(5));
    assert.match(decoded.notes[0]!, /1 lines are not UTF-8/);
  });

  it('believes a declared charset where the bytes do not speak', async () => {
    const page = iconv.encode(
      `<html><head><meta charset="windows-1253"></head><body>Ελληνικά</body></html>`,
      'windows-1253',
    );
    assert.equal((await read(page)).text, 'Ελληνικά');
  });

  it('gives a text that a database takes: no U+0000, no half surrogate', async () => {
    const decoded = await read(Buffer.concat([Buffer.from(`${FRENCH}a\0b`), Buffer.from(' end')]));
    assert.ok(!decoded.text.includes('\0') && decoded.text.isWellFormed());
  });
});

describe('formats', () => {
  it('reads HTML: blocks on lines, no script, no head, entities as characters, and the way back', async () => {
    const page =
      '<!DOCTYPE html><html><head><title>no</title><style>p { color: red }</style></head><body><nav>Menu</nav>' +
      '<p>One &amp;\n   <b>tw</b>o</p><script>var p = "<p>no</p>", s = "<script>";</script><!-- no --><ul><li>x<li>y</ul>' +
      '<textarea><p>kept</p></textarea><p>漢<ruby>字<rp>(</rp><rt>no</rt><rp>)</rp></ruby></p>';
    const decoded = await read(page);
    assert.equal(decoded.text, 'Menu\nOne & two\nx\ny\n<p>kept</p>\n漢字');
    const place = placeOf(decoded, decoded.text.indexOf('tw'));
    assert.deepEqual(place, { kind: 'source', offset: page.indexOf('tw') });
  });

  it('reads HTML that nests a hundred thousand deep', async () => {
    assert.equal((await read(`<html>${'<div><b>'.repeat(100_000)}deep`)).text, 'deep');
  });

  it('reads Markdown: what a reader sees, with the way back', async () => {
    const source =
      '# Title\n\nA *word* and [a link](https://example.org/path "title"). <b>Bold</b>\n\n```ts\ncode()\n```\n[ref]: https://example.org\n';
    const decoded = await read(source, { fileName: 'a.md' });
    assert.equal(decoded.format, 'markdown');
    assert.match(decoded.text, /A \*word\* and \[a link\. Bold/);
    assert.ok(!decoded.text.includes('example.org') && decoded.text.includes('code()'));
    assert.deepEqual(placeOf(decoded, decoded.text.indexOf('Bold')), {
      kind: 'source',
      offset: source.indexOf('Bold'),
    });
  });

  it('reads PDF by page', async () => {
    const decoded = await read(makePdf(['First page\nwith two lines', 'Second page']));
    assert.equal(decoded.format, 'pdf');
    assert.match(decoded.text, /First page\s+with two lines\s+Second page/);
    assert.deepEqual(placeOf(decoded, decoded.text.indexOf('Second')), { kind: 'page', page: 2 });
  });

  it('notes pages of a PDF that are pictures among others', async () => {
    const decoded = await read(makePdf(['Text', null, null]));
    assert.match(decoded.notes[0]!, /2 of 3 pages hold no text/);
  });

  it('reads EPUB in the order of its spine, names percent-encoded, fonts scrambled', async () => {
    const pages = { 'z.xhtml': '<p>One</p>', 'a%20b.xhtml': '<p>Two</p><p>Three</p>' };
    const decoded = await read(makeEpub(pages, { encrypted: ['font.otf'] }));
    assert.equal(decoded.text, 'One\nTwo\nThree\n');
    const place = placeOf(decoded, decoded.text.indexOf('Two'));
    assert.ok(place?.kind === 'entry' && place.name === 'OPS/a b.xhtml');
  });

  it('takes a text for what its bytes are, not for its name', async () => {
    assert.equal((await read(makePdf(['Text']), { fileName: 'a.txt' })).format, 'pdf');
    assert.equal((await read('<html><body>x</body></html>', { fileName: 'a.epub' })).format, 'html');
  });
});

const LIMITS = {
  ...DEFAULT_TEXT_LIMITS,
  maxTextBytes: 1_000_000,
  maxUnits: 200_000,
  maxPages: 3,
  maxEntries: 50,
};
const GARBAGE = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 0xff));

/** Bytes, the code they are refused with, and the stable reason where there is one. */
const BAD: readonly (readonly [name: string, bytes: Uint8Array | string, code: string, reason?: string])[] = [
  ['no bytes', '', 'empty_file'],
  ['nothing but space', ' \n\t ', 'empty_file'],
  ['a page without text', '<html><body><img src="a.png"></body></html>', 'empty_file'],
  ['garbage', GARBAGE, 'unsupported_media', 'binary'],
  [
    'a picture called .txt',
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    'unsupported_media',
    'binary',
  ],
  ['a video', Buffer.from('0000001866747970697369', 'hex'), 'unsupported_media', 'binary'],
  ['a text beyond the byte limit', 'word '.repeat(300_000), 'media_too_large', 'bytes'],
  ['a text beyond the character limit', 'word '.repeat(50_000), 'media_too_large', 'units'],
  ['a page beyond the character limit', `<html><body>${'word '.repeat(50_000)}`, 'media_too_large', 'units'],
  ['a scanned PDF', makePdf([null, null]), 'unsupported_media', 'scanned'],
  ['an encrypted PDF', makePdf(['secret'], { encrypted: true }), 'unsupported_media', 'encrypted'],
  ['a PDF of too many pages', makePdf(['a', 'b', 'c', 'd']), 'media_too_large', 'pages'],
  ['a PDF that is only its first line', '%PDF-1.7\n', 'corrupt_media'],
  ['a PDF of garbage', Buffer.concat([Buffer.from('%PDF-1.7\n'), GARBAGE]), 'corrupt_media'],
  ['a truncated EPUB', makeEpub({ 'a.xhtml': '<p>Text</p>' }).subarray(0, 300), 'corrupt_media'],
  ['an EPUB without pages', makeEpub({}), 'corrupt_media'],
  ['an EPUB of pictures', makeEpub({ 'a.xhtml': '<img src="a.png"/>' }), 'unsupported_media', 'scanned'],
  [
    'an encrypted EPUB',
    makeEpub({ 'a.xhtml': '<p>x</p>' }, { encrypted: ['a.xhtml'] }),
    'unsupported_media',
    'encrypted',
  ],
  ['a bomb in an EPUB', makeEpub({ 'a.xhtml': `<p>${'a'.repeat(30e6)}</p>` }), 'media_too_large', 'ratio'],
  ['a bomb that lies about its size', makeLyingZip(30), 'corrupt_media'],
  [
    'an EPUB of too many entries',
    makeEpub({ 'a.xhtml': 'x' }, { extra: Array.from({ length: 60 }, (_, i) => [`f${i}`, 'x']) }),
    'media_too_large',
    'entries',
  ],
];

describe('bad input', () => {
  for (const [name, bytes, code, reason] of BAD) {
    it(`refuses ${name}: ${code}${reason ? ` (${reason})` : ''}`, async () => {
      await assert.rejects(read(bytes, {}, LIMITS), (error: unknown) => {
        assert.ok(error instanceof ColophonError, String(error));
        assert.equal(error.code, code, error.message);
        assert.equal(error.extra['reason'], reason);
        return true;
      });
    });
  }

  it('says what a file is that is no text', async () => {
    await assert.rejects(read(Buffer.from('89504e470d0a1a0a', 'hex')), /the file is a picture/);
  });

  it('refuses a ZIP archive that is no EPUB, saying so', async () => {
    const archive = makeEpub({ 'a.xhtml': 'x' });
    archive.fill(
      'X',
      archive.indexOf('META-INF/container.xml'),
      archive.indexOf('META-INF/container.xml') + 4,
    );
    const last = archive.lastIndexOf('META-INF/container.xml');
    archive.fill('X', last, last + 4);
    await assert.rejects(read(archive), { code: 'unsupported_media' });
  });

  it('refuses 200 MB by their size alone, reading only the first bytes', async () => {
    const path = join(folder, 'large.txt');
    writeFileSync(path, 'begin');
    const { truncateSync } = await import('node:fs');
    truncateSync(path, 200_000_000);
    const before = process.memoryUsage.rss();
    await assert.rejects(decodeText({ path }, textFileReader), { code: 'media_too_large' });
    assert.ok(process.memoryUsage.rss() - before < 50e6);
  });

  it('says of a file that is not there that it is not', async () => {
    await assert.rejects(decodeText({ path: join(folder, 'none') }, textFileReader), {
      code: 'unknown_content',
    });
  });
});

describe('isolatedTextReader', () => {
  const isolated = (bytes: Uint8Array, limits: Partial<TextLimits> = {}) =>
    decodeText({ bytes }, isolatedTextReader, {}, { ...DEFAULT_TEXT_LIMITS, ...limits });

  it('reads as the other does', async () => {
    const pdf = makePdf(['First page', 'Second page']);
    assert.deepEqual(await isolated(pdf), await read(pdf));
  });

  it('passes problems on with their reason', async () => {
    await assert.rejects(isolated(makePdf([null])), {
      code: 'unsupported_media',
      extra: { reason: 'scanned' },
      name: 'InputError',
    });
  });

  it('ends a reader that takes too long', async () => {
    const slow = makePdf(Array.from({ length: 400 }, (_, i) => `Page ${i}`));
    await assert.rejects(isolated(slow, { timeoutMs: 1 }), {
      code: 'media_too_large',
      extra: { reason: 'time' },
    });
  });

  it('survives a reader that runs out of memory, and reads on', async () => {
    const page = Buffer.from(`<html><body>${'<p>word word'.repeat(1_500_000)}`);
    await assert.rejects(isolated(page, { maxHeapMb: 16 }), {
      code: 'media_too_large',
      extra: { reason: 'memory' },
    });
    assert.equal((await isolated(Buffer.from('still here'))).text, 'still here');
  });
});
