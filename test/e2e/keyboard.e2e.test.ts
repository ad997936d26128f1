import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { PASSPHRASE, visit } from './console-steps.ts';
import { asFile } from './known-copy.ts';
import { type OpenConsole, openConsole } from './open-console.ts';
import { drawPicture } from './sample-pictures.ts';
import { STUB_KEY } from './stub-service.ts';

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

/** What the focus is on: its accessible text. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const label = (at as HTMLInputElement).labels?.[0]?.textContent;
    return (at.getAttribute('aria-label') ?? label ?? at.textContent ?? '').trim();
  });

/** Presses Tab until the focus is on something whose text matches; fails after forty. */
async function tabTo(page: Page, text: RegExp): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    if (text.test(await focused(page))) return;
  }
  assert.fail(`Tab never reached ${text}; it stands on “${await focused(page)}”`);
}

test('a work is registered with the keyboard alone', async () => {
  const page = await web.newPage();
  await visit(page, web.url, '');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Tab');
  assert.match(await focused(page), /Skip to the content/);
  await tabTo(page, /^Register$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Register a work' }).waitFor();
  // The title of the new page has the focus, so that a screen reader begins there.
  assert.equal(await focused(page), 'Register a work');

  await tabTo(page, /Enter API key/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.getByLabel('Your key').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(STUB_KEY);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });

  await tabTo(page, /^Make a key$/);
  await page.keyboard.press('Space');
  await tabTo(page, /^Passphrase$/);
  await page.keyboard.type(PASSPHRASE);
  await tabTo(page, /^Passphrase again$/);
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await page.getByText('unlocked until you leave').waitFor({ timeout: 60_000 });

  // Listening comes first: the browser is told to hand the dialog over, and a key press is faster than that.
  const opened = page.waitForEvent('filechooser');
  await tabTo(page, /^Drop files here/);
  await page.keyboard.press('Enter');
  const chooser = await opened;
  await chooser.setFiles(asFile('dunes.png', await drawPicture(21)));
  await page.getByLabel('Title').waitFor();
  await tabTo(page, /^Register this work$/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'See what I sign' }).waitFor();
  await tabTo(page, /^See what I sign$/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Sign as/ }).waitFor();
  await tabTo(page, /^Sign as/);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'See the certificate' }).waitFor();
  assert.equal([...web.stub.state.works.values()].at(-1)!.state, 'anchored');
  await page.context().close();
});

test('the focus can be seen on everything that takes it', async () => {
  const page = await web.newPage();
  for (const place of ['', 'register', 'check', 'verify']) {
    await visit(page, web.url, place);
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const at = document.activeElement as HTMLElement;
        if (at === document.body) return true;
        const style = getComputedStyle(at);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || at.tagName === 'INPUT';
      });
      assert.ok(seen, `on ${place || 'home'} the focus on “${await focused(page)}” cannot be seen`);
    }
  }
  await page.context().close();
});
