import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import { cidOf, IMPORTER, type ImporterParams, rawCid } from '../../../server/pipeline/record/index.ts';

/** The oracle: the library that IPFS nodes use. */
async function importedCid(bytes: Uint8Array, params: ImporterParams): Promise<string> {
  const nowhere = { put: async (cid: never) => cid };
  const options = {
    cidVersion: 1 as const,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: Number(params.chunker.slice(5)) }),
    layout: balanced({ maxChildrenPerNode: params.maxChildren }),
  };
  let cid = '';
  for await (const entry of importer([{ content: bytes }], nowhere as never, options))
    cid = entry.cid.toString();
  return cid;
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);

test('CIDs are those of ipfs-unixfs-importer, for one chunk, many, and trees of several levels', async () => {
  for (const length of [0, 1, 255, 1_048_576, 1_048_577, 3_000_000]) {
    assert.equal(cidOf(bytesOf(length)), await importedCid(bytesOf(length), IMPORTER), `${length} bytes`);
  }
  for (const maxChildren of [2, 3, 7]) {
    for (const length of [10, 11, 20, 99, 1000]) {
      const params: ImporterParams = { ...IMPORTER, chunker: 'size-10', maxChildren };
      assert.equal(
        cidOf(bytesOf(length), params),
        await importedCid(bytesOf(length), params),
        `${length} by ${maxChildren}`,
      );
    }
  }
});

test('the same bytes have other CIDs under other parameters, so the parameters are kept', () => {
  const bytes = bytesOf(3_000_000);
  const other: ImporterParams = { ...IMPORTER, chunker: 'size-262144' };
  assert.notEqual(cidOf(bytes), cidOf(bytes, other));
});

test('a small document is one raw block', async () => {
  const bytes = bytesOf(100);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  assert.equal(rawCid(digest), cidOf(bytes));
});
