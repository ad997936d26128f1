/** Copies in video, sound and text that the stub is told of, with the true stretches. */
import sharp from 'sharp';
import type { Match, MatchSegment } from '../../server/domain/match.ts';
import { type Medium, WHOLE } from '../../server/domain/media.ts';
import type { PickedFile } from './console-steps.ts';
import { drawMoment, FPS, makeClip, makeTune } from './sample-media.ts';
import { type Stub, sha256 } from './stub-service.ts';

/** An original and its copy. */
export interface KnownPair {
  readonly original: PickedFile;
  readonly copy: PickedFile;
}

type Told = Pick<Match, 'reasons' | 'segments' | 'probability'>;

function tell(stub: Stub, medium: Medium, pair: KnownPair, lengthsMs: [number, number] | null, told: Told) {
  const [originalHash, copyHash] = [sha256(pair.original.buffer), sha256(pair.copy.buffer)];
  stub.state.told.set(originalHash, { medium, durationMs: lengthsMs?.[0] ?? null });
  stub.state.told.set(copyHash, { medium, durationMs: lengthsMs?.[1] ?? null });
  stub.state.copies.set(copyHash, {
    of: originalHash,
    medium,
    similarity: 0.94,
    querySegment: 0,
    workSegment: 0,
    queryBox: WHOLE,
    workBox: WHOLE,
    transform: null,
    mirrored: false,
    ...told,
  });
}

const time = (startMs: number, endMs: number, frames: boolean) => ({
  kind: 'time' as const,
  startMs,
  endMs,
  firstFrame: frames ? Math.round((startMs * FPS) / 1000) : null,
  lastFrame: frames ? Math.round((endMs * FPS) / 1000) - 1 : null,
  box: frames ? WHOLE : null,
});

function segment(part: Pick<MatchSegment, 'query' | 'work' | 'track' | 'speed'>): MatchSegment {
  return {
    similarity: 0.94,
    probability: 0.993,
    mirrored: false,
    transform: null,
    isExact: true,
    explanation: '',
    ...part,
  };
}

/** The moment of the scene, in seconds, that the copied film shows at one of its own; below 0 of another scene. */
function momentOfCopy(s: number): number {
  if (s < 1) return -1 - s;
  return s < 5 ? 3 + 1.25 * (s - 1) : 2 - (s - 5);
}

/** Ten seconds of film; the copy shows seconds 3 to 8 of it at 1.25 times the speed, and 1 to 2 backwards. */
export async function makeKnownVideo(stub: Stub): Promise<KnownPair> {
  const moments = (n: number, moment: (s: number) => number) =>
    Array.from({ length: n * FPS }, (_, i) => moment(i / FPS));
  const original = await makeClip(
    5,
    moments(10, (s) => s),
  );
  const copy = await makeClip(5, moments(6, momentOfCopy));
  const pair = {
    original: { name: 'tide-tables.webm', mimeType: 'video/webm', buffer: original },
    copy: { name: 'reupload-final(2).webm', mimeType: 'video/webm', buffer: copy },
  };
  tell(stub, 'video', pair, [10_000, 6000], {
    probability: 0.993,
    segments: [
      segment({ track: 'picture', query: time(1000, 5000, true), work: time(3000, 8000, true), speed: 1.25 }),
      segment({ track: 'picture', query: time(5000, 6000, true), work: time(1000, 2000, true), speed: -1 }),
    ],
    reasons: [
      {
        kind: 'time',
        track: 'picture',
        agreeing: 41,
        samples: 44,
        detail: '41 of 44 frames agree along a line.',
      },
    ],
  });
  const { told } = stub.state;
  const [originalHash, copyHash] = [sha256(original), sha256(copy)];
  told.set(originalHash, {
    ...told.get(originalHash)!,
    frameAt: (ms) => drawMoment(5, ms / 1000, 160, 90),
  });
  told.set(copyHash, {
    ...told.get(copyHash)!,
    frameAt: (ms) => drawMoment(5, momentOfCopy(ms / 1000), 160, 90),
    matrix: await drawMatrix(),
  });
  return pair;
}

/** What a matrix of that copy looks like: downwards the copy, to the right the original. */
async function drawMatrix(): Promise<Buffer> {
  const [width, height] = [100, 60];
  const data = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const apart = Math.abs(momentOfCopy((y + 0.5) / 10) - (x + 0.5) / 10);
      data[y * width + x] = Math.round(235 * Math.exp(-3 * apart) + ((7 * x + 13 * y) % 17));
    }
  }
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** Twelve seconds of a tune; the copy has seconds 4 to 10 of it after two seconds of another. */
export async function makeKnownSound(stub: Stub): Promise<KnownPair> {
  const pair = {
    original: {
      name: 'evening-air.wav',
      mimeType: 'audio/wav',
      buffer: makeTune(3, 12, (s) => s),
    },
    copy: {
      name: 'ringtone.wav',
      mimeType: 'audio/wav',
      buffer: makeTune(3, 9, (s) => (s < 2 ? 40 + s : s < 8 ? s + 2 : 60 + s)),
    },
  };
  tell(stub, 'audio', pair, [12_000, 9000], {
    probability: 0.981,
    segments: [
      segment({ track: 'sound', query: time(2000, 8000, false), work: time(4000, 10_000, false), speed: 1 }),
    ],
    reasons: [{ kind: 'time', track: 'sound', agreeing: 11, samples: 12, detail: '11 of 12 windows agree.' }],
  });
  return pair;
}

const PASSAGE =
  'The harbour had been silting up for a hundred years before anyone thought to measure it. ' +
  'Every spring the dredger came, and every autumn the mud was back where it had been. ' +
  'The pilots knew the channel by the colour of the water, and taught it to their sons. ' +
  'When the chart was printed at last, it showed a depth that had not been true for a decade.';

/** A text, and a copy that rewords it here and there between words of its own. */
export async function makeKnownText(stub: Stub): Promise<KnownPair> {
  const reworded = PASSAGE.replace('a hundred years', 'more than a century').replace(
    ', and taught it to their sons',
    '',
  );
  const work = `Of Harbours\n\n${PASSAGE}\n\nSo much for the mud.`;
  const before = 'My essay on rivers. ';
  const after = ' And so it ends.';
  const pair = {
    original: { name: 'of-harbours.txt', mimeType: 'text/plain', buffer: Buffer.from(work) },
    copy: {
      name: 'essay.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(before + reworded + after),
    },
  };
  const start = work.indexOf(PASSAGE);
  const [query, original] = [
    { start: before.length, end: before.length + reworded.length },
    { start, end: start + PASSAGE.length },
  ];
  tell(stub, 'text', pair, null, {
    probability: 0.998,
    segments: [
      segment({
        track: 'text',
        query: { kind: 'characters', ...query },
        work: { kind: 'characters', ...original },
        speed: 1,
      }),
    ],
    reasons: [
      { kind: 'text', characters: 304, longest: 168, detail: '304 characters in the same order' },
      {
        kind: 'excluded',
        characters: 212,
        detail: 'quoted: 212 characters stand in quotation marks with their source',
      },
    ],
  });
  const hash = sha256(pair.copy.buffer);
  stub.state.told.set(hash, {
    ...stub.state.told.get(hash)!,
    excerpts: {
      items: [{ before, query: { ...query, text: reworded }, after, work: { ...original, text: PASSAGE } }],
      characters: { query: pair.copy.buffer.length, work: work.length },
    },
  });
  return pair;
}
