import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { enterKey, makeOwnerKey, PASSPHRASE, pick, registerAndSign, visit } from './console-steps.ts';
import { asFile, makeKnownCopy } from './known-copy.ts';
import { type OpenConsole, openConsole } from './open-console.ts';
import { drawPicture } from './sample-pictures.ts';
import { STUB_KEY } from './stub-service.ts';

const CLI = resolve(import.meta.dirname, '../../server/cli/main.ts');

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

test('a work is registered, signed by a key of the browser, and certified', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  const { original, copy } = await makeKnownCopy(web.stub);
  const id = await registerAndSign(page, original, 'Harbour at dusk');

  // The stub accepts only a signature of the named owner over the record (EIP-712), so this is proof of the signing.
  const work = web.stub.state.works.get(id)!;
  assert.equal(work.state, 'anchored');
  assert.match(work.consent!.signature, /^0x[0-9a-f]{130}$/);

  // The key is at rest only as an encrypted keystore.
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.match(stored, /"kdf\\":\\"scrypt/);
  assert.ok(stored.includes(work.owner.slice(2)));

  await page.getByRole('link', { name: 'See the certificate' }).click();
  const sheet = page.locator('.certificate > svg');
  await sheet.waitFor();
  const text = (await sheet.textContent()) ?? '';
  for (const part of [
    'Harbour at dusk',
    work.owner,
    work.contentHash,
    work.anchor!.batch!.root,
    'leaf 6 of 6',
  ]) {
    assert.ok(text.includes(part), `the certificate lacks ${part}`);
  }
  const [png] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as PNG' }).click(),
  ]);
  assert.equal(png.suggestedFilename(), `${id}.certificate.png`);

  await visit(page, web.url, 'register');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove the key' }).click();
  await makeOwnerKey(page);
  await pick(page, copy);
  await page.getByRole('button', { name: 'Register this work' }).click();
  await page.getByText('Why it was not registered').waitFor();
  await page.locator('svg.outline').nth(1).waitFor();
  assert.equal([...web.stub.state.works.values()].at(-1)!.state, 'rejected');

  await pick(page, original);
  await page.getByRole('button', { name: 'Register this work' }).click();
  await page.getByRole('link', { name: 'Open what exists' }).click();
  await page.getByRole('heading', { name: 'Harbour at dusk', level: 1 }).waitFor();
  assert.deepEqual(web.faults, []);
  await page.context().close();
});

