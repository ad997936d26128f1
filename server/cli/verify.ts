import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connectChain } from '../chain/connect-chain.ts';
import { isPublishedCode } from '../chain/published-code.ts';
import { isAddress } from '../domain/records/index.ts';
import { InputError } from '../errors.ts';
import {
  type ClaimResult,
  findWrongFiles,
  overallStatus,
  type ProofBundle,
  type ProofFile,
  parseBundle,
  type VerifyOptions,
  verifyBundle,
  type WrongFiles,
} from '../pipeline/prove/index.ts';
import { EXIT } from './exit-codes.ts';
import { style } from './output.ts';
import { openFingerprinter } from './verify-fingerprinter.ts';

/** Options of `colophon verify`. */
export interface VerifyFlags {
  /** The registered file. */
  readonly file?: string;
  /** The suspected copy. */
  readonly suspect?: string;
  /** URL of a chain node that the caller trusts. */
  readonly rpc?: string;
  /** The WorkRegistry that the caller expects; else the bundle's own, whose code is compared all the same. */
  readonly registry?: string;
  /** The EvidenceLedger that the caller expects; its arbiter decides what status a claim has. */
  readonly ledger?: string;
}

/**
 * `colophon verify`: checks a bundle with no help from the service and prints it claim by claim. Gives the exit code:
 * 0 all that was asked is true, 1 something is false, 3 something cannot be told. Throws `InputError` for what is no bundle or no file
 * (exit code 2).
 */
export async function runVerify(path: string, flags: VerifyFlags, json = false): Promise<number> {
  const bundle = parseBundle(new TextDecoder().decode(await readInput(path)));
  if (flags.suspect !== undefined && bundle.kind === 'work')
    throw new InputError('invalid_request', `${path} proves a work and accuses no file: leave --suspect out`);
  const all = await verify(bundle, flags);
  const notAsked = all.filter((claim) => isNotAsked(bundle.kind, claim, flags)).map((claim) => claim.name);
  const claims = all.filter((claim) => !notAsked.includes(claim.name));
  const status = overallStatus(claims);
  const contracts = trustedContracts(bundle, flags, claims);
  const { proof, wrongFiles } = judgeFiles(claims);
  const answer = { status, proof, wrongFiles, kind: bundle.kind, contracts, claims, notAsked };
  if (json) console.log(JSON.stringify(answer));
  else console.log(describeClaims(bundle, claims, notAsked, contracts));
  return { true: EXIT.ok, false: EXIT.false, unknown: EXIT.unknown }[status];
}

/**
 * Claims about the registered file that the caller did not give are no open questions: nobody asked. Not so for
 * evidence: what it says of the two looks is the reporter's word until both files are there, so it stays open.
 */
function isNotAsked(kind: ProofBundle['kind'], { name }: ClaimResult, flags: VerifyFlags): boolean {
  return kind === 'work' && flags.file === undefined && (name === 'file' || name === 'look');
}

/** What the claims say of the proof itself, and which of the files given are not those that it is about. */
function judgeFiles(claims: readonly ClaimResult[]): {
  readonly proof: ClaimResult['status'];
  readonly wrongFiles: WrongFiles['which'];
} {
  const wrong = findWrongFiles(claims);
  if (wrong === null) return { proof: overallStatus(claims), wrongFiles: [] };
  return { proof: wrong.restHolds ? 'true' : 'unknown', wrongFiles: wrong.which };
}

async function verify(bundle: ProofBundle, flags: VerifyFlags): Promise<ClaimResult[]> {
  const file = flags.file === undefined ? undefined : await digestFile(flags.file);
  const suspectFile = flags.suspect === undefined ? undefined : await digestFile(flags.suspect);
  const wanted = file !== undefined || suspectFile !== undefined;
  const { record, soundModel } = bundle.work;
  const fingerprinter = wanted ? await openFingerprinter(record.modelDigest) : null;
  const listener = wanted && soundModel ? await openFingerprinter(soundModel.digest) : null;
  try {
    const options: VerifyOptions = {
      file,
      suspectFile,
      chain: openChain(bundle, flags),
      isPublishedCode,
      fingerprinter: fingerprinter ?? undefined,
      soundFingerprinter: listener ?? undefined,
    };
    return await verifyBundle(bundle, options);
  } finally {
    await fingerprinter?.close();
    await listener?.close();
  }
}

/** A contract that the answers about the chain come from, and who named it. */
export interface TrustedContract {
  readonly name: 'registry' | 'ledger';
  readonly address: string;
  /** The caller named it. Else the bundle did, which proves nothing: anybody can deploy the same code elsewhere. */
  readonly pinned: boolean;
  /** Its code is the published one; null where no node told. */
  readonly publishedCode: boolean | null;
}

