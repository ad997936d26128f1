import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkId } from '../../server/domain/ids.ts';
import { textFileReader } from '../../server/media/text/index.ts';
import { decodeText } from '../../server/pipeline/decode/text/index.ts';
import {
  fingerprintText,
  prepareText,
  TEXT_MODEL_DIGEST,
} from '../../server/pipeline/fingerprint/text/index.ts';
import { matchText, type TextMatch } from '../../server/pipeline/match/text/index.ts';
import { migrate } from '../../server/store/migrate.ts';
import { openPgliteDb } from '../../server/store/pglite-db.ts';
import { createTextIndexStore } from '../../server/store/text-index-store.ts';

/** The path that ships, on a database of its own: files in, matches out. */
export interface ShippedPath extends AsyncDisposable {
  /** Registers a file; gives its text. */
  add(reference: string, path: string): Promise<string>;
  /** Checks a file. `workId` of a match is the reference's id. */
  check(path: string): Promise<{ text: string; matches: (Omit<TextMatch, 'workId'> & { workId: string })[] }>;
}

/** Opens an empty one. */
export async function openShippedPath(): Promise<ShippedPath> {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-bench-text-'));
  const db = await openPgliteDb(folder);
  await migrate(db);
  const store = createTextIndexStore(db, TEXT_MODEL_DIGEST);
  return {
    async add(reference, path) {
      const { text } = await decodeText({ path }, textFileReader, { fileName: path });
      const prepared = prepareText(text);
      await db.transaction((sql) =>
        store.insertText(sql, `work_${reference}`, prepared, fingerprintText(prepared)),
      );
      return text;
    },
    async check(path) {
      const { text } = await decodeText({ path }, textFileReader, { fileName: path });
      const matches = await matchText(prepareText(text), { index: store, references: store });
      return { text, matches: matches.map((match) => ({ ...match, workId: stripKind(match.workId) })) };
    },
    async [Symbol.asyncDispose]() {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function stripKind(workId: WorkId): string {
  return workId.slice('work_'.length);
}
