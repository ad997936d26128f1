import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { lowContrast, structureFaults } from './accessibility.ts';
import {
  enterKey,
  makeOwnerKey,
  PASSPHRASE,
  pick,
  registerAndSign,
  sidewaysScroll,
  visit,
} from './console-steps.ts';
import { settle } from './every-page.ts';
import { type KnownPair, makeKnownSound, makeKnownText, makeKnownVideo } from './known-media.ts';
import { type OpenConsole, openConsole } from './open-console.ts';
import { STUB_KEY } from './stub-service.ts';

let web: OpenConsole;
let page: Page;
before(async () => {
  web = await openConsole();
  page = await web.newPage();
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
});
after(() => web?.close());

/** Registers the original and checks the copy; the page then shows the match. */
async function checkCopy(pair: KnownPair, title: string): Promise<void> {
  await visit(page, web.url, 'register');
  await registerAndSign(page, pair.original, title);
  await visit(page, web.url, 'check');
  await pick(page, pair.copy);
  await page.getByText('Copy found').waitFor();
}

/** Where both players stand, in seconds. */
const playersAt = () =>
  page.evaluate(() => [...document.querySelectorAll('video')].map((video) => video.currentTime));

test('a copied film is shown in two players that keep step, at the copy’s speed', async () => {
  await checkCopy(await makeKnownVideo(web.stub), 'Tide tables');
  await page.locator('video').nth(1).waitFor();
  // Both files were in this browser a moment ago: nothing is fetched to play them.
  const slider = page.getByRole('slider', { name: 'The moment that both players show' });
  await slider.focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((video) => !video.seeking));
  const [query, work] = await playersAt();
  assert.ok(Math.abs(query! - 5) < 0.05 && Math.abs(work! - 8) < 0.05, `at the end: ${query} and ${work}`);
  assert.match(
    (await slider.getAttribute('aria-valuetext')) ?? '',
    /0:05\.00 of the checked file, 0:08\.00 of/,
  );

  await page.keyboard.press('Home');
  await page.getByRole('button', { name: 'Play both' }).click();
  await page.waitForFunction(() => document.querySelector('video')!.currentTime > 1.8);
  const rates = await page.evaluate(() =>
    [...document.querySelectorAll('video')].map((video) => video.playbackRate),
  );
  assert.deepEqual(rates, [1, 1.25]);
  await page.getByRole('button', { name: 'Pause both' }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every((video) => video.paused && !video.seeking),
  );
  const [a, b] = await playersAt();
  assert.ok(Math.abs(3 + 1.25 * (a! - 1) - b!) < 0.15, `out of step: ${a} and ${b}`);

  // A single frame is looked at standing still.
  await page.getByRole('button', { name: 'Play both' }).click();
  await page.getByRole('button', { name: /forward$/ }).click();
  await page.getByRole('button', { name: 'Play both' }).waitFor();
  const stopped = await slider.getAttribute('aria-valuetext');
  await page.waitForTimeout(300);
  assert.equal(await slider.getAttribute('aria-valuetext'), stopped);

  // Eight moments of both files, one above the other.
  await page.locator('.strip img').nth(15).waitFor();
  // The matrix has the copied stretch as a line: in the middle of it 3 + 1.25 · 2 s lies against 3 s, dark, and what
  // lies beside it is light.
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.matrix canvas');
    const ink = (queryS: number, workS: number) => {
      const [x, y] = [(workS / 10) * canvas!.width, (queryS / 6) * canvas!.height];
      return canvas!.getContext('2d')!.getImageData(Math.floor(x), Math.floor(y), 1, 1).data[3]!;
    };
    return canvas !== null && ink(3, 5.5) > 200 && ink(3, 9) < 60;
  });
  await page.getByRole('button', { name: /backwards/ }).click();
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => document.querySelector('video')!.currentTime >= 5);
  const [from, back] = await playersAt();
  assert.ok(Math.abs(from! - 5) < 0.05 && Math.abs(back! - 2) < 0.05, `backwards: ${from} and ${back}`);
  assert.deepEqual(web.faults, []);
});

test('a copied sound is drawn as two spectrograms on one axis', async () => {
  await checkCopy(await makeKnownSound(web.stub), 'Evening air');
  await page.locator('.spectrogram canvas').nth(1).waitFor();
  // Within the stretch both pictures are the same; before it they are not.
  const alike = await page.evaluate(() => {
    const [a, b] = [...document.querySelectorAll<HTMLCanvasElement>('.spectrogram canvas')].map((canvas) =>
      canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height),
    );
    const difference = (from: number, to: number) => {
      let sum = 0;
      for (let x = Math.round(from * a!.width); x < to * a!.width; x++)
        for (let y = 0; y < a!.height; y++) {
          const i = 4 * (y * a!.width + x) + 3;
          sum += Math.abs(a!.data[i]! - b!.data[i]!);
        }
      return sum / ((to - from) * a!.width * a!.height);
    };
    return { inside: difference(0.15, 0.85), before: difference(0.01, 0.08) };
  });
  assert.ok(alike.inside < 8, `inside the stretch the pictures differ by ${alike.inside}`);
  assert.ok(alike.before > 3 * alike.inside, `before it by ${alike.before}, inside by ${alike.inside}`);
  assert.deepEqual(web.faults, []);
});

