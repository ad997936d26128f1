import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { lowContrast, structureFaults } from './accessibility.ts';
import { visit } from './console-steps.ts';
import { fillConsole, settle } from './every-page.ts';
import { type OpenConsole, openConsole } from './open-console.ts';

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

test('every page has names, headings in order and enough contrast, light and dark', async () => {
  const page = await web.newPage({ reducedMotion: 'reduce' });
  const places = await fillConsole(page, web);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const place of places) {
      await visit(page, web.url, place);
      await settle(page);
      assert.deepEqual(await page.evaluate(structureFaults), [], `#/${place}, ${colorScheme}`);
      assert.deepEqual(await page.evaluate(lowContrast), [], `#/${place}, ${colorScheme}`);
    }
  }
  await page.context().close();
});

test('the checks themselves find what they are for', async () => {
  const page = await web.newPage();
  await page.setContent(`<html><body style="background:#fff"><main>
    <h1>One</h1><h3>Skipped</h3><button></button><img src="data:,"><input><p style="color:#bbb">pale</p>
    <b id="twice"></b><b id="twice"></b></main></body></html>`);
  const faults = await page.evaluate(structureFaults);
  for (const fault of ['lang', 'title', 'h3 after h1', 'button', 'img', 'input', 'twice']) {
    assert.ok(
      faults.some((text) => text.includes(fault)),
      `${fault} was not found in ${faults.join('; ')}`,
    );
  }
  assert.equal((await page.evaluate(lowContrast)).length, 1);
  await page.context().close();
});
