/** Texts that are odd but good, and texts that are bad, for the table of what the service answers. */
import iconv from 'iconv-lite';
import { makeEpub, makeLyingZip, makePdf } from '../text/make-documents.ts';
import { garbage } from './odd-films.ts';
import type { Row } from './send-rows.ts';

const RUSSIAN =
  'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. ';
const FRENCH = 'Longtemps, je me suis couché de bonne heure. Déjà à moitié endormi, l’été passé. ';
const CHINESE = '道可道，非常道。名可名，非常名。无名天地之始；有名万物之母。';

/** Bit 0 of the general purpose flags (APPNOTE 4.4.4) in both headers of an entry: encrypted, with a password. */
function lockedZip(): Buffer {
  const bytes = makeEpub({ 'a.xhtml': '<p>secret</p>' });
  const name = Buffer.from('OPS/a.xhtml');
  bytes.writeUInt16LE(1, bytes.indexOf(name) - 30 + 6);
  bytes.writeUInt16LE(1, bytes.lastIndexOf(name) - 46 + 8);
  return bytes;
}

const text = (mediaType: string) => ({
  medium: 'text' as const,
  mediaType,
  durationMs: null,
  width: null,
  height: null,
});

/** What is sent, and what the service answers. */
export const TEXTS: readonly Row[] = [
  {
    what: 'another encoding than the page says',
    name: 'wrong.html',
    make: () =>
      Buffer.from(`<html><head><meta charset="windows-1252"></head><body>${RUSSIAN.repeat(8)}</body></html>`),
    copy: () => Buffer.from(`Кто-то пишет: ${RUSSIAN.repeat(8)}`),
    taken: text('text/html'),
  },
  {
    what: 'an encoding of long ago, unnamed',
    name: 'koi8.txt',
    make: () => iconv.encode(RUSSIAN.toUpperCase().repeat(9), 'koi8-r'),
    copy: () => iconv.encode(`«${RUSSIAN.repeat(9)}»`, 'windows-1251'),
    taken: text('text/plain'),
  },
  {
    what: 'two encodings in one file',
    name: 'mixed.txt',
    make: () =>
      Buffer.concat([
        Buffer.from(`${FRENCH}\n`.repeat(9)),
        iconv.encode(`${FRENCH}\n`, 'windows-1252'),
        Buffer.from(`${CHINESE}\n`.repeat(9)),
      ]),
    copy: () => Buffer.from(`${CHINESE}\n`.repeat(9) + `${FRENCH}\n`.repeat(9)),
    taken: text('text/plain'),
  },
  {
    what: 'subtitles, which are text',
    name: 'film.srt',
    make: () => Buffer.from('1\n00:00:00,000 --> 00:00:02,000\nHello there, old friend\n\n'.repeat(20)),
    copy: () => Buffer.from('2\n00:00:00,000 --> 00:00:02,000\nHello there, old friend\n\n'.repeat(19)),
    taken: text('text/plain'),
  },
  {
    what: 'a PDF whose second page is a scan',
    name: 'partly.pdf',
    make: () =>
      makePdf(['The first page has words that can be read, and enough of them to know it by.', null]),
    copy: () =>
      Buffer.from('They say: the first page has words that can be read, and enough of them to know it by.'),
    taken: text('application/pdf'),
  },
  {
    what: 'white space alone',
    name: 'space.txt',
    make: () => Buffer.from(' \n \t '),
    problem: 'empty_file',
  },
  {
    what: 'garbage',
    name: 'garbage.txt',
    make: () => garbage(9000),
    problem: 'unsupported_media',
    reason: 'binary',
  },
  {
    what: 'a PDF of scanned pages',
    name: 'scan.pdf',
    make: () => makePdf([null, null]),
    problem: 'unsupported_media',
    reason: 'scanned',
    detail: /2 pages but no text.*scan/,
  },
  {
    what: 'an encrypted PDF',
    name: 'locked.pdf',
    make: () => makePdf(['x'], { encrypted: true }),
    problem: 'unsupported_media',
    reason: 'encrypted',
  },
  {
    what: 'a cut PDF',
    name: 'cut.pdf',
    make: () => makePdf(['Text']).subarray(0, 60),
    problem: 'corrupt_media',
  },
  {
    what: 'an EPUB with digital rights management',
    name: 'drm.epub',
    make: () => makeEpub({ 'a.xhtml': '<p>x</p>' }, { encrypted: ['a.xhtml'] }),
    problem: 'unsupported_media',
    reason: 'encrypted',
  },
  {
    what: 'an EPUB in a ZIP with a password',
    name: 'locked.epub',
    make: lockedZip,
    problem: 'unsupported_media',
    reason: 'encrypted',
  },
  {
    what: 'a ZIP that is no book',
    name: 'empty.epub',
    make: () => Buffer.from('504b0506000000000000000000000000000000000000', 'hex'),
    problem: 'unsupported_media',
    reason: 'container',
  },
  {
    what: 'a cut EPUB',
    name: 'cut.epub',
    make: () => makeEpub({ 'a.xhtml': '<p>Text</p>' }).subarray(0, 300),
    problem: 'corrupt_media',
  },
  {
    what: 'a bomb in an EPUB',
    name: 'bomb.epub',
    make: () => makeEpub({ 'a.xhtml': `<p>${'a'.repeat(30e6)}</p>` }),
    problem: 'media_too_large',
    reason: 'ratio',
  },
  {
    what: 'a bomb that lies about its size',
    name: 'lie.epub',
    make: () => makeLyingZip(30),
    problem: 'corrupt_media',
  },
];

/** A text as it should be. */
export function goodText(): Buffer {
  return Buffer.from(FRENCH.toLowerCase().repeat(3) + CHINESE);
}
