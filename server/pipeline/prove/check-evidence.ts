import { type Digest, ZERO_DIGEST } from '../../domain/digest.ts';
import {
  claimFilingDigest,
  comparableDistance,
  hashEvidenceClaim,
  isSoundLocator,
  segmentLeafHash,
  verifyInclusion,
  WHOLE_WORK_SEGMENT,
  ZERO_ADDRESS,
} from '../../domain/records/index.ts';
import { similarityOfDistance, TEXT_MODEL_DIGEST } from '../fingerprint/text/index.ts';
import { cosine } from '../match/index.ts';
import { recoverSigner, similarityBps, type WorkMetadata } from '../record/index.ts';
import { requireChain } from './check-chain.ts';
import { compareCodes, requireModel } from './check-work.ts';
import { Refuted, require, Undecided } from './claim-result.ts';
import type { EvidencePart, ProofBundle } from './proof-bundle.ts';
import {
  type DossierFacts,
  metadataSegments,
  openDocument,
  readDossier,
  segmentVector,
} from './read-documents.ts';
import type { VerifyOptions } from './verify-options.ts';

/** Cosines are sums of integers; only their last rounding can differ between engines. */
const BPS_TOLERANCE = 1;
/** Why the figure is another than the check's. */
const LOOKS_CLOSER = 'a check may look closer at the area it found';

export function checkClaim(bundle: ProofBundle, evidence: EvidencePart): string {
  const id = hashEvidenceClaim(evidence.claim);
  require(id === evidence.claimId, 'hashStruct', `the claim has the id ${id}, not ${evidence.claimId}`);
  const { workId } = evidence.claim;
  require(workId === bundle.work.recordDigest, 'workId', `the claim is against the work ${workId}`);
  return `the claim has the id ${id}`;
}

/** Gives the dossier through `keep`, for the claims that need it. */
export function checkDossier(evidence: EvidencePart, keep: (facts: DossierFacts) => void): string {
  const { claim, dossier } = evidence;
  const facts = readDossier(openDocument(dossier, claim.evidenceCid));
  keep(facts);
  require(facts.root === claim.evidenceRoot, 'evidenceRoot', `the parts give the root ${facts.root}`);
  require(facts.recordDigest === claim.workId, 'work', 'the dossier is of another work');
  require(facts.suspect.contentHash === claim.suspectHash, 'suspect', 'the dossier is of another suspect');
  require(facts.modelDigest === claim.modelDigest, 'model', 'the dossier names another model');
  require(facts.reporter === claim.reporter, 'reporter', 'the dossier names another reporter');
  require((facts.accused ?? ZERO_ADDRESS) === claim.accused, 'accused', 'the dossier names another accused');
  return `the dossier has the CID ${claim.evidenceCid}, its parts lead to the evidence root`;
}

/** The code of the work that was compared, proved to belong to it, and by the model that made it. */
export function checkSegment(
  bundle: ProofBundle,
  evidence: EvidencePart,
  metadata: () => WorkMetadata,
): string {
  const { claim, segmentProof: proof } = evidence;
  requireClaimedModel(bundle, evidence, metadata);
  if (proof === null) {
    require(claim.segment === WHOLE_WORK_SEGMENT, 'segment', 'the segment of the claim is not in the bundle');
    return 'the claim is against the whole work';
  }
  const leafHash = segmentLeafHash(proof.segment);
  require(leafHash ===
    claim.segment, 'segment', `the segment has the leaf hash ${leafHash}, not ${claim.segment}`);
  const { index, size, path } = proof;
  const included = verifyInclusion({ leafHash, index, size, path }, bundle.work.record.fingerprintRoot);
  require(included, 'path', 'the path does not lead from the segment to the record’s fingerprint root');
  const what = isSoundLocator(proof.segment.locator) ? ', a stretch of its sound' : '';
  return `the claim is against segment ${index} of ${size}${what}`;
}

