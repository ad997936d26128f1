export type {
  AnchorEvent,
  AnchorListener,
  AnchorSubject,
  BatchCandidate,
  BatchSource,
  WorkAnchor,
} from './anchor-listener.ts';
export type {
  AnchorEventOnChain,
  BatchOnChain,
  Block,
  BlockTag,
  ChainPlace,
  ChainReader,
  ClaimOnChain,
  Receipt,
  WorkOnChain,
} from './chain-reader.ts';
export type { ChainWriter, Fees, SendAnswer, SignedTransaction } from './chain-writer.ts';
export type { AnchorContext } from './describe-anchor.ts';
export { describeSubject } from './describe-anchor.ts';
export { bumpFees } from './fees.ts';
export type { BatchManifest } from './form-batch.ts';
export { formBatch, MAX_BATCH_SIZE } from './form-batch.ts';
export type { PlacedFacts, QueuedFacts, Step, SubmittedFacts } from './next-step.ts';
export {
  failOrReplace,
  mustWaitInLine,
  retryPauseMs,
  stepPlaced,
  stepQueued,
  stepSubmitted,
} from './next-step.ts';
export type {
  ChainSubject,
  FileClaim,
  Operation,
  PromoteFor,
  RegisterBatch,
  RegisterFor,
} from './operation.ts';
export { lineOf, operationId, subjectOf } from './operation.ts';
export type { Batch, BatchMember, Outbox, OutboxChange, OutboxEntry, OutboxState } from './outbox.ts';
export { OUTBOX_STATES } from './outbox.ts';
