/** The comparison of two wordings, for the doors that show the excerpts of a match. */
export { diffWording, type WordingPiece } from '../pipeline/match/text/diff-wording.ts';
