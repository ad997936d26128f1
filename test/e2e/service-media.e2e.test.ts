/** The views of film and text against the real service: what it finds is what they show. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../helpers/start-app.ts';
import { startBrowser } from './browser.ts';
import { buildConsole } from './build-console.ts';
import { enterKey, makeOwnerKey, pick, registerAndSign, visit } from './console-steps.ts';
import { FPS, makeClip } from './sample-media.ts';

let service: TestApp;
let browser: Browser;
let page: Page;
const faults: string[] = [];

before(async () => {
  await buildConsole();
  service = await startTestApp();
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  await visit(page, `${service.url}/`, 'register');
  await enterKey(page, service.adminKey);
  await makeOwnerKey(page);
});
after(async () => {
  await browser?.close();
  await service?.remove();
});

const moments = (n: number, moment: (s: number) => number) =>
  Array.from({ length: n * FPS }, (_, i) => moment(i / FPS));

test('a stretch of a registered film is found, and both players show it', async () => {
  const film = {
    name: 'tides.webm',
    mimeType: 'video/webm',
    buffer: await makeClip(
      5,
      moments(8, (s) => s),
    ),
  };
  // One second of another film, then seconds 2 to 6 of this one.
  const copy = await makeClip(
    5,
    moments(5, (s) => (s < 1 ? -1 - s : s + 1)),
  );
  await registerAndSign(page, film, 'Tides');
  await visit(page, `${service.url}/`, 'check');
  await pick(page, { name: 'reupload.webm', mimeType: 'video/webm', buffer: copy });
  await page.getByText('Copy found').waitFor({ timeout: 120_000 });
  const slider = page.getByRole('slider', { name: 'The moment that both players show' });
  await slider.focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((video) => !video.seeking));
  const [query, work] = await page.evaluate(() =>
    [...document.querySelectorAll('video')].map((video) => video.currentTime),
  );
  // To the frame, of which there are twelve a second.
  assert.ok(Math.abs(query! - 1) < 1.5 / FPS && Math.abs(work! - 2) < 1.5 / FPS, `${query} and ${work}`);
  await page.locator('.strip img').nth(15).waitFor();
  await page.getByText('As the model sees both files').waitFor();
  assert.deepEqual(faults, []);
});

const SENTENCES = [
  'The harbour had been silting up for a hundred years before anyone thought to measure it',
  'Every spring the dredger came, and every autumn the mud was back where it had been',
  'The pilots knew the channel by the colour of the water and taught it to their sons',
  'When the chart was printed at last it showed a depth that had not been true for a decade',
  'Ships that trusted it lay on their sides at low tide like cattle asleep in a field',
  'The council met, voted a sum, and sent for an engineer from the capital',
];

test('a passage of a registered text is found, and its changes are marked', async () => {
  const text = `${SENTENCES.join('. ')}.`;
  const copy = `I have often wondered about rivers and their mouths. ${text.replace('a hundred years', 'more than a century')} That is all I know of it, and it is not much.`;
  await visit(page, `${service.url}/`, 'register');
  const file = { name: 'harbours.txt', mimeType: 'text/plain', buffer: Buffer.from(text) };
  await registerAndSign(page, file, 'Of harbours');
  await visit(page, `${service.url}/`, 'check');
  await pick(page, { name: 'essay.txt', mimeType: 'text/plain', buffer: Buffer.from(copy) });
  await page.getByText('Copy found').waitFor({ timeout: 60_000 });
  await page.locator('.diff ins').first().waitFor();
  const marked = await page.locator('.diff').textContent();
  assert.ok(
    marked?.includes('more than a century') && marked.includes('Ships that trusted it'),
    marked ?? '',
  );
  assert.ok((await page.locator('.diff ins').allTextContents()).some((words) => words.includes('century')));
  assert.deepEqual(faults, []);
});
