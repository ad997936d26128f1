import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InputError } from '../../../server/errors.ts';
import { decodeBase32, encodeBase32 } from '../../../server/pipeline/fingerprint/iscc/base32.ts';
import { decodeIscc, encodeComposite, encodeUnit } from '../../../server/pipeline/fingerprint/iscc/codec.ts';
import { createDataHasher, endOfChunk } from '../../../server/pipeline/fingerprint/iscc/data-code.ts';
import { metaCode } from '../../../server/pipeline/fingerprint/iscc/meta-code.ts';
import { createMinHash } from '../../../server/pipeline/fingerprint/iscc/min-hash.ts';
import {
  MIN_HASH_FACTORS,
  MIN_HASH_TERMS,
} from '../../../server/pipeline/fingerprint/iscc/min-hash-constants.ts';
import { textCode } from '../../../server/pipeline/fingerprint/iscc/text-code.ts';
import { xxh32 } from '../../../server/pipeline/fingerprint/iscc/xxh32.ts';
import { randomOf } from '../../helpers/pictures.ts';

const encoder = new TextEncoder();

function differing(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + (byte ^ b[i]!).toString(2).replaceAll('0', '').length, 0);
}

function noise(seed: number, length: number): Uint8Array {
  const random = randomOf(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

describe('codec', () => {
  test('base 32 is that of RFC 4648', () => {
    for (const [plain, coded] of [
      ['', ''],
      ['f', 'MY'],
      ['fo', 'MZXQ'],
      ['foo', 'MZXW6'],
      ['foob', 'MZXW6YQ'],
      ['fooba', 'MZXW6YTB'],
      ['foobar', 'MZXW6YTBOI'],
    ] as const) {
      assert.equal(encodeBase32(encoder.encode(plain)), coded);
      assert.deepEqual(decodeBase32(coded.toLowerCase()), encoder.encode(plain));
    }
  });

  test('what is no ISCC is refused and says why', () => {
    const refused: [string, RegExp][] = [
      ['', /too short/],
      ['ISCC:', /too short/],
      ['ISCC:AAAZXZ6OU74YAZI1', /base 32/],
      ['AAAZXZ6OU74YAZIMAA', /64 bits, it has/],
      ['AAAZXZ6OU74YA', /base 32|64 bits/],
      ['EQASNZJ36ZT33AL7', /not computed/],
      ['CAAZXZ6OU74YAZIM', /not computed/],
      ['MAAJVNGQOUGKGDRH', /not computed/],
      ['AAIZXZ6OU74YAZIM', /version/],
      ['KACYPXW445FTYNJ3CYSXHAFJMA2HU', /do not agree/],
    ];
    for (const [text, why] of refused) {
      assert.throws(
        () => decodeIscc(text),
        (error) => error instanceof InputError && error.code === 'invalid_request' && why.test(error.message),
        text,
      );
    }
  });

  test('what cannot be one ISCC-CODE is a mistake', () => {
    const body = new Uint8Array(32);
    assert.throws(() => encodeComposite([{ type: 'data', body }]), RangeError);
    const two = ['image', 'text', 'data', 'instance'] as const;
    assert.throws(() => encodeComposite(two.map((type) => ({ type, body }))), RangeError);
    assert.throws(() => encodeUnit({ type: 'data', body }, 100), RangeError);
  });

  test('a title without content has a code of its own', () => {
    const parts = (['meta', 'data', 'instance'] as const).map((type, i) => ({
      type,
      body: new Uint8Array(8).fill(i + 1),
    }));
    assert.deepEqual(decodeIscc(encodeComposite(parts)), parts);
    assert.match(encodeComposite(parts), /^ISCC:KY/);
  });
});

test('xxHash gives the values of its specification', () => {
  // From the sanity check of the reference implementation and widely published examples.
  assert.equal(xxh32(new Uint8Array(0)), 0x02cc5d05);
  assert.equal(xxh32(encoder.encode('a')), 0x550d7456);
  assert.equal(xxh32(encoder.encode('abc')), 0x32d153ff);
  assert.equal(xxh32(encoder.encode('Nobody inspects the spammish repetition')), 0xe2293b2f);
  assert.equal(xxh32(encoder.encode('..abc..'), 2, 5), 0x32d153ff);
});

test('the MinHash in 32-bit words is that in whole numbers', () => {
  const random = randomOf(5);
  const features = [0, 1, 0xffffffff, ...Array.from({ length: 300 }, () => Math.floor(random() * 2 ** 32))];
  const minHash = createMinHash();
  for (const feature of features) minHash.add(feature);
  const minima = MIN_HASH_FACTORS.map((factor, i) =>
    Math.min(
      ...features.map((feature) => {
        const sum = (factor * BigInt(feature) + MIN_HASH_TERMS[i]!) & (2n ** 64n - 1n);
        return Number((sum % (2n ** 61n - 1n)) & 0xffffffffn);
      }),
    ),
  );
  const bits = [0, 1, 2, 3].flatMap((bit) => minima.map((minimum) => (minimum >>> bit) & 1));
  const digest = Array.from(minHash.digest(), (byte) => byte.toString(2).padStart(8, '0')).join('');
  assert.equal(digest, bits.join(''));
});

describe('what is similar has similar units', () => {
  test('a text with a changed sentence, against another text', async () => {
    const random = randomOf(3);
    const sentence = () =>
      Array.from({ length: 12 }, () => Math.floor(random() * 1e9).toString(36)).join(' ');
    const sentences = Array.from({ length: 60 }, sentence);
    const original = await textCode(sentences.join('. '));
    const edited = await textCode(sentences.with(20, sentence()).join('. '));
    const other = await textCode(Array.from({ length: 60 }, sentence).join('. '));
    assert.ok(differing(original, edited) < 30);
    assert.ok(differing(original, other) > 80);
  });

  test('a file with something put in, against another file', () => {
    const code = (...parts: Uint8Array[]) => {
      const hasher = createDataHasher();
      for (const part of parts) hasher.push(part);
      return hasher.finish();
    };
    const bytes = noise(1, 200_000);
    const edited = code(bytes.subarray(0, 70_000), noise(2, 33), bytes.subarray(70_000));
    assert.ok(differing(code(bytes), edited) < 20);
    assert.ok(differing(code(bytes), code(noise(9, 200_000))) > 80);
  });

  test('chunks end within their bounds, wherever they begin', () => {
    const bytes = noise(4, 100_000);
    const lengths: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = endOfChunk(bytes, at);
      lengths.push(end - at);
      at = end;
    }
    const inner = lengths.slice(0, -1);
    assert.ok(inner.every((length) => length > 256 && length <= 8192));
    const mean = inner.reduce((sum, length) => sum + length, 0) / inner.length;
    assert.ok(mean > 700 && mean < 1500, `chunks have ${mean} bytes`);
    assert.equal(endOfChunk(new Uint8Array(20_000), 0), 8192);
  });
});

test('a title of nothing but controls has no Meta-Code, one of punctuation has', () => {
  assert.equal(metaCode(' \u0007\n'), null);
  assert.equal(metaCode('???')?.length, 32);
});
