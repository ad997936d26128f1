import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exportEvidenceProof, exportWorkProof } from '../../../server/actions/export-proof.ts';
import { type FsckPrints, type FsckRows, fsck } from '../../../server/actions/fsck.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import type { Operation } from '../../../server/pipeline/anchor/index.ts';
import type { ProofBundle, VerifyOptions } from '../../../server/pipeline/prove/index.ts';
import { overallStatus, verifyBundle } from '../../../server/pipeline/prove/index.ts';
import { allAnchored, type Harness, removeDirectory, startHarness, type TestWork, until } from './harness.ts';
import {
  addEvidence,
  addRegisteredWork,
  asWork,
  MODEL,
  testFile,
  testFingerprinter,
} from './registered-work.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/bundles');

/** A clone with one value replaced; `path` as in `work.anchor.blockTime`. */
function withValue(bundle: ProofBundle, path: string, change: (value: never) => unknown): unknown {
  const clone = structuredClone(bundle) as never;
  const names = path.split('.');
  let parent = clone as Record<string, unknown>;
  for (const name of names.slice(0, -1)) parent = parent[name] as Record<string, unknown>;
  const last = names.at(-1)!;
  parent[last] = change(parent[last] as never);
  return clone;
}

/** A print that is as the row says. */
const rootOf = async ({ fingerprintRoot }: { fingerprintRoot: `0x${string}` | null }) => fingerprintRoot;
const ISCC = 'ISCC:KUAAQICFKJYKY4KUMQV6B6THIBBUG';
const whole: FsckPrints = { derive: rootOf, stored: rootOf, iscc: async () => ISCC };
const flipHex = (value: string) => value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
const flipMiddle = (value: string) => value.slice(0, 40) + (value[40] === 'a' ? 'b' : 'a') + value.slice(41);
const flipText = (value: string) => `${value}x`;
const addOne = (value: number) => value + 1;
const flipFirst = (value: string[]) => [flipHex(value[0]!), ...value.slice(1)];

