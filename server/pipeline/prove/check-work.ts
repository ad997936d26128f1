import {
  digestBytes,
  fingerprintTree,
  hammingDistance,
  hashWorkRecord,
  isSoundLocator,
  merkleLeafHash,
  sha256Digest,
  verifyInclusion,
} from '../../domain/records/index.ts';
import { computeModelDigest } from '../fingerprint/index.ts';
import { filmLeaves } from '../fingerprint/video/index.ts';
import { consentSigningDigest, recoverSigner, type WorkMetadata } from '../record/index.ts';
import { Refuted, require, Undecided } from './claim-result.ts';
import type { ProofBundle } from './proof-bundle.ts';
import { asMetadata, metadataSegments, openDocument } from './read-documents.ts';
import type { ProofFile, VerifyOptions } from './verify-options.ts';

// Two decoders and two scalers move few of the 256 bits of the same picture; edited copies differ in about 40,
// unrelated pictures in about 128.
const SAME_PICTURE_BITS = 16;
const OTHER_PICTURE_BITS = 64;

export function checkRecord({ work }: ProofBundle): string {
  const digest = hashWorkRecord(work.record);
  require(digest ===
    work.recordDigest, 'hashStruct', `the record has the digest ${digest}, not ${work.recordDigest}`);
  return `the record has the digest ${digest}`;
}

/** Gives the metadata through `keep`, for the claims that need it. */
export function checkMetadata({ work }: ProofBundle, keep: (metadata: WorkMetadata) => void): string {
  const { record } = work;
  const metadata = asMetadata(openDocument(work.metadata, record.metadataCid));
  keep(metadata);
  require(metadata.sha256 === record.contentHash, 'contentHash', 'the metadata is of another file');
  require(metadata.mediaType === record.mediaType, 'mediaType', 'the metadata names another media type');
  require(metadata.owner === record.owner, 'owner', `the metadata names ${metadata.owner} as the owner`);
  return `the metadata has the CID ${record.metadataCid} and says what the record says`;
}

export function checkFingerprint({ work }: ProofBundle, metadata: WorkMetadata): string {
  const segments = metadataSegments(metadata);
  const root = fingerprintTree(segments).root;
  require(root ===
    work.record
      .fingerprintRoot, 'fingerprintRoot', `${segments.length} segments give ${root}, the record names ${work.record.fingerprintRoot}`);
  const code = segments[0]?.code;
  require(code ===
    work.record.code, 'code', `the whole work has the code ${code}, the record names ${work.record.code}`);
  return `${segments.length} segments lead to the record’s fingerprint root`;
}

export function checkModel({ work }: ProofBundle, metadata: WorkMetadata, options: VerifyOptions): string {
  const { model, record } = work;
  const computed = computeModelDigest(model.files);
  require(computed === model.digest, 'files', `the files give the model digest ${computed}`);
  require(model.digest === record.modelDigest, 'record', `the record names the model ${record.modelDigest}`);
  require(metadata.model.digest ===
    model.digest, 'metadata', `the metadata names the model ${metadata.model.digest}`);
  const named = model.name === metadata.model.name && model.version === metadata.model.version;
  require(named, 'name', `the metadata calls the model ${metadata.model.name}@${metadata.model.version}`);
  checkSoundModel(work, metadata);
  const own = options.fingerprinter?.modelDigest;
  const here =
    own === undefined
      ? ''
      : own === model.digest
        ? '; the model here is the same'
        : '; the model here is another';
  return `${model.name}@${model.version} has the digest ${model.digest}${here}`;
}

/** The model of a film's sound is named where the record has leaves of sound, and nowhere else. */
function checkSoundModel({ soundModel }: ProofBundle['work'], metadata: WorkMetadata): void {
  const named = metadata.soundModel;
  const hasSound = metadata.segments.some(({ locator }) => isSoundLocator(locator));
  require(hasSound === (named !== undefined), 'sound', 'leaves of sound and their model do not go together');
  require(named?.digest ===
    soundModel?.digest, 'sound', `the metadata names ${named?.digest ?? 'no'} model of the sound`);
  if (soundModel === undefined) return;
  const computed = computeModelDigest(soundModel.files);
  require(computed === soundModel.digest, 'sound', `the files give the model digest ${computed}`);
  const same = soundModel.name === named?.name && soundModel.version === named.version;
  require(same, 'sound', `the metadata calls the model of the sound ${named?.name}@${named?.version}`);
}

export function checkInclusion({ work }: ProofBundle): string {
  const batch = work.anchor.batch!;
  const leafHash = merkleLeafHash(digestBytes(work.recordDigest));
  const proof = { leafHash, index: batch.index, size: batch.size, path: batch.path };
  require(verifyInclusion(
    proof,
    batch.root,
  ), 'path', `the path does not lead from leaf ${batch.index} to the root`);
  return `leaf ${batch.index} of ${batch.size} under the root ${batch.root}`;
}

