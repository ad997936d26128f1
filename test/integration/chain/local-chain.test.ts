import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { anvilBinary } from '../../../server/chain/anvil-binary.ts';
import { backUp, usableStates } from '../../../server/chain/chain-state-files.ts';
import { connectChain } from '../../../server/chain/connect-chain.ts';
import { ensureContracts } from '../../../server/chain/ensure-contracts.ts';
import { startLocalChain } from '../../../server/chain/local-chain.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import { connectRpc } from '../../../server/chain/rpc.ts';
import { allAnchored, type Harness, removeDirectory, startHarness, until } from './harness.ts';

const newDirectory = () => mkdtemp(join(tmpdir(), 'colophon-local-'));

/** Whether a process runs; an orphan that ended may stay as a zombie where nobody reaps. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A process of its own that holds a chain in `directory`; prints its pid and URL. */
async function spawnHolder(
  directory: string,
): Promise<{ child: ChildProcess; node: number; rpcUrl: string }> {
  const module = join(import.meta.dirname, '../../../server/chain/local-chain.ts');
  const script = `
    const { startLocalChain } = await import(${JSON.stringify(module)});
    const chain = await startLocalChain({ directory: ${JSON.stringify(directory)} });
    console.log(JSON.stringify({ node: chain.pid(), rpcUrl: chain.rpcUrl }));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout!, 'data');
  return { child, ...JSON.parse(String(line)) };
}

describe('the local chain', () => {
  test('keeps its state, its key and its contracts over a restart', async () => {
    const directory = await newDirectory();
    const first = await startLocalChain({ directory });
    const file = join(directory, 'contracts.json');
    const options = { rpcUrl: first.rpcUrl, signerKey: first.signerKey, file };
    const deployed = await ensureContracts(options);
    assert.deepEqual([first.fresh, deployed.deployed], [true, true]);
    assert.equal((await ensureContracts(options)).deployed, false, 'nothing is deployed twice');
    await first.stop();
    assert.equal(alive(first.pid()), false);
    const second = await startLocalChain({ directory });
    const again = await ensureContracts({ ...options, rpcUrl: second.rpcUrl });
    assert.deepEqual([second.fresh, again.deployed, second.signerKey], [false, false, first.signerKey]);
    assert.equal((await stat(join(directory, 'mnemonic'))).mode & 0o777, 0o600);
    // The list of processes is public.
    const commandLine = await readFile(`/proc/${second.pid()}/cmdline`, 'utf8');
    assert.ok(
      !commandLine.includes((await readFile(join(directory, 'mnemonic'), 'utf8')).trim().split(' ')[0]!),
    );
    await second.stop();
    await removeDirectory(directory);
  });

  test('the code of the contracts is compared byte for byte, immutables included', async () => {
    const directory = await newDirectory();
    const chain = await startLocalChain({ directory });
    const site = await ensureContracts({
      rpcUrl: chain.rpcUrl,
      signerKey: chain.signerKey,
      file: join(directory, 'c'),
    });
    const rpc = connectRpc(chain.rpcUrl);
    const code = await rpc<string>('eth_getCode', [site.ledger, 'latest']);
    assert.ok(isPublishedCode('ledger', code, site));
    assert.ok(!isPublishedCode('registry', code, site));
    const flipped = code.slice(0, 200) + (code[200] === '0' ? '1' : '0') + code.slice(201);
    assert.ok(!isPublishedCode('ledger', flipped, site), 'another byte');
    const other = { ...site, registry: `0x${'99'.repeat(20)}` as const };
    assert.ok(!isPublishedCode('ledger', code, other), 'a ledger that asks another registry');
    assert.ok(
      !isPublishedCode('registry', await rpc('eth_getCode', [site.registry, 'latest']), {
        ...site,
        chainId: 1,
      }),
    );
    // Other code where ours was remembered: deployed anew, and the same place as everywhere is not free any more.
    await rpc('anvil_setCode', [site.registry, '0x6001']);
    await assert.rejects(
      ensureContracts({ rpcUrl: chain.rpcUrl, signerKey: chain.signerKey, file: join(directory, 'c') }),
      { code: 'chain_lying' },
    );
    await chain.stop();
    await removeDirectory(directory);
  });

  test('ends when the process that started it is killed, and writes its state', async () => {
    const directory = await newDirectory();
    const { child, node, rpcUrl } = await spawnHolder(directory);
    await connectRpc(rpcUrl)('anvil_mine', ['0x5']);
    child.kill('SIGKILL');
    await until(
      async () => alive(node),
      (is) => !is,
    );
    const chain = await startLocalChain({ directory });
    assert.equal(Number(await connectRpc(chain.rpcUrl)('eth_blockNumber')), 5, 'TERM gave it time to write');
    await chain.stop();
    await removeDirectory(directory);
  });

  test('ends when its guard is killed together with the process', async () => {
    const directory = await newDirectory();
    const { child, node } = await spawnHolder(directory);
    const guard = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${node}/status`, 'utf8'))![1]);
    child.kill('SIGSTOP'); // it must not start another node
    process.kill(guard, 'SIGKILL');
    child.kill('SIGKILL');
    await until(
      async () => alive(node),
      (is) => !is,
    );
    await removeDirectory(directory);
  });

  test('a second start ends what was left running: two nodes must not write one state', async () => {
    const directory = await newDirectory();
    const state = join(directory, 'state.json');
    const orphan = spawn(anvilBinary(), ['--state', state, '--port', '0', '--quiet'], { stdio: 'ignore' });
    const started = once(orphan, 'spawn');
    await writeFile(join(directory, 'anvil.pid'), `${orphan.pid}\n`);
    const bystander = spawn('sleep', ['60']);
    await started;
    const chain = await startLocalChain({ directory });
    assert.equal(alive(orphan.pid!), false);
    await chain.stop();
    // A pid that belongs to somebody else by now is let alone.
    await writeFile(join(directory, 'anvil.pid'), `${bystander.pid}\n`);
    await (await startLocalChain({ directory })).stop();
    assert.ok(alive(bystander.pid!));
    bystander.kill();
    await removeDirectory(directory);
  });

  test('a half-written state gives way to the last backup, and none at all to a fresh chain', async () => {
    const directory = await newDirectory();
    const first = await startLocalChain({ directory, backupEveryMs: 600_000 });
    await connectRpc(first.rpcUrl)('anvil_mine', ['0x3']);
    await first.stop();
    await backUp(directory, 0);
    const state = join(directory, 'state.json');
    await truncate(state, (await stat(state)).size - 10);
    assert.deepEqual(await usableStates(directory), [join(directory, 'state.backup-1.json')]);
    const second = await startLocalChain({ directory });
    assert.equal(second.fresh, false);
    assert.equal(Number(await connectRpc(second.rpcUrl)('eth_blockNumber')), 3);
    await second.stop();
    for (const name of await readdir(directory)) {
      if (name.startsWith('state')) await writeFile(join(directory, name), '{"accounts":');
    }
    const third = await startLocalChain({ directory });
    assert.equal(third.fresh, true);
    await third.stop();
    await removeDirectory(directory);
  });

  test('a node that is killed comes back on its port, and what it forgot is anchored again, once', async (t) => {
    let kick: () => void = () => undefined;
    const harness = await startHarness({
      onRestart: async () => {
        await ensureContracts({
          rpcUrl: harness.chain.rpcUrl,
          signerKey: harness.chain.signerKey,
          file: join(harness.directory, 'contracts.json'),
        });
        kick();
      },
    });
    const anchorer = harness.anchorer();
    t.after(async () => {
      await anchorer.stop();
      await harness.close();
      await removeDirectory(harness.directory);
    });
    anchorer.start();
    kick = () => anchorer.kick();
    await harness.addWorks(3);
    await until(() => harness.works(), allAnchored);
    await stateWritten(join(harness.directory, 'chain', 'state.json')); // this batch is in it
    const kept = await newestBlock(harness);
    // The node writes its state every second, when we cannot know: kill until it forgot a block that it had mined.
    let batches = 1;
    let forgotten: Awaited<ReturnType<typeof newestBlock>>;
    for (;;) {
      assert.ok(batches < 12, 'it never forgot anything');
      await harness.addWorks(4);
      await until(() => harness.works(), allAnchored);
      batches++;
      forgotten = await newestBlock(harness);
      const pid = harness.chain.pid();
      process.kill(pid, 'SIGKILL');
      await until(
        async () => harness.chain.pid(),
        (now) => now !== pid,
      );
      // The state file ends at the batch before; a node that had just written it has nothing to anchor again.
      if (await isGone(harness, forgotten.hash)) break;
    }
    await until(async () => harness.events.some((event) => event.startsWith('rolledBack')), Boolean);
    const works = await until(() => harness.works(), allAnchored);
    const { reader } = connectChain({ rpcUrl: harness.chain.rpcUrl, ...harness.deployment });
    for (const { anchor } of works) {
      assert.equal((await reader.block(anchor!.blockNumber))!.hash, anchor!.blockHash);
      const event = await reader.findAnchor({ kind: 'batch', id: anchor!.batch!.batchId as `0x${string}` });
      assert.equal(event!.transactionHash, anchor!.transactionHash);
    }
    const transactions = new Set(works.map((work) => work.anchor!.transactionHash));
    assert.equal(transactions.size, batches, 'no batch twice');
    assert.equal(works[0]!.anchor!.blockHash, kept.hash, 'what was in the state file stands');
    assert.notEqual(works.at(-1)!.anchor!.blockHash, forgotten.hash);
  });
});

/** Block of the work that was anchored last. */
async function newestBlock(harness: Harness): Promise<{ number: number; hash: string }> {
  const { blockNumber, blockHash } = (await harness.works()).at(-1)!.anchor!;
  return { number: blockNumber, hash: blockHash };
}

/** Whether the node, once it answers again, lacks a block. */
async function isGone(harness: Harness, hash: string): Promise<boolean> {
  const look = () =>
    harness.rpc<object | null>('eth_getBlockByHash', [hash, false]).then(
      (block) => (block === null ? 'gone' : 'there'),
      () => 'down',
    );
  return (await until(look, (answer) => answer !== 'down')) === 'gone';
}

/** Waits for two writes of the state file: the second one began after now, so that what stands now is in it. */
async function stateWritten(file: string): Promise<void> {
  for (let writes = 0; writes < 2; writes++) {
    const { mtimeMs: before } = await stat(file);
    await until(
      async () => (await stat(file)).mtimeMs,
      (now) => now > before,
    );
  }
}