/** Codes of two models have nothing to do with each other: the claim names the one that made the leaf it is against. */
function requireClaimedModel(
  { work }: ProofBundle,
  { claim, segmentProof }: EvidencePart,
  metadata: () => WorkMetadata,
): void {
  // Equal bytes are claimed without a look, by whatever model.
  if (claim.suspectCode === ZERO_DIGEST) return;
  const ofSound = segmentProof !== null && isSoundLocator(segmentProof.segment.locator);
  const own = ofSound ? metadata().soundModel?.digest : work.record.modelDigest;
  const detail = `the claim names the model ${claim.modelDigest}, the segment is of ${own ?? 'none that is named'}`;
  require(claim.modelDigest === own, 'model', detail);
}

export async function checkDistance(
  bundle: ProofBundle,
  evidence: EvidencePart,
  options: VerifyOptions,
): Promise<string> {
  const { claim } = evidence;
  const code = comparedCode(bundle, evidence);
  const distance = comparableDistance(code, claim.suspectCode);
  if (distance === undefined) {
    const same = claim.suspectHash === bundle.work.record.contentHash;
    require(same, 'bytes', 'one side has no code, and the bytes differ');
    return 'no codes to compare; the suspect is the work byte for byte';
  }
  const beyond = `${distance} bits differ, the claim says at most ${claim.maxDistance}`;
  require(distance <= claim.maxDistance, 'maxDistance', beyond);
  if (options.chain === undefined) return `${distance} of 256 bits differ, counted here`;
  const counted = await options.chain.hammingDistance(code, claim.suspectCode);
  require(counted ===
    distance, 'contract', `the contract counts ${counted} bits, ${distance} were counted here`);
  const stored = (await options.chain.claim(evidence.claimId))?.distance ?? distance;
  require(stored === distance, 'ledger', `the ledger recorded ${stored} bits, ${distance} were counted here`);
  return `${distance} of 256 bits differ, counted here and by the contract`;
}

/** From the vectors in metadata and dossier; no file is needed. */
export function checkSimilarity(
  evidence: EvidencePart,
  metadata: WorkMetadata,
  dossier: DossierFacts,
): string {
  const { claim, segmentProof } = evidence;
  const { segment } = dossier.suspect;
  const index = segmentProof?.index ?? 0;
  const work = segmentVector(metadata.segments[index]?.vector ?? '');
  // Index and size of the proof are the prover's word: one leaf has a path in trees of several sizes. The vector that
  // is compared must be the claimed segment's own.
  const own = metadataSegments(metadata)[index];
  const isClaimed = segmentProof === null || (own && segmentLeafHash(own) === claim.segment);
  require(isClaimed === true, 'segment', `the work's segment ${index} is not the claimed one`);
  const suspect = segment === null ? null : segmentVector(segment.vector);
  if (segment !== null)
    require(segment.code === claim.suspectCode, 'code', 'the dossier has another code of the suspect');
  if (work === null && suspect === null && claim.modelDigest === TEXT_MODEL_DIGEST) {
    return checkTextSimilarity(evidence, metadata);
  }
  if (work === null || suspect === null || work.length !== suspect.length) {
    const exact = claim.suspectHash === metadata.sha256;
    require(exact, 'vectors', 'one side has no vector, and the bytes differ');
    return 'no vectors to compare; the suspect is the work byte for byte';
  }
  const computed = similarityBps(cosine(work, suspect));
  const detail = `the vectors are ${percent(computed)} alike, the claim says ${percent(claim.similarityBps)}`;
  require(claim.similarityBps <= computed + BPS_TOLERANCE, 'cosine', detail);
  const of = evidence.segmentProof === null ? 'the work as a whole' : 'one segment of each file';
  return `${detail} (of ${of}; ${LOOKS_CLOSER})`;
}

