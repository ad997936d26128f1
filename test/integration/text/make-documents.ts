/** Documents for tests: small PDFs and EPUBs, good and bad, written here byte by byte. */
import { writeZip } from '../../../scripts/bench/text-files.ts';

export interface PdfOptions {
  /** A dictionary that says "encrypted" with a password that nobody has. */
  readonly encrypted?: boolean;
}

/** A PDF with one page for each text; null gives a page with a picture instead. */
export function makePdf(pages: readonly (string | null)[], options: PdfOptions = {}): Buffer {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>', ''];
  const kids: string[] = [];
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  objects.push(
    stream(
      '/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray',
      '\x00\x40\x80\xff',
    ),
  );
  for (const page of pages) {
    const lines = page
      ?.split('\n')
      .map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`)
      .join('\n');
    const content =
      lines === undefined ? 'q 600 0 0 800 0 0 cm /I Do Q' : `BT /F 12 Tf 14 TL 40 780 Td\n${lines}\nET`;
    objects.push(stream('', content));
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${objects.length} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<< /Type /Pages /Count ${pages.length} /Kids [${kids.join(' ')}] >>`;
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const xref = file.length;
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`);
  const secret = '<'.concat('5a'.repeat(32), '>');
  const encrypt = options.encrypted
    ? `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ${secret} /U ${secret} >> /ID [<00><00>]`
    : '';
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${encrypt} >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

function stream(dictionary: string, data: string): string {
  return `<< ${dictionary} /Length ${data.length} >>\nstream\n${data}\nendstream`;
}

export interface EpubOptions {
  /** Names of pages that META-INF/encryption.xml lists. */
  readonly encrypted?: readonly string[];
  readonly extra?: readonly (readonly [name: string, content: string | Buffer])[];
}

/** An EPUB whose spine is these pages, in this order: name to body. */
export function makeEpub(pages: Readonly<Record<string, string>>, options: EpubOptions = {}): Buffer {
  const names = Object.keys(pages);
  const items = names.map(
    (name, i) => `<opf:item id="i${i}" href="${name}" media-type="application/xhtml+xml"/>`,
  );
  const refs = names.map((_, i) => `<opf:itemref idref="i${i}"/>`);
  const files: (readonly [string, string | Buffer])[] = [
    ['mimetype', 'application/epub+zip'],
    [
      'META-INF/container.xml',
      '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    ],
    [
      'OPS/book.opf',
      `<opf:package><opf:manifest>${items.reverse().join('')}</opf:manifest><opf:spine>${refs.join('')}</opf:spine></opf:package>`,
    ],
    ...names.map(
      (name) =>
        [
          `OPS/${decodeURIComponent(name)}`,
          `<?xml version="1.0"?><html><head><title>no</title></head><body>${pages[name]}</body></html>`,
        ] as const,
    ),
    ...(options.extra ?? []),
  ];
  if (options.encrypted) {
    const data = options.encrypted.map(
      (name) =>
        `<enc:EncryptedData><enc:CipherData><enc:CipherReference URI="OPS/${name}"/></enc:CipherData></enc:EncryptedData>`,
    );
    files.push(['META-INF/encryption.xml', `<encryption>${data.join('')}</encryption>`]);
  }
  return writeZip(files);
}

/** A ZIP whose directory says that an entry is small while it unpacks to `megabytes`. */
export function makeLyingZip(megabytes: number): Buffer {
  const zip = makeEpub({ 'a.xhtml': `<p>${'a'.repeat(megabytes * 1e6)}</p>` });
  const name = Buffer.from('OPS/a.xhtml');
  const entry = zip.lastIndexOf(name) - 46;
  zip.writeUInt32LE(1000, entry + 24);
  return zip;
}