describe('proofs of what stands on a real chain', () => {
  let harness: Harness;
  let bundles: Record<'batch' | 'record' | 'evidence' | 'whole', ProofBundle>;
  let rows: FsckRows;
  let options: VerifyOptions;

  before(async () => {
    harness = await startHarness();
    const batchRow = await addRegisteredWork(harness, 'alpha', 'batch');
    for (const seed of ['beta', 'gamma', 'delta', 'epsilon']) await addRegisteredWork(harness, seed, 'batch');
    const recordRow = await addRegisteredWork(harness, 'zeta', 'record');
    const anchorer = harness.anchorer();
    anchorer.start();
    await until(() => harness.works(), allAnchored);
    const seeds = { work: 'alpha', suspect: 'copy of alpha' };
    const crop = await addEvidence(harness, batchRow, 'batch', seeds, 2);
    const whole = await addEvidence(
      harness,
      recordRow,
      'record',
      { work: 'zeta', suspect: 'copy of zeta' },
      0,
    );
    anchorer.kick();
    for (const { outboxId } of [crop, whole]) {
      await until(
        async () => (await harness.outbox.get(outboxId))!.state,
        (state) => state === 'anchored' || state === 'finalized',
      );
    }
    await anchorer.stop();
    const byId = new Map((await harness.works()).map((row) => [row.id, row]));
    const input = (row: TestWork, lane: 'batch' | 'record') => ({
      work: asWork(byId.get(row.id)!, lane),
      record: row.record,
      content: harness.content,
      model: MODEL,
      ledger: harness.deployment.ledger,
    });
    const evidenceBundle = async (row: TestWork, lane: 'batch' | 'record', made: typeof crop) =>
      exportEvidenceProof({ ...input(row, lane), ...made, entry: await harness.outbox.get(made.outboxId) });
    bundles = {
      batch: await exportWorkProof(input(batchRow, 'batch')),
      record: await exportWorkProof(input(recordRow, 'record')),
      evidence: await evidenceBundle(batchRow, 'batch', crop),
      whole: await evidenceBundle(recordRow, 'record', whole),
    };
    const { reader } = harness.connect();
    options = {
      file: testFile('alpha'),
      suspectFile: testFile('copy of alpha'),
      chain: reader,
      isPublishedCode,
      fingerprinter: testFingerprinter(['alpha'], { 'copy of alpha': crop.segment }),
    };
    rows = {
      async *works() {
        for (const row of byId.values()) {
          const lane = row.anchor!.lane;
          yield { work: asWork(row, lane), record: row.record };
        }
      },
      async *evidence() {
        const entry = (await harness.outbox.get(crop.outboxId))!;
        const { transactionHash, blockNumber, blockTime } = entry.place!;
        yield { evidence: { ...crop.evidence, transactionHash, blockNumber, blockTime }, claim: crop.claim };
      },
    };
    if (process.env['COLOPHON_WRITE_GOLDEN'] === '1') {
      await mkdir(FIXTURES, { recursive: true });
      for (const [name, bundle] of Object.entries(bundles)) {
        await writeFile(join(FIXTURES, `v1-${name}.json`), `${JSON.stringify(bundle, null, 1)}\n`);
      }
    }
  });
  after(async () => {
    await harness.close();
    await removeDirectory(harness.directory);
  });

  const falseClaims = async (bundle: unknown, changed: Partial<VerifyOptions> = {}) => {
    const claims = await verifyBundle(bundle, { ...options, ...changed });
    return claims.filter((claim) => claim.status === 'false').map((claim) => claim.name);
  };

  test('every claim of every bundle is true with node, files and model', async () => {
    const alpha = await verifyBundle(JSON.stringify(bundles.evidence), options);
    assert.equal(overallStatus(alpha), 'true', JSON.stringify(alpha, null, 1));
    assert.equal(alpha.length, 19);
    const zeta = await verifyBundle(bundles.record, {
      ...options,
      file: testFile('zeta'),
      fingerprinter: testFingerprinter(['zeta'], {}),
    });
    assert.equal(overallStatus(zeta), 'true', JSON.stringify(zeta, null, 1));
    assert.deepEqual(await falseClaims(bundles.whole, { file: undefined, suspectFile: undefined }), []);
  });

  test('without a node, files and model nothing is called false, and it says what is missing', async () => {
    const claims = await verifyBundle(bundles.evidence);
    const unknown = Object.fromEntries(
      claims
        .filter((claim) => claim.status !== 'true')
        .map((claim) => [claim.name, `${claim.status} ${claim.failingStep}`]),
    );
    assert.deepEqual(unknown, {
      chain: 'unknown rpc',
      existed: 'unknown rpc',
      file: 'unknown file',
      look: 'unknown file',
      reporter: 'unknown rpc',
      filed: 'unknown rpc',
      'suspect-file': 'unknown file',
      'suspect-look': 'unknown file',
    });
  });

  const WORK_TAMPERINGS: readonly [string, (value: never) => unknown, string][] = [
    ...['contentHash', 'code', 'fingerprintRoot', 'modelDigest', 'owner'].map(
      (name) => [`work.record.${name}`, flipHex, 'record'] as [string, (value: never) => unknown, string],
    ),
    ['work.record.mediaType', flipText, 'record'],
    ['work.record.metadataCid', flipText, 'record'],
    ['work.recordDigest', flipHex, 'record'],
    ['work.consent.signature', flipMiddle, 'owner'],
    ['work.metadata.base64', (value: string) => value.replace(/^..../, 'AAAA'), 'metadata'],
    ['work.metadata.sha256', flipHex, 'metadata'],
    ['work.metadata.cid', flipText, 'metadata'],
    ['work.metadata.importer.chunker', () => 'size-100', 'metadata'],
    ['work.model.digest', flipHex, 'model'],
    ['work.model.name', flipText, 'model'],
    ['work.model.version', flipText, 'model'],
    ['work.model.files', () => ({ 'int8.onnx': 'cc'.repeat(32) }), 'model'],
    ['work.anchor.transactionHash', flipHex, 'existed'],
    ['work.anchor.blockNumber', addOne, 'existed'],
    ['work.anchor.blockHash', flipHex, 'existed'],
    ['work.anchor.blockTime', (value: number) => value - 86_400, 'existed'],
    ['chain.chainId', addOne, 'chain'],
    ['chain.registry', flipHex, 'chain'],
    ['chain.ledger', flipHex, 'chain'],
  ];
  const BATCH_TAMPERINGS: typeof WORK_TAMPERINGS = [
    ['work.anchor.batch.batchId', flipHex, 'existed'],
    ['work.anchor.batch.root', flipHex, 'inclusion'],
    ['work.anchor.batch.size', () => 2, 'inclusion'],
    ['work.anchor.batch.index', addOne, 'inclusion'],
    ['work.anchor.batch.path', flipFirst, 'inclusion'],
  ];
  const RECORD_TAMPERINGS: typeof WORK_TAMPERINGS = [
    ['work.consent.deadline', addOne, 'owner'],
    ['work.consent.nonce', () => '7', 'owner'],
  ];
  const EVIDENCE_TAMPERINGS: typeof WORK_TAMPERINGS = [
    ...[
      'workId',
      'segment',
      'suspectHash',
      'suspectCode',
      'modelDigest',
      'evidenceRoot',
      'accused',
      'reporter',
    ].map(
      (name) => [`evidence.claim.${name}`, flipHex, 'claim'] as [string, (value: never) => unknown, string],
    ),
    ['evidence.claim.maxDistance', addOne, 'claim'],
    ['evidence.claim.similarityBps', (value: number) => value - 1, 'claim'],
    ['evidence.claim.evidenceCid', flipText, 'claim'],
    ['evidence.claimId', flipHex, 'claim'],
    ['evidence.segmentProof.segment.code', flipHex, 'segment'],
    ['evidence.segmentProof.segment.locator', flipHex, 'segment'],
    ['evidence.segmentProof.segment.vectorDigest', flipHex, 'segment'],
    ['evidence.segmentProof.index', () => 0, 'segment'],
    ['evidence.segmentProof.size', () => 9, 'segment'],
    ['evidence.segmentProof.path', flipFirst, 'segment'],
    ['evidence.dossier.base64', (value: string) => value.replace(/^..../, 'AAAA'), 'dossier'],
    ['evidence.dossier.sha256', flipHex, 'dossier'],
    ['evidence.anchor.transactionHash', flipHex, 'filed'],
    ['evidence.anchor.blockNumber', addOne, 'filed'],
    ['evidence.anchor.blockHash', flipHex, 'filed'],
    ['evidence.anchor.blockTime', addOne, 'filed'],
  ];

  test('each tampered field makes exactly one claim false: the right one', async () => {
    const cases = [
      ...[...WORK_TAMPERINGS, ...BATCH_TAMPERINGS].map((one) => ['batch', ...one] as const),
      ...[...WORK_TAMPERINGS, ...RECORD_TAMPERINGS].map((one) => ['record', ...one] as const),
      ...[...WORK_TAMPERINGS, ...BATCH_TAMPERINGS, ...EVIDENCE_TAMPERINGS].map(
        (one) => ['evidence', ...one] as const,
      ),
    ];
    for (const [name, path, change, expected] of cases) {
      const file = testFile(name === 'record' ? 'zeta' : 'alpha');
      const tampered = withValue(bundles[name], path, change);
      assert.deepEqual(
        await falseClaims(tampered, { file, fingerprinter: undefined }),
        [expected],
        `${name}: ${path}`,
      );
    }
  });

  test('a node for which the block is not final yet leaves it open', async () => {
    const { chain } = options;
    const lagging = Object.assign(Object.create(chain!) as NonNullable<typeof chain>, {
      block: (at: Parameters<NonNullable<typeof chain>['block']>[0]) =>
        chain!.block(at === 'finalized' ? 0 : at),
    });
    const file = testFile('zeta');
    const claims = await verifyBundle(bundles.record, {
      ...options,
      file,
      chain: lagging,
      fingerprinter: undefined,
    });
    const existed = claims.find(({ name }) => name === 'existed')!;
    assert.deepEqual([existed.status, existed.failingStep], ['unknown', 'finalized']);
    // A bundle of a time when the block was not final claims nothing about it: what the node says now is told.
    const { work } = bundles.record;
    const early = { ...bundles.record, work: { ...work, anchor: { ...work.anchor, finalized: false } } };
    for (const [node, words] of [
      [lagging, /, not final yet$/],
      [chain, /, final$/],
    ] as const) {
      const told = await verifyBundle(early, { ...options, file, chain: node, fingerprinter: undefined });
      const { status, detail } = told.find(({ name }) => name === 'existed')!;
      assert.equal(status, 'true');
      assert.match(detail, words);
    }
    assert.deepEqual(
      claims.filter(({ status }) => status === 'false'),
      [],
    );
  });

  test('another file is another file, and another picture has another look', async () => {
    assert.deepEqual(await falseClaims(bundles.evidence, { file: testFile('other') }), ['file']);
    assert.deepEqual(await falseClaims(bundles.evidence, { suspectFile: testFile('other') }), [
      'suspect-file',
    ]);
    const wrong = testFingerprinter([], {});
    assert.deepEqual(await falseClaims(bundles.evidence, { fingerprinter: wrong }), ['look', 'suspect-look']);
    const otherModel = { ...wrong, modelDigest: `0x${'12'.repeat(32)}` as const };
    assert.deepEqual(
      await falseClaims(bundles.evidence, { fingerprinter: otherModel }),
      [],
      'that cannot be told',
    );
  });

  test('another registry than the expected one is refused, and so is other code', async () => {
    const { reader } = harness.connect();
    assert.deepEqual(
      await falseClaims(bundles.batch, { chain: { ...reader, registry: `0x${'77'.repeat(20)}` } }),
      ['chain'],
    );
    assert.deepEqual(await falseClaims(bundles.batch, { isPublishedCode: () => false }), ['chain']);
    const down = {
      ...reader,
      chainId: () => Promise.reject(Object.assign(new Error('no answer'), { code: 'chain_unavailable' })),
    };
    const claims = await verifyBundle(bundles.batch, { ...options, chain: down });
    assert.equal(claims.find((claim) => claim.name === 'chain')!.failingStep, 'chain_unavailable');
  });

  test('what is no bundle is refused with the place named', async () => {
    await assert.rejects(verifyBundle('{'), { code: 'invalid_bundle' });
    await assert.rejects(verifyBundle({ ...bundles.batch, version: 2 }), { code: 'invalid_bundle' });
    await assert.rejects(verifyBundle({ ...bundles.batch, extra: 1 }), { code: 'invalid_bundle' });
    await assert.rejects(
      verifyBundle(withValue(bundles.batch, 'work.anchor.blockHash', () => 'x')),
      /work\.anchor\.blockHash/,
    );
    await assert.rejects(verifyBundle({ ...bundles.batch, kind: 'evidence' }), { code: 'invalid_bundle' });
  });

  test('fsck finds nothing on what is whole, and each damage by its name', async () => {
    const { reader } = harness.connect();
    const { outbox, content } = harness;
    const all = { rows, outbox, content, reader, prints: whole, deep: false };
    const report = await fsck(all);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.checked, {
      works: 6,
      batches: 1,
      evidence: 1,
      contents: 8,
      uploads: 6,
      prints: 0,
    });
    assert.match(report.notChecked.join(), /^6 fingerprints were not made again/);
    const damage = async (change: (work: ReturnType<typeof asWork>) => object, more = {}) => {
      const damaged: FsckRows = {
        ...rows,
        async *works() {
          let first = true;
          for await (const row of rows.works()) {
            yield first ? { ...row, work: { ...row.work, ...change(row.work) } } : row;
            first = false;
          }
        },
      };
      return (await fsck({ ...all, ...more, rows: damaged })).problems.map((problem) => problem.check);
    };
    assert.deepEqual(await damage((work) => ({ anchor: { ...work.anchor!, blockTime: 5 } })), ['block-time']);
    assert.deepEqual(
      await damage((work) => ({ anchor: { ...work.anchor!, blockHash: flipHex(work.anchor!.blockHash) } })),
      ['block'],
    );
    assert.deepEqual(
      await damage((work) => ({
        anchor: { ...work.anchor!, transactionHash: flipHex(work.anchor!.transactionHash) },
      })),
      ['transaction'],
    );
    assert.deepEqual(
      await damage((work) => ({
        consent: { ...work.consent!, signature: flipMiddle(work.consent!.signature) },
      })),
      ['consent'],
    );
    assert.deepEqual(await damage(() => ({ contentId: `content_${'0'.repeat(64)}` })), ['unknown_content']);
    // The documents here name no ISCC: it was filled in later, and is derived from the file.
    assert.deepEqual(await damage(() => ({ iscc: ISCC }), { deep: true }), []);
    assert.deepEqual(await damage(() => ({ iscc: `${ISCC.slice(0, -1)}A` }), { deep: true }), ['iscc']);
    const path = (work: ReturnType<typeof asWork>) => ({
      anchor: {
        ...work.anchor!,
        batch: { ...work.anchor!.batch!, path: flipFirst([...work.anchor!.batch!.path]) },
      },
    });
    assert.deepEqual(await damage(path), ['merkle-path']);
  });

  test('fsck makes prints again when asked, and names what failed for good', async () => {
    const { outbox, content } = harness;
    const all = { rows, outbox, content, reader: null, prints: whole };
    const deep = async (changes: Partial<FsckPrints>) => {
      const report = await fsck({ ...all, deep: true, prints: { ...whole, ...changes } });
      return { ...report, found: [...new Set(report.problems.map((problem) => problem.check))] };
    };
    const good = await deep({});
    assert.deepEqual([good.found, good.checked.prints, good.notChecked], [[], 6, []]);
    assert.deepEqual((await deep({ derive: async () => `0x${'77'.repeat(32)}` })).found, ['fingerprint']);
    for (const stored of [async () => null, async () => Promise.reject(new Error('cut off'))]) {
      assert.deepEqual((await deep({ stored })).found, ['stored-print']);
      const shallow = await fsck({ ...all, deep: false, prints: { ...whole, stored } });
      assert.deepEqual([...new Set(shallow.problems.map(({ check }) => check))], ['stored-print']);
    }
    const other = await deep({ derive: async () => null });
    assert.deepEqual([other.found, other.checked.prints], [[], 0]);
    assert.match(other.notChecked.join(), /^6 .* another model/);

    const lost: Operation = {
      kind: 'register-batch',
      batchId: 'batch_lost',
      root: `0x${'78'.repeat(32)}`,
      size: 1,
      manifestCid: 'x',
    };
    const problem = { code: 'chain_rejected', detail: 'the contract refuses it' };
    await outbox.transaction(async (sql) => {
      const { id } = await outbox.enqueue(sql, lost);
      await outbox.update(sql, id, 'queued', { state: 'failed', problem });
    });
    const { problems, clean } = await fsck({ ...all, deep: false });
    assert.equal(clean, false);
    assert.deepEqual(problems, [
      {
        subject: 'batch_lost',
        check: 'operation-failed',
        detail: 'register-batch failed, chain_rejected: the contract refuses it',
      },
    ]);
  });
});
