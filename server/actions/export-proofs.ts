import type { Digest } from '../domain/digest.ts';
import type { EvidenceId, WorkId } from '../domain/ids.ts';
import type { WorkRecord } from '../domain/records/index.ts';
import { isSigned, type Work } from '../domain/work.ts';
import { ConflictError, InternalError, NotFoundError } from '../errors.ts';
import { operationId } from '../pipeline/anchor/index.ts';
import type { WorkMetadata } from '../pipeline/record/index.ts';
import type { Deps } from './deps.ts';
import {
  exportEvidenceProof,
  exportWorkProof,
  type ModelFiles,
  type PublicContent,
  type WorkProofInput,
} from './export-proof.ts';

type Needs = Pick<Deps, 'works' | 'evidence' | 'content' | 'identity' | 'outbox'>;

/**
 * Gives the proof bundles of works and evidence by their ids. `modelOf` finds the card of the model that a record names,
 * which need not be the one that runs now. Both throw `not_found`, `wrong_state`, `model_missing`.
 */
export function exportProofs(deps: Needs, modelOf: (digest: Digest) => ModelFiles) {
  return {
    exportWorkProof: async (id: WorkId): Promise<object> => {
      const work = await deps.works.findWork(id);
      // Anybody may ask: what is not signed is nobody's to see, and the answer is the same as for what does not exist.
      if (!work || !isSigned(work))
        throw new NotFoundError('not_found', `there is no signed work ${id}; an unsigned one has no proof`);
      const record = await findRecord(deps, work);
      const { content, identity } = deps;
      const models = await modelsOf(content, record, modelOf);
      return await exportWorkProof({ work, record, content, ...models, ledger: identity.ledger });
    },
    exportEvidenceProof: async (id: EvidenceId): Promise<object> => {
      const evidence = await deps.evidence.findEvidence(id);
      const claim = await deps.evidence.findClaim(id);
      if (!evidence || !claim) throw new NotFoundError('not_found', `there is no evidence ${id}`);
      if (evidence.state !== 'anchored') {
        throw new ConflictError('wrong_state', `the evidence is ${evidence.state}, not anchored`);
      }
      const work = await findWork(deps, evidence.workId);
      const record = await findRecord(deps, work);
      // What was sent, as the outbox kept it: its id follows from the claim alone.
      const sent = {
        kind: 'file-claim',
        evidenceId: id,
        record,
        claim,
        segmentProof: null,
        filing: null,
      } as const;
      const entry = await deps.outbox.get(operationId(sent));
      const { content, identity } = deps;
      const models = await modelsOf(content, record, modelOf);
      const common = { work, record, content, ...models, ledger: identity.ledger };
      return await exportEvidenceProof({ ...common, evidence, claim, entry });
    },
  };
}

/** The models that made the record's leaves: its metadata name the one of a film's sound. */
async function modelsOf(
  content: PublicContent,
  record: WorkRecord,
  modelOf: (digest: Digest) => ModelFiles,
): Promise<Pick<WorkProofInput, 'model' | 'soundModel'>> {
  const model = modelOf(record.modelDigest);
  if (!record.mediaType.startsWith('video/')) return { model, soundModel: null };
  const bytes = await content.get(record.metadataCid);
  const { soundModel } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<WorkMetadata>;
  return { model, soundModel: soundModel ? modelOf(soundModel.digest) : null };
}

async function findWork(deps: Needs, id: WorkId): Promise<Work> {
  const work = await deps.works.findWork(id);
  if (!work) throw new NotFoundError('not_found', `there is no work ${id}`);
  return work;
}

async function findRecord(deps: Needs, work: Work): Promise<WorkRecord> {
  if (work.state !== 'anchored') {
    throw new ConflictError('wrong_state', `the work is ${work.state}, not anchored`, {
      extra: { state: work.state },
    });
  }
  const record = await deps.works.findRecord(work.id);
  if (!record) throw new InternalError('internal', `the record of ${work.id} is gone`);
  return record;
}
