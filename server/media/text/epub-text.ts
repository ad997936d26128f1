import { posix } from 'node:path';
import type { DecodedText, TextLimits, TextRun, TextSource } from '../../pipeline/decode/text/index.ts';
import { decodeBytes } from './decode-bytes.ts';
import { htmlText } from './html-text.ts';
import { corrupt, requireTime, requireUnits, unsupported } from './problems.ts';
import { xmlTags } from './xml-tags.ts';
import { openZip, type ZipEntries } from './zip-entries.ts';

const CONTAINER = 'META-INF/container.xml';
const ENCRYPTION = 'META-INF/encryption.xml';
const PAGE = /^(application\/xhtml\+xml|text\/html|application\/x-dtbook\+xml)$/i;

/** Text of an EPUB: the pages of its spine in reading order, each beginning on a new line. */
export async function epubText(
  source: TextSource,
  limits: TextLimits,
  deadline: number,
): Promise<DecodedText> {
  const zip = await openZip(source, limits, deadline);
  try {
    if (!zip.has(CONTAINER)) {
      throw unsupported('container', 'the file is a ZIP archive but no EPUB; unpack it and send its texts');
    }
    const pages = await spine(zip);
    await refuseEncrypted(zip, pages);
    return await readPages(zip, pages, limits, deadline);
  } finally {
    zip.close();
  }
}

/** Names of the pages in reading order. */
async function spine(zip: ZipEntries): Promise<string[]> {
  const root = xmlTags(text(await zip.read(CONTAINER))).find((tag) => tag.name === 'rootfile');
  const path = root?.attributes['full-path'];
  if (path === undefined) throw corrupt('the EPUB names no package file');
  const tags = xmlTags(text(await zip.read(path)));
  const pages = new Map<string, string>();
  for (const { name, attributes } of tags) {
    const { id, href } = attributes;
    if (name !== 'item' || id === undefined || href === undefined) continue;
    if (PAGE.test(attributes['media-type'] ?? '')) pages.set(id, resolve(path, href));
  }
  const order = tags
    .filter((tag) => tag.name === 'itemref')
    .map((tag) => pages.get(tag.attributes['idref'] ?? ''))
    .filter((name) => name !== undefined);
  if (order.length === 0) throw corrupt('the EPUB has no page in its reading order');
  return [...new Set(order)];
}

function resolve(packagePath: string, href: string): string {
  const bare = href.split('#')[0]!;
  let decoded = bare;
  try {
    decoded = decodeURIComponent(bare);
  } catch {
    // A name with a bare percent sign: taken as it stands.
  }
  // Only looked up in the directory of the ZIP: it cannot lead anywhere else.
  return posix.normalize(posix.join(posix.dirname(packagePath), decoded));
}

/** Fonts may be scrambled in a book that anyone can read; pages may not. */
async function refuseEncrypted(zip: ZipEntries, pages: readonly string[]): Promise<void> {
  if (!zip.has(ENCRYPTION)) return;
  const scrambled = new Set(
    xmlTags(text(await zip.read(ENCRYPTION)))
      .filter((tag) => tag.name === 'cipherreference')
      .map((tag) => resolve('', tag.attributes['uri'] ?? '')),
  );
  if (pages.some((page) => scrambled.has(page))) {
    throw unsupported(
      'encrypted',
      'the EPUB is encrypted (digital rights management); its text cannot be read',
    );
  }
}

async function readPages(
  zip: ZipEntries,
  pages: readonly string[],
  limits: TextLimits,
  deadline: number,
): Promise<DecodedText> {
  const parts: string[] = [];
  const runs: TextRun[] = [];
  const notes: string[] = [];
  let units = 0;
  for (const name of pages) {
    requireTime(deadline);
    if (!zip.has(name)) {
      notes.push(`${name} is in the reading order but not in the file`);
      continue;
    }
    const page = htmlText(text(await zip.read(name)), limits, deadline, true);
    if (page.text === '') continue;
    for (const { at, offset } of page.runs)
      runs.push({ at: units + at, place: { kind: 'entry', name, offset } });
    parts.push(page.text, '\n');
    units += page.text.length + 1;
    requireUnits(units, limits);
  }
  if (units === 0) throw unsupported('scanned', 'the EPUB has no text; its pages are pictures');
  return {
    mediaType: 'application/epub+zip',
    format: 'epub',
    encoding: null,
    text: parts.join(''),
    runs,
    notes,
  };
}

function text(bytes: Uint8Array): string {
  return decodeBytes(bytes, undefined).text;
}
