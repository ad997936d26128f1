import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AVERROR_EOF, AVERROR_INVALIDDATA } from 'node-av/constants';
import { describeCutOff } from '../../../server/media/cut-off.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-cut-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function why(bytes: Buffer, code = AVERROR_INVALIDDATA): string | null {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  return describeCutOff(path, code);
}

/** A box of `length` bytes as it says, of which `there` are. */
function box(type: string, length: number, there = length): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, Buffer.alloc(Math.max(0, there - 8), 7)]).subarray(0, there);
}

const FTYP = box('ftyp', 32);

test('an ISO file is cut off where a box reaches beyond its end, or no index comes', () => {
  assert.match(why(Buffer.concat([FTYP, box('free', 8), box('mdat', 9000, 4000)]))!, /“moov”.* is missing/);
  assert.match(why(Buffer.concat([FTYP, box('mdat', 4000)]))!, /is missing/);
  assert.match(why(Buffer.concat([FTYP, box('mdat', 4000), box('moov', 900, 5)]))!, /is missing/);
  assert.match(why(Buffer.concat([FTYP, box('moov', 900, 300)]))!, /within its index/);
  const long = Buffer.concat([box('mdat', 1, 8), Buffer.from('0000000100000000', 'hex'), Buffer.alloc(90)]);
  assert.match(why(Buffer.concat([FTYP, long]))!, /is missing/);
  assert.match(why(FTYP.subarray(0, 20))!, /is missing/);
});

test('an ISO file that is whole, or damaged in another way, is not called cut off', () => {
  assert.equal(why(Buffer.concat([FTYP, box('moov', 900), box('mdat', 4000, 200)])), null);
  assert.equal(why(Buffer.concat([FTYP, Buffer.alloc(500, 0xee)])), null);
  assert.equal(why(Buffer.concat([FTYP, box('free', 3, 8), Buffer.alloc(90)])), null);
});

test('a picture in an ISO file has no index of tracks that could be missing', () => {
  for (const brand of ['heic', 'mif1', 'avif'])
    assert.equal(why(Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1heic`, 'latin1')), null);
  assert.match(why(Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1'))!, /is missing/);
});

test('RIFF states its length; the others are known by their head and by an end that came too soon', () => {
  const riff = (stated: number) => {
    const head = Buffer.from('RIFF    WAVEfmt ', 'latin1');
    head.writeUInt32LE(stated, 4);
    return Buffer.concat([head, Buffer.alloc(84)]);
  };
  assert.match(why(riff(5000))!, /of the 5008 bytes .* 100 are there/);
  assert.equal(why(riff(92)), null);
  const flac = Buffer.from('fLaC\0\0\0\x22', 'latin1');
  assert.match(why(flac, AVERROR_EOF)!, /within its head/);
  assert.equal(why(flac), null);
  assert.equal(why(Buffer.concat([flac, Buffer.alloc(9000, 0xee)]), AVERROR_EOF), null);
  assert.equal(why(Buffer.from('%PDF-1.7'), AVERROR_EOF), null);
});
