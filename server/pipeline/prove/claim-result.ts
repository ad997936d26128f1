/** The claims of a bundle, in the order they are told. */
export const CLAIM_NAMES = [
  'record',
  'metadata',
  'fingerprint',
  'model',
  'inclusion',
  'chain',
  'owner',
  'existed',
  'file',
  'look',
  'claim',
  'dossier',
  'segment',
  'distance',
  'similarity',
  'reporter',
  'filed',
  'suspect-file',
  'suspect-look',
] as const;
export type ClaimName = (typeof CLAIM_NAMES)[number];

/** `unknown`: nothing speaks against it, but something that it needs is missing or does not answer. */
export type ClaimStatus = 'true' | 'false' | 'unknown';

/** How one claim came out. */
export interface ClaimResult {
  readonly name: ClaimName;
  readonly status: ClaimStatus;
  /** One sentence for a person: what was computed, or what stands in the way. */
  readonly detail: string;
  /** The step that failed or could not be taken; absent when the claim is true. */
  readonly failingStep?: string;
}

/** What a check gives: a sentence when it holds. */
export type ClaimCheck = () => string | Promise<string>;

/** Ends a check: the claim is false. */
export class Refuted extends Error {
  readonly step: string;

  constructor(step: string, detail: string) {
    super(detail);
    this.step = step;
  }
}

/** Ends a check: it cannot be told. */
export class Undecided extends Refuted {}

/** Goes on when `condition` holds; else the claim is false at `step`. */
export function require(condition: boolean, step: string, detail: string): asserts condition {
  if (!condition) throw new Refuted(step, detail);
}

/**
 * Collects claims. A claim whose ground is false is not called false as well, but `unknown` with the ground as the
 * failing step: so the one thing that is wrong stands out.
 */
export class ClaimList {
  readonly #results = new Map<ClaimName, ClaimResult>();
  /** Claims that are false, and those that build on them: to the false one at the bottom. */
  readonly #fallen = new Map<ClaimName, ClaimName>();

  async check(name: ClaimName, needs: readonly ClaimName[], check: ClaimCheck): Promise<void> {
    const ground = needs.map((need) => this.#fallen.get(need)).find((found) => found !== undefined);
    if (ground !== undefined) {
      const detail = `it builds on "${ground}", which is false`;
      this.#results.set(name, { name, status: 'unknown', detail, failingStep: ground });
      this.#fallen.set(name, ground);
      return;
    }
    const result = await run(name, check);
    this.#results.set(name, result);
    if (result.status === 'false') this.#fallen.set(name, name);
  }

  /** In the order of {@link CLAIM_NAMES}. */
  results(): ClaimResult[] {
    return CLAIM_NAMES.flatMap((name) => this.#results.get(name) ?? []);
  }
}

async function run(name: ClaimName, check: ClaimCheck): Promise<ClaimResult> {
  try {
    return { name, status: 'true', detail: await check() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof Undecided) return { name, status: 'unknown', detail, failingStep: error.step };
    if (error instanceof Refuted) return { name, status: 'false', detail, failingStep: error.step };
    // A node that does not answer, a decoder that fails: no reason to call the claim false.
    const step = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    return { name, status: 'unknown', detail, failingStep: step };
  }
}

/** The outcome of all claims: one false makes it false, one open leaves it open. */
export function overallStatus(claims: readonly ClaimResult[]): ClaimStatus {
  if (claims.some((claim) => claim.status === 'false')) return 'false';
  return claims.length > 0 && claims.every((claim) => claim.status === 'true') ? 'true' : 'unknown';
}
