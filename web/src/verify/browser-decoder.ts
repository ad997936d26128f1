import { type DecodedImage, WORKING_SIDE } from '../../../server/domain/media.ts';

/**
 * Decodes a picture with the browser's own decoder into a working raster: turned upright, sRGB, on white, long side at
 * most `WORKING_SIDE`. Where the picture has to be made smaller, the browser's filter is not the service's, so the
 * raster is close to the registered one but not equal to it; `resized` says so.
 */
export async function decodeInBrowser(file: Blob): Promise<DecodedImage & { readonly resized: boolean }> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
  try {
    const scale = Math.min(1, WORKING_SIDE / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (pen === null) throw new Error('This browser gives no canvas to read pixels from.');
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(bitmap, 0, 0, width, height);
    const rgba = pen.getImageData(0, 0, width, height).data;
    const data = new Uint8Array(width * height * 3);
    for (let from = 0, at = 0; from < rgba.length; from += 4, at += 3) {
      data[at] = rgba[from]!;
      data[at + 1] = rgba[from + 1]!;
      data[at + 2] = rgba[from + 2]!;
    }
    return {
      mediaType: file.type,
      width: bitmap.width,
      height: bitmap.height,
      raster: { width, height, data },
      resized: scale < 1,
    };
  } finally {
    bitmap.close();
  }
}