/** Codes of texts are MinHashes: the share of wording that two stretches have in common follows from their distance. */
function checkTextSimilarity({ claim, segmentProof }: EvidencePart, metadata: WorkMetadata): string {
  const code = (segmentProof?.segment.code ?? metadata.segments[0]?.code) as Digest;
  const distance = comparableDistance(code, claim.suspectCode);
  if (distance === undefined) {
    const exact = claim.suspectHash === metadata.sha256;
    require(exact, 'codes', 'one side has no code, and the bytes differ');
    return 'no codes to compare; the suspect is the work byte for byte';
  }
  const computed = similarityBps(similarityOfDistance(distance));
  const detail = `by their codes the stretches share ${percent(computed)} of their wording, the claim says ${percent(claim.similarityBps)}`;
  require(claim.similarityBps <= computed + BPS_TOLERANCE, 'codes', detail);
  return detail;
}

export async function checkReporter(
  bundle: ProofBundle,
  evidence: EvidencePart,
  options: VerifyOptions,
): Promise<string> {
  const { claim, filing, anchor } = evidence;
  if (filing === null) {
    requireChain(options); // the ledger takes an unsigned claim only from the reporter's own transaction
    return `${claim.reporter} sent the claim`;
  }
  require(anchor.blockTime <=
    filing.deadline, 'deadline', 'the claim was filed after the deadline of the signature');
  const domain = { chainId: bundle.chain.chainId, verifyingContract: bundle.chain.ledger };
  const digest = claimFilingDigest(claim, { nonce: BigInt(filing.nonce), deadline: filing.deadline }, domain);
  const signer = recoverSigner(digest, filing.signature);
  if (signer === claim.reporter) return `the key of ${claim.reporter} signed the claim`;
  const detail = `the reporter is ${claim.reporter}, signed by ${signer ?? 'nobody’s key'}`;
  if (options.chain === undefined) {
    throw signer === null ? new Undecided('erc1271', detail) : new Refuted('signer', detail);
  }
  require(await options.chain.isValidSignature(claim.reporter, digest, filing.signature), 'signer', detail);
  return `the contract account ${claim.reporter} says that it signed the claim`;
}

/** Fingerprints the suspect anew and compares it with what the claim and the dossier say of it. */
export async function checkSuspectLook(
  { work }: ProofBundle,
  evidence: EvidencePart,
  dossier: DossierFacts,
  options: VerifyOptions,
): Promise<string> {
  const { suspectFile } = options;
  if (suspectFile === undefined) throw new Undecided('file', 'the suspect file was not given');
  const { segment } = dossier.suspect;
  if (segment === null) {
    const { suspectCode } = evidence.claim;
    require(suspectCode ===
      ZERO_DIGEST, 'code', `the dossier has no look, the claim has the code ${suspectCode}`);
    if (evidence.claim.suspectHash === work.record.contentHash)
      return 'the suspect is the work byte for byte, claimed without a look';
  }
  const maker = requireModel(options, evidence.claim.modelDigest);
  if (segment === null) {
    const print = await maker.fingerprint(suspectFile, dossier.suspect.mediaType);
    require(print.lowInformation, 'lowInformation', 'the suspect has a look, the dossier has none');
    return 'near uniform, without a code, as the dossier says';
  }
  const part = await maker.fingerprintPart(suspectFile, dossier.suspect.mediaType, segment);
  if (!maker.exact) return compareCodes(part.code, segment.code as Digest);
  require(part.code === evidence.claim.suspectCode, 'code', `the suspect gives the code ${part.code}`);
  const recorded = segmentVector(segment.vector);
  if (recorded === null && part.vector === null) return 'the suspect gives the code of the claim, bit by bit';
  const same =
    recorded?.length === part.vector?.length && recorded?.every((value, i) => value === part.vector?.[i]);
  require(same === true, 'vector', 'the suspect gives another vector than the dossier has');
  return 'the suspect gives the code and the vector of the claim, bit by bit';
}

function comparedCode(bundle: ProofBundle, evidence: EvidencePart): Digest {
  return evidence.segmentProof?.segment.code ?? bundle.work.record.code;
}

function percent(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}
