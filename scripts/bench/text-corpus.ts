import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textFileReader } from '../../server/media/text/index.ts';
import type { TextCorpus } from './text-generate.ts';

async function chapters(folder: string, first: number, last: number): Promise<string[]> {
  const texts: string[] = [];
  for (let i = first; i <= last; i++) {
    const path = join(folder, 'pride-and-prejudice', `chapter-${i}.xhtml`);
    texts.push((await textFileReader.read({ path })).text.replaceAll('\n', '\n\n'));
  }
  return texts;
}

/** Reported on: copies from one novel within the last chapters of the other, which nothing was fitted on. */
export async function benchCorpus(media: string, each: number): Promise<TextCorpus> {
  const file = readFileSync(join(media, 'moby-dick.txt'), 'utf8');
  // The novel without the notices of its distributor: those are excluded stretches, not copies to be found.
  const moby = file.slice(file.indexOf('MOBY-DICK;'), file.indexOf('End of Project Gutenberg'));
  const strangers = await chapters(media, 41, 61);
  return {
    suite: 'colophon-text/1',
    seed: 20_260,
    references: [{ id: 'moby-dick', text: moby }],
    // Long passages cross chapters.
    strangers: [...strangers, strangers.join('\n\n')],
    each,
  };
}

/** Fitted on: copies from the first chapters of the second novel within its middle ones, by the same author. */
export async function calibrationCorpus(media: string, each: number): Promise<TextCorpus> {
  const strangers = await chapters(media, 21, 40);
  return {
    suite: 'colophon-text-calibration/1',
    seed: 71,
    references: [{ id: 'pride-1-20', text: (await chapters(media, 1, 20)).join('\n\n') }],
    strangers: [...strangers, strangers.join('\n\n')],
    each,
  };
}
