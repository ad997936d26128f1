import type { WorkMetadata } from '../record/index.ts';
import { checkChain, checkExisted, checkFiled } from './check-chain.ts';
import {
  checkClaim,
  checkDistance,
  checkDossier,
  checkReporter,
  checkSegment,
  checkSimilarity,
  checkSuspectLook,
} from './check-evidence.ts';
import {
  checkFile,
  checkFingerprint,
  checkInclusion,
  checkLook,
  checkMetadata,
  checkModel,
  checkOwner,
  checkRecord,
} from './check-work.ts';
import { ClaimList, type ClaimResult, Undecided } from './claim-result.ts';
import { type EvidencePart, type ProofBundle, parseBundle } from './proof-bundle.ts';
import type { DossierFacts } from './read-documents.ts';
import type { VerifyOptions } from './verify-options.ts';

/**
 * Last stage: checks a bundle claim by claim, believing nothing but the verifier's own node, model and files.
 * `input` is the bundle, parsed or as JSON text. Throws `InputError('invalid_bundle')` when it is none; everything
 * else is an answer.
 */
export async function verifyBundle(input: unknown, options: VerifyOptions = {}): Promise<ClaimResult[]> {
  const bundle = parseBundle(input);
  const claims = new ClaimList();
  const metadata = await checkWork(claims, bundle, options);
  if (bundle.evidence !== null) await checkEvidence(claims, bundle, bundle.evidence, metadata, options);
  return claims.results();
}

async function checkWork(
  claims: ClaimList,
  bundle: ProofBundle,
  options: VerifyOptions,
): Promise<() => WorkMetadata> {
  let metadata: WorkMetadata | null = null;
  const known = () => present(metadata, 'metadata');
  const { record, anchor } = bundle.work;
  await claims.check('record', [], () => checkRecord(bundle));
  await claims.check('metadata', ['record'], () =>
    checkMetadata(bundle, (found) => {
      metadata = found;
    }),
  );
  await claims.check('fingerprint', ['record', 'metadata'], () => checkFingerprint(bundle, known()));
  await claims.check('model', ['record', 'metadata'], () => checkModel(bundle, known(), options));
  if (anchor.batch !== null) await claims.check('inclusion', ['record'], () => checkInclusion(bundle));
  await claims.check('chain', [], () => checkChain(bundle, options));
  await claims.check('owner', ['record', 'chain'], () => checkOwner(bundle, options));
  await claims.check('existed', ['record', 'chain', 'inclusion'], () => checkExisted(bundle, options));
  await claims.check('file', ['record'], () => checkFile(options.file, record.contentHash, 'registered'));
  await claims.check('look', ['record', 'file', 'model'], () => checkLook(bundle, options));
  return known;
}

async function checkEvidence(
  claims: ClaimList,
  bundle: ProofBundle,
  evidence: EvidencePart,
  metadata: () => WorkMetadata,
  options: VerifyOptions,
): Promise<void> {
  let dossier: DossierFacts | null = null;
  const known = () => present(dossier, 'dossier');
  const { suspectHash } = evidence.claim;
  await claims.check('claim', ['record'], () => checkClaim(bundle, evidence));
  await claims.check('dossier', ['claim'], () =>
    checkDossier(evidence, (found) => {
      dossier = found;
    }),
  );
  await claims.check('segment', ['claim'], () => checkSegment(bundle, evidence, metadata));
  await claims.check('distance', ['claim', 'segment', 'chain'], () =>
    checkDistance(bundle, evidence, options),
  );
  const grounds = ['claim', 'segment', 'dossier', 'fingerprint'] as const;
  await claims.check('similarity', grounds, () => checkSimilarity(evidence, metadata(), known()));
  await claims.check('filed', ['claim', 'chain'], () => checkFiled(evidence, options));
  await claims.check('reporter', ['claim', 'chain', 'filed'], () => checkReporter(bundle, evidence, options));
  await claims.check('suspect-file', ['claim'], () => checkFile(options.suspectFile, suspectHash, 'suspect'));
  const lookGrounds = ['claim', 'dossier', 'suspect-file'] as const;
  await claims.check('suspect-look', lookGrounds, () => checkSuspectLook(bundle, evidence, known(), options));
}

function present<T>(value: T | null, step: string): T {
  if (value === null) throw new Undecided(step, `the ${step} could not be read`);
  return value;
}
