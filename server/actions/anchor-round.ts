import type { Digest } from '../domain/digest.ts';
import { ColophonError } from '../errors.ts';
import {
  type AnchorContext,
  type AnchorEvent,
  type AnchorListener,
  type Block,
  bumpFees,
  type ChainReader,
  type ChainWriter,
  describeSubject,
  failOrReplace,
  lineOf,
  mustWaitInLine,
  type Outbox,
  type OutboxChange,
  type OutboxEntry,
  retryPauseMs,
  type SendAnswer,
  type SignedTransaction,
  type Step,
  stepPlaced,
  stepQueued,
  stepSubmitted,
} from '../pipeline/anchor/index.ts';
import { AskChain } from './ask-chain.ts';

/** What a round works with. */
export interface RoundOptions<Tx> {
  readonly outbox: Outbox<Tx>;
  readonly reader: ChainReader;
  readonly writer: ChainWriter;
  readonly listener: AnchorListener<Tx>;
  /** Most transactions under way at once. */
  readonly window: number;
  /** Unix milliseconds are compared with it: a transaction older than this pays more. */
  readonly bumpAfterMs: number;
}

const QUEUE_PAGE = 1000; // queued operations that one round looks at

/** How many placed operations are looked at again at a time, newest first, until all of them stand. */
const SENTINEL_PAGE = 20;

/**
 * One look at the chain and at the outbox: follows what is under way, checks that what stood still stands, sends what
 * is due. Every decision is made by the pure steps of `pipeline/anchor`; this class asks and carries out.
 */
export class AnchorRound<Tx> {
  readonly #options: RoundOptions<Tx>;
  readonly #ask: AskChain;
  #context: AnchorContext | null = null;
  #lastHead: Block | null = null;
  #progress = false;

  constructor(options: RoundOptions<Tx>) {
    this.#options = options;
    this.#ask = new AskChain(options.reader, options.writer.address);
  }

  /** Runs a round. True when something moved, so another round is worth it at once. */
  async run(): Promise<boolean> {
    const { reader, writer } = this.#options;
    this.#progress = false;
    this.#ask.forget();
    const chainId = await reader.chainId();
    this.#context = { chainId, registry: reader.registry, submitter: writer.address };
    await this.#followHead();
    await this.#followSubmitted();
    await this.#sendQueued();
    return this.#progress;
  }

  /** Forgets what it saw: the next round looks at everything that stands, as after a start. */
  reset(): void {
    this.#lastHead = null;
  }

  /** Looks at what stands whenever the head moved; at everything that may have gone when it moved back. */
  async #followHead(): Promise<void> {
    const { reader } = this.#options;
    const head = await reader.block('latest');
    if (head === null) return;
    const before = this.#lastHead;
    if (before?.hash === head.hash) return;
    const continues = before !== null && (await this.#ask.hashAt(before.number)) === before.hash;
    if (!continues) await this.#sentinel();
    const finalized = await reader.block('finalized');
    for (const entry of await this.#options.outbox.list(['anchored'])) {
      await this.#checkPlaced(entry, finalized?.number ?? null);
    }
    this.#lastHead = head; // last: a failure above must not count as having looked
  }

  /** Walks down what stood, finalized or not, until a whole page still stands. */
  async #sentinel(): Promise<void> {
    let after: OutboxEntry | undefined;
    for (;;) {
      const page = await this.#options.outbox.listPlaced(SENTINEL_PAGE, after);
      let moved = 0;
      for (const entry of page) if (await this.#checkPlaced(entry, null)) moved += 1;
      if (page.length < SENTINEL_PAGE || moved === 0) return;
      after = page.at(-1);
    }
  }

