import type { IsccUnit, WorkIscc } from '../../../domain/iscc.ts';
import type { Medium } from '../../../domain/media.ts';
import { InputError } from '../../../errors.ts';
import { audioCode } from './audio-code.ts';
import { encodeComposite } from './codec.ts';
import { imageCode } from './image-code.ts';
import { imagePixels } from './image-pixels.ts';
import type { IsccSource } from './iscc-source.ts';
import { metaCode } from './meta-code.ts';
import { textCode } from './text-code.ts';
import { createVideoHasher } from './video-code.ts';

/** A file whose ISCC is asked for. */
export interface IsccInput {
  readonly path: string;
  readonly medium: Medium;
  readonly title: string;
  /** What was read from it; texts only. */
  readonly text: string | null;
}

/**
 * All units of a file that exist for its medium: Meta-Code (when the title has a letter or digit), the Content-Code
 * of the medium, Data-Code and Instance-Code. The Content-Code is left out when `source` cannot read it
 * (`InputError`). Throws what else `source` throws.
 */
export async function computeIscc(input: IsccInput, source: IsccSource): Promise<WorkIscc> {
  const units: IsccUnit[] = [];
  const meta = metaCode(input.title);
  if (meta !== null) units.push({ type: 'meta', body: meta });
  const content = await contentUnit(input, source).catch((error: unknown) => {
    // Whether a file is taken was decided before: an ISCC without content is better than none.
    if (error instanceof InputError) return null;
    throw error;
  });
  if (content !== null) units.push(content);
  const { data, instance } = await source.hashFile(input.path);
  units.push({ type: 'data', body: data }, { type: 'instance', body: instance });
  return { code: encodeComposite(units), units };
}

async function contentUnit({ medium, path, text }: IsccInput, source: IsccSource): Promise<IsccUnit | null> {
  if (medium === 'image') {
    return { type: 'image', body: imageCode(await imagePixels(await source.readPicture(path))) };
  }
  if (medium === 'text' && text !== null) return { type: 'text', body: await textCode(text) };
  if (medium === 'video') {
    const hasher = createVideoHasher();
    for await (const signature of source.readFrameSignatures(path)) hasher.push(signature);
    const body = hasher.finish();
    return body && { type: 'video', body };
  }
  if (medium === 'audio') {
    const chromaprint = await source.readChromaprint(path);
    return chromaprint.length > 0 ? { type: 'audio', body: audioCode(chromaprint) } : null;
  }
  return null;
}
