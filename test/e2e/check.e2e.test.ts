import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enterKey, makeOwnerKey, pick, registerAndSign, visit } from './console-steps.ts';
import { asFile, COPIED, makeKnownCopy } from './known-copy.ts';
import { type OpenConsole, openConsole } from './open-console.ts';
import { drawPicture } from './sample-pictures.ts';
import { STUB_KEY } from './stub-service.ts';

let web: OpenConsole;
before(async () => {
  web = await openConsole();
});
after(() => web?.close());

const readPoints = (text: string | null) =>
  (text ?? '').split(' ').map((pair) => pair.split(',').map(Number));

test('a copy is shown side by side, outlined in both pictures, and becomes evidence', async () => {
  const page = await web.newPage();
  const { original, copy } = await makeKnownCopy(web.stub);
  await visit(page, web.url, 'register');
  await enterKey(page, STUB_KEY);
  await makeOwnerKey(page);
  await registerAndSign(page, original, 'Harbour at dusk');

  await visit(page, web.url, 'check');
  await pick(page, copy);
  await page.getByText('Copy found').waitFor();
  await page.getByText('99 %', { exact: true }).waitFor();
  await page.getByText('168 of 201 places lie').waitFor();
  const outlines = page.locator('svg.outline');
  await outlines.nth(1).waitFor();

  // The work's preview is 512 × 341: the outline there is the cut-out, mirrored, so its first corner is on the right.
  const [width, height] = [512, 341];
  const right = COPIED.x + COPIED.width;
  const bottom = COPIED.y + COPIED.height;
  const expected = [
    [right, COPIED.y],
    [COPIED.x, COPIED.y],
    [COPIED.x, bottom],
    [right, bottom],
  ];
  const actual = readPoints(await outlines.nth(1).getAttribute('data-points'));
  assert.equal(actual.length, 4);
  expected.forEach(([x, y], i) => {
    assert.ok(Math.abs(actual[i]![0]! - x! * width) < 1, `corner ${i}: ${actual[i]} is not at ${x! * width}`);
    assert.ok(
      Math.abs(actual[i]![1]! - y! * height) < 1,
      `corner ${i}: ${actual[i]} is not at ${y! * height}`,
    );
  });
  const inQuery = readPoints(await outlines.nth(0).getAttribute('data-points'));
  assert.deepEqual(inQuery[0], [0, 0]);

  // The outline on the screen lies where the attribute says: the SVG covers the picture exactly.
  const picture = (await page.locator('.plate img').nth(1).boundingBox())!;
  const overlay = (await outlines.nth(1).boundingBox())!;
  assert.ok(Math.abs(picture.x - overlay.x) < 1 && Math.abs(picture.width - overlay.width) < 1);

  await page.getByRole('button', { name: 'Lay one over the other' }).click();
  await page.getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('slider').getAttribute('aria-valuenow'), '51');

  await page.getByRole('button', { name: 'File as evidence' }).click();
  await page.getByLabel('Where you found the file').fill('not an address');
  await page.getByText('Enter a full address').waitFor();
  await page.getByLabel('Where you found the file').fill('https://posters.example/dusk');
  await page.getByLabel('Your statement').fill('Sold as a print.');
  await page.getByRole('button', { name: 'File the evidence' }).click();
  await page.getByRole('button', { name: 'Download the proof' }).waitFor();
  const [evidence] = [...web.stub.state.evidence.values()];
  assert.equal(evidence!.sourceUrl, 'https://posters.example/dusk');
  const notice = (await page.locator('.notice').textContent()) ?? '';
  for (const part of [
    'Harbour at dusk',
    'https://posters.example/dusk',
    evidence!.suspectHash,
    evidence!.claimId!,
  ]) {
    assert.ok(notice.includes(part), `the notice lacks ${part}`);
  }
  assert.deepEqual(web.faults, []);
  await page.context().close();
});

test('an unrelated picture has no match', async () => {
  const page = await web.newPage();
  await visit(page, web.url, 'check');
  await enterKey(page, STUB_KEY);
  await pick(page, asFile('unrelated.png', await drawPicture(99)));
  await page.getByText('No copy found').waitFor();
  assert.equal(await page.getByRole('button', { name: 'File as evidence' }).count(), 0);
  await page.context().close();
});
