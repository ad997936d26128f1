/** The owner's key on its way between the command line and the console. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { Wallet } from 'ethers';
import { exportOwnerKey } from '../../../server/cli/move-owner-key.ts';
import { openOwnerKey } from '../../../server/cli/owner-key.ts';

const CLI = resolve(import.meta.dirname, '../../../server/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'colophon-owner-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `colophon owner …` for the user whose settings lie in `home`; `typed` goes to standard input. */
function owner(home: string, typed: string, ...args: string[]) {
  const { COLOPHON_OWNER_KEY: _key, ...env } = process.env;
  const run = spawnSync(process.execPath, [CLI, 'owner', ...args], {
    encoding: 'utf8',
    input: typed,
    env: { ...env, NO_COLOR: '1', COLOPHON_HOME: join(folder, home) },
  });
  return { code: run.status, all: `${run.stdout}${run.stderr}`, out: run.stdout };
}

const addressOf = (home: string) => owner(home, '').out.split(' ')[0]!;
const secretOf = (home: string) => readFileSync(join(folder, home, 'owner-key'), 'utf8').trim();
const isPrivate = (file: string) => (statSync(file).mode & 0o077) === 0;

test('a key goes out encrypted, in again on another machine, and both sign as one owner', () => {
  const address = addressOf('first');
  const file = join(folder, 'key.json');
  assert.match(owner('first', 'too short\n', 'export', file).all, /at least 10 characters/);
  const out = owner('first', 'correct horse battery\n', 'export', file);
  assert.equal(out.code, 0, out.all);
  assert.ok(out.all.includes(address) && isPrivate(file));
  const secret = secretOf('first').slice(2);
  assert.ok(!out.all.includes(secret) && !readFileSync(file, 'utf8').includes(secret), 'the secret is out');
  assert.match(owner('first', 'correct horse battery\n', 'export', file).all, /cannot be written \(EEXIST\)/);

  assert.match(owner('second', 'wrong\n', 'import', file).all, /passphrase does not open/);
  const into = owner('second', 'correct horse battery\n', 'import', file);
  assert.equal(into.code, 0, into.all);
  assert.equal(addressOf('second'), address);
  assert.ok(isPrivate(join(folder, 'second', 'owner-key')) && !into.all.includes(secret));
});

test('a key that is there is not lost: it is replaced only when told, and kept', () => {
  const before = addressOf('third');
  const secret = secretOf('third');
  const wallet = Wallet.createRandom();
  const file = join(folder, 'bare.txt');
  writeFileSync(file, wallet.privateKey.slice(2));
  const refused = owner('third', '', 'import', file);
  assert.equal(refused.code, 2);
  assert.match(refused.all, /--replace/);
  assert.equal(addressOf('third'), before);
  assert.equal(owner('third', '', 'import', file, '--replace').code, 0);
  assert.equal(addressOf('third'), wallet.address.toLowerCase());
  const kept = join(folder, 'third', `owner-key.${before}`);
  assert.equal(readFileSync(kept, 'utf8').trim(), secret);
  assert.ok(isPrivate(kept) && isPrivate(join(folder, 'third', 'owner-key')));
});

test('a replacement that cannot be written leaves the key that was there', () => {
  const before = addressOf('full');
  const file = join(folder, 'next.txt');
  writeFileSync(file, Wallet.createRandom().privateKey);
  // Nothing can be written into a file: as on a full disk.
  const command = ['-c', 'ulimit -f 0 && exec "$@"', 'sh', process.execPath, CLI, 'owner', 'import', file];
  const { COLOPHON_OWNER_KEY: _key, ...env } = process.env;
  const run = spawnSync('sh', [...command, '--replace'], {
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1', COLOPHON_HOME: join(folder, 'full') },
  });
  assert.notEqual(run.status, 0);
  assert.match(run.stderr, /owner-key\.new cannot be written \(EFBIG\)/);
  assert.equal(addressOf('full'), before);
  // What is left of the attempt is not in the way of the next one.
  assert.equal(owner('full', '', 'import', file, '--replace').code, 0);
  assert.deepEqual(readdirSync(join(folder, 'full')).sort(), ['owner-key', `owner-key.${before}`]);
});

test('what is no key is refused without being shown', () => {
  for (const text of ['hunter2', '{"address":"0x12"}', 'f'.repeat(64)]) {
    const file = join(folder, 'none.txt');
    writeFileSync(file, text);
    const run = owner('fourth', '', 'import', file);
    assert.equal(run.code, 2);
    assert.match(run.all, /neither a keystore .* nor a private key/);
    assert.ok(!run.all.includes(text));
  }
  assert.match(owner('fourth', '', 'export', join(folder, 'x.json')).all, /no owner key in .* yet/);
});

test('a passphrase typed unseen is asked for twice, and taken when both are the same', async () => {
  const { address } = openOwnerKey(join(folder, 'typist'), undefined);
  const file = join(folder, 'typed.json');
  /** Types the lines one after the other; gives how many were asked for. */
  const typing = async (isTyped: boolean, ...lines: string[]) => {
    const questions: string[] = [];
    const ask = async (question: string) => lines[questions.push(question) - 1] ?? '';
    const exported = await exportOwnerKey(join(folder, 'typist'), file, ask, isTyped);
    assert.equal(exported, address);
    return questions.length;
  };
  await assert.rejects(typing(true, 'correct horse battery', 'correct horse batery'), {
    code: 'invalid_request',
    message: 'the two passphrases are not the same: nothing was written',
  });
  assert.equal(existsSync(file), false);
  assert.equal(await typing(true, 'correct horse battery', 'correct horse battery'), 2);
  rmSync(file);
  assert.equal(await typing(false, 'correct horse battery'), 1);
});
