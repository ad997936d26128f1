import { z } from 'zod';
import { describeIssue } from '../../domain/describe-issues.ts';
import type { Digest } from '../../domain/digest.ts';
import { InputError } from '../../errors.ts';

const hex = (pattern: RegExp, what: string) =>
  z.string().regex(pattern, `not ${what}`) as unknown as z.ZodType<`0x${string}`>;
const digest = hex(/^0x[0-9a-f]{64}$/, '0x + 64 lower-case hex digits') as z.ZodType<Digest>;
const address = hex(/^0x[0-9a-f]{40}$/, 'a lower-case address');
const bytes = hex(/^0x([0-9a-fA-F]{2})*$/, 'bytes in hex');
const decimal = z.string().regex(/^(0|[1-9][0-9]{0,76})$/, 'not a decimal number');
const unixSeconds = z.int().min(0).max(281_474_976_710_655);
const count = z.int().min(0).max(4_294_967_295);

/** Under which parameters the CID of a document comes out (record/importer.ts). */
const importer = z.strictObject({
  spec: z.literal('unixfs'),
  cidVersion: z.literal(1),
  hash: z.literal('sha2-256'),
  chunker: z.string().regex(/^size-[1-9][0-9]{2,7}$/) as unknown as z.ZodType<`size-${number}`>,
  rawLeaves: z.literal(true),
  layout: z.literal('balanced'),
  maxChildren: z.int().min(2).max(65_536),
  reduceSingleLeaf: z.literal(true),
});

/** A JSON document, byte for byte. */
const document = z.strictObject({ cid: z.string(), sha256: digest, importer, base64: z.string() });

const record = z.strictObject({
  contentHash: digest,
  code: digest,
  fingerprintRoot: digest,
  modelDigest: digest,
  mediaType: z.string(),
  metadataCid: z.string(),
  owner: address,
});

const place = {
  transactionHash: digest,
  blockNumber: count,
  blockHash: digest,
  blockTime: unixSeconds,
  finalized: z.boolean(),
};

const batch = z.strictObject({
  batchId: digest,
  root: digest,
  size: count,
  index: count,
  path: z.array(digest).max(64),
});

/** SHA-256 (64 hex digits) of the model's files, from which its digest follows. */
const model = z.strictObject({
  name: z.string(),
  version: z.string(),
  digest,
  files: z.record(z.string().min(1).max(200), z.string().regex(/^[0-9a-f]{64}$/)),
});

const work = z.strictObject({
  record,
  recordDigest: digest,
  lane: z.enum(['batch', 'record']),
  /** The owner's EIP-712 signature: over the bare record (batch lane) or over `Registration` (record lane). */
  consent: z.strictObject({ signature: bytes, deadline: unixSeconds.nullable(), nonce: decimal.nullable() }),
  anchor: z.strictObject({ ...place, batch: batch.nullable() }),
  metadata: document,
  model,
  /** Of a film whose record commits to its sound, too: the model of that. */
  soundModel: model.optional(),
});

const claim = z.strictObject({
  workId: digest,
  segment: digest,
  suspectHash: digest,
  suspectCode: digest,
  maxDistance: z.int().min(0).max(256),
  similarityBps: z.int().min(0).max(10_000),
  modelDigest: digest,
  evidenceRoot: digest,
  evidenceCid: z.string(),
  accused: address,
  reporter: address,
});

const evidence = z.strictObject({
  claim,
  claimId: digest,
  anchor: z.strictObject(place),
  /** The reporter's signature; null when the reporter sent the transaction. */
  filing: z.strictObject({ signature: bytes, deadline: unixSeconds, nonce: decimal }).nullable(),
  /** The work's segment that was compared; null when the record's own code was. */
  segmentProof: z
    .strictObject({
      segment: z.strictObject({ locator: digest, code: digest, vectorDigest: digest }),
      index: count,
      size: count,
      path: z.array(digest).max(64),
    })
    .nullable(),
  dossier: document,
});

/**
 * Proof bundle v1: everything but the chain and the files themselves. Nothing in it is to be believed; each part is
 * there to be recomputed (docs: `note`). Bundles of this version verify for ever.
 */
export const proofBundleSchema = z.strictObject({
  type: z.literal('colophon.proof'),
  version: z.literal(1),
  kind: z.enum(['work', 'evidence']),
  note: z.string(),
  chain: z.strictObject({ chainId: z.int().min(1), registry: address, ledger: address }),
  work,
  evidence: evidence.nullable(),
});

/** A parsed bundle. */
export type ProofBundle = z.infer<typeof proofBundleSchema>;
export type WorkPart = ProofBundle['work'];
export type EvidencePart = NonNullable<ProofBundle['evidence']>;
export type BundleDocument = WorkPart['metadata'];

/** What every bundle says about itself, for whoever finds one without this program. */
export const BUNDLE_NOTE =
  'Verify with `colophon verify`. By hand: recordDigest = EIP-712 hashStruct of WorkRecord(bytes32 contentHash,' +
  'bytes32 code,bytes32 fingerprintRoot,bytes32 modelDigest,string mediaType,string metadataCid,address owner). ' +
  'Batch lane: RFC 6962 SHA-256 path from the leaf recordDigest to root; batchId = keccak256(abi.encode(root, ' +
  'submitter)); the registry’s batch(batchId) gives its time. Record lane: the registry’s work(recordDigest). ' +
  'contentHash = SHA-256 of the file. fingerprintRoot = RFC 6962 root over abi.encode(locator, code, SHA-256 of vector) ' +
  'of the metadata’s segments. consent signs, under the EIP-712 domain (Colophon, 1, chainId, registry), the record ' +
  '(batch lane) or Registration(WorkRecord record,uint256 nonce,uint256 deadline). CIDs are UnixFS under `importer`.';

/** Reads a bundle from JSON text or a parsed value. Throws `InputError('invalid_bundle')` naming the first bad place. */
export function parseBundle(input: unknown): ProofBundle {
  const parsed = proofBundleSchema.safeParse(typeof input === 'string' ? parseJson(input) : input, {
    error: describeIssue,
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    const isUnknownField = issue?.code === 'unrecognized_keys';
    const isBundle = isUnknownField || !['', 'type', 'version'].includes(where);
    const what = isUnknownField ? `there is no field ${issue.keys.join(', ')}` : issue?.message;
    const detail = isBundle
      ? `the bundle is not well formed${where === '' ? '' : ` at ${where}`}: ${what}`
      : 'this is JSON, but no proof bundle of version 1';
    throw new InputError('invalid_bundle', detail, {
      cause: parsed.error,
    });
  }
  const bundle = parsed.data;
  if ((bundle.kind === 'evidence') !== (bundle.evidence !== null)) {
    throw new InputError(
      'invalid_bundle',
      `a bundle of kind ${bundle.kind} with${bundle.evidence ? '' : 'out'} evidence`,
    );
  }
  if ((bundle.work.lane === 'batch') !== (bundle.work.anchor.batch !== null)) {
    throw new InputError(
      'invalid_bundle',
      `lane ${bundle.work.lane} with${bundle.work.anchor.batch ? '' : 'out'} batch`,
    );
  }
  return bundle;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError('invalid_bundle', 'the bundle is not JSON', { cause });
  }
}
