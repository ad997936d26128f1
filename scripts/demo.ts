/**
 * `npm run demo [-- --media DIR --references N --queries N --keep]`: the whole path, once, in a screen of text.
 *
 * Registers references, checks edited copies and strangers, files evidence for a hit, saves the proof bundle, stops the
 * service, and verifies the bundle against a chain node started by "the auditor" from the same chain data.
 * `--media` is a folder with `manifest.json` (references; queries with the reference they copy, or null), such as
 * ../shared/media/dev; without it the demo draws its own pictures and edits them.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalChain } from '../server/chain/local-chain.ts';
import { ApiClient } from '../server/cli/api-client.ts';
import { checkFiles } from '../server/cli/check.ts';
import { describeMatch, style, table } from '../server/cli/output.ts';
import { openOwnerKey } from '../server/cli/owner-key.ts';
import { registerFiles } from '../server/cli/register.ts';
import { runVerify } from '../server/cli/verify.ts';
import type { Evidence } from '../server/domain/evidence.ts';
import { InputError } from '../server/errors.ts';
import { drawPicture, SAMPLE_EDITS } from './demo/sample-pictures.ts';
import { freePort, startService } from './demo/service-process.ts';

/** A query of the demo: a file, what was done to it, and which reference it copies. */
interface Query {
  readonly file: string;
  readonly edits: string;
  readonly reference: string | null;
}

interface Suite {
  readonly references: readonly string[];
  readonly queries: readonly Query[];
}

interface Manifest {
  readonly references: readonly { readonly id: string; readonly file: string }[];
  readonly queries: readonly {
    readonly file: string;
    readonly reference: string | null;
    readonly edits: readonly string[];
  }[];
}

const EVIDENCE_WAIT_S = 60;

/** Takes references and queries from a suite: copies of those references, and a few strangers, spread over the list. */
function readSuite(folder: string, referenceCount: number, queryCount: number): Suite {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new InputError('invalid_request', `${folder} has no manifest.json`);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const copied = manifest.queries.filter((query) => query.reference !== null);
  const strangers = manifest.queries.filter((query) => query.reference === null);
  const strangerCount = Math.floor(queryCount / 4);
  const spread = <T>(items: readonly T[], count: number) =>
    Array.from(
      { length: Math.min(count, items.length) },
      (_, i) => items[Math.floor((i * items.length) / count)] as T,
    );
  const copies = spread(copied, queryCount - strangerCount);
  const wanted = new Set(copies.map((query) => query.reference));
  const references = [
    ...manifest.references.filter(({ id }) => wanted.has(id)),
    ...manifest.references.filter(({ id }) => !wanted.has(id)),
  ].slice(0, Math.max(referenceCount, wanted.size));
  const pathOf = new Map(references.map(({ id, file: name }) => [id, join(folder, name)]));
  return {
    references: [...pathOf.values()],
    queries: [...copies, ...spread(strangers, strangerCount)].map((query) => ({
      file: join(folder, query.file),
      edits: query.edits.join(' + '),
      reference: query.reference === null ? null : (pathOf.get(query.reference) ?? null),
    })),
  };
}

/** Draws pictures and edits them: one query an edit, and two strangers. */
async function drawSuite(folder: string, referenceCount: number): Promise<Suite> {
  const references: string[] = [];
  const draw = async (name: string, seed: number) => {
    const file = join(folder, name);
    writeFileSync(file, await drawPicture(seed));
    return file;
  };
  for (let seed = 0; seed < referenceCount; seed++) references.push(await draw(`work-${seed}.jpg`, seed));
  const queries: Query[] = [];
  for (const [index, [edits, edit]] of Object.entries(SAMPLE_EDITS).entries()) {
    const reference = references[index % references.length] as string;
    const file = join(folder, `found-${index}.jpg`);
    writeFileSync(file, await edit(readFileSync(reference), await drawPicture(5000 + index)));
    queries.push({ file, edits, reference });
  }
  for (const seed of [9001, 9002]) {
    queries.push({
      file: await draw(`stranger-${seed}.jpg`, seed),
      edits: 'another picture',
      reference: null,
    });
  }
  return { references, queries };
}

function say(step: string): void {
  console.log(`\n${style('bold', step)}`);
}

