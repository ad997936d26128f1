/** Groups of pictures that are decoded side by side give the samples that one decoder gives. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET, AV_PKT_DATA_NEW_EXTRADATA } from 'node-av/constants';
import { FormatContext, Log } from 'node-av/lib';
import { openTrack } from '../../../server/media/video/open-track.ts';
import { noTimes, type SampleTimes } from '../../../server/media/video/sample-times.ts';
import { type RawSample, sampleTrack } from '../../../server/media/video/sample-track.ts';
import { DEFAULT_VIDEO_LIMITS, type SamplingPlan } from '../../../server/pipeline/decode/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const SMALL = { width: 96, height: 54 };
const PLAN: SamplingPlan = { perSecond: 1, cuts: true, keyFrameGapMs: 600 };
const PLANS: readonly SamplingPlan[] = [
  PLAN,
  { perSecond: 3, cuts: true, keyFrameGapMs: 340 },
  { perSecond: 7, cuts: false, keyFrameGapMs: 0 },
];

before(() => Log.setLevel(AV_LOG_QUIET));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A film with a new scene at every frame in `cuts`. */
function film(
  name: string,
  options: Parameters<typeof writeClip>[1],
  cuts: readonly number[] = [],
  ticks?: (frame: number) => number,
): string {
  const draw = (i: number, width: number, height: number) =>
    drawScene(1 + cuts.filter((cut) => cut <= i).length, i / 25, width, height);
  return writeClip(at(name), { ...SMALL, ...options }, draw, ticks);
}

async function sampleAll(path: string, plan: SamplingPlan) {
  const track = openTrack(path, DEFAULT_VIDEO_LIMITS);
  const times = noTimes();
  const samples: RawSample[] = [];
  let opened = 1;
  const reopen = () => {
    opened++;
    return openTrack(path, DEFAULT_VIDEO_LIMITS);
  };
  for await (const sample of sampleTrack(track, plan, times, { reopen })) samples.push(sample);
  track.close();
  return { samples, times, opened };
}

const facts = ({ decodeMs: _, scaleMs: __, wrongGuesses: ___, ...times }: SampleTimes) => times;

/** Compares one, two and three decoders; says whether there were wrong guesses, and whether all was decoded again. */
async function compare(path: string): Promise<{ isGuessWrong: boolean; isRepeated: boolean }> {
  let isGuessWrong = false;
  let isRepeated = false;
  for (const plan of PLANS) {
    const alone = await sampleAll(path, plan);
    assert.deepEqual([alone.times.wrongGuesses, alone.opened], [0, 1]);
    for (const cores of [2, 3]) {
      const { samples, times, opened } = await sampleAll(path, { ...plan, cores });
      const what = `${cores} decoders, ${plan.perSecond} a second`;
      const rows = (all: readonly RawSample[]) => all.map(({ timeMs, cause }) => `${timeMs} ${cause}`);
      assert.deepEqual(rows(samples), rows(alone.samples), what);
      for (const [i, sample] of samples.entries()) {
        const { width, height, data } = alone.samples[i]!;
        assert.deepEqual([sample.width, sample.height], [width, height], what);
        assert.ok(Buffer.from(sample.data).equals(data), `${what}: pixels at ${sample.timeMs}`);
      }
      assert.deepEqual(facts(times), facts(alone.times), what);
      isGuessWrong ||= times.wrongGuesses > 0;
      isRepeated ||= opened > 1;
    }
  }
  return { isGuessWrong, isRepeated };
}

const B_FRAMES = { preset: 'veryfast', bf: '3' };
const CUTS = [37, 61, 70, 144, 151, 158, 230, 301, 322];