test('while a length is not known there is a list of times and no picture to a scale', async () => {
  await page.locator('.stretch-map').waitFor();
  const hidden = '**/v1/works/work_*';
  await page.route(hidden, (route) => route.fulfill({ status: 404, json: { code: 'not_found' } }));
  await page.reload();
  await page.getByRole('list', { name: 'Copied stretches' }).getByText('0:02.0 to 0:08.0').waitFor();
  await settle(page);
  assert.equal(await page.locator('.stretch-map, .matrix').count(), 0);
  await page.unroute(hidden);
  await page.reload();
  await page.locator('.stretch-map').waitFor();
  // A reload locks the owner's key.
  await visit(page, web.url, 'register');
  await page.getByLabel('Passphrase of the key').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Unlock to sign' }).click();
  await page.getByText('unlocked until you leave').waitFor({ timeout: 60_000 });
});

test('a copied text is shown against its original, word by word', async () => {
  await checkCopy(await makeKnownText(web.stub), 'Of harbours');
  await page.locator('.diff ins').waitFor();
  const words = async (mark: string) =>
    (await page.locator(`.diff ${mark}`).allTextContents()).map((text) => text.trim());
  assert.deepEqual(await words('ins'), ['more than a century']);
  assert.deepEqual(await words('del'), ['a hundred years', ', and taught it to their sons']);
  // The passage stands within both texts: no bar is red from end to end.
  const stretches = await page.locator('.stretch-map .block').evaluateAll((all) =>
    all.map((block) => {
      const { x, width } = (block as SVGPathElement).getBBox();
      return { x, width };
    }),
  );
  for (const { x, width } of stretches)
    assert.ok(x > 5 && x + width < 995, `from ${x}, ${width} of 1000 wide`);
  await page.getByText('212 characters stand in quotation marks').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  // On a phone one stands below the other, each under its name.
  const blocks = page.locator('table.diff');
  await blocks.nth(1).waitFor();
  const heads = ['The checked file', 'The registered work'];
  assert.deepEqual(await blocks.locator('th').allTextContents(), heads);
  assert.deepEqual(
    await Promise.all([0, 1].map((at) => blocks.nth(at).locator('ins, del').allTextContents())),
    [['more than a century'], ['a hundred years', ', and taught it to their sons']],
  );
  const [file, work] = await Promise.all([0, 1].map(async (at) => (await blocks.nth(at).boundingBox())!));
  assert.ok(work!.y >= file!.y + file!.height, 'the work stands below the file');
  assert.equal(await sidewaysScroll(page), 0);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(web.faults, []);
});

test('another file is not taken for the one that was compared', async () => {
  await page.reload();
  await page.goto(`${web.url}#/checks/${[...web.stub.state.checks.values()][0]!.id}`);
  const opened = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open the registered work to play it' }).click();
  await (await opened).setFiles({
    name: 'other.webm',
    mimeType: 'video/webm',
    buffer: Buffer.from('not it'),
  });
  await page.getByText('This is not that file').waitFor();
  // The checked file is the caller's own and was fetched; of the work there are stills.
  await page.getByRole('img', { name: 'A frame of the registered work' }).waitFor();
  assert.equal(await page.locator('video').count(), 1);
  assert.deepEqual(web.faults, []);
});

test('the views have names, headings in order and contrast, and fit a phone', async () => {
  for (const check of web.stub.state.checks.values()) {
    await visit(page, web.url, `checks/${check.id}`);
    await page.locator('.stretch-map').waitFor();
    await settle(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // The look changes in script, and then fades over; only what it comes to counts.
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      await page.waitForTimeout(300);
      await page.waitForFunction(() => document.getAnimations().length === 0);
      assert.deepEqual(await page.evaluate(structureFaults), [], `${check.fileName}, ${colorScheme}`);
      assert.deepEqual(await page.evaluate(lowContrast), [], `${check.fileName}, ${colorScheme}`);
    }
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      await settle(page);
      assert.equal(await sidewaysScroll(page), 0, `${check.fileName} scrolls sideways at ${width} pixels`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
});

test('a file beyond the limit is refused before a byte of it is sent', async () => {
  web.stub.state.maxFileBytes = 1000;
  const before = web.stub.state.checks.size;
  await visit(page, web.url, 'check');
  await page.reload();
  await page.getByText('films up to 1.0 kB').waitFor();
  await pick(page, { name: 'long.wav', mimeType: 'audio/wav', buffer: Buffer.alloc(1001) });
  await page.getByText('The file is too large for this registry').waitFor();
  assert.equal(web.stub.state.checks.size, before);
});
