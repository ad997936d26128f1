import { open } from 'node:fs/promises';

/** Pictures that can be decoded, by what their first bytes say. */
export type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp' | 'image/avif' | 'image/tiff';

/** Bytes that `sniffImageType` wants to see. */
export const SNIFF_BYTES = 64;

/**
 * The media type of a picture from its first bytes (at least `SNIFF_BYTES` when the file has them), or null when
 * it is none that we decode: the name and the declared type of an upload are claims, the bytes are the fact.
 * Signatures: WHATWG MIME Sniffing 6.1, ISO/IEC 14496-12 for the brands of AVIF.
 */
export function sniffImageType(head: Uint8Array): ImageType | null {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  const text = String.fromCharCode(...head.subarray(0, SNIFF_BYTES));
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  if (text.slice(4, 8) === 'ftyp' && /avi[fs]/.test(text.slice(8))) return 'image/avif';
  if (startsWith(head, [0x49, 0x49, 0x2a, 0x00]) || startsWith(head, [0x4d, 0x4d, 0x00, 0x2a])) {
    return 'image/tiff';
  }
  return null;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/** The media type of the picture in a file; null when it is none that we decode, or there is no such file. */
export async function sniffImageFile(path: string): Promise<ImageType | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return sniffImageType(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