export async function checkOwner({ work, chain }: ProofBundle, options: VerifyOptions): Promise<string> {
  const { record, lane, consent, anchor } = work;
  if (lane === 'record') {
    require(consent.nonce !== null &&
      consent.deadline !== null, 'terms', 'nonce or deadline of the signature is missing');
    const late = anchor.blockTime > consent.deadline;
    require(!late, 'deadline', 'the work was anchored after the deadline of the signature');
  }
  const terms = { deadline: consent.deadline ?? 0, nonce: consent.nonce };
  const digest = consentSigningDigest(lane, record, terms, {
    chainId: chain.chainId,
    registry: chain.registry,
  });
  const signer = recoverSigner(digest, consent.signature);
  if (signer === record.owner) return `the key of ${record.owner} signed the record`;
  const detail =
    signer === null ? 'it is no ECDSA signature' : `${signer} signed, the owner is ${record.owner}`;
  if (options.chain === undefined) {
    // A contract account signs in its own way: only the chain could tell. A key's signature by another key is plain.
    if (signer === null)
      throw new Undecided('erc1271', `${detail}; without a chain node a contract account cannot be asked`);
    throw new Refuted('signer', detail);
  }
  const accepted = await options.chain.isValidSignature(record.owner, digest, consent.signature);
  require(accepted, 'signer', detail);
  return `the contract account ${record.owner} says that it signed the record`;
}

/** SHA-256 of a file against the one that the chain names. `which` is what the file should be. */
export function checkFile(
  file: ProofFile | undefined,
  expected: string,
  which: 'registered' | 'suspect',
): string {
  if (file === undefined) throw new Undecided('file', `the ${which} file was not given`);
  const digest = 'path' in file ? file.sha256 : sha256Digest(file);
  const other = `the file given has the SHA-256 ${digest}, the ${which} one ${expected}`;
  require(digest === expected, 'sha256', other);
  return `the ${which} file has the SHA-256 ${digest}`;
}

export async function checkLook({ work }: ProofBundle, options: VerifyOptions): Promise<string> {
  const { file } = options;
  if (file === undefined) throw new Undecided('file', 'the registered file was not given');
  const maker = requireModel(options, work.record.modelDigest);
  // Both are asked for before either is used: half of a fingerprint gives no root.
  const listener = work.soundModel && maker.exact ? requireModel(options, work.soundModel.digest) : null;
  const seen = await maker.fingerprint(file, work.record.mediaType);
  if (!maker.exact) return compareCodes(seen.leaves[0]?.code, work.record.code);
  const heard = listener && (await listener.fingerprint(file, work.record.mediaType));
  const { leaves, sound } = filmLeaves(seen, heard);
  const { root } = fingerprintTree(leaves);
  require(root ===
    work.record.fingerprintRoot, 'fingerprintRoot', `the file gives the fingerprint root ${root}`);
  const ofSound = sound ? `, ${leaves.length - sound.firstLeaf} of them of its sound` : '';
  return `the file gives the record’s fingerprint, all ${leaves.length} segments bit by bit${ofSound}`;
}

/** The fingerprinter that runs the model in question, if it is there. */
export function requireModel(options: VerifyOptions, modelDigest: string) {
  const here = [options.fingerprinter, options.soundFingerprinter].filter((one) => one !== undefined);
  const found = here.find((one) => one.modelDigest === modelDigest);
  if (found) return found;
  if (here.length === 0) throw new Undecided('model', 'there is no model here to fingerprint the file with');
  const models = here.map((one) => one.modelDigest).join(' and ');
  throw new Undecided('model', `the model here is ${models}, the record was made with ${modelDigest}`);
}

/** Codes of one picture by two decoders. */
export function compareCodes(computed: `0x${string}` | undefined, recorded: `0x${string}`): string {
  const isNone = (code: string | undefined) => code === undefined || /^0x0+$/.test(code);
  if (computed === undefined || isNone(computed) || isNone(recorded)) {
    if (isNone(computed) && isNone(recorded)) return 'near uniform, without a code, as recorded';
    throw new Undecided('code', 'only one of file and record has a code');
  }
  const bits = hammingDistance(computed, recorded);
  const detail = `${bits} of 256 bits differ from the recorded code, by another decoder than the service’s`;
  if (bits <= SAME_PICTURE_BITS) return detail;
  throw bits >= OTHER_PICTURE_BITS ? new Refuted('code', detail) : new Undecided('code', detail);
}
