import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { Head } from '../../../server/pipeline/fingerprint/embedder.ts';
import { poolFeatures, projectFeatures } from '../../../server/pipeline/fingerprint/vector.ts';
import { poolParts } from '../../../server/pipeline/fingerprint/video/index.ts';

const random = makeRandom(7);
const features = Uint8Array.from({ length: 512 * 36 }, () => (random.next() < 0.5 ? 0 : random.below(256)));
const head: Head = {
  weights: Int8Array.from({ length: 256 * 512 }, () => random.below(255) - 127),
  bias: Int32Array.from({ length: 256 }, () => random.below(2_000_000) - 1_000_000),
  codeThreshold: Int32Array.from({ length: 256 }, () => random.below(2_000_000) - 1_000_000),
};

test('a part has the vector of the picture whose other cells are empty', () => {
  const parts = poolParts(features, head);
  assert.equal(parts.length, 7);
  for (const { box, vector } of parts) {
    const masked = features.map((value, i) => {
      const [x, y] = [(i % 36) % 6, Math.floor((i % 36) / 6)];
      const isInside =
        x >= 6 * box.x && x < 6 * (box.x + box.width) && y >= 6 * box.y && y < 6 * (box.y + box.height);
      return isInside ? value : 0;
    });
    assert.deepEqual(vector, projectFeatures(masked, head).vector);
  }
});

test('the projection is the sum of weights times pooled features, exactly', () => {
  const pooled = poolFeatures(features);
  const sums = Float64Array.from({ length: 256 }, (_, d) =>
    pooled.reduce((sum, value, c) => sum + head.weights[512 * d + c]! * value, head.bias[d]!),
  );
  const { code, vector } = projectFeatures(features, head);
  const length = Math.hypot(...sums);
  for (const [d, sum] of sums.entries()) {
    const isSet = (Number.parseInt(code.slice(2 + 2 * (d >> 3), 4 + 2 * (d >> 3)), 16) >> (7 - (d & 7))) & 1;
    assert.equal(isSet === 1, sum > head.codeThreshold[d]!, `bit ${d}`);
    assert.ok(Math.abs(vector[d]! - (512 * sum) / length) <= 0.5 + 1e-9, `component ${d}`);
  }
});
