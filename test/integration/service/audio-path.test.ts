/** Sound through the real service: registered, found in another file, claimed, proved. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import sharp from 'sharp';
import { writeCoded } from '../../../scripts/bench/audio-sound.ts';
import type { MediumPath } from '../../../server/actions/media/medium-path.ts';
import { connectChain } from '../../../server/chain/connect-chain.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import { openFingerprinter } from '../../../server/cli/verify-fingerprinter.ts';
import { isSoundLocator, sha256Digest, unpackLocator } from '../../../server/domain/records/index.ts';
import { type ProofBundle, parseBundle, verifyBundle } from '../../../server/pipeline/prove/index.ts';
import { runColophon } from '../../cli/run-colophon.ts';
import { type ApiClient, makeOwner } from '../../helpers/api-client.ts';
import { startTestApp, type TestApp } from '../../helpers/start-app.ts';
import { joinFiles } from '../audio/join-files.ts';
import { makeTune, wavOf, withNoise } from '../audio/sounds.ts';
import { drawScene, makeFolder, writeClip } from '../video/clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);

describe('a sound', () => {
  const owner = makeOwner();
  let service: TestApp;
  let creator: ApiClient;
  let platform: ApiClient;
  let work: Buffer;
  let suspect: Buffer;
  let filmWithTune: Buffer;
  let ownFilm: Buffer;
  let oldFilm: Buffer;
  let workId = '';
  let checkId = '';

  before(async () => {
    Log.setLevel(AV_LOG_QUIET);
    const tune = makeTune(4, 20);
    writeFileSync(at('work.wav'), wavOf(tune, 44_100, 2));
    work = readFileSync(at('work.wav'));
    // Four seconds of another tune, then 7.3 to 15.3 s of the work, under noise.
    const spliced = new Float32Array(12 * 16_000);
    spliced.set(makeTune(55, 4));
    spliced.set(tune.subarray(7.3 * 16_000, 15.3 * 16_000), 4 * 16_000);
    writeCoded(at('suspect.mp3'), withNoise(spliced, 15, 3), 'libmp3lame', 48_000);
    suspect = readFileSync(at('suspect.mp3'));
    // Made before any connection is open: drawing holds up the loop for longer than a server keeps one.
    filmWithTune = film('with-tune', 9, tune.slice(5 * 16_000, 15 * 16_000));
    ownFilm = film('own', 2, makeTune(61, 10));
    oldFilm = film('old', 5, makeTune(77, 10));
    service = await startTestApp({ env: { COLOPHON_MAX_AUDIO_BYTES: '4000000' } });
    creator = await service.clientOf('creator');
    platform = await service.clientOf('platform');
  });
  after(async () => {
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is registered with a leaf for every window', async () => {
    const { status, body } = await creator.register({ bytes: work, name: 'tune.wav' }, owner.address);
    assert.equal(status, 201, JSON.stringify(body));
    const { medium, mediaType, durationMs, width, state, links } = body['work'];
    assert.deepEqual(
      [medium, mediaType, durationMs, width, state],
      ['audio', 'audio/wav', 20_000, null, 'decided'],
    );
    workId = body['work'].id;
    const { segments } = JSON.parse(await (await fetch(service.url + links.metadata)).text());
    assert.equal(segments.length, 38);
    assert.equal((await creator.sign(workId, owner)).status, 200);
  });

  test('is found where it was copied, to 50 ms', async () => {
    const file = { bytes: suspect, name: 'suspect.mp3' };
    const { status, body } = await platform.send('/v1/checks', {}, file, { prefer: 'wait=100' });
    assert.equal(status, 201, JSON.stringify(body));
    checkId = body['check'].id;
    const { verdict } = body['check'];
    assert.equal(verdict.outcome, 'copy', JSON.stringify(verdict));
    assert.match(verdict.policyVersion, /^audio-\d+$/, 'by the thresholds of sound');
    const [match] = verdict.matches;
    assert.deepEqual([match.workId, match.medium, match.segments.length], [workId, 'audio', 1]);
    const [{ query, work: original, track, speed }] = match.segments;
    assert.equal(track, 'sound');
    assert.ok(Math.abs(speed - 1) < 0.02, String(speed));
    assert.ok(Math.abs(original.startMs - query.startMs - 3_300) <= 50, JSON.stringify(match.segments));
    assert.ok(Math.abs(query.startMs - 4_000) < 700, JSON.stringify(query));
  });

  test('the similarity picture shows the copied stretch as a bright line, drawn from what decided', async () => {
    const { bytes } = await platform.download(`/v1/checks/${checkId}/matches/0/matrix`);
    const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    const valueAt = (queryMs: number, workMs: number) => {
      const y = Math.floor((queryMs * info.height) / 12_000);
      return data[y * info.width + Math.floor((workMs * info.width) / 20_000)]!;
    };
    const moments = Array.from({ length: 12 }, (_, i) => 5_000 + 500 * i);
    const mean = (of: (ms: number) => number) =>
      moments.reduce((sum, ms) => sum + of(ms), 0) / moments.length;
    const along = mean((ms) => valueAt(ms, ms + 3_300));
    const beside = mean((ms) => valueAt(ms, (ms + 9_300) % 20_000));
    assert.ok(along > 120 && along > 3 * beside, `${along} along the line, ${beside} beside it`);
  });

  test('another tune is not found', async () => {
    const file = { bytes: wavOf(makeTune(91, 6), 16_000, 1), name: 'other.wav' };
    const { body } = await platform.send('/v1/checks', {}, file, { prefer: 'wait=100' });
    assert.equal(body['check'].verdict.outcome, 'distinct', JSON.stringify(body['check'].verdict));
  });

  test('the claim names one second, and an auditor derives all of it from the files', async () => {
    await creator.until(`/v1/works/${workId}`, ({ state }) => state === 'anchored');
    const filed = await platform.post('/v1/evidence', { checkId });
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
    const { id } = filed.body['evidence'];
    const evidence = await platform.until(`/v1/evidence/${id}`, ({ state }) =>
      ['anchored', 'failed'].includes(state),
    );
    assert.equal(evidence['state'], 'anchored', JSON.stringify(evidence['problem']));
    const proof = await platform.get(`/v1/evidence/${id}/proof`);
    const bundle = parseBundle(proof.body);
    assert.ok(bundle.evidence?.segmentProof, 'the claim is against the whole');
    const { registry, ledger } = bundle.chain;
    const fingerprinter = (await openFingerprinter(bundle.work.record.modelDigest))!;
    const claims = await verifyBundle(bundle, {
      chain: connectChain({ rpcUrl: service.app.rpcUrl, registry, ledger }).reader,
      isPublishedCode,
      fingerprinter,
      file: { path: at('work.wav'), sha256: sha256Digest(work) },
      suspectFile: { path: at('suspect.mp3'), sha256: sha256Digest(suspect) },
    });
    await fingerprinter.close();
    assert.deepEqual(
      claims.filter(({ status }) => status !== 'true').map(({ name, detail }) => [name, detail]),
      [],
    );
  });

  /** A film of 10 s with this sound. */
  const film = (name: string, scene: number, sound: Float32Array) => {
    writeClip(at(`${name}.mp4`), { frames: 250 }, (i, w, h) => drawScene(scene, i / 25, w, h));
    writeFileSync(at(`${name}.wav`), wavOf(sound, 48_000, 2));
    return readFileSync(joinFiles([at(`${name}.mp4`), at(`${name}.wav`)], at(`${name}.mkv`)));
  };

  test('is found in a film, and claimed there as sound', async () => {
    const file = { bytes: filmWithTune, name: 'with-tune.mkv' };
    const { body } = await platform.send('/v1/checks', {}, file, { prefer: 'wait=100' });
    assert.equal(body['check'].medium, 'video');
    assert.match(body['check'].verdict.policyVersion, /^video-\d+\/audio-\d+$/);
    const [match] = body['check'].verdict.matches;
    assert.equal(match?.workId, workId, JSON.stringify(body['check'].verdict));
    assert.deepEqual([...new Set(match.segments.map(({ track }: { track: string }) => track))], ['sound']);
    const [{ query, work: original }] = match.segments;
    assert.ok(Math.abs(original.startMs - query.startMs - 5_000) <= 60, JSON.stringify(match.segments));
    const filed = await platform.post('/v1/evidence', { checkId: body['check'].id });
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
  });

  test('of a registered film is found where only the sound was copied', async () => {
    const { status, body } = await creator.register({ bytes: ownFilm, name: 'own.mkv' }, owner.address);
    assert.equal(status, 201, JSON.stringify(body));
    const filmId = body['work'].id;
    assert.equal((await creator.sign(filmId, owner)).status, 200);
    await creator.until(`/v1/works/${filmId}`, ({ state }) => state === 'anchored');
    const ripped = {
      bytes: wavOf(makeTune(61, 10).slice(16_000, 9 * 16_000), 22_050, 1),
      name: 'ripped.wav',
    };
    const answer = (await platform.send('/v1/checks', {}, ripped, { prefer: 'wait=100' })).body['check'];
    assert.deepEqual([answer.medium, answer.verdict.matches[0]?.workId], ['audio', filmId]);

    const filed = await platform.post('/v1/evidence', { checkId: answer.id });
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
    const { id } = filed.body['evidence'];
    const ended = ({ state }: { state?: string }) => ['anchored', 'failed'].includes(String(state));
    const evidence = await platform.until(`/v1/evidence/${id}`, ended);
    assert.equal(evidence['state'], 'anchored', JSON.stringify(evidence['problem']));
    const bundle = parseBundle((await platform.get(`/v1/evidence/${id}/proof`)).body);
    const { segmentProof, claim } = bundle.evidence!;
    const place = unpackLocator(segmentProof!.segment.locator);
    assert.ok(
      place.kind === 'soundSpan' && place.startMs >= 500 && place.endMs <= 9_500,
      JSON.stringify(place),
    );
    assert.deepEqual(
      [claim.modelDigest, place.index],
      [bundle.work.soundModel?.digest, segmentProof!.index],
      'by the model of sound, at its place in the whole film',
    );
    writeFileSync(at('ripped.wav'), ripped.bytes);
    writeFileSync(at('sound.json'), JSON.stringify(bundle));
    const files = ['--file', at('own.mkv'), '--suspect', at('ripped.wav')];
    const { registry, ledger } = bundle.chain;
    const chain = ['--rpc', service.app.rpcUrl, '--registry', registry, '--ledger', ledger];
    const run = await runColophon({}, '--json', 'verify', at('sound.json'), ...files, ...chain);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const { claims } = run.json<{ claims: { name: string; detail: string }[] }>();
    assert.match(claims.find(({ name }) => name === 'look')!.detail, /of them of its sound$/);
    // Another sound under the same pictures is not the film that was registered.
    const other = await verifyFilm(bundle, 'with-tune.mkv', 'ripped.wav');
    assert.deepEqual(
      other.filter(([, status]) => status === 'false').map(([name]) => name),
      ['file'],
    );
    const deaf = await verifyFilm(bundle, 'own.mkv', 'ripped.wav', false);
    assert.deepEqual(
      deaf.filter(([, status]) => status !== 'true').map(([name, status]) => [name, status]),
      [
        ['look', 'unknown'],
        ['suspect-look', 'unknown'],
      ],
    );
    const { body: fsck } = await service.admin.post('/v1/fsck', { deep: true });
    assert.deepEqual(fsck['problems'], []);
  });

  test('of a film whose record is older than that is not claimed; its pictures are, and verify', async () => {
    // What an older program made of a film: its sound was kept for matching, its record is of the pictures alone.
    const path = service.app.deps.media.of('video') as { fingerprint: MediumPath['fingerprint'] };
    const { fingerprint } = path;
    path.fingerprint = async (...input) => {
      const { sound: _, ...print } = await fingerprint(...input);
      return { ...print, leaves: print.leaves.filter(({ locator }) => !isSoundLocator(locator)) };
    };
    const { body } = await creator.register({ bytes: oldFilm, name: 'old.mkv' }, owner.address);
    path.fingerprint = fingerprint;
    const filmId = body['work'].id;
    assert.equal((await creator.sign(filmId, owner)).status, 200, JSON.stringify(body));
    await creator.until(`/v1/works/${filmId}`, ({ state }) => state === 'anchored');
    const claimOn = async (bytes: Uint8Array, name: string) => {
      const check = (await platform.send('/v1/checks', {}, { bytes, name }, { prefer: 'wait=100' })).body[
        'check'
      ];
      const index = check.verdict.matches.findIndex((match: { workId: string }) => match.workId === filmId);
      assert.ok(index >= 0, JSON.stringify(check.verdict));
      return await platform.post('/v1/evidence', { checkId: check.id, matchIndex: index });
    };
    const ripped = await claimOn(wavOf(makeTune(77, 10).slice(16_000, 9 * 16_000), 22_050, 1), 'ripped.wav');
    assert.deepEqual([ripped.status, ripped.body['code']], [400, 'invalid_request']);
    const silent = readFileSync(at('old.mp4'));
    const filed = await claimOn(silent, 'silent.mp4');
    assert.equal(filed.status, 202, JSON.stringify(filed.body));
    const evidencePath = `/v1/evidence/${filed.body['evidence'].id}`;
    await platform.until(evidencePath, ({ state }) => state === 'anchored');
    const bundle = parseBundle((await platform.get(`${evidencePath}/proof`)).body);
    assert.equal(bundle.work.soundModel, undefined);
    const told = await verifyFilm(bundle, 'old.mkv', 'old.mp4');
    assert.deepEqual(
      told.filter(([, status]) => status !== 'true'),
      [],
    );
    const { body: fsck } = await service.admin.post('/v1/fsck', { deep: true });
    assert.deepEqual(fsck['problems'], []);
  });

  test('too many bytes for a sound are refused', async () => {
    const file = { bytes: wavOf(makeTune(3, 23), 44_100, 2), name: 'a.wav' };
    const { body } = await platform.send('/v1/checks', {}, file, { prefer: 'wait=60' });
    const problem = body['code'] ?? body['job']?.problem?.code ?? body['check']?.problem?.code;
    assert.equal(problem, 'media_too_large', JSON.stringify(body));
  });

  /** What an auditor is told who has both files, and the models unless they lack the one of sound. */
  const verifyFilm = async (bundle: ProofBundle, file: string, suspect: string, hears = true) => {
    const { registry, ledger } = bundle.chain;
    const { record, soundModel } = bundle.work;
    const seer = (await openFingerprinter(record.modelDigest))!;
    const listener = hears && soundModel ? await openFingerprinter(soundModel.digest) : null;
    const ofFile = (name: string) => ({ path: at(name), sha256: sha256Digest(readFileSync(at(name))) });
    const claims = await verifyBundle(bundle, {
      chain: connectChain({ rpcUrl: service.app.rpcUrl, registry, ledger }).reader,
      isPublishedCode,
      fingerprinter: seer,
      soundFingerprinter: listener ?? undefined,
      file: ofFile(file),
      suspectFile: ofFile(suspect),
    });
    await seer.close();
    await listener?.close();
    return claims.map(({ name, status, detail }) => [name, status, detail] as const);
  };
});
