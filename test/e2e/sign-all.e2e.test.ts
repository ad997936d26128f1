import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { enterKey, makeOwnerKey, PASSPHRASE, pick, sidewaysScroll, visit } from './console-steps.ts';
import { asFile } from './known-copy.ts';
import { type OpenConsole, openConsole } from './open-console.ts';
import { drawPicture } from './sample-pictures.ts';
import { STUB_KEY } from './stub-service.ts';

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

const picturesOf = (...seeds: number[]) =>
  Promise.all(seeds.map(async (seed) => asFile(`study-${seed}.png`, await drawPicture(seed))));

async function registerUnsigned(page: Page, seeds: readonly number[]): Promise<void> {
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  await pick(page, ...(await picturesOf(...seeds)));
  await page.getByRole('button', { name: `Register ${seeds.length} works` }).click();
}

const stateOf = (name: string) =>
  [...web.stub.state.works.values()].find(({ fileName }) => fileName === name)!.state;

test('one press signs all works of this visit; one that fails is told with its work and can be tried again', async () => {
  const page = await web.newPage();
  await registerUnsigned(page, [201, 202, 203]);
  const waiting = page.getByRole('region', { name: 'Works that wait for your signature' });
  const all = waiting.getByRole('button', { name: 'Sign all 3' });
  await all.waitFor({ timeout: 60_000 });
  await waiting
    .getByText(/^3 works wait for your signature\. Of the first: Sign it by .* withdrawn\.$/)
    .waitFor();

  const victim = [...web.stub.state.works.values()].find(({ fileName }) => fileName === 'study-202.png')!;
  const hostile = `**/works/${victim.id}/signing-request`;
  await page.route(hostile, async (route) => {
    const answer = await route.fetch();
    const asked = (await answer.json()) as { message: object };
    const message = { ...asked.message, contentHash: `0x${'ab'.repeat(32)}` };
    await route.fulfill({ response: answer, json: { ...asked, message } });
  });
  await all.click();
  await waiting.getByText('study 202 was not signed:').waitFor({ timeout: 60_000 });
  await waiting.getByText('the service asks to sign a record of another file').waitFor();
  await page.locator('article').getByText('See the certificate').nth(1).waitFor({ timeout: 60_000 });
  assert.deepEqual(['study-201.png', 'study-202.png', 'study-203.png'].map(stateOf), [
    'anchored',
    'decided',
    'anchored',
  ]);

  await page.unroute(hostile);
  await visit(page, web.url, 'works');
  await waiting.getByRole('button', { name: 'Sign it' }).click();
  await waiting.waitFor({ state: 'hidden' });
  assert.notEqual(stateOf('study-202.png'), 'decided');
  assert.deepEqual(web.faults, []);
  await page.context().close();
});

test('on a later visit the list of works asks for the key and the files, takes no others, and signs', async () => {
  const page = await web.newPage();
  await registerUnsigned(page, [211, 212]);
  await page.getByRole('button', { name: 'Sign all 2' }).waitFor({ timeout: 60_000 });
  await page.reload();
  await visit(page, web.url, 'works');
  const waiting = page.getByRole('region', { name: 'Works that wait for your signature' });
  await waiting.getByLabel('Passphrase of the key').fill(PASSPHRASE);
  await waiting.getByRole('button', { name: 'Unlock to sign' }).click();
  await waiting.getByText('Drop the 2 files here to sign').waitFor({ timeout: 60_000 });
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await sidewaysScroll(page), 0);
  await pick(page, ...(await picturesOf(299, 211)));
  await waiting.getByText('None of these works: study-299.png.').waitFor();
  await waiting.getByRole('button', { name: 'Sign 1 of 2' }).waitFor();
  await pick(page, ...(await picturesOf(212)));
  await waiting.getByRole('button', { name: 'Sign all 2' }).click();
  await waiting.waitFor({ state: 'hidden', timeout: 60_000 });
  assert.ok(['study-211.png', 'study-212.png'].every((name) => stateOf(name) !== 'decided'));

  // Who brought another key learns why nothing can be signed.
  await visit(page, web.url, 'register');
  await pick(page, ...(await picturesOf(213)));
  await page.getByRole('button', { name: 'Register this work' }).click();
  await page.getByRole('button', { name: 'See what I sign' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove the key' }).click();
  await makeOwnerKey(page);
  await visit(page, web.url, 'works');
  await page.getByText(/^One work waits for the signature of another owner than 0x/).waitFor();
  await page.context().close();
});
