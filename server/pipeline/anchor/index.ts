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
export type {
  ChainSubject,
  FileClaim,
  Operation,
  PromoteFor,
  RegisterBatch,
  RegisterFor,
} from './operation.ts';
export { operationId, subjectOf } from './operation.ts';
export type { Batch, BatchMember, Outbox, OutboxChange, OutboxEntry, OutboxState } from './outbox.ts';
export { OUTBOX_STATES } from './outbox.ts';
