import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureMatching, precisionRecall } from '../../../scripts/bench/matching-metrics.ts';
import { fitLogistic, solve } from '../../../scripts/calibrate/logistic.ts';

test('linear systems are solved, with pivoting', () => {
  const matrix = [Float64Array.of(0, 2), Float64Array.of(3, 1)];
  assert.deepEqual([...solve(matrix, Float64Array.of(4, 5))], [1, 2]);
});

test('the regression finds the weights that made the labels', () => {
  let state = 5;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const rows = Array.from({ length: 20_000 }, () => {
    const values = Float64Array.of(next() * 4 - 2, next() * 10, next());
    const p = 1 / (1 + Math.exp(-(-3 + 1.5 * values[0]! + 0.5 * values[1]!)));
    return { values, positive: next() < p, weight: 1 };
  });
  const { intercept, weights } = fitLogistic(rows, 1e-6, [true, true, true]);
  assert.ok(Math.abs(intercept + 3) < 0.2, String(intercept));
  assert.ok(Math.abs(weights[0]! - 1.5) < 0.1 && Math.abs(weights[1]! - 0.5) < 0.05, weights.join());
  assert.ok(weights[2]! < 0.2);
});

test('a column that speaks the wrong way is left out where it may not', () => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    return { values: Float64Array.of(i % 20, -(i % 20)), positive: i % 20 > 10, weight: 1 };
  });
  const { weights } = fitLogistic(rows, 0.001, [true, true]);
  assert.ok(weights[0]! > 0);
  assert.equal(weights[1], 0);
});

const truth = new Map<string, string | null>([
  ['q1', 'a'],
  ['q2', 'b'],
  ['q3', 'c'],
  ['q4', null],
]);

test('the figures of a small example, by hand', () => {
  const figures = measureMatching(
    [
      { query: 'q1', reference: 'a', score: 0.9 },
      { query: 'q2', reference: 'b', score: 0.8 },
      { query: 'q4', reference: 'a', score: 0.7 },
      { query: 'q3', reference: 'c', score: 0.6 },
      { query: 'q3', reference: 'a', score: 0.65 },
    ],
    truth,
  );
  assert.ok(Math.abs(figures.microAp - (1 + 1 + 3 / 5) / 3) < 1e-12);
  assert.equal(figures.recallAtZeroFalseAlarms, 2 / 3);
  assert.equal(figures.recallAtPrecision99, 2 / 3);
  assert.equal(figures.recallAt1, 2 / 3);
});

test('equal scores do not flatter', () => {
  const tied = [
    { query: 'q1', reference: 'a', score: 1 },
    { query: 'q4', reference: 'b', score: 1 },
  ];
  assert.equal(measureMatching(tied, truth).recallAtZeroFalseAlarms, 0);
  assert.deepEqual(precisionRecall(tied, truth), [
    { recall: 0, precision: 0 },
    { recall: 1 / 3, precision: 0.5 },
  ]);
});
