import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const range = z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]);

/** A benchmark set on disk (docs/bench-format.md): files beside a `manifest.json`. */
export const TEXT_MANIFEST = z.object({
  suite: z.string(),
  medium: z.literal('text'),
  references: z.array(z.object({ id: z.string(), file: z.string() })),
  queries: z.array(
    z.object({
      id: z.string(),
      file: z.string(),
      edits: z.array(z.string()).default([]),
      segments: z.array(z.object({ reference: z.string(), query: range, source: range })).default([]),
    }),
  ),
});
export type TextManifest = z.infer<typeof TEXT_MANIFEST>;
export type TrueSegment = TextManifest['queries'][number]['segments'][number];

/** Reads the manifest of a folder. Throws what the schema says of a bad one. */
export function readTextManifest(folder: string): TextManifest {
  return TEXT_MANIFEST.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
}
