import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { drawPicture, SAMPLE_EDITS } from '../../scripts/demo/sample-pictures.ts';
import { freePort, type ServiceProcess, startService } from '../../scripts/demo/service-process.ts';
import type { CheckResult } from '../../server/cli/check.ts';
import { EXIT } from '../../server/cli/exit-codes.ts';
import type { RegisterResult } from '../../server/cli/register.ts';
import type { Evidence } from '../../server/domain/evidence.ts';
import type { Work } from '../../server/domain/work.ts';
import { runColophon } from './run-colophon.ts';

const SUFFIX = /work_[0-9a-z]{26}/;

describe('the command line against a running service', { timeout: 5 * 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-cli-'));
  const pictures = join(folder, 'pictures');
  const file = (name: string) => join(folder, name);
  let service: ServiceProcess;
  let env: Record<string, string>;
  const colophon = (...args: string[]) => runColophon(env, ...args);

  before(async () => {
    mkdirSync(join(pictures, 'inner'), { recursive: true });
    for (const [index, name] of ['a.jpg', 'b.jpg', 'inner/c.jpg'].entries()) {
      writeFileSync(join(pictures, name), await drawPicture(300 + index));
    }
    writeFileSync(join(pictures, 'notes.log'), 'not a work');
    const [original, other] = [await drawPicture(300), await drawPicture(399)];
    writeFileSync(file('copy.jpg'), await SAMPLE_EDITS['recompressed small']!(original, other));
    writeFileSync(file('stranger.jpg'), other);
    service = await startService(join(folder, 'data'), await freePort());
    env = {
      COLOPHON_URL: service.url,
      COLOPHON_API_KEY: service.apiKey ?? '',
      COLOPHON_HOME: join(folder, 'home'),
    };
  });
  after(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('registers a folder, works only, and waits for the chain', async () => {
    const run = await colophon('--json', 'register', pictures, '--wait', '60');
    const { results, owner } = run.json<{ owner: string; results: RegisterResult[] }>();
    assert.equal(run.code, EXIT.ok, run.stderr);
    assert.deepEqual(
      results.map(({ file: path, outcome, state }) => [path.slice(pictures.length + 1), outcome, state]),
      [
        ['a.jpg', 'registered', 'anchored'],
        ['b.jpg', 'registered', 'anchored'],
        ['inner/c.jpg', 'registered', 'anchored'],
      ],
    );
    assert.match(run.stderr, /1 file was left out \(1 \.log\)/);
    assert.match(run.stderr, /back it up/, 'the first use makes the owner’s key and says so');
    assert.equal(statSync(join(folder, 'home', 'owner-key')).mode & 0o077, 0, 'nobody else may read it');
    assert.equal((await colophon('--json', 'owner')).json<{ address: string }>().address, owner);
  });

  it('makes a key for somebody else, who can use it until it is revoked', async () => {
    const made = (await colophon('--json', 'keys', 'add', 'Agency', '--role', 'platform')).json<{
      key: { id: string };
      secret: string;
    }>();
    const theirs = { ...env, COLOPHON_API_KEY: made.secret };
    assert.equal((await runColophon(theirs, '--json', 'works')).code, EXIT.ok);
    assert.match((await colophon('keys')).stdout, new RegExp(`${made.key.id} +platform +Agency`));
    assert.equal((await runColophon(theirs, 'keys')).code, EXIT.badInput, 'only admins see keys');
    assert.equal((await colophon('keys', 'add', 'x', '--role', 'king')).code, EXIT.badInput);
    assert.match((await colophon('keys', 'revoke', made.key.id)).stdout, /Agency {2}revoked/);
    assert.equal((await runColophon(theirs, '--json', 'works')).code, EXIT.badInput);
  });

  it('registers again without doing anything twice', async () => {
    const run = await colophon('--json', 'register', join(pictures, '*.jpg'));
    const { results } = run.json<{ results: RegisterResult[] }>();
    assert.equal(run.code, EXIT.ok);
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['already yours', 'already yours'],
    );
    assert.equal((await colophon('--json', 'works')).json<{ items: Work[] }>().items.length, 3);
    assert.equal((await colophon('--json', 'works', '--mine')).json<{ items: Work[] }>().items.length, 3);
    const other = { ...env, COLOPHON_OWNER_KEY: `0x${'12'.repeat(32)}` };
    assert.match((await runColophon(other, 'works', '--mine')).stdout, /^no works of 0x\w{40} yet$/m);
  });

  it('refuses what somebody else has registered, and says where that is', async () => {
    const other = { ...env, COLOPHON_HOME: join(folder, 'other-home') };
    const run = await runColophon(other, '--json', 'register', join(pictures, 'a.jpg'), file('copy.jpg'));
    const [same, edited] = run.json<{ results: RegisterResult[] }>().results;
    assert.equal(run.code, EXIT.false);
    assert.equal(same?.outcome, 'refused');
    assert.equal(same?.code, 'already_registered');
    assert.match(same?.existing ?? '', SUFFIX);
    assert.equal(edited?.code, 'copy_of_registered_work');
    const text = await runColophon(other, 'register', join(pictures, 'a.jpg'), file('copy.jpg'));
    assert.match(
      text.stdout,
      /these bytes are “a\.jpg” \(work_\w{26}\) of another owner, registered at .*Z \(already/,
    );
    assert.match(
      text.stdout,
      /this copies “a\.jpg” \(work_\w{26}\) of another owner .* \(copy_of_registered_work\)$/m,
    );
  });

  it('finds the copy and clears the stranger', async () => {
    const run = await colophon('--json', 'check', file('copy.jpg'), file('stranger.jpg'));
    const outcomes = run
      .json<{ results: CheckResult[] }>()
      .results.map(({ check }) => check?.verdict?.outcome);
    assert.deepEqual(outcomes, ['copy', 'distinct']);
    assert.equal(run.code, EXIT.ok);
    assert.equal((await colophon('check', '--exit-code', file('copy.jpg'))).code, EXIT.false);
    const text = await colophon('check', file('copy.jpg'));
    assert.match(text.stdout, /^copy .*copy\.jpg/);
    assert.match(text.stdout, SUFFIX);
    assert.match(text.stdout, /% a\.jpg {2}work_/, 'the title comes before the id');
  });

  it('names a bad key once, not for every file', async () => {
    for (const command of ['register', 'check']) {
      const run = await colophon('--api-key', 'wrong', command, file('copy.jpg'), file('stranger.jpg'));
      assert.equal(run.code, EXIT.badInput, run.stdout);
      assert.equal(run.stderr.match(/unknown_key/g)?.length, 1);
      assert.equal(run.stdout, '');
    }
  });

  it('says that a bundle cannot be written, and why', async () => {
    const { items } = (await colophon('--json', 'works')).json<{ items: Work[] }>();
    const { id } = items.find(({ state }) => state === 'anchored')!;
    const run = await colophon('proof', id, join(folder, 'no-such-folder', 'x.json'));
    assert.equal(run.code, EXIT.badInput, run.stderr);
    assert.match(run.stderr, /x\.json cannot be written \(ENOENT\)/);
    assert.doesNotMatch(run.stderr, /\n\s+at /, 'no stack trace');
  });

  it('files evidence and proves it to a verifier who has only the files and a node', async () => {
    const check = (await colophon('--json', 'check', file('copy.jpg'))).json<{ results: CheckResult[] }>()
      .results[0]?.check;
    const source = ['--source-url', 'https://example.com/a.jpg'];
    const filed = await colophon('evidence', 'file', check?.id ?? '', ...source);
    const id = /^(evidence_[0-9a-z]{26})$/m.exec(filed.stdout)?.[1] ?? '';
    assert.match(filed.stdout, /^ +work +a\.jpg +work_[0-9a-z]{26}$/m);
    assert.match(filed.stdout, new RegExp(`\\nNext: .*colophon proof ${id} evidence\\.json\\n$`));
    for (let i = 0; i < 100; i++) {
      if ((await colophon('--json', 'evidence', id)).json<Evidence>().state === 'anchored') break;
    }
    const bundle = file('evidence.json');
    assert.equal((await colophon('proof', id, bundle)).code, EXIT.ok);
    const rpc = /http:\/\/127\.0\.0\.1:\d+ \(local\)/.exec(service.output())?.[0].split(' ')[0] ?? '';
    const files = ['--file', join(pictures, 'a.jpg'), '--suspect', file('copy.jpg')];

    const good = await runColophon({}, 'verify', bundle, ...files, '--rpc', rpc);
    assert.equal(good.code, EXIT.ok, good.stdout + good.stderr);
    assert.equal((await runColophon({}, 'verify', bundle, ...files)).code, EXIT.unknown, 'without a node');
    const unseen = await runColophon({}, 'verify', bundle, '--rpc', rpc);
    assert.equal(unseen.code, EXIT.unknown, 'the looks are the reporter’s word until both files are there');
    const wrong = await runColophon(
      {},
      'verify',
      bundle,
      '--file',
      file('stranger.jpg'),
      '--suspect',
      file('copy.jpg'),
      '--rpc',
      rpc,
    );
    assert.equal(wrong.code, EXIT.false, 'with another file');
    assert.match(wrong.stdout, /FALSE +file /);
    writeFileSync(file('broken.json'), readFileSync(bundle, 'utf8').slice(0, 500));
    assert.equal((await runColophon({}, 'verify', file('broken.json'), '--rpc', rpc)).code, EXIT.badInput);
  });

  it('reports a clean fsck and a healthy machine', async () => {
    const fsck = await colophon('fsck');
    assert.equal(fsck.code, EXIT.ok, fsck.stdout);
    assert.match(fsck.stdout, /clean.*5 works/, 'three registered, two refused');
    assert.match(fsck.stdout, /not checked .*fingerprints.*--deep/);
    const deep = await colophon('fsck', '--deep');
    assert.equal(deep.code, EXIT.ok, deep.stdout);
    assert.match(deep.stdout, /clean.*3 prints/);
    assert.doesNotMatch(deep.stdout, /not checked/);
    const doctor = await colophon('doctor');
    assert.equal(doctor.code, EXIT.ok, doctor.stdout);
    assert.match(doctor.stdout, /first admin/);
  });

  it('goes on after a file that cannot be used', async () => {
    writeFileSync(file('empty.jpg'), '');
    writeFileSync(file('cut.jpg'), (await drawPicture(301)).subarray(0, 900));
    const run = await colophon('--json', 'check', file('empty.jpg'), file('cut.jpg'), file('stranger.jpg'));
    assert.equal(run.code, EXIT.incomplete);
    const results = run.json<{ results: CheckResult[] }>().results;
    assert.deepEqual(
      results.map(({ problem, check }) => problem?.code ?? check?.verdict?.outcome),
      ['empty_file', 'corrupt_media', 'distinct'],
    );
  });
});

describe('the command line by itself', () => {
  const home = mkdtempSync(join(tmpdir(), 'colophon-cli-home-'));
  const env = { COLOPHON_HOME: home, COLOPHON_URL: 'http://127.0.0.1:9' };
  after(() => rmSync(home, { recursive: true, force: true }));

  /** Arguments, exit code, and what must be said. */
  const cases: readonly (readonly [string[], number, RegExp])[] = [
    [['register', 'x.jpg'], EXIT.badInput, /no API key.*missing_key/s],
    [
      ['--api-key', 'k', 'check', '/no/such/file.jpg'],
      EXIT.badInput,
      /no such file, folder or pattern: \/no\/such\/file\.jpg/,
    ],
    [
      ['--api-key', 'k', 'works'],
      EXIT.unknown,
      /^http:\S+ is not ready, trying again for 5 s …\n[^\n]*is the service running\?.*service_unavailable/s,
    ],
    [['--url', 'ftp://x', 'works'], EXIT.badInput, /not an http\(s\) URL/],
    [['--api-key', 'k', 'works', '--limit', 'many'], EXIT.badInput, /--limit takes a whole number/],
    [
      ['--api-key', 'k', 'register', '--lane', 'fast', 'x.jpg'],
      EXIT.badInput,
      /Allowed choices are batch, record/,
    ],
    [['frobnicate'], EXIT.badInput, /unknown command/],
    [['proof', 'check_1'], EXIT.badInput, /not an id of a work or evidence/],
    [['verify', '/no/such/bundle.json'], EXIT.badInput, /cannot be read/],
  ];
  for (const [args, code, words] of cases) {
    it(`colophon ${args.join(' ')}: exit ${code}`, async () => {
      const run = await runColophon(env, ...args);
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stderr, words);
      assert.doesNotMatch(run.stderr, /\n\s+at /, 'no stack trace');
    });
  }

  it('refuses a ledger that is no address', async () => {
    writeFileSync(join(home, 'x.json'), '{}');
    assert.equal(
      (await runColophon(env, 'verify', join(home, 'x.json'), '--ledger', 'mine')).code,
      EXIT.badInput,
    );
  });

  it('says errors as JSON with --json', async () => {
    const run = await runColophon(env, '--json', 'register', 'x.jpg');
    assert.equal(run.json<{ error: { code: string } }>().error.code, 'missing_key');
  });

  it('refuses an owner key that is none, without showing it', async () => {
    const run = await runColophon({ ...env, COLOPHON_OWNER_KEY: 'hunter2' }, 'owner');
    assert.equal(run.code, EXIT.badInput);
    assert.doesNotMatch(run.stderr, /hunter2/);
  });
});
