/** A node between us and the real one, which can be down, slow to tell the truth, or a liar. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Changes an answer; gives the result that the caller sees. Throw to answer with a JSON-RPC error. */
export type Tamper = (call: Call, result: unknown) => unknown;

export interface RpcProxy {
  readonly url: string;
  readonly calls: Call[];
  /** `down` cuts every connection. */
  set(mode: {
    readonly down?: boolean;
    readonly tamper?: Tamper | null;
    readonly before?: (call: Call) => void;
  }): void;
  close(): Promise<void>;
}

export async function startRpcProxy(target: string): Promise<RpcProxy> {
  let down = false;
  let tamper: Tamper | null = null;
  let before: ((call: Call) => void) | null = null;
  const calls: Call[] = [];
  const server: Server = createServer(async (request, response) => {
    if (down) return void request.socket.destroy();
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = JSON.parse(body) as Call & { id: number };
    calls.push(call);
    const answer = { jsonrpc: '2.0', id: call.id } as Record<string, unknown>;
    try {
      before?.(call);
      const forwarded = await fetch(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const real = (await forwarded.json()) as { result?: unknown; error?: unknown };
      if (real.error !== undefined) answer['error'] = real.error;
      else answer['result'] = tamper === null ? real.result : tamper(call, real.result);
    } catch (error) {
      answer['error'] = { code: -32000, message: (error as Error).message };
    }
    if (down) return void request.socket.destroy();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    set(mode) {
      if (mode.down !== undefined) down = mode.down;
      if (mode.tamper !== undefined) tamper = mode.tamper;
      if (mode.before !== undefined) before = mode.before;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
