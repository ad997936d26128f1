import { open, stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { DecodedImage } from '../domain/media.ts';
import { WORKING_SIDE } from '../domain/media.ts';
import { InputError, NotFoundError, UpstreamError } from '../errors.ts';
import type { DecodeLimits, ImageDecoder, ImageSource } from '../pipeline/decode/index.ts';
import type { ImageType } from './sniff-image-type.ts';
import { SNIFF_BYTES, sniffImageType } from './sniff-image-type.ts';

/**
 * A decoder on libvips: JPEG (shrink-on-load), PNG, GIF, WebP, AVIF, TIFF. Work runs on the thread pool of Node,
 * one thread a picture, so that several pictures decode at once and the event loop stays free.
 */
export function createImageDecoder(): ImageDecoder {
  // Every picture is read once: a cache only holds memory. One thread a picture: the pool gives the parallelism.
  sharp.cache(false);
  sharp.concurrency(1);
  return { decode };
}

async function decode(source: ImageSource, limits: DecodeLimits): Promise<DecodedImage> {
  const { head, sizeBytes } = await peek(source);
  if (sizeBytes === 0) throw new InputError('empty_file', 'the file has no bytes');
  if (sizeBytes > limits.maxBytes) {
    throw new InputError(
      'media_too_large',
      `the file has ${sizeBytes} bytes, the limit is ${limits.maxBytes}`,
    );
  }
  const mediaType = sniffImageType(head);
  if (!mediaType) throw new InputError('unsupported_media', 'the bytes are of no picture type that we read');
  return decodeAs(mediaType, source, limits);
}

async function peek(source: ImageSource): Promise<{ head: Uint8Array; sizeBytes: number }> {
  if ('bytes' in source) {
    return { head: source.bytes.subarray(0, SNIFF_BYTES), sizeBytes: source.bytes.byteLength };
  }
  try {
    const facts = await stat(source.path);
    if (!facts.isFile()) throw new InputError('unsupported_media', 'the path names no file');
    const file = await open(source.path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
      return { head: buffer.subarray(0, bytesRead), sizeBytes: facts.size };
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new NotFoundError('unknown_content', 'the file does not exist', { cause });
    }
    throw new UpstreamError('content_unavailable', 'the file cannot be read', { cause });
  }
}

async function decodeAs(
  mediaType: ImageType,
  source: ImageSource,
  limits: DecodeLimits,
): Promise<DecodedImage> {
  const input = 'path' in source ? source.path : source.bytes;
  // Pixels are checked below against the limit of the caller; libvips' own limit stands behind it.
  const options = {
    failOn: 'error',
    limitInputPixels: limits.maxPixels,
    pages: 1,
    sequentialRead: true,
  } as const;
  try {
    const meta = await sharp(input, { ...options, limitInputPixels: false }).metadata();
    const frameHeight = meta.pageHeight ?? meta.height;
    if (meta.width * frameHeight > limits.maxPixels) {
      throw new InputError(
        'media_too_large',
        `the picture has ${meta.width} × ${frameHeight} pixels, the limit is ${limits.maxPixels}`,
      );
    }
    const { data, info } = await sharp(input, options)
      .autoOrient()
      .resize({ width: WORKING_SIDE, height: WORKING_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const turned = (meta.orientation ?? 1) >= 5;
    return {
      mediaType,
      width: turned ? frameHeight : meta.width,
      height: turned ? meta.width : frameHeight,
      raster: { width: info.width, height: info.height, data },
    };
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw translate(cause);
  }
}

/** libvips tells what is wrong in words only. */
function translate(cause: unknown): InputError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/pixel limit|exceeds|too large/i.test(text)) {
    return new InputError('media_too_large', 'the picture has more pixels than the limit', { cause });
  }
  return new InputError('corrupt_media', 'the picture is damaged or cut off', { cause });
}
