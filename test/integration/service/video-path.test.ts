/** Videos through the real service: registered, found in another file, claimed, proved; pictures of it; bad files. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import sharp from 'sharp';
import { connectChain } from '../../../server/chain/connect-chain.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import { openFingerprinter } from '../../../server/cli/verify-fingerprinter.ts';
import { sha256Digest } from '../../../server/domain/records/index.ts';
import { parseBundle, verifyBundle } from '../../../server/pipeline/prove/index.ts';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';
import { drawScene, makeFolder, writeClip } from '../video/clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const scene = (seed: number) => (frame: number, w: number, h: number) => drawScene(seed, frame / 25, w, h);

describe('a video', () => {
  const owner = makeOwner();
  let service: TestApp;
  let creator: ApiClient;
  let platform: ApiClient;
  let work: Buffer;
  let suspect: Buffer;
  let wholeFilms: Buffer[];
  let workId = '';
  let check: Record<string, never> & { id: string };

  before(async () => {
    Log.setLevel(AV_LOG_QUIET);
    work = readFileSync(writeClip(at('work.mp4'), { frames: 150 }, scene(1)));
    // Frames 30 to 97 of a strange video are frames 60 to 127 of the work.
    suspect = readFileSync(
      writeClip(at('suspect.mkv'), { frames: 125 }, (i, w, h) =>
        i >= 30 && i < 97 ? scene(1)(i + 30, w, h) : scene(9)(i, w, h),
      ),
    );
    // Ten seconds, of which the first four are those of the work.
    const options = { frames: 250, container: { movflags: '+faststart' } };
    wholeFilms = [['front.mp4', options] as const, ['front.mkv', { frames: 250 }] as const].map(
      ([name, how]) =>
        readFileSync(
          writeClip(at(name), how, (i, w, h) =>
            i < 100 ? scene(1)(i, w, h) : scene(40 + Math.floor(i / 50))(i, w, h),
          ),
        ),
    );
    service = await startTestApp({
      env: { COLOPHON_MAX_VIDEO_BYTES: '3000000', COLOPHON_SPARE_DECODERS: 'on' },
    });
    creator = await service.clientOf('creator');
    platform = await service.clientOf('platform');
  });
  after(async () => {
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is registered with a leaf for every stretch, and tells its progress', async () => {
    const { status, body } = await creator.register({ bytes: work, name: 'film.mp4' }, owner.address);
    assert.equal(status, 201, JSON.stringify(body));
    const { medium, mediaType, durationMs, width, state, links } = body['work'];
    assert.deepEqual(
      [medium, mediaType, durationMs, width, state],
      ['video', 'video/mp4', 6000, 160, 'decided'],
    );
    workId = body['work'].id;
    const { segments } = JSON.parse(await (await fetch(service.url + links.metadata)).text());
    assert.ok(segments.length > 10, `${segments.length} segments`);
    const events = (await creator.download(`/v1/jobs/${body['job'].id}/events`)).bytes.toString();
    assert.match(events, /"stage":"fingerprint"/);
    assert.equal((await creator.sign(workId, owner)).status, 200);
  });

  test('is found where it was copied, to the frame', async () => {
    const { status, body } = await platform.send(
      '/v1/checks',
      {},
      { bytes: suspect, name: 'clip.mkv' },
      { prefer: 'wait=100' },
    );
    assert.equal(status, 201, JSON.stringify(body));
    check = body['check'];
    const { verdict } = body['check'];
    assert.equal(verdict.outcome, 'copy', JSON.stringify(verdict));
    const [match] = verdict.matches;
    assert.deepEqual([match.workId, match.medium, match.segments.length], [workId, 'video', 1]);
    const [{ query, work: original, isExact, track }] = match.segments;
    assert.deepEqual(
      [query.firstFrame, query.lastFrame, original.firstFrame, original.lastFrame, isExact, track],
      [30, 96, 60, 126, true, 'picture'],
    );
  });

  test('shows a poster, frames side by side, and how alike every moment is', async () => {
    const poster = await platform.download(`/v1/works/${workId}/preview`);
    assert.equal((await sharp(poster.bytes).metadata()).format, 'webp');
    const strip = await platform.download(`/v1/works/${workId}/frames?ms=0,2400,4800&height=45`);
    assert.equal(strip.status, 200, strip.bytes.toString());
    const { format, width, height } = await sharp(strip.bytes).metadata();
    assert.deepEqual([format, width, height], ['jpeg', 240, 45]);
    assert.equal((await platform.download(`/v1/checks/${check.id}/frames?ms=1000`)).status, 200);
    assert.equal((await creator.download(`/v1/checks/${check.id}/frames?ms=1000`)).status, 404);
    assert.equal((await platform.download(`/v1/works/${workId}/frames?ms=x`)).status, 400);
    const matrix = await platform.download(`/v1/checks/${check.id}/matches/0/matrix`);
    const { data, info } = await sharp(matrix.bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    // A second and a half into the query is two seconds and a half into the work: brighter than elsewhere.
    const value = (queryMs: number, workMs: number) =>
      data[
        Math.floor((queryMs / 5000) * info.height) * info.width + Math.floor((workMs / 6000) * info.width)
      ]!;
    assert.ok(value(2000, 3200) > value(300, 3200) + 60, `${value(2000, 3200)} ${value(300, 3200)}`);
  });

  test('its bytes go back to who sent them, in parts, and to nobody else', async () => {
    const part = await platform.download(`/v1/checks/${check.id}/media`, { range: 'bytes=100-199' });
    assert.equal(part.status, 206);
    assert.deepEqual(part.bytes, suspect.subarray(100, 200));
    assert.equal((await creator.download(`/v1/works/${workId}/media`)).bytes.length, work.length);
    assert.equal((await platform.download(`/v1/works/${workId}/media`)).status, 404);
  });

  test('the claim names one stretch, and an auditor derives all of it from the files', async () => {
    await creator.until(`/v1/works/${workId}`, ({ state }) => state === 'anchored');
    const filed = await platform.post('/v1/evidence', { checkId: check.id });
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
    const { id } = filed.body['evidence'];
    const evidence = await platform.until(`/v1/evidence/${id}`, ({ state }) =>
      ['anchored', 'failed'].includes(state),
    );
    assert.equal(evidence['state'], 'anchored', JSON.stringify(evidence['problem']));
    const proof = await platform.get(`/v1/evidence/${id}/proof`);
    assert.equal(proof.status, 200, JSON.stringify(proof.body));
    const bundle = parseBundle(proof.body);
    assert.ok(bundle.evidence?.segmentProof, 'the claim is against the whole');
    const { registry, ledger } = bundle.chain;
    const fingerprinter = (await openFingerprinter(bundle.work.record.modelDigest))!;
    const claims = await verifyBundle(bundle, {
      chain: connectChain({ rpcUrl: service.app.rpcUrl, registry, ledger }).reader,
      isPublishedCode,
      fingerprinter,
      file: { path: at('work.mp4'), sha256: sha256Digest(work) },
      suspectFile: { path: at('suspect.mkv'), sha256: sha256Digest(suspect) },
    });
    await fingerprinter.close();
    assert.deepEqual(
      claims.filter(({ status }) => status !== 'true').map(({ name, detail }) => [name, detail]),
      [],
    );
  });

  for (const [what, code, name, bytes] of [
    [
      'beyond the limit for videos',
      'media_too_large',
      'a.avi',
      () => Buffer.concat([Buffer.from('RIFF....AVI '), Buffer.alloc(3_000_000)]),
    ],
    [
      'random bytes',
      'unsupported_media',
      'a.mp4',
      () => Uint8Array.from({ length: 9000 }, (_, i) => (i * i * 31) >> 3),
    ],
    [
      'HEIF, which is a picture',
      'unsupported_media',
      'a.heic',
      () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
    ],
  ] as const) {
    test(`refused: ${what}`, async () => {
      const { body } = await platform.send('/v1/checks', {}, { bytes: bytes(), name });
      assert.equal(body['code'], code, JSON.stringify(body));
    });
  }

  test('cut off behind its index: refused as a work, answered as a check with a warning', async () => {
    for (const whole of wholeFilms) {
      const bytes = whole.subarray(0, Math.floor(whole.length * 0.8));
      const name = 'cut.film';
      const registered = await creator.register({ bytes, name }, owner.address);
      assert.equal(registered.body['code'], 'corrupt_media', JSON.stringify(registered.body));
      assert.match(registered.body['detail'], /of the 10\.0 s that it says it lasts, \d\.\d s can be read/);
      const checked = await platform.send('/v1/checks', {}, { bytes, name }, { prefer: 'wait=100' });
      const { verdict } = checked.body['check'];
      assert.equal(verdict?.matches[0]?.workId, workId, JSON.stringify(checked.body));
      assert.match(verdict.warnings.join(), /cut off or damaged: of the 10\.0 s/);
      const intact = await platform.send('/v1/checks', {}, { bytes: whole, name }, { prefer: 'wait=100' });
      assert.equal(intact.body['check'].verdict.warnings, undefined, 'a whole file is not warned of');
    }
  });
});
