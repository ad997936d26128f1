import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askLatestAgain } from '../../../server/chain/ask-latest.ts';
import { type Rpc, RpcError } from '../../../server/chain/rpc.ts';

const MINES = new RpcError(-32602, 'BlockOutOfRangeError: block height is 8 but requested was 7', null);

/** A node that fails some times and answers then. */
function node(failures: Error[]) {
  const asked: unknown[] = [];
  const rpc = async (method: string, params: readonly unknown[] = []) => {
    asked.push([method, ...params]);
    const failure = failures.shift();
    if (failure) throw failure;
    return '0x1';
  };
  return { asked, rpc: askLatestAgain(rpc as Rpc) };
}

test('a node that mines at this moment is asked once more for its latest block', async () => {
  const { asked, rpc } = node([MINES]);
  assert.equal(await rpc('eth_call', [{}, 'latest']), '0x1');
  assert.deepEqual(asked, [
    ['eth_call', {}, 'latest'],
    ['eth_call', {}, 'latest'],
  ]);
  await assert.rejects(node([MINES, MINES]).rpc('eth_call', [{}, 'latest']), MINES);
});

test('what fails otherwise, or is asked of a block by its number, fails at once', async () => {
  const reverted = new RpcError(3, 'execution reverted', '0x');
  for (const [failure, block] of [
    [reverted, 'latest'],
    [MINES, '0x7'],
    [new TypeError('ours'), 'latest'],
  ] as const) {
    const { asked, rpc } = node([failure]);
    await assert.rejects(rpc('eth_call', [{}, block]), failure);
    assert.equal(asked.length, 1);
  }
});
