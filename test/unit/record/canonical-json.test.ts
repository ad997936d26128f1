import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalBytes,
  canonicalText,
  fromBase64,
  toBase64,
} from '../../../server/pipeline/record/index.ts';

test('members are sorted by UTF-16 code units, as in the example of RFC 8785, 3.2.3', () => {
  const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 };
  assert.equal(canonicalText(value), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}');
});

test('numbers and text have their one spelling (RFC 8785, 3.2.2)', () => {
  const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0];
  assert.equal(canonicalText(numbers), '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]');
  assert.equal(canonicalText('\u20ac$\u000f\nA\'B"\\\\"/'), '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  assert.equal(canonicalText({ b: undefined, a: [true, null] }), '{"a":[true,null]}');
});

test('what JSON cannot say is refused', () => {
  for (const bad of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '\ud800',
    (() => 1) as never,
    { a: [Number.NaN] },
  ]) {
    assert.throws(() => canonicalText(bad as never), { code: 'internal' });
  }
});

test('equal values give equal bytes, whatever the order they were written in', () => {
  assert.deepEqual(canonicalBytes({ a: 1, b: { d: 2, c: 3 } }), canonicalBytes({ b: { c: 3, d: 2 }, a: 1 }));
});

test('base64 survives every byte and refuses every other spelling', () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7) & 255);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
  for (const bad of ['====', 'AB', 'AA==\n', 'QUI', 'AB==x', 'AB==']) {
    if (bad === 'AB==') assert.throws(() => fromBase64(bad), RangeError, 'stray bits');
    else assert.throws(() => fromBase64(bad), RangeError, bad);
  }
});
