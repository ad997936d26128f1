import { UpstreamError } from '../errors.ts';

/** An answer of the node that is an error of its own: it was reached and understood. */
export class RpcError extends Error {
  /** JSON-RPC error code; 3 is "execution reverted". */
  readonly code: number;
  /** Revert data, `0x` hex, where the node gave some. */
  readonly data: string | null;

  constructor(code: number, message: string, data: string | null) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

/** One JSON-RPC call. */
export type Rpc = <T>(method: string, params?: readonly unknown[]) => Promise<T>;

/**
 * JSON-RPC over HTTP without state: nothing is cached, detected or polled behind the caller's back.
 * A call throws `UpstreamError('chain_unavailable')` when the node cannot be reached or answers nonsense,
 * `RpcError` when it answers with an error. `timeoutMs` of one call.
 */
export function connectRpc(url: string, timeoutMs = 10_000): Rpc {
  let id = 0;
  return async <T>(method: string, params: readonly unknown[] = []): Promise<T> => {
    id += 1;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    const answer = await post(url, body, method, timeoutMs);
    if (answer.error === undefined) {
      if (!('result' in answer)) throw unavailable(method, 'the answer has neither result nor error');
      return answer.result as T;
    }
    const { code, message, data } = answer.error;
    throw new RpcError(Number(code), String(message), revertData(data));
  };
}

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly data?: unknown };
}

async function post(url: string, body: string, method: string, timeoutMs: number): Promise<RpcAnswer> {
  let text: string;
  let status: number;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    throw unavailable(method, cause instanceof Error ? cause.message : 'no answer', cause);
  }
  // Some nodes send a JSON-RPC error with HTTP 4xx; a proxy in front sends HTML with 5xx and 429.
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && status !== 429 && status < 500) return answer;
  } catch {
    // Said below.
  }
  throw unavailable(method, `HTTP ${status}`);
}

/** Nodes disagree on where the revert data is: `data`, `data.data`, or inside of a text. */
function revertData(data: unknown): string | null {
  const inner = typeof data === 'object' && data !== null && 'data' in data ? data.data : data;
  return typeof inner === 'string' ? (/0x[0-9a-fA-F]*/.exec(inner)?.[0] ?? null) : null;
}

function unavailable(method: string, detail: string, cause?: unknown): UpstreamError {
  return new UpstreamError('chain_unavailable', `the chain node does not answer ${method}: ${detail}`, {
    cause,
  });
}
