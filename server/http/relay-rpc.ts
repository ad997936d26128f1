import express, { type Express } from 'express';
import { z } from 'zod';
import type { RateLimiter } from './rate-limiter.ts';

/** A chain node's answer to one call: a result, or an error of the node's own. */
export type RpcReply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data: string | null } };

/** Asks the chain node; throws `chain_unavailable` when it does not answer. */
export type RelayRpc = (method: string, params: readonly unknown[]) => Promise<RpcReply>;

/** What a verifier reads. Nothing here signs, sends, or changes how the node runs. */
const READING: readonly string[] = [
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getTransactionByHash',
  'eth_getTransactionReceipt',
];

const BODY_LIMIT = '64kb';
const METHOD_NOT_FOUND = -32601;
const INVALID_REQUEST = -32600;

const request = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.string(), z.null()]),
  method: z.string().max(64),
  params: z.array(z.unknown()).max(8).default([]),
});

/** Far more than any view of our contracts takes; a stranger's endless loop ends there. */
const CALL_GAS = '0x989680';

/** Calls without state overrides and with bounded gas, so that nobody can keep the node busy. */
function bounded(method: string, params: readonly unknown[]): readonly unknown[] {
  const [call, block] = params;
  if (method !== 'eth_call' || typeof call !== 'object' || call === null) return params;
  return block === undefined ? [{ ...call, gas: CALL_GAS }] : [{ ...call, gas: CALL_GAS }, block];
}

/**
 * `POST /rpc`: a relay to the service's chain node, for reading (JSON-RPC 2.0). A convenience: browsers cannot reach a
 * node without CORS. Who verifies against it trusts us for the chain, which the console says; an auditor names a node
 * of their own.
 */
export function addRpcRelay(app: Express, relay: RelayRpc, limiter: RateLimiter): void {
  app.post('/rpc', express.json({ limit: BODY_LIMIT }), async (httpRequest, response) => {
    limiter.take(`rpc ${httpRequest.ip}`, Date.now());
    const parsed = request.safeParse(httpRequest.body);
    if (!parsed.success) {
      const error = { code: INVALID_REQUEST, message: 'not a JSON-RPC 2.0 request' };
      response.status(400).json({ jsonrpc: '2.0', id: null, error });
      return;
    }
    const { id, method } = parsed.data;
    const params = bounded(method, parsed.data.params);
    const reply = READING.includes(method)
      ? await relay(method, params)
      : { error: { code: METHOD_NOT_FOUND, message: `${method} is not relayed here`, data: null } };
    response.set('Cache-Control', 'no-store').json({ jsonrpc: '2.0', id, ...reply });
  });
}
