/** One answer of a method: this query copies this reference, with this confidence. */
export interface Prediction {
  readonly query: string;
  readonly reference: string;
  readonly score: number;
}

/** What a query really copies; null for a stranger. */
export type Truth = ReadonlyMap<string, string | null>;

/** How good the answers of a method are. Shares, 0…1. */
export interface MatchingFigures {
  /** Micro average precision over all answers, as in DISC21 (arXiv 2106.09672, section 4.2). */
  readonly microAp: number;
  readonly recallAtPrecision90: number;
  readonly recallAtPrecision99: number;
  /** Recall above the score of the best wrong answer. */
  readonly recallAtZeroFalseAlarms: number;
  /** Share of the copies whose best answer is right, whatever its score. */
  readonly recallAt1: number;
}

/** Precision and recall after each answer, best first. */
export interface CurvePoint {
  readonly recall: number;
  readonly precision: number;
}

/** Answers sorted by falling score; equal scores are counted wrong first, so ties cannot flatter. */
function ranked(predictions: readonly Prediction[], truth: Truth): { right: boolean; score: number }[] {
  return predictions
    .map(({ query, reference, score }) => ({ right: truth.get(query) === reference, score }))
    .sort((a, b) => b.score - a.score || Number(a.right) - Number(b.right));
}

/** Computes the figures of one method. Every (query, reference) pair may appear once. */
export function measureMatching(predictions: readonly Prediction[], truth: Truth): MatchingFigures {
  const copies = [...truth.values()].filter((reference) => reference !== null).length;
  const order = ranked(predictions, truth);
  let right = 0;
  let microAp = 0;
  let recallAtPrecision90 = 0;
  let recallAtPrecision99 = 0;
  let recallAtZeroFalseAlarms = 0;
  order.forEach((answer, i) => {
    if (!answer.right) return;
    right++;
    const precision = right / (i + 1);
    const recall = right / copies;
    microAp += precision / copies;
    if (precision >= 0.9) recallAtPrecision90 = recall;
    if (precision >= 0.99) recallAtPrecision99 = recall;
    if (precision === 1) recallAtZeroFalseAlarms = recall;
  });
  return {
    microAp,
    recallAtPrecision90,
    recallAtPrecision99,
    recallAtZeroFalseAlarms,
    recallAt1:
      [...bestAnswers(predictions)].filter(([query, best]) => truth.get(query) === best.reference).length /
      copies,
  };
}

/** Best answer of every query that has one. */
export function bestAnswers(predictions: readonly Prediction[]): Map<string, Prediction> {
  const best = new Map<string, Prediction>();
  for (const prediction of predictions) {
    const held = best.get(prediction.query);
    if (!held || prediction.score > held.score) best.set(prediction.query, prediction);
  }
  return best;
}

/** The precision–recall curve. */
export function precisionRecall(predictions: readonly Prediction[], truth: Truth): CurvePoint[] {
  const copies = [...truth.values()].filter((reference) => reference !== null).length;
  let right = 0;
  return ranked(predictions, truth).map((answer, i) => {
    if (answer.right) right++;
    return { recall: right / copies, precision: right / (i + 1) };
  });
}
