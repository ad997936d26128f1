import { createReadStream } from 'node:fs';
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import type { ImporterParams } from '../pipeline/record/index.ts';

/** CID of a file on disk, streaming: memory stays at a few chunks whatever its size. No block is kept. */
export async function importFile(path: string, params: ImporterParams): Promise<string> {
  const chunkSize = Number(params.chunker.slice('size-'.length));
  // The importer only writes; blocks are derived from the file whenever they are wanted.
  const nowhere = { put: async (cid: never) => cid };
  const entries = importer([{ content: createReadStream(path) }], nowhere as never, {
    cidVersion: params.cidVersion,
    rawLeaves: params.rawLeaves,
    reduceSingleLeafToSelf: params.reduceSingleLeaf,
    chunker: fixedSize({ chunkSize }),
    layout: balanced({ maxChildrenPerNode: params.maxChildren }),
    wrapWithDirectory: false,
  });
  let cid = '';
  for await (const entry of entries) cid = entry.cid.toString();
  return cid;
}
