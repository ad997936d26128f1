import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { TextLimits, TextSource } from '../../pipeline/decode/text/index.ts';
import { corrupt, requireTime, tooLarge, unsupported } from './problems.ts';

/** A ZIP that is read in small bites: nothing is unpacked that was not asked for. */
export interface ZipEntries {
  has(name: string): boolean;
  /** Unpacks one entry. Throws `media_too_large` beyond the limits, whatever the ZIP's own sizes say. */
  read(name: string): Promise<Buffer>;
  close(): void;
}

/** Opens the ZIP and reads its directory. Throws `corrupt_media` or `media_too_large`. */
export async function openZip(source: TextSource, limits: TextLimits, deadline: number): Promise<ZipEntries> {
  const zip = await openFile(source);
  try {
    const entries = await readDirectory(zip, limits, deadline);
    let unpacked = 0;
    return {
      has: (name) => entries.has(name),
      async read(name) {
        const entry = entries.get(name);
        if (!entry) throw corrupt(`the container holds no ${name}`);
        const left = Math.min(limits.maxUnpackedBytes - unpacked, allowedBytes(entry, limits));
        const bytes = await unpack(zip, entry, left, deadline);
        unpacked += bytes.length;
        return bytes;
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function openFile(source: TextSource): Promise<ZipFile> {
  const options = {
    lazyEntries: true,
    autoClose: false,
    validateEntrySizes: true,
    decodeStrings: true,
  } as const;
  return new Promise((done, fail) => {
    const callback = (error: Error | null, zip?: ZipFile): void => {
      if (zip) done(zip);
      else fail(corrupt(`the container cannot be opened: ${error?.message}`, error));
    };
    if ('path' in source) yauzl.open(source.path, options, callback);
    else yauzl.fromBuffer(Buffer.from(source.bytes), options, callback);
  });
}

function readDirectory(zip: ZipFile, limits: TextLimits, deadline: number): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((done, fail) => {
    if (zip.entryCount > limits.maxEntries) {
      fail(
        tooLarge('entries', `the container has ${zip.entryCount} entries, more than ${limits.maxEntries}`),
      );
      return;
    }
    zip.on('error', (error: Error) => fail(corrupt(`the container is damaged: ${error.message}`, error)));
    zip.on('end', () => done(entries));
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      if (performance.now() > deadline) fail(tooLarge('time', 'reading the container took too long'));
      else zip.readEntry();
    });
    zip.readEntry();
  });
}

/** Small entries may pack well without harm; beyond that the ratio decides. */
function allowedBytes(entry: Entry, limits: TextLimits): number {
  return Math.max(256 * 1024, entry.compressedSize * limits.maxRatio);
}

function unpack(zip: ZipFile, entry: Entry, allowed: number, deadline: number): Promise<Buffer> {
  const bomb = () =>
    tooLarge(
      'ratio',
      `${entry.fileName} unpacks to more than a text of its size can; the container is refused`,
    );
  return new Promise((done, fail) => {
    if (entry.isEncrypted()) {
      fail(unsupported('encrypted', `${entry.fileName} in the container is encrypted`));
      return;
    }
    if (entry.uncompressedSize > allowed) {
      fail(bomb());
      return;
    }
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        fail(corrupt(`${entry.fileName} cannot be unpacked: ${error.message}`, error));
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > allowed) stream.destroy(bomb());
        try {
          requireTime(deadline);
        } catch (late) {
          stream.destroy(late as Error);
        }
      });
      stream.on('error', (cause: Error) =>
        fail(
          'code' in cause && 'extra' in cause
            ? cause
            : corrupt(`${entry.fileName} is damaged: ${cause.message}`, cause),
        ),
      );
      stream.on('end', () => done(Buffer.concat(chunks)));
    });
  });
}
