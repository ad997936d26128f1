import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { writeCoded } from '../../../scripts/bench/audio-sound.ts';
import { ColophonError } from '../../../server/errors.ts';
import { createNodeAvAudioDecoder, looksLikeSound } from '../../../server/media/audio/index.ts';
import type { AudioLimits } from '../../../server/pipeline/decode/audio/index.ts';
import { DEFAULT_AUDIO_LIMITS, decodeAudio } from '../../../server/pipeline/decode/audio/index.ts';
import { drawScene, writeClip } from '../video/clips.ts';
import { joinFiles } from './join-files.ts';
import { makeTune, wavOf } from './sounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-audio-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, bytes: string | Uint8Array) => {
  writeFileSync(at(name), bytes);
  return at(name);
};
const decoder = createNodeAvAudioDecoder();
const TUNE = makeTune(1, 3);

async function samplesOf(path: string): Promise<Int16Array> {
  const pieces: Int16Array[] = [];
  for await (const piece of decodeAudio({ path }, decoder)) pieces.push(piece);
  const out = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let from = 0;
  for (const piece of pieces) {
    out.set(piece, from);
    from += piece.length;
  }
  return out;
}

/** Correlation of two sounds at no delay. */
function correlation(a: Int16Array, b: Int16Array): number {
  const count = Math.min(a.length, b.length);
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return ab / Math.sqrt(aa * bb);
}

test('any rate and any number of channels become one channel at 8 kHz, in time', async () => {
  const plain = await samplesOf(put('plain.wav', wavOf(TUNE, 16_000, 1)));
  assert.equal(plain.length, 24_000);
  assert.ok(plain.some((sample) => Math.abs(sample) > 3000));
  for (const [rate, channels] of [
    [8_000, 1],
    [11_025, 2],
    [44_100, 2],
    [48_000, 6],
    [96_000, 1],
    [192_000, 2],
  ] as const) {
    const name = `${rate}-${channels}.wav`;
    const path = put(name, wavOf(TUNE, rate, channels));
    const info = await decoder.probe({ path });
    assert.deepEqual([info.sampleRate, info.channels, info.mediaType], [rate, channels, 'audio/wav']);
    assert.equal(Math.round(info.durationMs), 3000);
    const samples = await samplesOf(path);
    assert.ok(Math.abs(samples.length - 24_000) <= 2, `${name}: ${samples.length} samples`);
    assert.ok(correlation(samples, plain) > 0.95, `${name}: ${correlation(samples, plain)}`);
  }
});

test('MP3 and Opus come out in time with the original', async () => {
  const plain = await samplesOf(put('plain.wav', wavOf(TUNE, 16_000, 1)));
  for (const [name, encoder] of [
    ['a.mp3', 'libmp3lame'],
    ['a.ogg', 'libopus'],
  ] as const) {
    writeCoded(at(name), TUNE, encoder, 64_000);
    const samples = await samplesOf(at(name));
    assert.ok(Math.abs(samples.length - 24_000) < 400, `${name}: ${samples.length}`);
    assert.ok(correlation(samples, plain) > 0.9, `${name}: ${correlation(samples, plain)}`);
  }
});

test('silence is samples, a cut file is what is left of it', async () => {
  const silence = await samplesOf(put('silence.wav', wavOf(new Float32Array(16_000), 16_000, 1)));
  assert.equal(silence.length, 8000);
  assert.ok(silence.every((sample) => sample === 0));
  writeCoded(at('whole.mp3'), TUNE, 'libmp3lame', 64_000);
  const whole = readFileSync(at('whole.mp3'));
  const half = await samplesOf(put('half.mp3', whole.subarray(0, whole.length >> 1)));
  assert.ok(half.length > 9_000 && half.length < 14_000, String(half.length));
});

test('sound of a film stands where its timestamps say: late, after a hole, from before the pictures', async () => {
  writeClip(at('mute.mp4'), { frames: 250, width: 64, height: 36 }, (i, w, h) => drawScene(3, i / 25, w, h));
  writeCoded(at('tune.m4a'), TUNE, 'aac', 64_000);
  const tune = await samplesOf(at('tune.m4a'));
  /** Milliseconds at which it is loudest for the first time near a place of the tune, by the best correlation. */
  const delayMs = (film: Int16Array, fromMs: number, toMs: number, startMs: number) => {
    const piece = tune.subarray(8 * fromMs, 8 * toMs);
    let best = -1;
    let most = 0;
    for (let ms = startMs - 400; ms <= startMs + 400; ms++) {
      if (ms < 0) continue;
      const value = correlation(piece, film.subarray(8 * ms, 8 * ms + piece.length));
      if (value > most) [best, most] = [ms, value];
    }
    assert.ok(most > 0.98, `${most}`);
    return best;
  };
  for (const container of ['mp4', 'mkv']) {
    const film = (name: string, laterMs: (track: number, atMs: number) => number) =>
      samplesOf(joinFiles([at('mute.mp4'), at('tune.m4a')], at(`${name}.${container}`), laterMs));
    const plain = await film('plain', () => 0);
    assert.ok(Math.abs(plain.length - tune.length) < 8 * 50, `${plain.length}`);
    const late = await film('late', (track) => (track === 1 ? 4_000 : 0));
    assert.ok(Math.abs(delayMs(late, 500, 1_500, 4_500) - 4_500) <= 25, container);
    assert.ok(late.subarray(0, 8 * 3_900).every((sample) => sample === 0));
    const hole = await film('hole', (track, atMs) => (track === 1 && atMs > 1_000 ? 2_000 : 0));
    assert.ok(Math.abs(delayMs(hole, 300, 800, 300) - 300) <= 25, container);
    assert.ok(Math.abs(delayMs(hole, 1_500, 2_500, 3_500) - 3_500) <= 25, container);
    const early = await film('early', (track) => (track === 0 ? 1_000 : 0));
    assert.ok(Math.abs(delayMs(early, 1_500, 2_500, 500) - 500) <= 60, container);
  }
});