/** Which contracts were asked, and why they are trusted: a work's bundle leans on the registry, evidence on both. */
function trustedContracts(
  bundle: ProofBundle,
  flags: VerifyFlags,
  claims: readonly ClaimResult[],
): TrustedContract[] {
  const chain = claims.find((claim) => claim.name === 'chain');
  const publishedCode = chain === undefined || chain.status === 'unknown' ? null : chain.status === 'true';
  const names = bundle.kind === 'evidence' ? (['registry', 'ledger'] as const) : (['registry'] as const);
  return names.map((name) => ({
    name,
    address: flags[name]?.toLowerCase() ?? bundle.chain[name],
    pinned: flags[name] !== undefined,
    publishedCode,
  }));
}

function describeContract({ name, address, pinned, publishedCode }: TrustedContract): string {
  const label = `${name.padEnd(8)}  ${address}`;
  if (pinned) return `${style('green', 'pinned ')}  ${label}  named by --${name}`;
  const why =
    publishedCode === true
      ? 'its code is the published one, which anybody can deploy'
      : 'nothing speaks for it';
  return `${style('yellow', 'NOT PINNED')}  ${label}  named by the bundle itself; ${why}: compare it, or give --${name}`;
}

function openChain(bundle: ProofBundle, flags: VerifyFlags): VerifyOptions['chain'] {
  const { rpc } = flags;
  const registry = flags.registry?.toLowerCase() ?? bundle.chain.registry;
  const ledger = flags.ledger?.toLowerCase() ?? bundle.chain.ledger;
  if (!isAddress(registry))
    throw new InputError('invalid_request', `--registry ${registry} is not an address`);
  if (!isAddress(ledger)) throw new InputError('invalid_request', `--ledger ${ledger} is not an address`);
  if (rpc === undefined) return undefined;
  if (!URL.canParse(rpc)) throw new InputError('invalid_request', `--rpc ${rpc} is not a URL`);
  return connectChain({ rpcUrl: rpc, registry, ledger }).reader;
}

const MARKS = { true: 'green', false: 'red', unknown: 'yellow' } as const;
const WORDS = { true: 'true   ', false: 'FALSE  ', unknown: 'unknown' } as const;

/** Claims in lines for a person: the outcome of each, and where it failed. */
export function describeClaims(
  bundle: ProofBundle,
  claims: readonly ClaimResult[],
  notAsked: readonly string[] = [],
  contracts: readonly TrustedContract[] = [],
): string {
  const { work, chain } = bundle;
  const lines = claims.map(({ name, status, detail, failingStep }) => {
    const step = failingStep === undefined ? '' : style('dim', ` [step: ${failingStep}]`);
    return `${style(MARKS[status], WORDS[status])}  ${name.padEnd(12)}  ${detail}${step}`;
  });
  const count = (status: ClaimResult['status']) => claims.filter((claim) => claim.status === status).length;
  const outcome = overallStatus(claims);
  const summary = `${count('true')} true, ${count('false')} false, ${count('unknown')} unknown`;
  const plain = style(MARKS[outcome], `${describeOutcome(claims, contracts)} ${summary}`);
  const title = `${bundle.kind} ${work.recordDigest}, owner ${work.record.owner}, chain ${chain.chainId}`;
  const open = notAsked.length === 0 ? '' : style('dim', ` (not asked: ${notAsked.join(', ')})`);
  return [title, ...contracts.map(describeContract), ...lines, plain + open].join('\n');
}

/** The outcome in a sentence: a false proof is told from a true one beside another file. */
function describeOutcome(claims: readonly ClaimResult[], contracts: readonly TrustedContract[]): string {
  const { proof, wrongFiles } = judgeFiles(claims);
  const isPinned = contracts.every((contract) => contract.pinned);
  const condition = isPinned ? '' : ', if the contracts that it names are the right ones';
  if (wrongFiles.length === 0) {
    return {
      true: `The proof holds${condition}.`,
      false: 'The proof is false.',
      unknown: 'Nothing failed, but not everything could be told.',
    }[proof];
  }
  const files = {
    file: 'the file given is not the one that the proof is about',
    'suspect-file': 'the suspect given is not the file that was accused',
  };
  const others = wrongFiles.map((name) => files[name]).join(', and ');
  const rest =
    proof === 'true'
      ? `The proof itself holds${condition}.`
      : 'Of the proof itself nothing failed, but not everything could be told.';
  return `${others.charAt(0).toUpperCase()}${others.slice(1)}. ${rest}`;
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new InputError('invalid_request', `${path} cannot be read`, { cause });
  }
}

/** The file by its place and digest: a film is never in memory as a whole. */
async function digestFile(path: string): Promise<ProofFile> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (cause) {
    throw new InputError('invalid_request', `${path} cannot be read`, { cause });
  }
  return { path, sha256: `0x${hash.digest('hex')}` };
}
