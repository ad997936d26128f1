import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sidewaysScroll, visit } from './console-steps.ts';
import { fillConsole, settle } from './every-page.ts';
import { type OpenConsole, openConsole } from './open-console.ts';

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

test('no page scrolls sideways on a phone, and targets are large enough for a thumb', async () => {
  const page = await web.newPage();
  const places = await fillConsole(page, web);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    for (const place of places) {
      await visit(page, web.url, place);
      await settle(page);
      assert.equal(await sidewaysScroll(page), 0, `#/${place} scrolls sideways at ${width} pixels`);
    }
  }
  for (const link of await page.locator('.tabs a').all()) {
    const box = (await link.boundingBox())!;
    assert.ok(box.height >= 44 && box.width >= 44, `a tab is ${box.width} × ${box.height}`);
  }
  await page.context().close();
});