test('sound is told by its first bytes', async () => {
  writeCoded(at('sniff.mp3'), TUNE.subarray(0, 16_000), 'libmp3lame', 64_000);
  writeCoded(at('sniff.ogg'), TUNE.subarray(0, 16_000), 'libopus', 64_000);
  const mp3 = readFileSync(at('sniff.mp3'));
  const files: readonly (readonly [string, boolean])[] = [
    [at('sniff.mp3'), true],
    [put('no-tag.mp3', mp3.subarray(mp3.indexOf(Buffer.from([0xff, 0xf3])))), true],
    [at('sniff.ogg'), true],
    [put('sniff.wav', wavOf(TUNE, 16_000, 2)), true],
    [put('sniff.avi', 'RIFF....AVI LIST'), false],
    [put('sniff.txt', 'ID is not a tag'), false],
    [put('mac.txt', 'MAC addresses are no music, ID3 and DSD are not either.\n'), false],
    [put('sniff.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16)), false],
    [put('sniff.utf16', Uint8Array.of(0xff, 0xfe, 0x41, 0)), false],
    [put('sniff.none', ''), false],
    [at('not-there'), false],
  ];
  const found = [];
  for (const [path] of files) found.push([path, await looksLikeSound(path)]);
  assert.deepEqual(found, files);
});

test('a song with a cover is no film', async () => {
  writeCoded(at('song.mp3'), TUNE, 'libmp3lame', 64_000);
  const song = readFileSync(at('song.mp3'));
  const cover = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#a40' } })
    .png()
    .toBuffer();
  const picture = Buffer.concat([Buffer.from('\0image/png\0\x03\0', 'latin1'), cover]);
  const frame = Buffer.concat([Buffer.from('APIC\0\0\0\0\0\0', 'latin1'), picture]);
  frame.writeUInt32BE(picture.length, 4);
  const tag = Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1');
  for (let i = 0; i < 4; i++) tag[6 + i] = (frame.length >> (21 - 7 * i)) & 0x7f;
  const frames = song.subarray(song.indexOf(Buffer.from([0xff, 0xf3])));
  const path = put('cover.mp3', Buffer.concat([tag, frame, frames]));
  assert.equal((await decoder.probe({ path })).mediaType, 'audio/mpeg');
});

async function codeOf(path: string, limits: Partial<AudioLimits> = {}, childPath?: string): Promise<string> {
  const reader = childPath ? createNodeAvAudioDecoder({ childPath }) : decoder;
  try {
    for await (const _ of decodeAudio({ path }, reader, { ...DEFAULT_AUDIO_LIMITS, ...limits }));
    return 'decoded';
  } catch (error) {
    return error instanceof ColophonError ? error.code : `untyped: ${error}`;
  }
}

test('what cannot be decoded is a typed problem, and the next file is decoded', async () => {
  const good = wavOf(TUNE, 16_000, 1);
  const noSamples = wavOf(new Float32Array(0), 16_000, 1);
  const noise = Uint8Array.from({ length: 9000 }, (_, i) => (i * i * 31) >> 3);
  const table: readonly (readonly [string, string, string])[] = [
    ['an empty file', put('empty.wav', ''), 'empty_file'],
    ['a file that is not there', at('nothing.wav'), 'unknown_content'],
    ['plain text', put('text.wav', 'not a sound\n'.repeat(300)), 'unsupported_media'],
    ['the first 20 bytes', put('start.wav', good.subarray(0, 20)), 'corrupt_media'],
    ['a track without samples', put('none.wav', noSamples), 'corrupt_media'],
    ['subtitles', put('a.srt', '1\n00:00:01,000 --> 00:00:02,000\nHello\n'), 'unsupported_media'],
    ['a playlist', put('a.m3u8', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'), 'unsupported_media'],
  ];
  const codes = [];
  for (const [what, path] of table) codes.push([what, await codeOf(path)]);
  assert.deepEqual(
    codes,
    table.map(([what, , code]) => [what, code]),
  );
  assert.ok(['corrupt_media', 'unsupported_media'].includes(await codeOf(put('random.wav', noise))));
  assert.equal(await codeOf(put('good.wav', good)), 'decoded');
});

test('limits: bytes, length, time without progress', async () => {
  const path = put('limits.wav', wavOf(TUNE, 16_000, 1));
  assert.equal(await codeOf(path, { maxBytes: 1000 }), 'media_too_large');
  assert.equal(await codeOf(path, { maxDurationMs: 2000 }), 'media_too_large');
  const hung = put('hung.mjs', 'process.on("message", () => setInterval(() => {}, 1000));');
  assert.equal(await codeOf(path, { stallMs: 300 }, hung), 'corrupt_media');
  const crash = put('crash.mjs', 'process.on("message", () => process.kill(process.pid, "SIGSEGV"));');
  assert.equal(await codeOf(path, {}, crash), 'corrupt_media');
});