const { values } = parseArgs({
  options: {
    media: { type: 'string' },
    references: { type: 'string', default: '60' },
    queries: { type: 'string', default: '16' },
    keep: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'colophon-demo-'));
const data = join(folder, 'data');
try {
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  const suite =
    values.media === undefined
      ? await drawSuite(pictures, Math.min(24, Number(values.references)))
      : readSuite(resolve(values.media), Number(values.references), Number(values.queries));

  say('1  Start: database, content store, index, model, chain, contracts');
  const service = await startService(data, await freePort());
  console.log(`ready at ${service.url} after ${(service.readyAfterMs / 1000).toFixed(1)} s`);
  let bundleFile: string;
  let suspect: string;
  let original: string;
  let contracts: { registry: string; ledger: string };
  try {
    const client = new ApiClient({ url: service.url, apiKey: service.apiKey, folder });
    // What an auditor pins: the addresses as the registry publishes them, not as a bundle names them.
    contracts = await client.get('/v1/registry');
    const owner = openOwnerKey(folder, undefined);

    say(`2  Register ${suite.references.length} works of ${owner.address}`);
    const startedAt = performance.now();
    const registered = await registerFiles(client, owner, suite.references, {
      lane: 'batch',
      title: null,
      anchorWaitS: 60,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const anchored = registered.filter((result) => result.state === 'anchored');
    console.log(`${anchored.length} on the chain after ${seconds.toFixed(1)} s`);
    for (const result of registered)
      if (result.state !== 'anchored')
        console.log(`  ${basename(result.file)}: ${result.outcome} ${result.detail ?? ''}`);
    const fileOf = new Map(registered.map((result) => [result.workId, result.file]));

    say(`3  Check ${suite.queries.length} pictures found elsewhere`);
    const results = await checkFiles(
      client,
      suite.queries.map((query) => query.file),
    );
    let right = 0;
    const rows = results.map(({ check, problem }, index) => {
      const query = suite.queries[index] as Query;
      const best = check?.verdict?.matches[0];
      const named = best === undefined ? null : (fileOf.get(best.workId) ?? null);
      const outcome = problem?.code ?? check?.verdict?.outcome ?? 'pending';
      const isRight = query.reference === null ? outcome === 'distinct' : named === query.reference;
      if (isRight) right++;
      return [
        style(isRight ? 'green' : 'red', isRight ? '✓' : '✗'),
        query.edits,
        outcome,
        best === undefined ? '' : `${(best.probability * 100).toFixed(1)} %`,
        named === null ? '' : basename(named),
        query.reference === null
          ? '(copies nothing here)'
          : named === query.reference
            ? ''
            : `(is ${basename(query.reference)})`,
      ];
    });
    console.log(table(rows));
    console.log(`${right} of ${results.length} answered rightly`);

    const hits = results.flatMap((result, index) => {
      const match = result.check?.verdict?.matches[0];
      return match !== undefined && fileOf.get(match.workId) === suite.queries[index]?.reference
        ? [{ result, match, query: suite.queries[index] as Query }]
        : [];
    });
    const hit = hits.sort((a, b) => b.match.probability - a.match.probability)[0];
    if (hit === undefined || hit.result.check === null)
      throw new Error('no copy was found, so there is nothing to prove');

    say('4  File evidence for one of them');
    console.log(describeMatch(hit.match, ''));
    const filed = await client.post<{ evidence: Evidence }>('/v1/evidence', {
      checkId: hit.result.check.id,
      matchIndex: 0,
      sourceUrl: 'https://example.com/gallery/found.jpg',
      statement: 'Published without a licence.',
    });
    let evidence = filed.evidence;
    for (let waited = 0; evidence.state !== 'anchored' && waited < EVIDENCE_WAIT_S * 5; waited++) {
      await new Promise((resume) => setTimeout(resume, 200));
      evidence = await client.get<Evidence>(`/v1/evidence/${evidence.id}`);
    }
    if (evidence.state !== 'anchored') throw new Error(`the evidence is still ${evidence.state}`);
    console.log(
      `${evidence.id}: block ${evidence.blockNumber}, the contract counted ${evidence.hammingDistance} differing bits of 256`,
    );

    say('5  Save the proof bundle');
    bundleFile = join(folder, 'evidence.json');
    writeFileSync(bundleFile, JSON.stringify(await client.get(`/v1/evidence/${evidence.id}/proof`), null, 2));
    console.log(`${(statSync(bundleFile).size / 1024).toFixed(0)} KiB`);
    suspect = hit.query.file;
    original = hit.query.reference as string;
  } finally {
    await service.stop();
  }

  say('6  The service is stopped. An auditor verifies the bundle with a chain node of their own');
  const chain = await startLocalChain({ directory: join(data, 'chain') });
  try {
    const flags = {
      file: original,
      suspect,
      rpc: chain.rpcUrl,
      registry: contracts.registry,
      ledger: contracts.ledger,
    };
    const code = await runVerify(bundleFile, flags, false);
    process.exitCode = code;
  } finally {
    await chain.stop();
  }
  if (values.keep) console.log(`\nkept: ${folder}`);
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}
