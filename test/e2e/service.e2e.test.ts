/** The console against the real service: its database, its model, its chain, its contracts. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { makeJpeg, recompress } from '../helpers/pictures.ts';
import { startTestApp, type TestApp } from '../helpers/start-app.ts';
import { startBrowser } from './browser.ts';
import { buildConsole } from './build-console.ts';
import { enterKey, makeOwnerKey, type PickedFile, pick, registerAndSign, visit } from './console-steps.ts';

const jpeg = (name: string, bytes: Uint8Array): PickedFile => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.from(bytes),
});

let service: TestApp;
let browser: Browser;
let page: Page;
let url: string;
let original: PickedFile;
let copy: PickedFile;
let workProof: string;
let evidenceProof: string;
const faults: string[] = [];

before(async () => {
  await buildConsole();
  service = await startTestApp();
  url = `${service.url}/`;
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  const bytes = await makeJpeg(41, 720, 540);
  original = jpeg('harbour.jpg', bytes);
  copy = jpeg('found-elsewhere.jpg', await recompress(bytes));
});
after(async () => {
  await browser?.close();
  await service?.remove();
});

/** What each claim on the page came out as. */
async function claims(): Promise<Record<string, string>> {
  const all = await page
    .locator('.claims li')
    .evaluateAll((items) =>
      items.map((item) => [item.getAttribute('data-claim') ?? '', item.getAttribute('data-status') ?? '']),
    );
  return Object.fromEntries(all);
}

/** Drops a bundle and files on the verifier and waits for its answer; gives the outcome of all claims. */
async function verify(bundle: string, files: PickedFile[]): Promise<string> {
  await page.goto('about:blank');
  await visit(page, url, 'verify');
  const inputs = page.locator('input[type=file]');
  await inputs
    .first()
    .setInputFiles({ name: 'x.proof.json', mimeType: 'application/json', buffer: Buffer.from(bundle) });
  for (const [i, file] of files.entries()) await inputs.nth(i + 1).setInputFiles(file);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.locator('.seal').waitFor({ timeout: 120_000 });
  return (await page.locator('.seal').getAttribute('data-outcome')) ?? '';
}

async function downloadProof(): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the proof' }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

test('a work is registered, signed in the browser and anchored on the chain', async () => {
  await visit(page, url, 'register');
  await enterKey(page, service.adminKey);
  await makeOwnerKey(page);
  const id = await registerAndSign(page, original, 'Harbour at dusk');
  const { body: work } = await service.admin.get(`/v1/works/${id}`);
  assert.equal(work['state'], 'anchored');
  await visit(page, url, `works/${id}`);
  workProof = await downloadProof();
  assert.equal(JSON.parse(workProof).work.record.owner, work['owner']);
});

test('a copy is found, outlined, and filed as evidence', async () => {
  await visit(page, url, 'check');
  await pick(page, copy);
  await page.getByRole('button', { name: 'File as evidence' }).click({ timeout: 60_000 });
  await page.locator('svg.outline').nth(1).waitFor();
  await page.getByLabel('Where you found the file').fill('https://posters.example/harbour');
  await page.getByRole('button', { name: 'File the evidence' }).click();
  await page.getByRole('button', { name: 'Download the proof' }).waitFor({ timeout: 60_000 });
  await page.getByText('Recomputed by the contract from both codes.').waitFor();
  evidenceProof = await downloadProof();
});

test('a genuine proof with its file is green, claim by claim, against the chain itself', async () => {
  const outcome = await verify(workProof, [original]);
  const states = await claims();
  assert.deepEqual(
    Object.entries(states).filter(([, state]) => state !== 'true'),
    [],
    (await page.locator('.claims').textContent()) ?? '',
  );
  assert.equal(outcome, 'true');
});

test('evidence with both files is green', async () => {
  assert.equal(
    await verify(evidenceProof, [original, copy]),
    'true',
    (await page.locator('.claims').textContent()) ?? '',
  );
  assert.equal((await claims())['distance'], 'true');
});

test('a tampered proof is red at the place that was changed', async () => {
  const bundle = JSON.parse(workProof);
  bundle.work.record.owner = '0x000000000000000000000000000000000000dead';
  assert.equal(await verify(JSON.stringify(bundle), []), 'false');
  assert.equal((await claims())['record'], 'false');

  const late = JSON.parse(workProof);
  late.work.anchor.blockTime -= 86_400;
  assert.equal(await verify(JSON.stringify(late), []), 'false');
  assert.equal((await claims())['existed'], 'false');
});

test('another file is red, a missing one is grey', async () => {
  assert.equal(await verify(workProof, [copy]), 'false');
  assert.equal(Object.entries(await claims())[0]!.join(), 'file,false', 'what failed comes first');
  await page.getByRole('heading', { name: 'This is not the registered file' }).waitFor();
  await page.getByText('The proof itself holds.').waitFor();
  assert.equal(await verify(workProof, []), 'unknown');
  assert.equal((await claims())['file'], 'unknown');
  assert.equal((await claims())['owner'], 'true');
});

test('without a node nothing of the chain is called true', async () => {
  await page.goto('about:blank');
  await visit(page, url, 'verify');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(workProof) });
  await page.getByLabel('A node of the chain').fill('');
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.locator('.seal').waitFor();
  const states = await claims();
  assert.equal(states['existed'], 'unknown');
  assert.equal(states['chain'], 'unknown');
  assert.deepEqual(faults, []);
});

test('a file that is no bundle is refused', async () => {
  await visit(page, url, 'check');
  await visit(page, url, 'verify');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"type":"else"}') });
  await page.getByText('The proof bundle is not well formed').waitFor();
});
