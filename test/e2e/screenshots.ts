/**
 * Takes a picture of every page, on a desk and on a phone, light and dark: `node test/e2e/screenshots.ts [FOLDER]`.
 * For designers and reviewers; the tests do not need it. The console must be built (`vite build -c web/vite.config.ts`).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WHOLE } from '../../server/domain/media.ts';
import { startBrowser } from './browser.ts';
import { enterKey, makeOwnerKey, pick, registerAndSign, visit } from './console-steps.ts';
import { drawPicture, mirroredCrop } from './sample-pictures.ts';
import { STUB_KEY, sha256, startStub } from './stub-service.ts';

const folder = process.argv[2] ?? '.carry/shots';
await mkdir(folder, { recursive: true });
const stub = await startStub({ stepMs: 60 });
const browser = await startBrowser();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
const page = await context.newPage();
page.on('console', (message) => message.type() === 'error' && console.error('console:', message.text()));
page.on('pageerror', (error) => console.error('page:', error.message));

async function shoot(name: string): Promise<void> {
  await page.waitForTimeout(400);
  for (const [device, width, height] of [
    ['desktop', 1280, 900],
    ['phone', 390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(folder, `${name}.${device}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function shootDark(name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(`${name}.dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

const box = { x: 0.2, y: 0.3, width: 0.5, height: 0.5 };
const original = await drawPicture(7);
const copy = await mirroredCrop(original, box);
stub.state.copies.set(sha256(copy), {
  of: sha256(original),
  similarity: 0.93,
  probability: 0.9871,
  querySegment: 0,
  workSegment: 3,
  queryBox: WHOLE,
  workBox: box,
  transform: { a: -0.5, b: 0, c: 0.7, d: 0, e: 0.5, f: 0.3 },
  mirrored: true,
  reasons: [
    { kind: 'code', hammingDistance: 41, detail: 'Best pair: whole file with segment 3 of the work.' },
    { kind: 'embedding', similarity: 0.93, normalized: 7.2, detail: '7.2 deviations above unrelated works.' },
    {
      kind: 'geometry',
      inliers: 168,
      tentative: 201,
      detail: '168 of 201 places lie where one copy of the other would have them',
    },
  ],
});
const picture = (name: string, buffer: Buffer) => ({
  name,
  mimeType: name.endsWith('jpg') ? 'image/jpeg' : 'image/png',
  buffer,
});

await visit(page, stub.url, '');
await shoot('home-empty');
await visit(page, stub.url, 'register');
await shoot('register-without-key');
await enterKey(page, STUB_KEY);
await visit(page, stub.url, 'works');
await shoot('works-empty');
await visit(page, stub.url, 'register');
await makeOwnerKey(page);
await pick(page, picture('harbour_at_dusk.png', original), picture('second-study.png', await drawPicture(2)));
await shoot('register-drafts');
await page.getByLabel('Leave out second-study.png').click();
await page.getByRole('button', { name: 'Register this work' }).click();
await page.getByRole('button', { name: 'See what I sign' }).click();
await page.getByRole('button', { name: /^Sign as/ }).waitFor();
await shoot('register-sign');
await page.getByRole('button', { name: /^Sign as/ }).click();
await page.getByRole('link', { name: 'See the certificate' }).waitFor();
await shoot('register-done');
for (const seed of [11, 12, 13, 14, 15]) {
  await registerAndSign(
    page,
    picture(`study-${seed}.png`, await drawPicture(seed)),
    `Landscape study no. ${seed}`,
  );
}
await visit(page, stub.url, 'works');
await shoot('works');
await shootDark('works');
await visit(page, stub.url, '');
await shoot('home');
await shootDark('home');
const workId = [...stub.state.works.keys()][0]!;
await visit(page, stub.url, `works/${workId}`);
await shoot('work');
await visit(page, stub.url, `works/${workId}/certificate`);
await page.locator('.certificate svg').first().waitFor();
await shoot('certificate');
await page.pdf({ path: join(folder, 'certificate.pdf'), preferCSSPageSize: true, printBackground: true });
await visit(page, stub.url, 'check');
await shoot('check');
await pick(page, picture('seen-on-a-poster-shop.jpg', copy));
await page.locator('svg.outline').nth(1).waitFor();
await shoot('check-match');
await shootDark('check-match');
await page.getByRole('button', { name: 'Lay one over the other' }).click();
await page.getByRole('button', { name: 'File as evidence' }).click();
await shoot('check-evidence-form');
await page.getByLabel('Where you found the file').fill('https://posters.example/dusk');
await page
  .getByLabel('Your statement')
  .fill('Sold as a print since 12 November; mirrored and cropped, without my consent.');
await page.getByRole('button', { name: 'File the evidence' }).click();
await page.getByRole('button', { name: 'Download the proof' }).waitFor();
await page.locator('svg.outline').nth(1).waitFor();
await shoot('evidence');
await visit(page, stub.url, 'evidence');
await shoot('evidence-list');
await visit(page, stub.url, 'check');
await pick(page, picture('unrelated.png', await drawPicture(99)));
await page.getByText('No copy found').waitFor();
await shoot('check-distinct');
await visit(page, stub.url, 'verify');
await shoot('verify');

// Another owner tries to register the copy.
await visit(page, stub.url, 'register');
await page.getByRole('button', { name: 'Remove' }).click();
await page.getByRole('button', { name: 'Remove the key' }).click();
await makeOwnerKey(page);
await pick(page, picture('my-own-picture.jpg', copy));
await page.getByRole('button', { name: 'Register this work' }).click();
await page.getByRole('list', { name: 'State: Not registered' }).waitFor();
await pick(page, picture('harbour again.png', original));
await page.getByRole('button', { name: 'Register this work' }).click();
await page.getByText('already_registered').waitFor();
await shoot('register-refused');
await page.getByRole('link', { name: 'my own picture' }).click();
await page.locator('svg.outline').nth(1).waitFor();
await shoot('work-rejected');

await page.route('**/v1/**', (route) => route.abort());
await page.reload();
await page.getByText('cannot be reached').first().waitFor();
await shoot('offline');
await browser.close();
await stub.close();
