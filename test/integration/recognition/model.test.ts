import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { defaultModel } from '../../../scripts/bench/default-model.ts';
import { type Model, openModel, readModelFolder } from '../../../server/inference/index.ts';
import { openOnnxSession } from '../../../server/inference/onnx-session.ts';
import {
  computeModelDigest,
  EMBED_SIDE,
  type Embedding,
  projectFeatures,
} from '../../../server/pipeline/fingerprint/index.ts';
import { type GoldenInput, goldenPixels } from './golden-pixels.ts';

/** Digest of colophon-image@1.0.0, which records name for ever. */
const EARLIER = '0xfe460fe3684949de347b9d9e7c9b54272e1bbd0f30a60af460bfd51535ccec91';
let directory = '';
let scratch = '';
let model: Model;
let golden: GoldenInput[] = [];
let pixels: Uint8Array[] = [];
before(async () => {
  directory = await defaultModel();
  scratch = await mkdtemp(join(tmpdir(), 'colophon-model-'));
  model = await openModel(directory);
  golden = JSON.parse(await readFile(join(directory, 'vectors.json'), 'utf8')).inputs;
  pixels = golden.map((input) => goldenPixels(input, EMBED_SIDE));
});
after(async () => {
  await model.close();
  await rm(scratch, { recursive: true, force: true });
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A copy of the model folder to damage. */
async function copyModel(name: string): Promise<string> {
  const to = join(scratch, name);
  await cp(directory, to, { recursive: true });
  return to;
}

function assertGolden(embeddings: readonly Embedding[], of = model, inputs = golden): void {
  embeddings.forEach((embedding, i) => {
    const input = inputs[i]!;
    assert.equal(sha256(embedding.features), input.features_sha256, `features of ${input.kind}`);
    const local = Uint8Array.from(embedding.local, (value) => value + 128);
    assert.equal(sha256(local), input.local_sha256, `local of ${input.kind}`);
    const { vector, code } = projectFeatures(embedding.features, of.embedder.head);
    assert.deepEqual([...vector], input.vector);
    assert.equal(code, `0x${input.code}`);
  });
}

test('the inputs are the ones that the training side made', () => {
  golden.forEach((input, i) => {
    assert.equal(sha256(pixels[i]!), input.pixels_sha256, input.kind);
  });
});

test('golden vectors, bit for bit, in one batch', async () => {
  assertGolden(await model.embedder.embed(pixels));
});

test('golden vectors do not depend on the batch, its company or the callers', async () => {
  const alone: Embedding[] = [];
  for (const each of pixels) alone.push(...(await model.embedder.embed([each])));
  assertGolden(alone);
  const together = await Promise.all(pixels.map((each) => model.embedder.embed([each, pixels[0]!, each])));
  assertGolden(together.map((results) => results[0]!));
  assertGolden(together.map((results) => results[2]!));
});

test('golden vectors do not depend on the number of threads', async () => {
  const two = await openModel(directory, { threads: 2, maxBatch: 3 });
  try {
    assertGolden(await two.embedder.embed(pixels));
  } finally {
    await two.close();
  }
});

test('the first model still serves the records that name it, without its float files', async () => {
  const folder = join(directory, '../colophon-image@1.0.0');
  const earlier = await openModel(folder);
  try {
    assert.equal(earlier.digest, EARLIER);
    assert.notEqual(model.digest, EARLIER, 'it is not the one that runs');
    const { inputs } = JSON.parse(await readFile(join(folder, 'vectors.json'), 'utf8'));
    assertGolden(await earlier.embedder.embed(pixels), earlier, inputs);
  } finally {
    await earlier.close();
  }
});

test('golden vectors under WebAssembly, the engine of the browser', async () => {
  const web = await import('onnxruntime-web');
  web.env.wasm.numThreads = 1;
  const session = await web.InferenceSession.create(await readFile(join(directory, 'int8.onnx')), {
    executionProviders: ['wasm'],
  });
  for (const [i, each] of pixels.entries()) {
    const feeds = { pixels: new web.Tensor('uint8', each, [1, 3, EMBED_SIDE, EMBED_SIDE]) };
    const outputs = await session.run(feeds);
    const features = outputs['features']!.data as Uint8Array;
    assert.equal(sha256(features), golden[i]!.features_sha256, golden[i]!.kind);
  }
  await session.release();
});

test('the digest of the model is that of the files of its card', async () => {
  assert.equal(model.digest, computeModelDigest(model.card.files));
  assert.equal(model.embedder.modelDigest, model.digest);
});

test('pictures of the wrong size are refused before they wait', () => {
  assert.throws(() => model.embedder.embed([new Uint8Array(10)]), RangeError);
});

test('a changed FP32 network is no matter to the service, and refused by those who measure with it', async () => {
  const folder = await copyModel('floats');
  await appendFile(join(folder, 'head32.bin'), 'x');
  assert.equal((await readModelFolder(folder)).card.version, model.card.version);
  await assert.rejects(readModelFolder(folder, { floats: true }), { code: 'model_altered' });
});

test('a changed or missing file is refused at load', async () => {
  const altered = await copyModel('altered');
  await appendFile(join(altered, 'head.bin'), 'x');
  await assert.rejects(openModel(altered), { code: 'model_altered' });
  const missing = await copyModel('missing');
  await rm(join(missing, 'int8.onnx'));
  await assert.rejects(openModel(missing), { code: 'model_missing' });
  await assert.rejects(openModel(join(scratch, 'nowhere')), { code: 'model_missing' });
});

test('a card that is damaged, or names paths, is refused', async () => {
  const folder = await copyModel('card');
  const card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8'));
  const bad: unknown[] = [
    { ...card, files: { ...card.files, '../head.bin': card.files['head.bin'] } },
    { ...card, files: { 'int8.onnx': card.files['int8.onnx'] } },
    { ...card, files: { ...card.files, 'head.bin': 'no digest' } },
    { ...card, input: { shape: ['N', 3, 224, 224] } },
    { ...card, outputs: {} },
    [],
    null,
  ];
  for (const each of bad) {
    await writeFile(join(folder, 'card.json'), JSON.stringify(each));
    await assert.rejects(openModel(folder), { code: 'model_altered' }, JSON.stringify(each).slice(0, 80));
  }
  await writeFile(join(folder, 'card.json'), '{');
  await assert.rejects(openModel(folder), { code: 'model_altered' });
});

test('a provider whose library is absent is named', async () => {
  await assert.rejects(openModel(directory, { provider: 'tensorrt' }), { code: 'provider_unavailable' });
});

test('a file that is no graph is refused', async () => {
  const path = join(scratch, 'no.onnx');
  await writeFile(path, 'not a graph');
  await assert.rejects(openOnnxSession(path, 'cpu', 1), { code: 'model_altered' });
});

test('a closed embedder refuses instead of waiting for ever', async () => {
  const other = await openModel(directory);
  await other.close();
  await assert.rejects(other.embedder.embed([pixels[0]!]), { code: 'internal' });
});
