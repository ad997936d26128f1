"""FP32 and INT8 ONNX files, heads, background vectors and golden vectors from one checkpoint of qat.py.

python3 export.py --checkpoint=quantized.pt --data=DIR --out=models/NAME@VERSION [--name=... --version=...]

The graphs are written node by node, so that nothing in the INT8 file is left to a converter: QuantizeLinear and
DequantizeLinear round every convolution, integer outputs, no float convolution after onnxruntime's fusion.
The embedding is computed outside the graph in exact integers; `embed_integers` is its specification.
"""

import dataclasses
import hashlib
import json
import math
import os
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

import data
import train
from model import NetConfig, Plain
from qat import Quantized

POOL_STEPS = 16  # the pooled value counts in sixteenths of a feature step
VECTOR_NORM = 512  # int8 vectors have this length: a component of a random unit vector in 256-d gets a deviation of 32


@dataclasses.dataclass(frozen=True)
class ExportConfig:
    checkpoint: str = "quantized.pt"
    data: str = ""
    out: str = "."
    name: str = "colophon-image"
    version: str = "1.0.0"
    background: int = 3000  # vectors for score normalization; 4,000 were used in earlier runs, the gain is flat there


# ---------------------------------------------------------------- graphs

def _model(nodes, init, side, channels, local, kind):
    n = "N"
    graph = helper.make_graph(
        nodes, "colophon-image",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [n, 3, side, side])],
        [helper.make_tensor_value_info("features", kind, [n, channels, side // 32, side // 32]), helper.make_tensor_value_info("local", kind, [n, local, side // 16, side // 16])],
        init,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="colophon")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def float_graph(plain):
    """ONNX model of a `Plain` network in FP32: pixels uint8 -> features, local float32."""
    nodes, init = [], []

    def const(name, value):
        init.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    nodes.append(helper.make_node("Cast", ["pixels"], ["levels"], to=TensorProto.FLOAT))
    nodes.append(helper.make_node("Mul", ["levels", const("step", np.float32(1 / 255))], ["x0"]))
    last = len(plain.convs)
    for i, conv in enumerate(plain.convs):
        out = "features" if i + 1 == last else f"x{i + 1}"
        w, b = const(f"w{i}", conv.weight.detach().cpu().numpy()), const(f"b{i}", conv.bias.detach().cpu().numpy())
        nodes.append(helper.make_node("Conv", [f"x{i}", w, b], [f"y{i}"], kernel_shape=[3, 3], strides=[plain.strides[i]] * 2, pads=[1] * 4))
        nodes.append(helper.make_node("Relu", [f"y{i}"], [out]))
    w, b = const("wl", plain.local.weight.detach().cpu().numpy()), const("bl", plain.local.bias.detach().cpu().numpy())
    nodes.append(helper.make_node("Conv", [f"x{plain.tap + 1}", w, b], ["local"], kernel_shape=[1, 1]))
    return _model(nodes, init, plain.cfg.side, plain.cfg.stages[-1][0], plain.cfg.local, TensorProto.FLOAT)


def integer_graph(q):
    """ONNX model of a `Quantized` network: pixels uint8 -> features uint8 (zero point 0), local uint8 (zero point 128)."""
    nodes, init = [], []

    def const(name, value):
        init.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def dequantize(name, value, scale, axis):
        zero = np.zeros(scale.shape, value.dtype)
        nodes.append(helper.make_node("DequantizeLinear", [const(name, value), const(name + "_scale", scale), const(name + "_zero", zero)], [name + "_real"], axis=axis))
        return name + "_real"

    def convolution(i, x, x_scale, y_scale, kernel, stride, zero, out, relu):
        w, b, s = (t.detach().cpu().numpy() for t in q.integers(i))
        s = s.astype(np.float32)
        wn = dequantize(f"w{i}", w.astype(np.int8), s, 0)
        bn = dequantize(f"b{i}", b.astype(np.int32), s * np.float32(x_scale), 0)
        nodes.append(helper.make_node("Conv", [x, wn, bn], [f"y{i}"], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4))
        y = f"y{i}"
        if relu:
            nodes.append(helper.make_node("Relu", [y], [f"r{i}"]))
            y = f"r{i}"
        nodes.append(helper.make_node("QuantizeLinear", [y, const(f"s{i}", np.float32(y_scale)), const(f"z{i}", np.uint8(zero))], [out]))

    scales = q.scales.cpu().numpy().astype(np.float32)
    nodes.append(helper.make_node("DequantizeLinear", ["pixels", const("step", scales[0]), const("zero", np.uint8(0))], ["x0"]))
    last = len(q.convs)
    for i in range(last):
        out = "features" if i + 1 == last else f"q{i + 1}"
        convolution(i, f"x{i}", scales[i], scales[i + 1], 3, q.strides[i], 0, out, True)
        if i + 1 < last:
            nodes.append(helper.make_node("DequantizeLinear", [out, f"s{i}", f"z{i}"], [f"x{i + 1}"]))
        if i == q.tap:
            convolution(last, f"x{i + 1}", scales[i + 1], q.local_scale.item(), 1, 1, 128, "local", False)
    return _model(nodes, init, q.cfg.side, q.cfg.stages[-1][0], q.cfg.local, TensorProto.UINT8)


# ---------------------------------------------------------------- the embedding, in exact integers

def cube_root_steps(s):
    """Largest t with t^3 <= 4096 * s, that is floor(16 * cbrt(s)), for an int64 array."""
    target = s.astype(np.int64) * POOL_STEPS**3
    t = np.floor(np.cbrt(target.astype(np.float64))).astype(np.int64) + 1
    for _ in range(2):  # the float root is off by one at most
        t = np.where(t**3 > target, t - 1, t)
    return t


def project(features, weight, bias):
    """y [N,256] int64 from features uint8 [N,512,h,w], weight int8 [256,512], bias int32 [256]."""
    s = (features.astype(np.int64) ** 3).sum((2, 3))
    return cube_root_steps(s) @ weight.astype(np.int64).T + bias.astype(np.int64)


def unit_vector(y):
    """int8 [256]: round_half_up(512 * y / |y|) clamped to -127..127, from exact integers y."""
    y = [int(v) for v in y]
    square = sum(v * v for v in y)
    if square == 0:
        return np.zeros(len(y), np.int8)
    out = []
    for v in y:
        m = math.isqrt((2 * VECTOR_NORM * v) ** 2 // square)  # floor(2a) with a = 512 |v| / |y|
        exact = m * m * square == (2 * VECTOR_NORM * v) ** 2
        k = (m + 1) // 2 if v >= 0 else -(m // 2 if exact else (m + 1) // 2)
        out.append(max(-127, min(127, k)))
    return np.array(out, np.int8)


def code(y, threshold):
    """The 256-bit code as 32 bytes: bit d is y_d > threshold_d, the first in the most significant bit of byte 0."""
    return np.packbits(np.asarray(y) > threshold).tobytes()


# ---------------------------------------------------------------- golden inputs, by integer formulas

GOLDEN = [
    {"kind": "linear", "a": 1, "b": 1, "c": 40, "text": "(a*x + b*y + c*channel) mod 256"},
    {"kind": "linear", "a": 3, "b": 5, "c": 85, "text": "(a*x + b*y + c*channel) mod 256"},
    {"kind": "square", "a": 1, "b": 2, "c": 700, "text": "((a*x*x + b*y*y + c*channel) >> 3) mod 256"},
    {"kind": "blocks", "a": 37, "b": 4, "c": 60, "text": "(((x >> b) XOR (y >> b)) * a + c*channel) mod 256"},
    {"kind": "lcg", "a": 12345, "b": 0, "c": 0, "text": "state = a; for channel, y, x in this order: state = (1664525*state + 1013904223) mod 2^32, pixel = state >> 24"},
    {"kind": "coarse", "a": 99, "b": 24, "c": 0, "text": "the lcg's numbers seeded with a, one for every channel and b x b block of pixels (channel, block row, block column in this order)"},
]


def lcg(seed, n):
    out, state = np.empty(n, np.uint8), seed
    for i in range(n):
        state = (1664525 * state + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 24
    return out


def golden_input(g, side):
    """uint8 [3,side,side] of one formula."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(side), np.arange(side), indexing="ij")
    a, b, k = g["a"], g["b"], g["c"]
    if g["kind"] == "linear":
        v = a * x + b * y + k * c
    elif g["kind"] == "square":
        v = (a * x * x + b * y * y + k * c) >> 3
    elif g["kind"] == "blocks":
        v = ((x >> b) ^ (y >> b)) * a + k * c
    elif g["kind"] == "lcg":
        return lcg(a, 3 * side * side).reshape(3, side, side)
    else:
        n = side // b
        return lcg(a, 3 * n * n).reshape(3, n, n).repeat(b, 1).repeat(b, 2)
    return (v % 256).astype(np.uint8)


# ---------------------------------------------------------------- writing

def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def session(path, threads=0, dump=None):
    import onnxruntime

    o = onnxruntime.SessionOptions()
    o.intra_op_num_threads = threads
    o.log_severity_level = 3
    if dump:
        o.optimized_model_filepath = dump
    return onnxruntime.InferenceSession(path, o, providers=["CPUExecutionProvider"])


def run_all(sess, x, batch=64):
    """Features and local descriptors of uint8 pictures [N,3,S,S]."""
    outs = [sess.run(["features", "local"], {"pixels": x[k : k + batch]}) for k in range(0, len(x), batch)]
    return np.concatenate([o[0] for o in outs]), np.concatenate([o[1] for o in outs])


def clean(pictures, side):
    """Whole pictures uint8 [N,3,224,224] at the network's size, as an anti-aliased resize gives them."""
    x = F.interpolate(torch.from_numpy(pictures).float(), (side, side), mode="bilinear", antialias=True, align_corners=False)
    return x.round().clamp(0, 255).to(torch.uint8).numpy()


def main(cfg):
    c = torch.load(cfg.checkpoint, map_location="cpu")
    net_cfg = NetConfig(**{k: tuple(map(tuple, v)) if k == "stages" else v for k, v in c["net_config"].items()})
    teacher = Plain(net_cfg)
    teacher.load_state_dict(c["teacher"])
    layers = len(teacher.convs)
    q = Quantized(Plain(net_cfg), [1.0] * layers, 1.0)
    q.load_state_dict(c["student"])
    os.makedirs(cfg.out, exist_ok=True)
    at = lambda name: os.path.join(cfg.out, name)
    onnx.save(float_graph(teacher), at("fp32.onnx"))
    onnx.save(integer_graph(q), at("int8.onnx"))
    w, b = (t.detach().numpy() for t in q.head_integers())
    w, b = w.astype(np.int8), b.astype(np.int32)
    with open(at("head32.bin"), "wb") as f:
        f.write(teacher.head.weight.detach().numpy().astype("<f4").tobytes() + teacher.head.bias.detach().numpy().astype("<f4").tobytes())
    dump = "/tmp/optimized.onnx"
    sess = session(at("int8.onnx"), dump=dump)
    kinds = {}
    for node in onnx.load(dump).graph.node:
        kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
    print("optimized INT8 graph:", kinds, flush=True)
    parts, metas, _ = data.load(cfg.data)
    pictures = np.concatenate(parts)
    rng = np.random.default_rng(3)
    pick = np.sort(rng.permutation([i for i, m in enumerate(metas) if not m["holdout"]])[: cfg.background])
    x = clean(pictures[pick], net_cfg.side)
    features, _ = run_all(sess, x)
    y = project(features, w, b)
    threshold = np.sort(y, 0)[len(y) // 2].astype(np.int32)
    vectors = np.stack([unit_vector(r) for r in y])
    with open(at("head.bin"), "wb") as f:
        f.write(w.tobytes() + b.astype("<i4").tobytes() + threshold.astype("<i4").tobytes())
    vectors.tofile(at("background.bin"))
    # agreement of both files on the held-out pictures, through onnxruntime
    held = clean(pictures[[i for i, m in enumerate(metas) if m["holdout"]]], net_cfg.side)
    f8, _ = run_all(sess, held)
    f32, _ = run_all(session(at("fp32.onnx")), held)
    v8 = np.stack([unit_vector(r) for r in project(f8, w, b)]).astype(np.float64)
    t32 = np.cbrt((f32.astype(np.float64) ** 3).sum((2, 3)))
    v32 = t32 @ teacher.head.weight.detach().double().numpy().T + teacher.head.bias.detach().double().numpy()
    cosine = (v8 * v32).sum(1) / np.linalg.norm(v8, axis=1) / np.linalg.norm(v32, axis=1)
    balance = (y > threshold).mean(0)
    signs = np.where(y > threshold, 1.0, -1.0)
    correlation = np.corrcoef(signs.T) - np.eye(net_cfg.dims)
    print(f"held-out, clean: cosine INT8 to FP32 {cosine.mean():.5f}, least {cosine.min():.5f}; zero features {np.mean(f8 == 0):.3f}, saturated {np.mean(f8 == 255):.5f}; bit correlation rms {np.sqrt((correlation**2).mean()):.3f}", flush=True)
    golden = []
    for g in GOLDEN:
        px = golden_input(g, net_cfg.side)
        f, l = sess.run(["features", "local"], {"pixels": px[None]})
        yy = project(f, w, b)[0]
        golden.append({**g, "pixels_sha256": hashlib.sha256(px.tobytes()).hexdigest(), "features_sha256": hashlib.sha256(f.tobytes()).hexdigest(), "local_sha256": hashlib.sha256(l.tobytes()).hexdigest(), "vector": unit_vector(yy).tolist(), "code": code(yy, threshold).hex()})
    with open(at("vectors.json"), "w") as f:
        json.dump({"side": net_cfg.side, "layout": "uint8 [3][side][side], channel, row, column", "inputs": golden}, f, indent=1)
    card = {
        "name": cfg.name, "version": cfg.version, "license": "Apache-2.0",
        "input": {"name": "pixels", "type": "uint8", "shape": ["N", 3, net_cfg.side, net_cfg.side], "layout": "RGB, planar; the whole picture squashed to a square, no letterbox; no mean subtraction (x/255 is in the graph)"},
        "outputs": {
            "features": {"shape": ["N", net_cfg.stages[-1][0], net_cfg.side // 32, net_cfg.side // 32], "int8": {"type": "uint8", "scale": q.scales[-1].item(), "zeroPoint": 0}, "fp32": {"type": "float32"}},
            "local": {"shape": ["N", net_cfg.local, net_cfg.side // 16, net_cfg.side // 16], "int8": {"type": "uint8", "scale": q.local_scale.item(), "zeroPoint": 128}, "fp32": {"type": "float32"}, "note": "dense descriptors, not normalised"},
        },
        "embedding": {
            "dims": net_cfg.dims, "poolPower": 3, "poolSteps": POOL_STEPS, "vectorNorm": VECTOR_NORM, "headScale": q.head_scale.item(),
            "formula": "s_c = sum of q^3 over the cells; t_c = largest integer with t^3 <= 4096*s_c; y_d = sum_c W[d,c]*t_c + b_d; v_d = clamp(round_half_up(512*y_d/|y|), -127, 127); code bit d = y_d > codeThreshold_d, bit 0 the most significant of byte 0",
            "head.bin": "int8 W[256][512], int32 LE bias[256], int32 LE codeThreshold[256]", "head32.bin": "float32 LE W[256][512], bias[256]; y_d = sum_c W[d,c]*cbrt(sum f^3) + b_d", "background.bin": f"int8 [{len(vectors)}][256], vectors of training pictures",
        },
        "int8": {"weights": "per output channel, symmetric, 7 bits (-63..63)", "activations": "per tensor, uint8, zero point 0", "optimizedGraph": kinds, "heldOutCosine": {"mean": float(cosine.mean()), "least": float(cosine.min())}, "bitShare": {"least": float(balance.min()), "most": float(balance.max())}, "bitCorrelation": float(np.sqrt((correlation**2).mean())), "qat": c["figures"]},
        "training": {"config": {k: os.path.basename(v) if k == "warm" else v for k, v in c["train_config"].items() if k not in ("data", "out", "resume")}, "network": c["net_config"], "qat": {k: v for k, v in c["qat_config"].items() if k not in ("data", "out", "checkpoint")},
                     "pictures": {"trained": sum(not m["holdout"] for m in metas), "ofThemProcedural": sum(m["name"].startswith("procedural/") for m in metas), "heldOut": len(held), "list": "training/holdout.txt"}},
        "data": SOURCES,
        "files": {n: digest(at(n)) for n in ("fp32.onnx", "int8.onnx", "head.bin", "head32.bin", "background.bin", "vectors.json")},
    }
    with open(at("card.json"), "w") as f:
        json.dump(card, f, indent=1)
    print({n: os.path.getsize(at(n)) for n in os.listdir(cfg.out)}, flush=True)


SOURCES = [
    {"source": "clothing-dataset", "license": "CC0-1.0"},
    {"source": "grocerystoredataset", "license": "MIT"},
    {"source": "homework2-caltech101 (Caltech-101, as Caltech publishes it: web-sourced pictures)", "license": "CC-BY-4.0"},
    {"source": "p5.js-website", "license": "MIT"},
    {"source": "creativecommons.github.io-source", "license": "CC-BY-4.0"},
    {"source": "procedural pictures, text, stickers and screens drawn by training/data.py", "license": "Apache-2.0; rendered with Debian's free fonts"},
]

if __name__ == "__main__":
    main(train.parse(ExportConfig, sys.argv[1:]))
