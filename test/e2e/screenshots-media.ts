/**
 * Pictures of the matches of video, sound and text: `node test/e2e/screenshots-media.ts [FOLDER]`. For designers and
 * reviewers, as screenshots.ts.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from './browser.ts';
import { buildConsole } from './build-console.ts';
import { enterKey, makeOwnerKey, pick, registerAndSign, visit } from './console-steps.ts';
import { makeKnownSound, makeKnownText, makeKnownVideo } from './known-media.ts';
import { STUB_KEY, startStub } from './stub-service.ts';

const folder = process.argv[2] ?? '.carry/shots';
await mkdir(folder, { recursive: true });
await buildConsole();
const stub = await startStub({ stepMs: 60 });
const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
page.on('pageerror', (error) => console.error('page:', error.message));

async function shoot(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [device, width] of [
      ['desktop', 1280],
      ['phone', 390],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `${name}.${colorScheme}.${device}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
}

await visit(page, stub.url, 'register');
await enterKey(page, STUB_KEY);
await makeOwnerKey(page);
await shoot('media-register');
for (const [name, make, ready] of [
  ['text', makeKnownText, '.diff ins'],
  ['audio', makeKnownSound, '.spectrogram canvas'],
  ['video', makeKnownVideo, '.strip img >> nth=15'],
] as const) {
  const pair = await make(stub);
  await visit(page, stub.url, 'register');
  await registerAndSign(
    page,
    pair.original,
    { text: 'Of harbours', audio: 'Evening air', video: 'Tide tables' }[name],
  );
  await visit(page, stub.url, 'check');
  await pick(page, pair.copy);
  await page.locator(ready).first().waitFor();
  await shoot(`media-${name}`);
}
// Without the files at hand.
await page.reload();
await page.locator('.stretch-map').waitFor();
await shoot('media-video-bare');
await browser.close();
await stub.close();
