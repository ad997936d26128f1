import type { ChainPlace, ChainReader, Operation, OutboxEntry } from '../pipeline/anchor/index.ts';
import { subjectOf } from '../pipeline/anchor/index.ts';

/** What is known of a transaction that was sent. */
export interface SubmittedAnswer {
  readonly standing: ChainPlace | null;
  /** One of its transactions is in a block and failed. */
  readonly reverted: boolean;
}

/**
 * The questions of one anchoring round. Answers are remembered until `forget`: within a round the same block and the
 * same signer are asked for many times.
 */
export class AskChain {
  readonly #reader: ChainReader;
  readonly #submitter: `0x${string}`;
  #hashes = new Map<number, string | null>();
  #nonces = new Map<string, bigint>();

  constructor(reader: ChainReader, submitter: `0x${string}`) {
    this.#reader = reader;
    this.#submitter = submitter;
  }

  forget(): void {
    this.#hashes = new Map();
    this.#nonces = new Map();
  }

  /** Where an operation's effect stands, whoever brought it about. */
  async standing(operation: Operation): Promise<ChainPlace | null> {
    const subject = subjectOf(operation, this.#submitter);
    const known =
      subject.kind === 'batch'
        ? await this.#reader.batch(subject.id)
        : subject.kind === 'work'
          ? await this.#reader.work(subject.id)
          : await this.#reader.claim(subject.id);
    return known === null ? null : await this.#reader.findAnchor(subject);
  }

  /** What became of the transactions of a submitted operation. */
  async submitted(entry: OutboxEntry, minedNonce: number): Promise<SubmittedAnswer> {
    let reverted = false;
    for (const attempt of entry.attempts) {
      const receipt = await this.#reader.receipt(attempt.hash);
      if (receipt === null) continue;
      reverted ||= !receipt.succeeded;
      const subject = subjectOf(entry.operation, this.#submitter);
      const standing = await this.#reader.findAnchor(subject, receipt.blockHash);
      if (standing !== null) return { standing, reverted: false };
    }
    // Its nonce is used, but not by what we know: perhaps by an attempt that was given up.
    const used = reverted || (entry.nonce ?? 0) < minedNonce;
    return { standing: used ? await this.standing(entry.operation) : null, reverted };
  }

  /** The nonce that the contract takes next from the one who signed an operation; null where none is signed. */
  async signerNonce(operation: Operation): Promise<bigint | null> {
    if (operation.kind === 'register-for') {
      const { owner } = operation.record;
      return await this.#once(owner, () => this.#reader.registrationNonce(owner));
    }
    if (operation.kind === 'file-claim' && operation.filing !== null) {
      const { reporter } = operation.claim;
      return await this.#once(`claims ${reporter}`, () => this.#reader.filingNonce(reporter));
    }
    return null;
  }

  /** Hash of the block that stands at a number; null where there is none. */
  async hashAt(number: number): Promise<string | null> {
    let hash = this.#hashes.get(number);
    if (hash === undefined) {
      hash = (await this.#reader.block(number))?.hash ?? null;
      this.#hashes.set(number, hash);
    }
    return hash;
  }

  async #once(key: string, ask: () => Promise<bigint>): Promise<bigint> {
    const nonce = this.#nonces.get(key) ?? (await ask());
    this.#nonces.set(key, nonce);
    return nonce;
  }
}
