import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { ColophonError } from '../../../server/errors.ts';
import { createNodeAvVideoDecoder } from '../../../server/media/video/node-av-video-decoder.ts';
import type { VideoLimits } from '../../../server/pipeline/decode/video/index.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../../server/pipeline/decode/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const put = (name: string, bytes: string | Uint8Array) => {
  writeFileSync(at(name), bytes);
  return at(name);
};
let good: Buffer = Buffer.alloc(0);

async function codeOf(path: string, limits: Partial<VideoLimits> = {}, childPath?: string): Promise<string> {
  const decoder = createNodeAvVideoDecoder(childPath ? { childPath } : {});
  const plan = { perSecond: 2, cuts: true, keyFrameGapMs: 600 };
  try {
    for await (const _ of decoder.sample({ path }, plan, { ...DEFAULT_VIDEO_LIMITS, ...limits }));
    return 'decoded';
  } catch (error) {
    return error instanceof ColophonError ? error.code : `untyped: ${error}`;
  }
}

before(() => {
  Log.setLevel(AV_LOG_QUIET);
  good = readFileSync(writeClip(at('good.mp4'), { frames: 25 }, (i, w, h) => drawScene(1, i / 25, w, h)));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A mono WAV of silence: a file with sound only. */
function wav(): Buffer {
  const bytes = Buffer.alloc(44 + 8000);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 8000, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(8000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(8000, 40);
  return bytes;
}

const TABLE: readonly [string, () => string, string][] = [
  ['an empty file', () => put('empty.mp4', ''), 'empty_file'],
  ['a file that is not there', () => at('nothing.mp4'), 'unknown_content'],
  [
    'random bytes',
    () =>
      put(
        'random.mp4',
        Uint8Array.from({ length: 9000 }, (_, i) => (i * i * 31) >> 3),
      ),
    'unsupported_media',
  ],
  ['plain text', () => put('text.mp4', 'not a video\n'.repeat(300)), 'unsupported_media'],
  ['the first 100 bytes', () => put('start.mp4', good.subarray(0, 100)), 'corrupt_media'],
  [
    'an MP4 without its index',
    () => put('headless.mp4', good.subarray(0, good.indexOf('moov') - 8)),
    'corrupt_media',
  ],
  ['an MP4 whose media data is zeros', () => put('zeros.mp4', zeroed()), 'corrupt_media'],
  ['sound only', () => put('sound.wav', wav()), 'unsupported_media'],
  [
    'subtitles only',
    () => put('titles.srt', '1\n00:00:00,000 --> 00:00:02,000\nHello\n\n'.repeat(9)),
    'unsupported_media',
  ],
  [
    'a playlist that names a local file',
    () => put('list.m3u8', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
    'unsupported_media',
  ],
  [
    'a concat script',
    () => put('list.txt', `ffconcat version 1.0\nfile ${at('good.mp4')}\n`),
    'unsupported_media',
  ],
  ['an encrypted track', () => put('secret.mp4', replaced('avc1', 'encv')), 'unsupported_media'],
  ['a track of zero length', () => put('zero.mp4', emptied()), 'corrupt_media'],
];

/** The media data, overwritten. */
function zeroed(): Buffer {
  const bytes = Buffer.from(good);
  const start = bytes.indexOf('mdat') + 4;
  bytes.fill(0, start, bytes.indexOf('moov') > start ? bytes.indexOf('moov') - 4 : bytes.length);
  return bytes;
}

function replaced(from: string, to: string): Buffer {
  const bytes = Buffer.from(good);
  bytes.write(to, bytes.indexOf(from, bytes.indexOf('stsd')), 'latin1');
  return bytes;
}

/** No samples in the size table (`stsz`). */
function emptied(): Buffer {
  const bytes = Buffer.from(good);
  bytes.writeUInt32BE(0, bytes.indexOf('stsz') + 12);
  return bytes;
}

for (const [name, make, code] of TABLE) {
  test(`${name}: ${code}`, async () => assert.equal(await codeOf(make()), code));
}

test('limits of size, pixels and length are refused before anything is decoded', async () => {
  const path = at('good.mp4');
  assert.equal(await codeOf(path, { maxBytes: 100 }), 'media_too_large');
  assert.equal(await codeOf(path, { maxPixels: 100 }), 'media_too_large');
  assert.equal(await codeOf(path, { maxDurationMs: 500 }), 'media_too_large');
});

test('a decoder that crashes, hangs or eats memory takes nothing else down', async () => {
  const child = (name: string, body: string) => put(`${name}.mjs`, body);
  const path = at('good.mp4');
  const crash = child('crash', "process.on('message', () => process.kill(process.pid, 'SIGSEGV'));");
  assert.equal(await codeOf(path, {}, crash), 'corrupt_media');
  const hang = child('hang', "process.on('message', () => { for (;;); });");
  assert.equal(await codeOf(path, { stallMs: 1_500 }, hang), 'corrupt_media');
  const eat = child(
    'eat',
    "const kept = []; process.on('message', () => setInterval(() => kept.push(Buffer.alloc(3e7, 1)), 20));",
  );
  assert.equal(await codeOf(path, { maxMemoryBytes: 300e6 }, eat), 'media_too_large');
  assert.equal(await codeOf(path), 'decoded');
});
