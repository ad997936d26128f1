/** Texts through the real service: registered, found in another file, claimed, proved; and bad files refused. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import { connectChain } from '../../../server/chain/connect-chain.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import { openFingerprinter } from '../../../server/cli/verify-fingerprinter.ts';
import { sha256Digest } from '../../../server/domain/records/index.ts';
import { parseBundle, verifyBundle } from '../../../server/pipeline/prove/index.ts';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';

/** Sentences of made-up words: the same seed, the same text. */
function writeProse(seed: number, sentences: number): string {
  const random = makeRandom(seed);
  const word = () =>
    Array.from(
      { length: 2 + random.below(3) },
      () => random.pick([...'bdfgklmnprst']) + random.pick([...'aeiou']),
    ).join('');
  return Array.from({ length: sentences }, () => {
    const words = Array.from({ length: 6 + random.below(8) }, word).join(' ');
    return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
  }).join(' ');
}

describe('a text', () => {
  const work = Buffer.from(writeProse(1, 60));
  // The middle of the work, other letter case and line ends, between sentences of its own, in another format.
  const copied = work.toString().slice(700, 2300);
  const own = writeProse(2, 12);
  const suspect = Buffer.from(
    `# Found\n\n${own}\n\n${copied.toUpperCase().replaceAll('. ', '.\n')}\n\n${writeProse(3, 9)}`,
  );
  const owner = makeOwner();
  let service: TestApp;
  let creator: ApiClient;
  let platform: ApiClient;
  let folder: string;
  let workId = '';
  let checkId = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'colophon-text-path-'));
    service = await startTestApp({ env: { COLOPHON_MAX_TEXT_BYTES: '100000' } });
    creator = await service.clientOf('creator');
    platform = await service.clientOf('platform');
  });
  after(async () => {
    await service.remove();
    await rm(folder, { recursive: true });
  });

  test('is registered with a leaf for every stretch, and nothing public tells its words', async () => {
    const { status, body } = await creator.register({ bytes: work, name: 'story.txt' }, owner.address);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual([body['work'].medium, body['work'].mediaType], ['text', 'text/plain']);
    assert.equal(body['work'].state, 'decided');
    workId = body['work'].id;
    const metadata = await (await fetch(`${service.url}${body['work'].links.metadata}`)).text();
    const { segments, version, model } = JSON.parse(metadata);
    assert.equal(version, 2);
    assert.equal(model.name, 'colophon-text');
    assert.ok(segments.length > 5);
    for (const word of work.toString().split(' ').slice(0, 50)) assert.ok(!metadata.includes(` ${word} `));
    assert.equal((await creator.get(`/v1/works/${workId}/preview`)).status, 404);
    assert.equal((await creator.sign(workId, owner)).status, 200);
  });

  test('is found where it was copied, to the character', async () => {
    const file = { bytes: suspect, name: 'page.md' };
    const { status, body } = await platform.send('/v1/checks', {}, file, { prefer: 'wait=60' });
    assert.equal(status, 201, JSON.stringify(body));
    const { check } = body;
    checkId = check.id;
    assert.equal(check.mediaType, 'text/markdown');
    assert.equal(check.verdict.outcome, 'copy', JSON.stringify(check.verdict));
    assert.match(check.verdict.policyVersion, /^text-1$/);
    const [match] = check.verdict.matches;
    assert.deepEqual([match.workId, match.medium], [workId, 'text']);
    const starts = match.segments[0].work.start;
    const ends = match.segments.at(-1).work.end;
    assert.ok(Math.abs(starts - 700) <= 3 && Math.abs(ends - 2300) <= 3, `${starts}–${ends}`);
    assert.ok(match.reasons.some((reason: { kind: string }) => reason.kind === 'text'));
  });

  test('the checker reads what was copied, and nothing else of the work', async () => {
    const { status, body } = await platform.get(`/v1/checks/${checkId}/matches/0/excerpts`);
    assert.equal(status, 200, JSON.stringify(body));
    const shown = body['items'].map((item: { work: { text: string } }) => item.work.text).join('');
    assert.ok(copied.includes(shown.slice(5, -5)), shown.slice(0, 80));
    assert.ok(shown.length <= copied.length + 6);
    const lengths = { query: suspect.toString().length, work: work.toString().length };
    assert.deepEqual(body['characters'], lengths, 'of the whole texts');
    assert.equal((await creator.get(`/v1/checks/${checkId}/matches/0/excerpts`)).status, 404);
    assert.equal((await platform.get(`/v1/checks/${checkId}/matches/1/excerpts`)).status, 404);
  });

  test('the claim names one stretch, and an auditor derives all of it from the files', async () => {
    await creator.until(`/v1/works/${workId}`, ({ state }) => state === 'anchored');
    const filed = await platform.post('/v1/evidence', { checkId });
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
    const { id } = filed.body['evidence'];
    const evidence = await platform.until(`/v1/evidence/${id}`, ({ state }) =>
      ['anchored', 'failed'].includes(state),
    );
    assert.equal(evidence['state'], 'anchored', JSON.stringify(evidence['problem']));
    assert.ok(evidence['hammingDistance'] < 20, String(evidence['hammingDistance']));
    const proof = await platform.get(`/v1/evidence/${id}/proof`);
    assert.equal(proof.status, 200, JSON.stringify(proof.body));
    const bundle = parseBundle(proof.body);
    assert.ok(bundle.evidence?.segmentProof, 'the claim is against the whole');

    const at = async (name: string, bytes: Uint8Array) => {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return { path, sha256: sha256Digest(bytes) };
    };
    const { registry, ledger } = bundle.chain;
    const chain = connectChain({ rpcUrl: service.app.rpcUrl, registry, ledger }).reader;
    const fingerprinter = (await openFingerprinter(bundle.work.record.modelDigest))!;
    // Under other names than the service knew: only the bytes count.
    const file = await at('original.bin', work);
    const suspectFile = await at('copy.bin', suspect);
    const options = { chain, isPublishedCode, fingerprinter, file, suspectFile };
    const claims = await verifyBundle(bundle, options);
    assert.deepEqual(
      claims.filter(({ status }) => status !== 'true').map(({ name, detail }) => [name, detail]),
      [],
    );
    assert.ok(claims.some(({ name }) => name === 'suspect-look'));
    const other = await at('other.bin', Buffer.from(writeProse(9, 60)));
    const refuted = await verifyBundle(bundle, { ...options, suspectFile: other });
    assert.equal(refuted.find(({ name }) => name === 'suspect-file')?.status, 'false');
  });

  test('a copy of somebody else’s text is not registered', async () => {
    const bytes = Buffer.from(`${work.toString()} The end.`);
    const { status, body } = await creator.register({ bytes, name: 'mine.html' }, makeOwner().address);
    assert.equal(status, 409, JSON.stringify(body));
    assert.equal(body['code'], 'copy_of_registered_work');
  });

  test('the very same bytes are told as such', async () => {
    const { body } = await platform.send(
      '/v1/checks',
      {},
      { bytes: work, name: 'same.txt' },
      { prefer: 'wait=60' },
    );
    const [match] = body['check'].verdict.matches;
    assert.deepEqual([match.workId, match.probability, match.reasons[0].kind], [workId, 1, 'exact']);
  });

  test('refused: beyond the limit for texts', async () => {
    const file = { bytes: Buffer.alloc(100_001, 'word '), name: 'long.txt' };
    const { body } = await platform.send('/v1/checks', {}, file);
    assert.equal(body['code'], 'media_too_large', JSON.stringify(body));
  });

  test('fsck finds nothing', async () => {
    const { body } = await service.admin.post('/v1/fsck', {});
    assert.deepEqual(body['problems'], []);
  });
});
