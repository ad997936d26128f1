/**
 * Pictures of the third door with a real proof: `node test/e2e/screenshots-verify.ts [FOLDER] [PICTURE]`. Starts the
 * real service for it, registers the picture (or a drawn one), files a mirrored cut-out of it as evidence and verifies.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestApp } from '../helpers/start-app.ts';
import { startBrowser } from './browser.ts';
import { buildConsole } from './build-console.ts';
import { enterKey, makeOwnerKey, pick, registerAndSign, visit } from './console-steps.ts';
import { asFile } from './known-copy.ts';
import { drawPicture, mirroredCrop } from './sample-pictures.ts';

const folder = process.argv[2] ?? '.carry/shots';
const picture =
  process.argv[3] === undefined ? await drawPicture(7, 1200, 800) : await readFile(process.argv[3]);
await mkdir(folder, { recursive: true });
await buildConsole();
const service = await startTestApp();
const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
const url = `${service.url}/`;
const original = asFile('harbour-at-dusk.jpg', picture);
const copy = asFile(
  'poster-shop.jpg',
  await mirroredCrop(picture, { x: 0.15, y: 0.1, width: 0.7, height: 0.75 }),
);

async function shoot(name: string): Promise<void> {
  await page.waitForTimeout(400);
  for (const [device, width] of [
    ['desktop', 1280],
    ['phone', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(folder, `${name}.${device}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function proofOf(): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the proof' }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

async function verify(bundle: string): Promise<void> {
  await page.goto('about:blank');
  await visit(page, url, 'verify');
  const inputs = page.locator('input[type=file]');
  const file = { name: 'evidence.proof.json', mimeType: 'application/json', buffer: Buffer.from(bundle) };
  await inputs.first().setInputFiles(file);
  await inputs.nth(1).setInputFiles(original);
  if (bundle.includes('"kind":"evidence"')) await inputs.nth(2).setInputFiles(copy);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.locator('.seal').waitFor({ timeout: 120_000 });
}

try {
  await visit(page, url, 'register');
  await enterKey(page, service.adminKey);
  await makeOwnerKey(page);
  const id = await registerAndSign(page, original, 'Harbour at dusk');
  await visit(page, url, `works/${id}`);
  await shoot('service-work');
  const work = await proofOf();
  await verify(work);
  await shoot('service-verify-work');
  const tampered = JSON.parse(work);
  tampered.work.anchor.blockTime -= 86_400;
  await verify(JSON.stringify(tampered));
  await shoot('service-verify-tampered');
  await visit(page, url, 'check');
  await pick(page, copy);
  await page.locator('svg.outline').nth(1).waitFor({ timeout: 60_000 });
  await shoot('service-check');
  await page.getByRole('button', { name: 'File as evidence' }).click();
  await page.getByRole('button', { name: 'File the evidence' }).click();
  await page.getByRole('button', { name: 'Download the proof' }).waitFor({ timeout: 60_000 });
  await shoot('service-evidence');
  const evidence = await proofOf();
  await verify(evidence);
  await shoot('service-verify-evidence');
} finally {
  await browser.close();
  await service.remove();
}
