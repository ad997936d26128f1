import type { Digest } from '../domain/digest.ts';
import type { KeyId, WorkId } from '../domain/ids.ts';
import type { Work, WorkState } from '../domain/work.ts';
import type { Row } from './db.ts';
import { readVerdict } from './read-match.ts';
import { isoTime } from './row.ts';

/** Where a work's print stands among the others. */
export interface WorkStanding {
  readonly id: WorkId;
  readonly state: WorkState;
  readonly owner: `0x${string}`;
  readonly printPosition: number | null;
  readonly keyId: KeyId;
  readonly contentHash: Digest;
  readonly updatedAt: string;
}

/** A row of `works` as what it stands for. */
export function toWork(row: Row): Work {
  return {
    id: row['id'],
    state: row['state'],
    medium: row['medium'],
    title: row['title'],
    fileName: row['file_name'],
    mediaType: row['media_type'],
    sizeBytes: row['size_bytes'],
    width: row['width'],
    height: row['height'],
    durationMs: row['duration_ms'] ?? null,
    contentId: row['content_id'],
    contentHash: row['content_hash'],
    owner: row['owner'],
    lane: row['lane'],
    keyId: row['key_id'],
    code: row['code'],
    fingerprintRoot: row['fingerprint_root'],
    modelDigest: row['model_digest'],
    iscc: row['iscc'],
    metadataCid: row['metadata_cid'],
    recordDigest: row['record_digest'],
    verdict: readVerdict(row['verdict']),
    consent: row['consent'],
    batchId: row['batch_id'],
    anchor: row['anchor'],
    problem: row['problem'],
    createdAt: isoTime(row['created_at']),
    updatedAt: isoTime(row['updated_at']),
  } as Work;
}

/** A row's columns about its place among the others. */
export function toStanding(row: Row): WorkStanding {
  return {
    id: row['id'] as WorkId,
    state: row['state'] as WorkState,
    owner: row['owner'] as `0x${string}`,
    printPosition: row['print_position'] as number | null,
    keyId: row['key_id'] as KeyId,
    contentHash: row['content_hash'] as Digest,
    updatedAt: isoTime(row['updated_at']),
  };
}