  /** True when the entry moved away from its place. */
  async #checkPlaced(entry: OutboxEntry, finalizedNumber: number | null): Promise<boolean> {
    const hashAtPlace = entry.place === null ? null : await this.#ask.hashAt(entry.place.blockNumber);
    const gone = hashAtPlace !== entry.place?.blockHash;
    const standing = gone ? await this.#ask.standing(entry.operation) : null;
    await this.#carryOut(entry, stepPlaced(entry, { hashAtPlace, standing, finalizedNumber }));
    return gone;
  }

  async #followSubmitted(): Promise<void> {
    const { outbox, writer, bumpAfterMs } = this.#options;
    const entries = await outbox.list(['submitted']);
    if (entries.length === 0) return;
    // Asked first: what is mined meanwhile only makes this number too low, and then we wait a round.
    const minedNonce = await writer.minedNonce();
    let contiguousNonce = minedNonce;
    for (const entry of entries) {
      const { standing, reverted } = await this.#ask.submitted(entry, minedNonce);
      const newest = entry.attempts.at(-1);
      const known = standing !== null || (newest !== undefined && (await writer.knows(newest.hash)));
      const facts = { standing, reverted, minedNonce, contiguousNonce, known, now: Date.now(), bumpAfterMs };
      const step = stepSubmitted(entry, facts);
      if (entry.nonce === contiguousNonce && step.do !== 'requeue') contiguousNonce += 1;
      await this.#carryOut(entry, step);
    }
  }

  async #sendQueued(): Promise<void> {
    const { outbox, writer, window } = this.#options;
    const submitted = await outbox.list(['submitted']);
    if (submitted.length >= window) return; // what waits may be long
    for (const entry of await outbox.listDue(Date.now(), QUEUE_PAGE)) {
      if (submitted.length >= window) return;
      const dependency = entry.dependsOn === null ? null : await outbox.get(entry.dependsOn);
      const signerNonce = await this.#ask.signerNonce(entry.operation);
      const line = lineOf(entry.operation)?.line;
      const lineMoves = line !== undefined && submitted.some((one) => lineOf(one.operation)?.line === line);
      const facts = { dependency, signerNonce, lineMoves };
      if (mustWaitInLine(entry, facts)) continue;
      const standing = await this.#ask.standing(entry.operation);
      const step = stepQueued(entry, { standing, ...facts });
      if (step.do !== 'send') {
        await this.#carryOut(entry, step);
        continue;
      }
      const gasLimit = await this.#simulate(entry);
      if (gasLimit === null) continue;
      // Reserved only now: a refused operation must not leave a gap.
      const nonce = firstFreeNonce(await writer.minedNonce(), submitted);
      const signed = await writer.sign(entry.operation, nonce, gasLimit, await writer.suggestFees());
      submitted.push(await this.#submit(entry, 'queued', signed));
    }
  }

  /** Gas limit, or null when the contract refused: then the entry failed or waits. */
  async #simulate(entry: OutboxEntry): Promise<number | null> {
    try {
      return await this.#options.writer.simulate(entry.operation);
    } catch (error) {
      if (!(error instanceof ColophonError) || error.retryable) throw error;
      const name = String(error.extra['error'] ?? '');
      const step: Step = MAY_PASS.has(name)
        ? { do: 'wait', reason: error.message }
        : failOrReplace(entry, error.code, error.message);
      await this.#carryOut(entry, step);
      return null;
    }
  }

  async #carryOut(entry: OutboxEntry, step: Step): Promise<void> {
    switch (step.do) {
      case 'wait':
        // Queued entries wait longer each time; those under way are looked at in every round.
        if (entry.state === 'queued') await this.#write(entry, pause(entry), null);
        return;
      case 'anchor': {
        const { place } = step;
        const change: OutboxChange = { ...PLACED, state: 'anchored', place };
        return await this.#write(entry, change, { type: 'anchored', place });
      }
      case 'finalize':
        return await this.#write(entry, { state: 'finalized' }, { type: 'finalized', place: entry.place! });
      case 'requeue':
      case 'rollBack':
        return await this.#requeue(entry, step.reason);
      case 'fail':
      case 'replace': {
        const problem = { code: step.code, detail: step.detail };
        const state = step.do === 'fail' ? 'failed' : 'replaced';
        return await this.#write(entry, { ...PLACED, state, problem }, { type: state, problem });
      }
      case 'resend':
        await this.#hand(entry.attempts.at(-1)!);
        return;
      case 'bump':
        return await this.#bump(entry);
      case 'send':
        throw new TypeError('sending needs a nonce');
    }
  }

  async #requeue(entry: OutboxEntry, reason: string): Promise<void> {
    await this.#write(entry, { ...PLACED, state: 'queued', place: null }, { type: 'rolledBack', reason });
  }

  async #bump(entry: OutboxEntry): Promise<void> {
    const { writer } = this.#options;
    const gasLimit = await this.#simulate(entry);
    if (gasLimit === null) return;
    const fees = bumpFees(entry.attempts.at(-1)!.fees, await writer.suggestFees());
    await this.#submit(entry, 'submitted', await writer.sign(entry.operation, entry.nonce!, gasLimit, fees));
  }

  /** Durable first, then sent: after a crash in between the same bytes are sent again. */
  async #submit(
    entry: OutboxEntry,
    from: 'queued' | 'submitted',
    signed: SignedTransaction,
  ): Promise<OutboxEntry> {
    const { nonce } = signed;
    const change: OutboxChange = { state: 'submitted', nonce, attempt: signed, failures: 0 };
    const event = { type: 'submitted', transactionHash: signed.hash, nonce } as const;
    await this.#write({ ...entry, state: from }, change, event);
    const submitted: OutboxEntry = {
      ...entry,
      state: 'submitted',
      nonce,
      attempts: [...entry.attempts, signed],
    };
    const answer = await this.#hand(signed);
    // Somebody else's transaction holds the nonce in the pool. Outbid it once at once, then only as time passes:
    // an auction against a stranger could cost anything.
    if (answer === 'underpriced' && from === 'queued') await this.#bump(submitted);
    return submitted;
  }

  /** `nonce_used` and `nonce_ahead` are left to the next round, which asks the chain. */
  async #hand(signed: SignedTransaction): Promise<SendAnswer> {
    this.#progress = true;
    return await this.#options.writer.send(signed);
  }

  /** Writes a step and tells the listener in one transaction. */
  async #write(entry: OutboxEntry, change: OutboxChange, event: EventFacts | null): Promise<void> {
    const { outbox, listener } = this.#options;
    const context = this.#context!;
    const { operation } = entry;
    const batch =
      event !== null && operation.kind === 'register-batch' ? await outbox.batch(operation.batchId) : null;
    await outbox.transaction(async (tx) => {
      const written = await outbox.update(tx, entry.id, entry.state, change);
      if (!written || event === null) return;
      const place = 'place' in event ? event.place : null;
      const subject = describeSubject(operation, context, place, event.type === 'finalized', batch);
      await listener.onAnchorEvent(tx, { operationId: entry.id as Digest, operation, subject, ...event });
    });
    if (event !== null) this.#progress = true;
  }
}

type EventFacts = AnchorEvent extends infer E
  ? E extends AnchorEvent
    ? Omit<E, 'operationId' | 'operation' | 'subject'>
    : never
  : never;

/** What every change of place resets. */
const PLACED: OutboxChange = {
  nonce: null,
  dropAttempts: true,
  failures: 0,
  nextAttemptAt: 0,
  problem: null,
};

/** Refusals that pass: it is done already, or what it needs comes with the next block. */
const MAY_PASS: ReadonlySet<string> = new Set([
  'AlreadyAnchored',
  'WorkAlreadyRegistered',
  'AlreadyClaimed',
  'UnknownBatch',
  'WorkNotRegistered',
]);

function pause(entry: OutboxEntry): OutboxChange {
  return { failures: entry.failures + 1, nextAttemptAt: Date.now() + retryPauseMs(entry.failures) };
}

function firstFreeNonce(minedNonce: number, submitted: readonly OutboxEntry[]): number {
  const taken = new Set(submitted.map((entry) => entry.nonce));
  let nonce = minedNonce;
  while (taken.has(nonce)) nonce += 1;
  return nonce;
}
