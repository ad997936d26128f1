import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Wallet } from 'ethers';
import type { Anchorer } from '../../../server/actions/follow-chain.ts';
import { registryInterface } from '../../../server/chain/contract-errors.ts';
import { digestBytes, merkleLeafHash, verifyInclusion } from '../../../server/domain/records/index.ts';
import type { ChainWriter } from '../../../server/pipeline/anchor/index.ts';
import {
  allAnchored,
  type Harness,
  OWNER,
  removeDirectory,
  startHarness,
  type TestWork,
  until,
} from './harness.ts';
import { startRpcProxy } from './rpc-proxy.ts';

describe('the anchorer on a real chain', () => {
  let harness: Harness;
  let running: Anchorer[] = [];
  before(async () => {
    harness = await startHarness();
  });
  after(async () => {
    await harness.close();
    await removeDirectory(harness.directory);
  });
  afterEach(async () => {
    await Promise.all(running.map((anchorer) => anchorer.stop()));
    running = [];
    harness.events.length = 0;
  });

  const start = (options: Parameters<Harness['anchorer']>[0] = {}): Anchorer => {
    const anchorer = harness.anchorer(options);
    anchorer.start();
    running.push(anchorer);
    return anchorer;
  };
  /** The works that a test added, as they are now. */
  const now = async (added: readonly TestWork[]) => {
    const ids = new Set(added.map((work) => work.id));
    return (await harness.works()).filter((work) => ids.has(work.id));
  };
  const countEvents = async (name: string): Promise<number> => {
    const topic = registryInterface.getEvent(name)!.topicHash;
    const query = {
      address: harness.deployment.registry,
      topics: [topic],
      fromBlock: '0x0',
      toBlock: 'latest',
    };
    return (await harness.rpc<unknown[]>('eth_getLogs', [query])).length;
  };

  test('works of the batch lane share a batch, and each path leads to the root that the chain has', async () => {
    const added = await harness.addWorks(10);
    start();
    const works = await until(() => now(added), allAnchored);
    const { reader } = harness.connect();
    assert.equal(new Set(works.map((work) => work.anchor!.transactionHash)).size, 1);
    for (const { record_digest, anchor } of works) {
      const { batch } = anchor!;
      const stored = await reader.batch(batch!.batchId as `0x${string}`);
      assert.deepEqual([stored!.size, stored!.timestamp], [10, anchor!.blockTime]);
      const leafHash = merkleLeafHash(digestBytes(record_digest));
      assert.ok(
        verifyInclusion({ leafHash, ...batch!, index: batch!.index, size: batch!.size }, batch!.root),
      );
    }
  });

  test('registrations of one owner go in the order of their nonces', async () => {
    const added = await harness.addWorks(6, 'record');
    start();
    const works = await until(() => now(added), allAnchored);
    const blocks = works.map((work) => work.anchor!.blockNumber);
    assert.deepEqual(
      blocks,
      blocks.toSorted((a, b) => a - b),
    );
    const { reader } = harness.connect();
    for (const work of works) assert.equal((await reader.work(work.record_digest))!.lane, 'relayed');
  });

  test('a registration that the contract refuses for good is given up, and the next ones go on', async () => {
    const stranger = new Wallet(`0x${'22'.repeat(32)}`);
    const [bad] = await harness.addWorks(1, 'record');
    // Signed by the owner, but sent as another owner's record: the contract sees an invalid signature.
    await harness.db.query(
      `update outbox set operation = jsonb_set(jsonb_set(operation, '{record,owner}', to_jsonb($1::text)), '{nonce}', '"0"')
       where state = 'queued'`,
      [stranger.address.toLowerCase()],
    );
    start();
    const [failed] = await until(
      () => now([bad!]),
      ([work]) => work!.problem !== null,
    );
    assert.equal(failed!.problem!.code, 'invalid_signature');
    await harness.db.query('delete from test_works where id = $1', [bad!.id]);
  });

  test('a chain that lost its tail gets it again, once', async () => {
    const snapshot = await harness.rpc<string>('evm_snapshot');
    const added = await harness.addWorks(5);
    start();
    await until(() => now(added), allAnchored);
    const before = await countEvents('BatchRegistered');
    await harness.rpc('evm_revert', [snapshot]);
    assert.equal(await countEvents('BatchRegistered'), before - 1, 'the chain forgot the batch');
    await until(async () => harness.events.includes('rolledBack register-batch'), Boolean);
    const works = await until(() => now(added), allAnchored);
    assert.equal(await countEvents('BatchRegistered'), before);
    const { reader } = harness.connect();
    const block = await reader.block(works[0]!.anchor!.blockHash);
    assert.equal(block!.number, works[0]!.anchor!.blockNumber, 'the anchor names a block that stands');
  });

  test('a reorg moves a work back, and then to its new block', async () => {
    const snapshot = await harness.rpc<string>('evm_snapshot');
    const added = await harness.addWorks(3);
    const anchorer = start();
    const before = (await until(() => now(added), allAnchored))[0]!.anchor!;
    await anchorer.stop();
    // Another branch, longer than ours: at the work's height stands another block now.
    await harness.rpc('evm_revert', [snapshot]);
    await harness.rpc('anvil_mine', ['0x4']);
    const { reader } = harness.connect();
    assert.notEqual((await reader.block(before.blockNumber))!.hash, before.blockHash);
    start();
    const works = await until(
      () => now(added),
      (all) => allAnchored(all) && all[0]!.anchor!.blockHash !== before.blockHash,
    );
    assert.ok(harness.events.includes('rolledBack register-batch'));
    assert.equal((await reader.block(works[0]!.anchor!.blockNumber))!.hash, works[0]!.anchor!.blockHash);
    assert.ok(await reader.batch(works[0]!.anchor!.batch!.batchId as `0x${string}`));
  });

  test('finality follows: anchored becomes final when blocks are built upon it', async () => {
    const added = await harness.addWorks(1);
    start();
    await until(() => now(added), allAnchored);
    assert.equal((await now(added))[0]!.anchor!.finalized, false);
    await harness.rpc('anvil_mine', ['0x3']);
    await until(
      () => now(added),
      ([work]) => work!.anchor!.finalized,
    );
    assert.ok(harness.events.includes('finalized register-batch'));
  });

  test('what was final and is gone all the same is anchored again', async () => {
    const snapshot = await harness.rpc<string>('evm_snapshot');
    const added = await harness.addWorks(2);
    start();
    await until(() => now(added), allAnchored);
    await harness.rpc('anvil_mine', ['0x3']);
    await until(
      () => now(added),
      ([work]) => work!.anchor!.finalized,
    );
    await harness.rpc('evm_revert', [snapshot]);
    await until(async () => harness.events.includes('rolledBack register-batch'), Boolean);
    const works = await until(() => now(added), allAnchored);
    const { reader } = harness.connect();
    assert.ok(await reader.batch(works[0]!.anchor!.batch!.batchId as `0x${string}`));
  });

  test('killed between signing and sending, it sends the very same bytes', async () => {
    const added = await harness.addWorks(2);
    const { writer } = harness.connect();
    const dies: ChainWriter = {
      ...writer!,
      send: () => {
        throw new Error('killed before the send');
      },
    };
    const first = start({ writer: dies });
    await until(
      () => now(added),
      ([work]) => work!.state === 'submitted',
    );
    await first.stop();
    const [signed] = await harness.outbox.list(['submitted']);
    const before = await countEvents('BatchRegistered');
    start();
    const [work] = await until(() => now(added), allAnchored);
    assert.equal(work!.anchor!.transactionHash, signed!.attempts[0]!.hash);
    assert.equal(await countEvents('BatchRegistered'), before + 1);
  });

  test('killed between sending and hearing of it, it finds its work done', async () => {
    const added = await harness.addWorks(2);
    const { writer } = harness.connect();
    const dies: ChainWriter = {
      ...writer!,
      async send(transaction) {
        await writer!.send(transaction);
        throw new Error('killed after the send');
      },
    };
    const first = start({ writer: dies, pollMs: 60_000 });
    await until(
      () => now(added),
      ([work]) => work!.state === 'submitted',
    );
    await first.stop();
    const before = await countEvents('BatchRegistered');
    start();
    await until(() => now(added), allAnchored);
    assert.equal(await countEvents('BatchRegistered'), before, 'nothing was sent again');
  });

  test('what somebody else anchored is not anchored again', async () => {
    const [work] = await harness.addWorks(1, 'record');
    const [entry] = await harness.outbox.list(['queued']);
    // The same registration, relayed by another account of the world.
    const relayer = new Wallet(`0x${'33'.repeat(32)}`);
    await harness.rpc('anvil_setBalance', [relayer.address, '0xde0b6b3a7640000']);
    const { connectChain } = await import('../../../server/chain/connect-chain.ts');
    const { writer } = connectChain(
      { rpcUrl: harness.chain.rpcUrl, ...harness.deployment },
      relayer.privateKey as `0x${string}`,
    );
    const signed = await writer!.sign(entry!.operation, 0, 400_000, await writer!.suggestFees());
    await writer!.send(signed);
    start();
    const [anchored] = await until(() => now([work!]), allAnchored);
    assert.equal(anchored!.anchor!.transactionHash, signed.hash);
  });

  test('another program spends its nonce: the operation takes a new one and goes through', async () => {
    const added = await harness.addWorks(1);
    const { writer } = harness.connect();
    const stalls: ChainWriter = {
      ...writer!,
      // The node swallows the transaction; meanwhile another of the same nonce is mined.
      send: async (transaction) => {
        const other = new Wallet(harness.chain.signerKey);
        const raw = await other.signTransaction({
          type: 2,
          chainId: 31337,
          nonce: transaction.nonce,
          gasLimit: 21_000,
          to: OWNER.address,
          value: 1n,
          maxFeePerGas: BigInt(transaction.fees.maxFeePerGas) * 4n,
          maxPriorityFeePerGas: 2_000_000_000n,
        });
        await harness.rpc('eth_sendRawTransaction', [raw]);
        return 'accepted';
      },
    };
    const first = start({ writer: stalls });
    await until(
      () => now(added),
      ([work]) => work!.state === 'submitted',
    );
    await first.stop();
    start();
    await until(() => now(added), allAnchored);
    assert.ok(harness.events.includes('rolledBack register-batch'), 'its first nonce was given up');
  });

  test('a transaction that is not mined pays more, under the same nonce', async () => {
    await harness.rpc('evm_setAutomine', [false]);
    try {
      const added = await harness.addWorks(1);
      start({ bumpAfterMs: 200 });
      const attempts = async () => (await harness.outbox.list(['submitted']))[0]?.attempts ?? [];
      const [first, second] = await until(attempts, (all) => all.length >= 2);
      assert.equal(second!.nonce, first!.nonce);
      const ratio = Number(second!.fees.maxFeePerGas) / Number(first!.fees.maxFeePerGas);
      assert.ok(ratio >= 1.1, `fees rose by ${ratio}`);
      await harness.rpc('evm_mine');
      const [work] = await until(() => now(added), allAnchored);
      assert.notEqual(work!.anchor!.transactionHash, first!.hash);
    } finally {
      await harness.rpc('evm_setAutomine', [true]);
    }
  });

  test("a stranger's transaction that holds its nonce in the pool is outbid", async () => {
    await harness.rpc('evm_setAutomine', [false]);
    try {
      const { writer } = harness.connect();
      const fees = await writer!.suggestFees();
      const other = new Wallet(harness.chain.signerKey);
      const raw = await other.signTransaction({
        type: 2,
        chainId: 31337,
        nonce: await writer!.minedNonce(),
        gasLimit: 21_000,
        to: OWNER.address,
        maxFeePerGas: BigInt(fees.maxFeePerGas),
        maxPriorityFeePerGas: BigInt(fees.maxPriorityFeePerGas),
      });
      await harness.rpc('eth_sendRawTransaction', [raw]);
      const added = await harness.addWorks(1);
      start();
      const attempts = async () => (await harness.outbox.list(['submitted']))[0]?.attempts ?? [];
      await until(attempts, (all) => all.length >= 2);
      await harness.rpc('evm_mine');
      const [work] = await until(() => now(added), allAnchored);
      assert.equal(work!.state, 'anchored');
    } finally {
      await harness.rpc('evm_setAutomine', [true]);
    }
  });

  test('a node that is down delays and loses nothing', async () => {
    const proxy = await startRpcProxy(harness.chain.rpcUrl);
    try {
      const errors: string[] = [];
      const onError = (error: unknown) => errors.push((error as { code: string }).code);
      proxy.set({ down: true });
      const { reader, writer } = harness.connect(proxy.url);
      const anchorer = start({ reader, writer: writer!, onError });
      const added = await harness.addWorks(4);
      await until(
        async () => anchorer.status().problem,
        (problem) => problem === 'chain_unavailable',
      );
      proxy.set({ down: false });
      await until(() => now(added), allAnchored);
      assert.equal(anchorer.status().problem, null);
      assert.ok(
        errors.every((code) => code === 'chain_unavailable'),
        errors.join(),
      );
    } finally {
      await proxy.close();
    }
  });

  test('a node that names another chain, or a block that does not stand, is called a liar', async () => {
    const proxy = await startRpcProxy(harness.chain.rpcUrl);
    try {
      const { connectChain } = await import('../../../server/chain/connect-chain.ts');
      const options = { rpcUrl: proxy.url, ...harness.deployment, expectedChainId: 31337 };
      const { reader, writer } = connectChain(options, harness.chain.signerKey);
      proxy.set({ tamper: ({ method }, result) => (method === 'eth_chainId' ? '0x1' : result) });
      const added = await harness.addWorks(1);
      const lies: string[] = [];
      const onError = (error: unknown) => lies.push(`${(error as { code: string }).code}: ${error}`);
      const anchorer = start({ reader, writer: writer!, onError });
      await until(
        async () => anchorer.status().problem,
        (problem) => problem === 'chain_lying',
      );
      assert.equal((await now(added))[0]!.state, 'recorded', 'nothing is sent to a liar');
      const fake = `0x${'ab'.repeat(32)}`;
      proxy.set({
        tamper: ({ method }, result) =>
          method === 'eth_getTransactionReceipt' && result !== null
            ? { ...(result as object), blockHash: fake }
            : result,
      });
      await until(
        () => now(added),
        ([work]) => work!.state === 'submitted',
      );
      await until(
        async () => lies,
        (all) => all.some((one) => /^chain_lying.*the receipt of .* names block/.test(one)),
      );
      proxy.set({ tamper: null });
      await until(() => now(added), allAnchored);
    } finally {
      await proxy.close();
    }
  });

  test('two anchorers on one database: one sends, nothing is sent twice', async () => {
    const added = await harness.addWorks(20);
    const before = await countEvents('BatchRegistered');
    start();
    start();
    const works = await until(() => now(added), allAnchored);
    const batches = new Set(works.map((work) => work.anchor!.transactionHash)).size;
    assert.equal((await countEvents('BatchRegistered')) - before, batches);
  });
});