test('the key signs only a record of the file at hand, whatever the service asks', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  const file = asFile('mine.png', await drawPicture(77));
  await pick(page, file);
  await page.getByLabel('Title').fill('Only mine');
  await page.getByRole('button', { name: 'Register this work' }).click();
  const entry = page.locator('article').filter({ hasText: 'Only mine' });
  await entry.getByRole('button', { name: 'See what I sign' }).waitFor({ timeout: 60_000 });
  const id = (await entry.getByRole('link', { name: 'Only mine' }).getAttribute('href'))!.split('/').pop()!;

  let ask: (request: Record<string, unknown>) => object = (request) => request;
  await page.route('**/signing-request', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: ask((await answer.json()) as Record<string, unknown>) });
  });
  const hostile: readonly (readonly [string, (request: Record<string, unknown>) => object])[] = [
    [
      'a record of another file',
      (one) => ({ ...one, message: { ...(one['message'] as object), contentHash: `0x${'ab'.repeat(32)}` } }),
    ],
    [
      'a record of another owner',
      (one) => ({ ...one, message: { ...(one['message'] as object), owner: `0x${'cd'.repeat(20)}` } }),
    ],
    ['a Permit', (one) => ({ ...one, primaryType: 'Permit' })],
    ['for USD Coin', (one) => ({ ...one, domain: { ...(one['domain'] as object), name: 'USD Coin' } })],
  ];
  for (const [what, change] of hostile) {
    ask = change;
    await entry.getByRole('button', { name: 'See what I sign' }).click();
    await entry.getByText(`the service asks to sign ${what}`).waitFor();
    assert.equal(await entry.getByRole('button', { name: /^Sign as/ }).count(), 0);
  }
  assert.equal(web.stub.state.works.get(id)!.state, 'decided', 'nothing was signed');

  // Elsewhere the file is not at hand: the panel asks for it, and takes no other.
  ask = (request) => request;
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/works/${id}`);
  await page.getByRole('heading', { name: 'Only mine', level: 1 }).waitFor();
  await pick(page, asFile('another.png', await drawPicture(78)));
  await page.getByRole('button', { name: 'See what I sign' }).click();
  await page.getByText('the service asks to sign a record of another file').waitFor();
  await pick(page, file);
  await page.getByRole('button', { name: 'See what I sign' }).click();
  await page.getByRole('button', { name: /^Sign as/ }).click();
  await page.getByRole('link', { name: 'See the certificate' }).waitFor({ timeout: 60_000 });
  await page.context().close();
});

test('what is said of a work that has nothing to compare by stands in the list and on its page', async () => {
  const page = await web.newPage();
  const warning = 'the picture is blank, with nothing to compare it by';
  await page.route(/\/v1\/works\/work_\w+$/, async (route) => {
    const answer = await route.fetch();
    const work = (await answer.json()) as { verdict: object | null };
    const verdict = work.verdict && { ...work.verdict, warnings: [warning] };
    await route.fulfill({ response: answer, json: { ...work, verdict } });
  });
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  await pick(page, asFile('blank.png', await drawPicture(79)));
  await page.getByLabel('Title').fill('Blank');
  await page.getByRole('button', { name: 'Register this work' }).click();
  const entry = page.locator('article').filter({ hasText: 'Blank' });
  await entry.getByRole('note').filter({ hasText: warning }).waitFor({ timeout: 60_000 });
  await entry.getByRole('link', { name: 'Blank' }).click();
  await page.getByRole('heading', { name: 'Blank', level: 1 }).waitFor();
  await page.getByRole('note').filter({ hasText: warning }).waitFor();
  await page.context().close();
});

test('an owner’s key survives as a backup and a wrong passphrase does not open it', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  const address = await page.locator('.digest').first().textContent();
  const backup = await page.evaluate(() => localStorage.getItem('colophon.owner-keystore'));
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove the key' }).click();
  await page.getByRole('button', { name: 'Import a key' }).click();
  await page.getByLabel('Backup or private key').fill(backup!);
  await page.getByLabel('Passphrase of the backup').fill('not the passphrase');
  await page.getByRole('button', { name: 'Import the key' }).click();
  await page.getByText('The passphrase does not open this key.').waitFor({ timeout: 60_000 });
  await page.getByLabel('Passphrase of the backup').fill('correct horse battery');
  await page.getByRole('button', { name: 'Import the key' }).click();
  await page.getByText('unlocked until you leave').waitFor({ timeout: 60_000 });
  assert.equal(await page.locator('.digest').first().textContent(), address);
  await sameKeyOnTheCommandLine(backup!, address!);
  // A reload forgets the opened key but keeps the encrypted one.
  await page.reload();
  await page.getByText('locked', { exact: true }).waitFor();
  await page.context().close();
});

/** The console's backup makes the command line the same owner, and what that saves is one as well. */
async function sameKeyOnTheCommandLine(backup: string, address: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-e2e-'));
  const colophon = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args], {
      encoding: 'utf8',
      input: `${PASSPHRASE}\n`,
      env: { ...process.env, COLOPHON_HOME: join(folder, 'home') },
    });
  try {
    writeFileSync(join(folder, 'backup.json'), backup);
    assert.equal(colophon('owner', 'import', join(folder, 'backup.json')).status, 0);
    assert.ok(colophon('owner').stdout.startsWith(address));
    assert.equal(colophon('owner', 'export', join(folder, 'again.json')).status, 0);
    const page = await web.newPage();
    await visit(page, web.url, 'register');
    await enterKey(page, STUB_KEY);
    await page.getByRole('button', { name: 'Import a key' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Open the backup file' }).click(),
    ]);
    await chooser.setFiles(join(folder, 'again.json'));
    await page.getByLabel('Passphrase of the backup').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Import the key' }).click();
    await page.getByText('unlocked until you leave').waitFor({ timeout: 60_000 });
    assert.equal(await page.locator('.digest').first().textContent(), address);
    await page.context().close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('an empty file and a file that is no picture are refused with advice', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  await pick(page, { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) });
  await page.getByRole('button', { name: 'Register this work' }).click();
  await page.getByText('Choose a file that has content.').waitFor();
  await pick(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
  await page.getByRole('button', { name: 'Register this work' }).click();
  await page.getByText('Save it in one of the formats').waitFor();
  await pick(page, asFile('good.png', await drawPicture(5)));
  await page.getByRole('button', { name: 'Register this work' }).click();
  await page.getByRole('button', { name: 'See what I sign' }).waitFor();
  await page.context().close();
});
