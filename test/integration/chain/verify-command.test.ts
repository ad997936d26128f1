import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exportWorkProof } from '../../../server/actions/export-proof.ts';
import { allAnchored, type Harness, removeDirectory, startHarness, until } from './harness.ts';
import { addRegisteredWork, asWork, MODEL, testFile } from './registered-work.ts';

const MAIN = join(import.meta.dirname, '../../../server/cli/main.ts');
const GOLDEN = join(import.meta.dirname, '../../fixtures/bundles/v1-evidence.json');

/** Runs `colophon verify` as its users do. */
function verify(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1' };
    execFile(process.execPath, [MAIN, 'verify', ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('colophon verify', () => {
  let harness: Harness;
  let directory: string;
  let bundle: string;
  let original: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'colophon-verify-'));
    harness = await startHarness();
    const row = await addRegisteredWork(harness, 'alpha', 'batch');
    const anchorer = harness.anchorer();
    anchorer.start();
    const [anchored] = await until(() => harness.works(), allAnchored);
    await anchorer.stop();
    const proof = await exportWorkProof({
      work: asWork(anchored!, 'batch'),
      record: row.record,
      content: harness.content,
      model: MODEL,
      ledger: harness.deployment.ledger,
    });
    bundle = join(directory, 'proof.json');
    original = join(directory, 'original.png');
    await writeFile(bundle, JSON.stringify(proof));
    await writeFile(original, testFile('alpha'));
  });
  after(async () => {
    await harness.close();
    await removeDirectory(harness.directory);
    await removeDirectory(directory);
  });

  test('0: everything that was asked is true', async () => {
    const { code, out } = await verify(
      bundle,
      '--rpc',
      harness.chain.rpcUrl,
      '--registry',
      harness.deployment.registry,
    );
    assert.equal(code, 0, out);
    assert.match(out, /^The proof holds\. 8 true, 0 false, 0 unknown \(not asked: file, look\)$/m);
    assert.match(
      out,
      new RegExp(`^pinned +registry +${harness.deployment.registry} +named by --registry$`, 'm'),
    );
    assert.doesNotMatch(out, /NOT PINNED/);
  });

  test('contracts that only the bundle names are called so, with what speaks for them', async () => {
    const plain = await verify(bundle, '--rpc', harness.chain.rpcUrl);
    assert.equal(plain.code, 0, 'it is no false claim');
    assert.match(
      plain.out,
      new RegExp(
        `^NOT PINNED +registry +${harness.deployment.registry} .*published.*anybody.*--registry`,
        'm',
      ),
    );
    const alone = await verify(GOLDEN, '--json', '--ledger', `0x${'12'.repeat(20)}`);
    const { contracts } = JSON.parse(alone.out) as { contracts: Record<string, unknown>[] };
    assert.deepEqual(
      contracts.map(({ name, pinned, publishedCode }) => [name, pinned, publishedCode]),
      [
        ['registry', false, null],
        ['ledger', true, null],
      ],
    );
    assert.equal(contracts[1]!['address'], `0x${'12'.repeat(20)}`);
  });

  test('1: something is false, and the failing step is named', async () => {
    const other = join(directory, 'other.png');
    await writeFile(other, 'another file');
    const { code, out } = await verify(bundle, '--rpc', harness.chain.rpcUrl, '--file', other);
    assert.equal(code, 1);
    assert.match(
      out,
      /FALSE +file +the file given has the SHA-256 0x\w{64}, the registered one 0x\w{64} \[step: sha256\]/,
    );
    assert.match(
      out,
      /^The file given is not the one that the proof is about\. The proof itself holds, if the contracts .*\. 8 true, 1/m,
    );
    const told = await verify(bundle, '--rpc', harness.chain.rpcUrl, '--file', other, '--json');
    assert.equal(told.code, 1);
    const { status, proof, wrongFiles } = JSON.parse(told.out) as Record<string, unknown>;
    assert.deepEqual({ status, proof, wrongFiles }, { status: 'false', proof: 'true', wrongFiles: ['file'] });
    const alone = await verify(bundle, '--file', other);
    assert.equal(alone.code, 1, 'with or without a node');
    assert.match(
      alone.out,
      /^The file given is not the one that the proof is about\. Of the proof itself nothing failed, but not everything/m,
    );
    const strange = await verify(bundle, '--rpc', harness.chain.rpcUrl, '--registry', `0x${'12'.repeat(20)}`);
    assert.equal(strange.code, 1);
    assert.match(strange.out, /FALSE +chain .*\[step: registry\]/);
    assert.match(strange.out, /^The proof is false\. /m);
  });

  test('3: it cannot be told without a node, with one that is down, or without the model', async () => {
    assert.equal((await verify(bundle)).code, 3);
    const down = await verify(bundle, '--rpc', 'http://127.0.0.1:9');
    assert.equal(down.code, 3);
    assert.match(down.out, /unknown +chain .*\[step: chain_unavailable\]/);
    const noModel = await verify(bundle, '--rpc', harness.chain.rpcUrl, '--file', original);
    assert.equal(noModel.code, 3, 'the model of the test is not among the models here');
    assert.match(noModel.out, /true +file/);
    assert.match(noModel.out, /^Nothing failed, but not everything could be told\. /m);
    assert.match(noModel.out, /unknown +look .*\[step: model\]/);
  });

  test('2: the input is not acceptable', async () => {
    const cut = join(directory, 'cut.json');
    await writeFile(cut, (await readFile(bundle, 'utf8')).slice(0, -50));
    assert.equal((await verify(cut)).code, 2);
    assert.equal((await verify(join(directory, 'absent.json'))).code, 2);
    assert.equal((await verify(bundle, '--file', join(directory, 'absent.png'))).code, 2);
    const suspect = await verify(bundle, '--suspect', original);
    assert.equal(suspect.code, 2, 'a suspect beside the proof of a work is not passed over');
    assert.match(suspect.err, /proof\.json proves a work and accuses no file: leave --suspect out/);
    assert.equal((await verify(bundle, '--rpc', 'not a url')).code, 2);
    assert.equal((await verify(bundle, '--rpc', 'http://127.0.0.1:9', '--registry', '0x12')).code, 2);
  });

  test('--json prints one document with the claims', async () => {
    const { code, out } = await verify(GOLDEN, '--json');
    const answer = JSON.parse(out) as {
      status: string;
      claims: { name: string; status: string }[];
      notAsked: string[];
    };
    assert.equal(code, 3);
    assert.equal(answer.status, 'unknown');
    assert.deepEqual(answer.notAsked, [], 'of evidence, every claim is asked');
    assert.equal(answer.claims.find((claim) => claim.name === 'suspect-look')!.status, 'unknown');
    assert.equal(answer.claims.find((claim) => claim.name === 'similarity')!.status, 'true');
  });
});
