import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawPicture, randomFrom } from '../../../scripts/demo/sample-pictures.ts';
import { freePort, type ServiceProcess, startService } from '../../../scripts/demo/service-process.ts';
import type { Work } from '../../../server/domain/work.ts';
import { putFreshDatabase } from '../../helpers/fresh-database.ts';

const CLI = resolve(import.meta.dirname, '../../../server/cli/main.ts');
const WORKS = Number(process.env['COLOPHON_TEST_CRASH_WORKS'] ?? 500);
const KILLS = Number(process.env['COLOPHON_TEST_CRASH_KILLS'] ?? 10);
/**
 * Of so small a picture no windows are looked at (`query-views.ts`), which is most of what a registration computes. It
 * goes through every stage, store and transaction that a large one goes through.
 */
const PICTURE_WIDTH = 112;
/** No film comes: each of the eleven starts would start seven processes to decode one. */
const SETTINGS = { COLOPHON_SPARE_DECODERS: 'off' };
/** How often the works are counted, and how long after the last count a kill may come. */
const COUNT_EVERY_MS = 250;

interface RegisterOutput {
  readonly results: readonly {
    readonly file: string;
    readonly outcome: string;
    readonly workId: string | null;
    readonly detail: string | null;
  }[];
}

/** Runs the command line with `--json`; rejects when it prints no document. */
function colophon<T>(env: Record<string, string>, ...args: string[]): Promise<T> {
  return new Promise((done, fail) => {
    const child: ChildProcess = spawn(process.execPath, [CLI, '--json', ...args], {
      env: { ...process.env, ...env },
    });
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.on('close', () => {
      try {
        done(JSON.parse(out) as T);
      } catch {
        fail(new Error(`colophon ${args[0]}: ${out.slice(0, 300)} ${err.slice(0, 2000)}`));
      }
    });
  });
}

describe(`kill -9 of the whole stack, ${KILLS} times during the registration of ${WORKS} works`, {
  timeout: 30 * 60_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-crash-'));
  const pictures = join(folder, 'pictures');
  let service: ServiceProcess;

  before(async () => {
    mkdirSync(pictures);
    for (let seed = 0; seed < WORKS; seed++) {
      writeFileSync(
        join(pictures, `${String(seed).padStart(3, '0')}.jpg`),
        await drawPicture(10_000 + seed, PICTURE_WIDTH),
      );
    }
  });
  after(async () => {
    await service?.killAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('loses no acknowledged work, registers each once, and fsck is clean', async () => {
    const port = await freePort();
    const data = join(folder, 'data');
    await putFreshDatabase(join(data, 'database'));
    service = await startService(data, port, SETTINGS);
    assert.ok(service.apiKey, 'the first start prints the admin key');
    const env = {
      COLOPHON_URL: service.url,
      COLOPHON_API_KEY: service.apiKey,
      COLOPHON_HOME: join(folder, 'home'),
    };

    // A fixed seed would kill at about the same points each time; it is printed, to repeat a failure nearly.
    const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
    console.log(`CRASH_SEED=${seed}`);
    const random = randomFrom(seed);
    const acknowledged = new Map<string, string>();
    const failures: string[] = [];
    const remember = (output: RegisterOutput) => {
      failures.length = 0;
      for (const { file, outcome, workId, detail } of output.results) {
        if (workId !== null && (outcome === 'registered' || outcome === 'already yours')) {
          const before = acknowledged.get(file);
          assert.ok(before === undefined || before === workId, `${file} is ${before} and ${workId}`);
          acknowledged.set(file, workId);
        } else failures.push(`${file}: ${outcome} ${detail}`);
      }
    };

    // The client outlives most kills by waiting for the service; when it has ended, it is started again and resumes.
    let isOver = false;
    const register = async () => {
      for (let lastRounds = 0; acknowledged.size < WORKS && lastRounds < 5; lastRounds += isOver ? 1 : 0) {
        remember(await colophon<RegisterOutput>(env, 'register', pictures));
      }
    };
    let hasEnded = false;
    const running = register().finally(() => {
      hasEnded = true;
    });
    running.catch(() => undefined);
    // Paced by the works taken in, not by the clock: so kills are spread over all of it, however fast the machine is.
    for (let kill = 1; kill <= KILLS; kill++) {
      const killAfter = ((kill - random() / 2) * WORKS) / (KILLS + 1);
      while (!hasEnded && (await countWorks(service.url)) < killAfter) await sleep(COUNT_EVERY_MS);
      await sleep(random() * COUNT_EVERY_MS);
      await service.killAll();
      if (hasEnded) await running;
      assert.ok(!hasEnded && acknowledged.size < WORKS, 'the registration was over before the last kill');
      service = await startService(data, port, SETTINGS);
    }
    isOver = true;
    await running;
    assert.deepEqual(failures, []);
    assert.equal(acknowledged.size, WORKS);
    assert.equal(new Set(acknowledged.values()).size, WORKS, 'each file has a work of its own');

    // Every acknowledged work reaches the chain.
    const until = Date.now() + 120_000;
    let listed = await listAll(service.url, env.COLOPHON_API_KEY);
    const waiting = () => listed.filter(({ state }) => state !== 'anchored').map(({ id }) => id);
    while (waiting().length > 0 && Date.now() < until) {
      await sleep(1000);
      listed = await listAll(service.url, env.COLOPHON_API_KEY);
    }
    assert.deepEqual(waiting(), [], 'works that are not anchored after two minutes');
    assert.deepEqual(listed.map(({ id }) => id).sort(), [...acknowledged.values()].sort());

    const hashes = listed.map((work) => work.contentHash);
    assert.equal(new Set(hashes).size, hashes.length, 'no content is registered twice');

    const report = await colophon<{ problems: unknown[]; checked: Record<string, number> }>(env, 'fsck');
    assert.deepEqual(report.problems, []);
    assert.ok(
      Object.values(report.checked).reduce((sum, count) => sum + count, 0) >= WORKS,
      'fsck looked at the works',
    );
  });
});

async function listAll(url: string, apiKey: string): Promise<Work[]> {
  const works: Work[] = [];
  for (let cursor = ''; ; ) {
    const response = await fetch(`${url}/v1/works?limit=100${cursor}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    const page = (await response.json()) as { items: Work[]; nextCursor?: string | null };
    works.push(...page.items);
    if (page.nextCursor == null) return works;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/** How many works the service has taken in: cheaper than their list, which is asked for often here. */
async function countWorks(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/registry`);
  return ((await response.json()) as { works: { total: number } }).works.total;
}
