// Vectors of a suite's pictures through the exported files and onnxruntime-node, for evaluate.py.
//
//   node training/embed.mjs MODEL_DIR SUITE_DIR OUT_DIR [int8|fp32 ...]
//
// SUITE_DIR holds manifest.json with references and queries, each { id, file, ... }. Writes, for each graph,
// OUT_DIR/<graph>.f32 (float32 [references + queries][dims]: unit vectors for fp32, int8 values as floats for int8).

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ort from 'onnxruntime-node'
import sharp from 'sharp'

const [modelDir, suiteDir, outDir, ...graphs] = process.argv.slice(2)
const card = JSON.parse(readFileSync(join(modelDir, 'card.json'), 'utf8'))
const manifest = JSON.parse(readFileSync(join(suiteDir, 'manifest.json'), 'utf8'))
const items = [...manifest.references, ...manifest.queries]
const dims = card.embedding.dims
const channels = card.outputs.features.shape[1]
const side = card.input.shape[2]

/** Planar RGB bytes of the whole picture squashed to the network's square. */
async function pixels(file) {
  const raw = await sharp(file).rotate().flatten({ background: '#fff' }).resize(side, side, { fit: 'fill' }).toColourspace('srgb').removeAlpha().raw().toBuffer()
  const n = side * side
  const out = new Uint8Array(3 * n)
  for (let i = 0; i < n; i++) for (let c = 0; c < 3; c++) out[c * n + i] = raw[3 * i + c]
  return out
}

/** Largest integer t with t^3 <= 4096 s. */
function cubeRootSteps(s) {
  let t = Math.floor(Math.cbrt(4096 * s)) + 1
  while (t ** 3 > 4096 * s) t--
  return t
}

/** y = W t + b of one picture's features. */
function project(features, head, quantized) {
  const cells = features.length / channels
  const t = new Float64Array(channels)
  for (let c = 0; c < channels; c++) {
    let s = 0
    for (let i = 0; i < cells; i++) s += features[c * cells + i] ** 3
    t[c] = quantized ? cubeRootSteps(s) : Math.cbrt(s)
  }
  const y = new Float64Array(dims)
  for (let d = 0; d < dims; d++) {
    let sum = head.bias[d]
    for (let c = 0; c < channels; c++) sum += head.weight[d * channels + c] * t[c]
    y[d] = sum
  }
  return y
}

function readHead(quantized) {
  const bytes = readFileSync(join(modelDir, quantized ? 'head.bin' : 'head32.bin'))
  const at = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const n = dims * channels
  return quantized
    ? { weight: new Int8Array(at, 0, n), bias: new Int32Array(at, n, dims) }
    : { weight: new Float32Array(at, 0, n), bias: new Float32Array(at, 4 * n, dims) }
}

mkdirSync(outDir, { recursive: true })
const sources = []
for (const graph of graphs.length ? graphs : ['int8', 'fp32']) {
  const session = await ort.InferenceSession.create(join(modelDir, `${graph}.onnx`), { intraOpNumThreads: 2, logSeverityLevel: 3 })
  const quantized = graph === 'int8'
  const head = readHead(quantized)
  const out = new Float32Array(items.length * dims)
  for (let k = 0; k < items.length; k++) {
    sources[k] ??= await pixels(join(suiteDir, items[k].file))
    const { features } = await session.run({ pixels: new ort.Tensor('uint8', sources[k], [1, 3, side, side]) })
    const y = project(features.data, head, quantized)
    const norm = Math.hypot(...y) || 1
    for (let d = 0; d < dims; d++) {
      const v = (card.embedding.vectorNorm * y[d]) / norm
      out[k * dims + d] = quantized ? Math.max(-127, Math.min(127, Math.floor(v + 0.5))) : v
    }
  }
  writeFileSync(join(outDir, `${graph}.f32`), Buffer.from(out.buffer))
}
