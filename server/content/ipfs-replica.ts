import { create } from 'ipfs-http-client';
import { UpstreamError } from '../errors.ts';
import type { ImporterParams } from '../pipeline/record/index.ts';
import type { ContentReplica } from './content-store.ts';

/** Where the IPFS node is. */
export interface IpfsOptions {
  /** Of its RPC API, such as `http://127.0.0.1:5001`. */
  readonly url: string;
  /** Of one call; default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * An IPFS node as the second home of public content, over its RPC API. Every method throws
 * `UpstreamError('content_unavailable')` when it does not answer.
 */
export function connectIpfsReplica(options: IpfsOptions): ContentReplica {
  const timeout = options.timeoutMs ?? 30_000;
  const client = create({ url: options.url, timeout });
  return {
    add: (bytes, importer) => translate(() => addUnder(client, bytes, importer)),
    async cat(cid) {
      try {
        const parts: Uint8Array[] = [];
        for await (const part of client.cat(cid, { timeout })) parts.push(part);
        return Buffer.concat(parts);
      } catch (cause) {
        // A node that is offline says so; one that searches the network runs into the timeout.
        if (cause instanceof Error && /not found|could not find/i.test(cause.message)) return null;
        throw unavailable(cause);
      }
    },
    pin: (cid) =>
      translate(async () => {
        await client.pin.add(cid, { timeout });
      }),
  };
}

async function addUnder(
  client: ReturnType<typeof create>,
  bytes: Uint8Array,
  importer: ImporterParams,
): Promise<string> {
  const { cid } = await client.add(bytes, {
    cidVersion: importer.cidVersion,
    rawLeaves: importer.rawLeaves,
    chunker: importer.chunker,
    pin: true,
  });
  return cid.toString();
}

async function translate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): UpstreamError {
  return new UpstreamError('content_unavailable', 'the IPFS node does not answer', { cause });
}
