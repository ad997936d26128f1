/** What a person does in the console, step by step, for the tests and the screenshots. */
import type { Page } from 'playwright-core';

/** A file as the browser is handed it. */
export interface PickedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const PASSPHRASE = 'correct horse battery';

/** Goes to a place in the console. */
export async function visit(page: Page, url: string, place: string): Promise<void> {
  await page.goto(`${url}#/${place}`);
  await page.locator('#page-title').waitFor();
}

/** Enters the API key through the dialog. */
export async function enterKey(page: Page, key: string): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Enter API key' }).click();
  await page.getByLabel('Your key').fill(key);
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** Makes an owner's key in the browser. */
export async function makeOwnerKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('Passphrase again').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('unlocked until you leave').waitFor({ timeout: 60_000 });
}

/** Picks files in the page's drop zone. */
export async function pick(page: Page, ...files: PickedFile[]): Promise<void> {
  await page.locator('input[type=file]').first().setInputFiles(files);
}

/** Registers the picked file up to the owner's signature; gives the work's id. */
export async function registerAndSign(page: Page, file: PickedFile, title: string): Promise<string> {
  await pick(page, file);
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Register this work' }).click();
  const entry = page.locator('article').filter({ hasText: title });
  await entry.getByRole('button', { name: 'See what I sign' }).click({ timeout: 60_000 });
  await entry.getByRole('button', { name: /^Sign as/ }).click();
  await entry.getByRole('link', { name: 'See the certificate' }).waitFor({ timeout: 60_000 });
  const href = await entry.getByRole('link', { name: title }).getAttribute('href');
  return href?.split('/').pop() ?? '';
}

/** A page that is still being laid out may be wider for a moment, which on a busy machine lasts. */
const LAYOUT_MS = 3_000;

/** By how many pixels the page can be scrolled sideways once it stands; on a phone it must not. */
export async function sidewaysScroll(page: Page): Promise<number> {
  const until = Date.now() + LAYOUT_MS;
  for (;;) {
    const pixels = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (pixels === 0 || Date.now() > until) return pixels;
    await page.waitForTimeout(50);
  }
}
