/** A row of numbers with its truth. */
export interface LabelledRow {
  readonly values: Float64Array;
  readonly positive: boolean;
  readonly weight: number;
}

/** Weights of standardized columns turned back to those of the raw ones. */
export interface LogisticFit {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/**
 * Logistic regression by Newton's method on standardized columns with a ridge penalty (which keeps weights finite
 * when the classes separate). `signs` forbids weights of the wrong sign: those columns are dropped one by one, so
 * that more evidence never lowers the probability.
 */
export function fitLogistic(
  rows: readonly LabelledRow[],
  ridge: number,
  nonNegative: readonly boolean[],
): LogisticFit {
  const columns = nonNegative.length;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  let total = 0;
  for (const { values, weight } of rows) {
    total += weight;
    for (let c = 0; c < columns; c++) mean[c] = mean[c]! + weight * values[c]!;
  }
  for (let c = 0; c < columns; c++) mean[c] = mean[c]! / total;
  for (const { values, weight } of rows) {
    for (let c = 0; c < columns; c++) deviation[c] = deviation[c]! + weight * (values[c]! - mean[c]!) ** 2;
  }
  for (let c = 0; c < columns; c++) deviation[c] = Math.sqrt(deviation[c]! / total) || 1;
  let active = nonNegative.map((_, c) => c);
  for (;;) {
    const beta = newton(rows, active, mean, deviation, ridge * total);
    const worst = active
      .map((column, k) => ({ column, value: beta[k + 1]! }))
      .filter(({ column, value }) => nonNegative[column] && value < 0)
      .sort((a, b) => a.value - b.value)[0];
    if (worst) {
      active = active.filter((column) => column !== worst.column);
      continue;
    }
    const weights = new Array<number>(columns).fill(0);
    let intercept = beta[0]!;
    active.forEach((column, k) => {
      weights[column] = beta[k + 1]! / deviation[column]!;
      intercept -= weights[column]! * mean[column]!;
    });
    return { intercept, weights };
  }
}

function newton(
  rows: readonly LabelledRow[],
  active: readonly number[],
  mean: Float64Array,
  deviation: Float64Array,
  ridge: number,
): Float64Array {
  const size = active.length + 1;
  let beta = new Float64Array(size);
  const x = new Float64Array(size);
  x[0] = 1;
  for (let step = 0; step < 40; step++) {
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    const gradient = new Float64Array(size);
    for (const { values, positive, weight } of rows) {
      let sum = beta[0]!;
      for (let k = 1; k < size; k++) {
        const column = active[k - 1]!;
        x[k] = (values[column]! - mean[column]!) / deviation[column]!;
        sum += beta[k]! * x[k]!;
      }
      const p = 1 / (1 + Math.exp(-sum));
      const curve = weight * p * (1 - p);
      for (let i = 0; i < size; i++) {
        gradient[i] = gradient[i]! + weight * ((positive ? 1 : 0) - p) * x[i]!;
        for (let j = 0; j <= i; j++) hessian[i]![j] = hessian[i]![j]! + curve * x[i]! * x[j]!;
      }
    }
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) hessian[i]![j] = hessian[j]![i]!;
      hessian[i]![i] = hessian[i]![i]! + (i === 0 ? 1e-9 : ridge);
      if (i > 0) gradient[i] = gradient[i]! - ridge * beta[i]!;
    }
    const change = solve(hessian, gradient);
    beta = beta.map((value, i) => value + change[i]!);
    if (Math.max(...change.map(Math.abs)) < 1e-8) break;
  }
  return beta;
}

/** Gaussian elimination with pivoting. */
export function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let r = i + 1; r < n; r++) {
      const factor = rows[r]![i]! / rows[i]![i]!;
      for (let c = i; c <= n; c++) rows[r]![c] = rows[r]![c]! - factor * rows[i]![c]!;
    }
  }
  const out = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let c = i + 1; c < n; c++) sum -= rows[i]![c]! * out[c]!;
    out[i] = sum / rows[i]![i]!;
  }
  return out;
}
