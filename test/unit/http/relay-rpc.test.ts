import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import express from 'express';
import { createRateLimiter } from '../../../server/http/rate-limiter.ts';
import { addRpcRelay } from '../../../server/http/relay-rpc.ts';
import { addModels } from '../../../server/http/serve-models.ts';

describe('what verifiers read from the service: relayed calls and model files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-models-'));
  const asked: string[] = [];
  let lastParams: readonly unknown[] = [];
  const app = express();
  addRpcRelay(
    app,
    async (method, params) => {
      asked.push(method);
      lastParams = params;
      return params[0] === 'revert'
        ? { error: { code: 3, message: 'execution reverted', data: '0x1234' } }
        : { result: '0x7a69' };
    },
    createRateLimiter(1, 8),
  );
  addModels(app, folder);
  app.use(((error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ code: error.code });
  }) satisfies express.ErrorRequestHandler);
  const server = createServer(app);
  let url: string;

  before(async () => {
    mkdirSync(join(folder, 'net@1.0.0'));
    writeFileSync(join(folder, 'net@1.0.0', 'int8.onnx'), 'weights');
    writeFileSync(join(folder, 'net@1.0.0', 'fp32.onnx'), 'more weights');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (body: unknown) => {
    const response = await fetch(`${url}/rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('relays a reading call under the id of the caller', async () => {
    const answer = await call({ jsonrpc: '2.0', id: 'seven', method: 'eth_chainId' });
    assert.deepEqual(answer, { status: 200, body: { jsonrpc: '2.0', id: 'seven', result: '0x7a69' } });
  });

  it('passes on an error of the node', async () => {
    const { body } = await call({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: ['revert'] });
    assert.deepEqual(body['error'], { code: 3, message: 'execution reverted', data: '0x1234' });
  });

  it('asks the node for nothing that signs, sends or steers', async () => {
    asked.length = 0;
    for (const method of ['eth_sendRawTransaction', 'eth_sign', 'anvil_setBalance', 'evm_revert']) {
      const { body } = await call({ jsonrpc: '2.0', id: 1, method, params: [] });
      assert.equal((body['error'] as { code: number }).code, -32601, method);
    }
    assert.deepEqual(asked, []);
  });

  it('bounds a call’s gas and drops state overrides', async () => {
    const code = { '0x01': { code: '0x5b5f56' } };
    await call({
      jsonrpc: '2.0',
      id: 1,
      method: 'eth_call',
      params: [{ to: '0x01', gas: '0x7fffffffffff' }, 'latest', code],
    });
    assert.deepEqual(lastParams, [{ to: '0x01', gas: '0x989680' }, 'latest']);
  });

  it('refuses what is no JSON-RPC request, and too many of them', async () => {
    assert.equal((await call([{ jsonrpc: '2.0', id: 1, method: 'eth_chainId' }])).status, 400);
    const statuses = await Promise.all(
      Array.from({ length: 12 }, () => call({ jsonrpc: '2.0', id: 1, method: 'eth_chainId' })),
    );
    assert.ok(
      statuses.some(({ status, body }) => status === 429 && body['code'] === 'rate_limited'),
      'the bucket of eight runs dry',
    );
  });

  it('serves the files a browser needs and no others', async () => {
    const good = await fetch(`${url}/models/net@1.0.0/int8.onnx`);
    assert.equal(await good.text(), 'weights');
    assert.match(good.headers.get('cache-control') ?? '', /immutable/);
    for (const path of [
      'net@1.0.0/fp32.onnx',
      'net@1.0.0/head.bin',
      'secret.txt',
      'net@1.0.0/..%2f..%2fsecret.txt',
      '',
    ]) {
      const response = await fetch(`${url}/models/${path}`);
      assert.equal(response.status, 404, path);
      assert.deepEqual(await response.json(), { code: 'not_found' });
    }
  });
});