const FILMS: Readonly<Record<string, () => string>> = {
  'sparse key frames': () => film('sparse.mp4', { frames: 450, gop: 100 }),
  'sparse key frames and frames of type B': () => film('b.mp4', { frames: 450, gop: 100, options: B_FRAMES }),
  'a rate that does not fit the clock': () =>
    film('rate.mkv', { frames: 400, fps: 23.976, gop: 75, options: B_FRAMES }),
  'early key frames at cuts': () => film('cuts.mp4', { frames: 400, gop: 100, options: B_FRAMES }, CUTS),
  'cuts so near behind a sample that they may or may not be one': () =>
    film(
      'near.mp4',
      { frames: 600, gop: 100, options: { ...B_FRAMES, 'x264-params': 'b-adapt=0:b-pyramid=none' } },
      [133, 183, 233, 283, 333, 383, 433, 483, 533],
    ),
  'dense groups among sparse ones': () =>
    film(
      'mixed.mp4',
      { frames: 400, gop: 100, options: { ...B_FRAMES, 'x264-params': 'min-keyint=1' } },
      Array.from({ length: 40 }, (_, i) => (i < 20 ? 60 + 6 * i : 240 + 4 * i)),
    ),
  'dense key frames': () => film('dense.mp4', { frames: 300, gop: 12, options: B_FRAMES }),
  'open groups': () =>
    film('open.mp4', { frames: 400, gop: 75, options: { ...B_FRAMES, 'x264-params': 'open-gop=1' } }, CUTS),
  HEVC: () =>
    film('hevc.mp4', {
      frames: 300,
      gop: 60,
      codec: 'libx265',
      options: { preset: 'veryfast', 'x265-params': 'log-level=none' },
    }),
  VP9: () =>
    film('vp9.webm', {
      frames: 250,
      gop: 60,
      codec: 'libvpx-vp9',
      options: { 'cpu-used': '8', deadline: 'realtime' },
    }),
  'H.264 in a transport stream': () => film('four.ts', { frames: 300, gop: 60, options: B_FRAMES }, CUTS),
  'a variable frame rate': () =>
    film(
      'vfr.mkv',
      { frames: 300, gop: 50, options: B_FRAMES },
      CUTS,
      (i) => 1000 * (i + 40 * Math.floor(i / 70) + 3 * Math.floor(i / 11)),
    ),
  'a frame every two seconds': () => film('slow.mkv', { frames: 60, fps: 0.5, gop: 20 }),
  'no times of showing': () => film('four.avi', { frames: 300, gop: 60, codec: 'mpeg4' }),
  'no times at all': () => film('raw.h264', { frames: 300, gop: 60, options: B_FRAMES }),
  'groups longer than are held': () => film('long.mp4', { frames: 1500, gop: 700, width: 32, height: 18 }),
  'one frame': () => film('one.mp4', { frames: 1 }),
  'a truncated file': () => {
    const bytes = readFileSync(film('whole.mkv', { frames: 450, gop: 100, options: B_FRAMES }));
    writeFileSync(at('half.mkv'), bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    return at('half.mkv');
  },
  'a truncated MP4 with its index in front': () => {
    const container = { movflags: '+faststart' };
    const bytes = readFileSync(film('whole.mp4', { frames: 450, gop: 100, options: B_FRAMES, container }));
    writeFileSync(at('half.mp4'), bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    return at('half.mp4');
  },
  'damaged packets': () => {
    const bytes = readFileSync(film('intact.mp4', { frames: 450, gop: 75, options: B_FRAMES }));
    // Past the header, before the index at the end.
    for (let i = 4_000; i < bytes.length - 12_000; i += 4_001) bytes.fill(0xa5, i, i + 40);
    writeFileSync(at('damaged.mp4'), bytes);
    return at('damaged.mp4');
  },
  'two films in a row, the times of the second from the start again': () => {
    const parts = [
      film('first.ts', { frames: 200, gop: 60, options: B_FRAMES }),
      film('second.ts', { frames: 200, gop: 60, codec: 'libx264' }, [0]),
    ];
    writeFileSync(at('joined.ts'), Buffer.concat(parts.map((path) => readFileSync(path))));
    return at('joined.ts');
  },
  'parameters that change on the way': () =>
    copyPackets(at('changed.flv'), [
      film('a.flv', { frames: 300, gop: 60, options: B_FRAMES }),
      // Taken for the others, they give other colours, and no error.
      film(
        'b.flv',
        { frames: 300, gop: 60, options: { ...B_FRAMES, 'x264-params': 'chroma-qp-offset=9' } },
        [0],
      ),
    ]),
  'parameters that stand in the first packet': () =>
    copyPackets(
      at('late.flv'),
      [film('c.flv', { frames: 300, gop: 60, options: B_FRAMES })],
      () => 0n,
      film('d.flv', { frames: 1, width: 64, height: 36 }),
    ),
  'times that go backwards for a while': () =>
    copyPackets(
      at('backwards.flv'),
      [film('forwards.flv', { frames: 400, gop: 60, options: B_FRAMES })],
      (i) => (i > 130 && i < 160 ? 200n * BigInt(i % 3) : 0n),
    ),
};

const WRONG = new Set(['cuts so near behind a sample that they may or may not be one']);
const REPEATED = new Set([
  'a truncated MP4 with its index in front',
  'damaged packets',
  'parameters that change on the way',
  'times that go backwards for a while',
]);
for (const [what, make] of Object.entries(FILMS)) {
  test(`the same samples from one, two and three decoders: ${what}`, async () => {
    const { isGuessWrong, isRepeated } = await compare(make());
    assert.equal(isGuessWrong, WRONG.has(what), 'a wrong guess');
    assert.equal(isRepeated, REPEATED.has(what), 'decoded again');
  });
}

/**
 * Copies the packets of films one after the other, with times moved; each film begins with its decoder's parameters, the
 * container announces those of another file, if it is given.
 */
function copyPackets(
  path: string,
  films: readonly string[],
  moveMs: (packet: number) => bigint = () => 0n,
  announced = films[0]!,
): string {
  const output = new FormatContext();
  output.allocOutputContext2(null, null, path);
  const header = openTrack(announced, DEFAULT_VIDEO_LIMITS);
  header.stream.codecpar.copy(output.newStream().codecpar);
  header.close();
  output.openOutputSync();
  output.writeHeaderSync(null);
  let offsetMs = 0n;
  for (const film of films) {
    const track = openTrack(film, DEFAULT_VIDEO_LIMITS);
    const { codecpar } = track.stream;
    let endMs = 0n;
    for (let i = 0; track.input.readFrameSync(track.packet) >= 0; i++) {
      using packet = track.packet.clone()!;
      track.packet.unref();
      if (i === 0) packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, Buffer.from(codecpar.extradata!));
      packet.pts += offsetMs + moveMs(i);
      packet.dts += offsetMs;
      endMs = packet.pts > endMs ? packet.pts : endMs;
      output.interleavedWriteFrameSync(packet);
    }
    offsetMs = endMs + 40n;
    track.close();
  }
  output.writeTrailerSync();
  output.closeOutputSync();
  output.freeContext();
  return path;
}
