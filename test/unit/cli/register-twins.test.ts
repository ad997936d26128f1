import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ApiClient, ApiProblem } from '../../../server/cli/api-client.ts';
import { openOwnerKey } from '../../../server/cli/owner-key.ts';
import { registerFiles } from '../../../server/cli/register.ts';

test('two files with the same bytes are one work: one waits for the other, further files do not', {
  timeout: 20_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-twins-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const owner = openOwnerKey(folder, undefined);
  const files = ['a.txt', 'b.txt', 'other.txt'].map((name) => join(folder, name));
  for (const [i, file] of files.entries()) writeFileSync(file, i < 2 ? 'same' : 'other');

  const registered = new Set<string>();
  const underway = new Set<string>();
  const bothUnderway = Promise.withResolvers<void>();
  const client = {
    async postForm(_path: string, { contentId }: { contentId: string }) {
      assert.ok(!underway.has(contentId), 'the same bytes are sent while they are on their way');
      if (registered.has(contentId)) {
        const headers = { location: `/v1/works/${contentId}` };
        throw new ApiProblem(new Response(null, { status: 409, headers }), { code: 'already_registered' });
      }
      underway.add(contentId);
      if (underway.size === 2) bothUnderway.resolve();
      await bothUnderway.promise;
      underway.delete(contentId);
      registered.add(contentId);
      return { work: { id: contentId, state: 'recorded', owner: owner.address }, job: null };
    },
    get: async (path: string) => ({ id: path.split('/').pop(), state: 'recorded', owner: owner.address }),
  } as unknown as ApiClient;
  const options = { lane: 'batch', title: null, anchorWaitS: 0 } as const;
  const results = await registerFiles(client, owner, files, options);
  const told = results.map(({ outcome, detail }) => detail ?? outcome);
  // Which of the two is read first is not said.
  assert.deepEqual(told.slice(0, 2).toSorted(), ['already yours', 'registered']);
  assert.equal(told[2], 'registered');
  assert.equal(results[0]!.workId, results[1]!.workId);
});
