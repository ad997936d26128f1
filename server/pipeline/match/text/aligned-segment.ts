/** A stretch that agrees letter by letter, in folded characters. */
export interface Anchor {
  readonly query: number;
  readonly source: number;
  readonly size: number;
}

/** A copied stretch in folded characters, before it is told in characters of the originals. */
export interface AlignedSegment {
  readonly queryFrom: number;
  readonly queryTo: number;
  readonly sourceFrom: number;
  readonly sourceTo: number;
  readonly edits: number;
  /** Characters that agree, less three for each edit. */
  readonly score: number;
  /** Ascending on both sides. */
  readonly anchors: readonly Anchor[];
}

/** Keeps the part of a segment that begins at `queryFrom`; null when no anchor is left there. */
export function cutBefore(segment: AlignedSegment, queryFrom: number): AlignedSegment | null {
  const anchors: Anchor[] = [];
  for (const anchor of segment.anchors) {
    const skip = Math.max(0, queryFrom - anchor.query);
    if (skip >= anchor.size) continue;
    anchors.push({ query: anchor.query + skip, source: anchor.source + skip, size: anchor.size - skip });
  }
  const first = anchors[0];
  return first ? shrink(segment, anchors, { queryFrom: first.query, sourceFrom: first.source }) : null;
}

/** Keeps the part of a segment that ends at `queryTo`. */
export function cutAfter(segment: AlignedSegment, queryTo: number): AlignedSegment | null {
  const anchors: Anchor[] = [];
  for (const anchor of segment.anchors) {
    const size = Math.min(anchor.size, queryTo - anchor.query);
    if (size > 0) anchors.push({ ...anchor, size });
  }
  const last = anchors.at(-1);
  return last
    ? shrink(segment, anchors, { queryTo: last.query + last.size, sourceTo: last.source + last.size })
    : null;
}

function shrink(
  segment: AlignedSegment,
  anchors: readonly Anchor[],
  ends: Partial<AlignedSegment>,
): AlignedSegment {
  const cut = { ...segment, ...ends, anchors };
  const share = (cut.queryTo - cut.queryFrom) / Math.max(1, segment.queryTo - segment.queryFrom);
  return { ...cut, edits: Math.round(segment.edits * share), score: segment.score * share };
}

/** Joins two segments that follow each other on both sides; what lies between was replaced. */
export function join(first: AlignedSegment, second: AlignedSegment): AlignedSegment {
  const gap = Math.max(second.queryFrom - first.queryTo, second.sourceFrom - first.sourceTo);
  return {
    queryFrom: first.queryFrom,
    queryTo: second.queryTo,
    sourceFrom: first.sourceFrom,
    sourceTo: second.sourceTo,
    edits: first.edits + second.edits + gap,
    score: first.score + second.score,
    anchors: [...first.anchors, ...second.anchors],
  };
}
