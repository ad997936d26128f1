import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enterKey, pick, visit } from './console-steps.ts';
import { asFile } from './known-copy.ts';
import { type OpenConsole, openConsole } from './open-console.ts';
import { drawPicture } from './sample-pictures.ts';
import { STUB_KEY } from './stub-service.ts';

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

test('a wrong API key is refused and a right one is kept for this tab only', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'works');
  await page.getByText('You need an API key to see works').waitFor();
  await page.getByRole('banner').getByRole('button', { name: 'Enter API key' }).click();
  await page.getByLabel('Your key').fill('colophon_wrong');
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByText('The API key is not known or was revoked').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('colophon.api-key')), null);
  await page.getByLabel('Your key').fill(STUB_KEY);
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByText('No work is on record yet').waitFor();
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('colophon_stub')), false);
  await page.context().close();
});

test('a service that cannot be reached is said so, and work goes on when it is back', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'check');
  await enterKey(page, STUB_KEY);
  await page.route('**/v1/**', (route) => route.abort());
  await pick(page, asFile('a.png', await drawPicture(31)));
  await page.getByRole('alert').getByText('The service cannot be reached').waitFor();
  await page.unroute('**/v1/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No copy found').waitFor();
  await page.context().close();
});

test('a job whose event stream breaks is followed by asking', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'check');
  await enterKey(page, STUB_KEY);
  await page.route('**/v1/jobs/**', (route) => route.abort());
  await pick(page, asFile('b.png', await drawPicture(32)));
  await page.getByText('No copy found').waitFor();
  await page.context().close();
});

test('a text from outside is shown as text', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'check');
  await enterKey(page, STUB_KEY);
  const name = '<img src=x onerror=alert(1)>.png';
  await pick(page, asFile(name, await drawPicture(33)));
  await page.getByText('No copy found').waitFor();
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), name);
  assert.deepEqual(web.faults, []);
  await page.context().close();
});
