import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { DecodedText, TextLimits, TextRun } from '../../pipeline/decode/text/index.ts';
import { corrupt, requireTime, requireUnits, tooLarge, unsupported } from './problems.ts';

type Pdf = Awaited<ReturnType<typeof open>>['document'];
type Page = Awaited<ReturnType<Pdf['getPage']>>;

/**
 * Text of a PDF, page by page, items in the order in which the file draws them. A file whose pages have pictures but
 * no text is refused as `scanned`; pages without text among others are noted.
 */
export async function pdfText(bytes: Uint8Array, limits: TextLimits, deadline: number): Promise<DecodedText> {
  const { document, close } = await open(bytes);
  try {
    if (document.numPages > limits.maxPages) {
      throw tooLarge('pages', `the PDF has ${document.numPages} pages, more than ${limits.maxPages}`);
    }
    return await readPages(document, limits, deadline);
  } finally {
    await close();
  }
}

async function open(bytes: Uint8Array) {
  // Large, and needed for PDF only.
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const task = pdfjs.getDocument({
    // pdf.js takes the buffer for its own.
    data: new Uint8Array(bytes),
    cMapUrl: join(root, 'cmaps') + sep,
    cMapPacked: true,
    standardFontDataUrl: join(root, 'standard_fonts') + sep,
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
    useWorkerFetch: false,
    verbosity: 0,
  } as Parameters<typeof pdfjs.getDocument>[0]);
  try {
    return { document: await task.promise, close: () => task.destroy() };
  } catch (error) {
    await task.destroy();
    if (error instanceof Error && error.name === 'PasswordException') {
      throw unsupported('encrypted', 'the PDF is encrypted and needs a password to be read', error);
    }
    throw corrupt(`the PDF cannot be read: ${messageOf(error)}`, error);
  }
}

async function readPages(document: Pdf, limits: TextLimits, deadline: number): Promise<DecodedText> {
  const parts: string[] = [];
  const runs: TextRun[] = [];
  const broken: number[] = [];
  let blank = 0;
  let units = 0;
  for (let number = 1; number <= document.numPages; number++) {
    requireTime(deadline);
    let text = '';
    try {
      const page = await document.getPage(number);
      text = await readPage(page);
      page.cleanup();
    } catch {
      broken.push(number);
    }
    if (text.trim() === '') {
      blank++;
      continue;
    }
    runs.push({ at: units, place: { kind: 'page', page: number } });
    const clean = `${text.toWellFormed().replaceAll('\0', '\ufffd')}\n`;
    parts.push(clean);
    units += clean.length;
    requireUnits(units, limits);
  }
  if (units === 0) throw withoutText(document.numPages, broken.length);
  const notes: string[] = [];
  if (broken.length > 0) notes.push(`pages that cannot be read: ${broken.slice(0, 20).join(', ')}`);
  if (blank > broken.length)
    notes.push(`${blank - broken.length} of ${document.numPages} pages hold no text`);
  return { mediaType: 'application/pdf', format: 'pdf', encoding: null, text: parts.join(''), runs, notes };
}

async function readPage(page: Page): Promise<string> {
  const content = await page.getTextContent({ includeMarkedContent: false, disableNormalization: true });
  let text = '';
  for (const item of content.items) {
    if (!('str' in item)) continue;
    text += item.str;
    if (item.hasEOL) text += '\n';
  }
  return text;
}

function withoutText(pages: number, broken: number) {
  if (broken === pages) return corrupt('no page of the PDF can be read');
  return unsupported(
    'scanned',
    `the PDF has ${pages} ${pages === 1 ? 'page' : 'pages'} but no text: its pages are pictures (a scan); run OCR on it first`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
