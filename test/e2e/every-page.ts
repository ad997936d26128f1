/** Every place of the console with something in it, for the tests that walk them all. */
import type { Page } from 'playwright-core';
import { enterKey, makeOwnerKey, pick, registerAndSign, visit } from './console-steps.ts';
import { makeKnownCopy } from './known-copy.ts';
import type { OpenConsole } from './open-console.ts';
import { STUB_KEY } from './stub-service.ts';

/** Registers a work, checks a copy and files evidence; gives the places worth looking at. */
export async function fillConsole(page: Page, web: OpenConsole): Promise<string[]> {
  const { original, copy } = await makeKnownCopy(web.stub);
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  const id = await registerAndSign(
    page,
    original,
    'Harbour at dusk, a study in a title that runs to several lines',
  );
  await visit(page, web.url, 'check');
  await pick(page, copy);
  await page.getByRole('button', { name: 'File as evidence' }).click();
  await page.getByRole('button', { name: 'File the evidence' }).click();
  await page.getByRole('button', { name: 'Download the proof' }).waitFor();
  const [check] = web.stub.state.checks.keys();
  const [evidence] = web.stub.state.evidence.keys();
  return [
    '',
    'register',
    'check',
    'verify',
    'records',
    'works',
    'checks',
    'evidence',
    `works/${id}`,
    `works/${id}/certificate`,
    `checks/${check}`,
    `evidence/${evidence}`,
    'no-such-page',
    'works/work_unknown',
  ];
}

/** Waits until a page has loaded what it shows. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(60);
}
