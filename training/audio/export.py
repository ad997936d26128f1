"""INT8 ONNX file, head, golden vectors and card from a checkpoint of qat.py.

python3 export.py --checkpoint=quantized.pt --data=POOL.npz --out=models/colophon-audio@1.1.0 --version=1.1.0 [--device=cuda:1]

The linear layer is not in the graph: it is computed in exact integers, see `project` and `unit_vector`.
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
from onnx import TensorProto, helper, numpy_helper

import frontend
from augment import Edits, Pool
from data import parse
from model import NetConfig, Plain
from qat import Quantized
from train import open_device

VECTOR_NORM = 512  # as of the image model: int8 vectors have this length


@dataclasses.dataclass(frozen=True)
class ExportConfig:
    checkpoint: str = "quantized.pt"
    data: str = "pool.npz"
    out: str = "."
    device: str = ""
    version: str = "1.1.0"
    moments: int = 2000  # whose median is the threshold of each bit of the code


def integer_graph(q):
    """pixels uint8 [N,1,64,64] -> features uint8 [N,256,2,2]; every convolution between integers."""
    nodes, init = [], []

    def const(name, value):
        init.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def dequantize(name, value, scale):
        parts = [const(name, value), const(name + "_scale", scale), const(name + "_zero", np.zeros(scale.shape, value.dtype))]
        nodes.append(helper.make_node("DequantizeLinear", parts, [name + "_real"], axis=0))
        return name + "_real"

    scales = q.scales.numpy().astype(np.float32)
    zero = const("zero", np.uint8(0))
    const("s0", scales[0])
    nodes.append(helper.make_node("DequantizeLinear", ["pixels", "s0", zero], ["x0"]))
    last = len(q.convs)
    for i, stride in enumerate(q.cfg.strides):
        w, b, s = (t.detach().numpy() for t in q.integers(i))
        s = s.astype(np.float32)
        wn, bn = dequantize(f"w{i}", w.astype(np.int8), s), dequantize(f"b{i}", b.astype(np.int32), s * scales[i])
        out = "features" if i + 1 == last else f"q{i + 1}"
        nodes.append(helper.make_node("Conv", [f"x{i}", wn, bn], [f"y{i}"], kernel_shape=[3, 3], strides=[stride] * 2, pads=[1] * 4))
        nodes.append(helper.make_node("Relu", [f"y{i}"], [f"r{i}"]))
        nodes.append(helper.make_node("QuantizeLinear", [f"r{i}", const(f"s{i + 1}", scales[i + 1]), zero], [out]))
        if i + 1 < last:
            nodes.append(helper.make_node("DequantizeLinear", [out, f"s{i + 1}", zero], [f"x{i + 1}"]))
    value = lambda name, *shape: helper.make_tensor_value_info(name, TensorProto.UINT8, ["N", *shape])
    graph = helper.make_graph(nodes, "colophon-audio", [value("pixels", 1, 64, 64)], [value("features", q.cfg.widths[-1], 2, 2)], init)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="colophon")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


@torch.no_grad()
def run_exactly(q, pixels):
    """Features uint8 [N,256,2,2] of pixels uint8 [N,1,64,64]: sums in double precision, the scaling in single as onnxruntime does."""
    x = torch.from_numpy(pixels).double()
    for i, stride in enumerate(q.cfg.strides):
        w, b, s = q.integers(i)
        y = torch.nn.functional.conv2d(x, w.double(), None, stride, 1) + b.double().view(1, -1, 1, 1)
        ratio = (s * q.scales[i] / q.scales[i + 1]).float()
        x = torch.round(y.float() * ratio.view(1, -1, 1, 1)).clamp(0, 255).double()
    return x.to(torch.uint8).numpy()


def project(features, weight, bias):
    """y int64 [N,256] of features uint8 [N,256,2,2], weight [256,1024], bias [256]; feature index = channel * 4 + row * 2 + column."""
    return features.reshape(len(features), -1).astype(np.int64) @ weight.astype(np.int64).T + bias.astype(np.int64)


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


def lcg(seed, n):
    out, state = np.empty(n, np.int64), seed
    for i in range(n):
        state = (1664525 * state + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 16
    return out


def golden_pixels(kind, seed):
    y, x = np.mgrid[0:64, 0:64]
    if kind == "lcg":
        return (lcg(seed, 4096) >> 8).reshape(64, 64).astype(np.uint8)
    if kind == "linear":
        return ((seed * x + 3 * y) % 256).astype(np.uint8)
    return ((((x >> 3) ^ (y >> 2)) * seed) % 256).astype(np.uint8)


def golden_pcm(kind, seed):
    """int16 [16000]: two seconds by integer formulas."""
    n = np.arange(16000)
    if kind == "noise":
        return (lcg(seed, 16000) - 32768).astype(np.int16)
    if kind == "chirp":
        return (((n * (n // 8 + seed)) % 256 - 128) * 90).astype(np.int16)
    return (((n * seed) // 100 % 2) * 8000 - 4000 + (n * 7 % 64)).astype(np.int16)


PIXELS_TEXT = {"lcg": "state = seed; for row, column in this order: state = (1664525*state + 1013904223) mod 2^32, pixel = state >> 24", "linear": "(seed*column + 3*row) mod 256", "blocks": "((column >> 3) XOR (row >> 2)) * seed mod 256"}
PCM_TEXT = {"noise": "state as above, sample = (state >> 16) - 32768", "chirp": "((n*(floor(n/8) + seed)) mod 256 - 128) * 90", "square": "(floor(n*seed/100) mod 2)*8000 - 4000 + (7n mod 64)"}
sha = lambda a: hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()


def goldens(q, w, b, threshold):
    inputs, sounds = [], []
    for kind, seed in (("lcg", 12345), ("lcg", 99), ("linear", 5), ("linear", 2), ("blocks", 37), ("blocks", 11)):
        px = golden_pixels(kind, seed)
        f = run_exactly(q, px[None, None])
        y = project(f, w, b)[0]
        inputs.append({"kind": kind, "seed": seed, "text": PIXELS_TEXT[kind], "pixels_sha256": sha(px), "features_sha256": sha(f), "vector": unit_vector(y).tolist(), "code": np.packbits(y > threshold).tobytes().hex()})
    for kind, seed in (("noise", 7), ("chirp", 3), ("square", 11)):
        levels = frontend.exact_levels(golden_pcm(kind, seed))
        sounds.append({"kind": kind, "seed": seed, "text": PCM_TEXT[kind], "frames": levels.shape[1], "levels_sha256": sha(levels.T.astype("<u2")), "window": 20, "pixels_sha256": sha(frontend.exact_window(levels[:, 20:84]))})
    return {"layout": "pixels uint8 [band][frame]; levels uint16 LE [frame][band]; a sound is 16,000 samples at 8 kHz, its window starts at frame 20", "inputs": inputs, "sounds": sounds}


def main(cfg):
    device = open_device(cfg.device)
    torch.set_num_threads(4)  # sums of whole numbers in double precision: exact in any order
    c = torch.load(cfg.checkpoint, map_location="cpu")
    net_cfg = NetConfig(**c["net_config"])
    q = Quantized(Plain(net_cfg), [1.0] * len(net_cfg.widths))
    q.load_state_dict(c["student"])
    os.makedirs(cfg.out, exist_ok=True)
    at = lambda name: os.path.join(cfg.out, name)
    onnx.save(integer_graph(q), at("int8.onnx"))
    w, b = (t.detach().numpy() for t in q.head_integers())
    w, b = w.astype(np.int8), b.astype(np.int32)
    pool = Pool(cfg.data, device)
    edits = Edits(pool, 4)
    batches = [edits.views(cfg.moments // 4) for _ in range(4)]
    originals = torch.cat([first[heard] for first, _, _, heard in batches]).cpu().numpy().astype(np.uint8)
    y = project(run_exactly(q, originals), w, b)
    threshold = np.sort(y, 0)[len(y) // 2].astype(np.int32)
    with open(at("head.bin"), "wb") as f:
        f.write(w.tobytes() + b.astype("<i4").tobytes() + threshold.astype("<i4").tobytes())
    with open(at("vectors.json"), "w") as f:
        json.dump(goldens(q, w, b, threshold), f, indent=1)
    signs = np.where(y > threshold, 1.0, -1.0)
    correlation = np.corrcoef(signs.T) - np.eye(len(signs.T))
    names = [str(n) for n in pool.names if not str(n).startswith("synth/")]
    card = {
        "name": "colophon-audio", "version": cfg.version, "license": "Apache-2.0",
        "input": {"name": "pixels", "type": "uint8", "shape": ["N", 1, 64, 64], "layout": "mel band, frame; one second of levels in quarters of a decibel, see frontend", "frontend": " ".join(frontend.__doc__.split("\n\n", 1)[1].split())},
        "outputs": {"features": {"shape": ["N", net_cfg.widths[-1], 2, 2], "int8": {"type": "uint8", "scale": q.scales[-1].item(), "zeroPoint": 0}}},
        "embedding": {"dims": net_cfg.dims, "vectorNorm": VECTOR_NORM, "headScale": q.head_scale.item(),
                      "formula": "y_d = sum_i W[d,i]*q_i + b_d over the 1024 features (channel, row, column); v_d = clamp(round_half_up(512*y_d/|y|), -127, 127); code bit d = y_d > codeThreshold_d, bit 0 the most significant of byte 0",
                      "head.bin": "int8 W[256][1024], int32 LE bias[256], int32 LE codeThreshold[256]"},
        "int8": {"weights": "per output channel, symmetric, 7 bits (-63..63)", "activations": "per tensor, uint8, zero point 0", **c["figures"], "bitCorrelation": float(np.sqrt((correlation**2).mean()))},
        "training": {"config": {k: v for k, v in c["train_config"].items() if k not in ("data", "out", "device")}, "network": c["net_config"], "parameters": sum(p.numel() for p in q.parameters()),
                     "steps": c["steps"], "seconds": round(c["elapsed"]), **c["trained"], "synthesized": sum(str(n).startswith("synth/") for n in pool.names), "trainedOn": sorted(names), "heldOut": "two fifths of what may be trained on, by a hash of the origin (training/audio/data.py); all of GPL, CC-BY-SA, mixed or unclear licences"},
        "data": SOURCES,
        "files": {n: hashlib.sha256(open(at(n), "rb").read()).hexdigest() for n in ("int8.onnx", "head.bin", "vectors.json")},
    }
    with open(at("card.json"), "w") as f:
        json.dump(card, f, indent=1)
    print({n: os.path.getsize(at(n)) for n in os.listdir(cfg.out)}, f"trained on {len(names)} recordings", flush=True)


SOURCES = [
    {"source": "ESC-10 (karolpiczak/ESC-10), part", "license": "CC-BY-3.0"},
    {"source": "LJ Speech, excerpts of coqui-ai/TTS, part", "license": "public domain"},
    {"source": "sonic-pi-net/sonic-pi samples, part", "license": "CC0-1.0"},
    {"source": "mdn/webaudio-examples, part", "license": "CC0-1.0"},
    {"source": "music, ambience, speech-like sounds and noises synthesized by training/audio/synth.py and ambience.py", "license": "Apache-2.0"},
]

if __name__ == "__main__":
    main(parse(ExportConfig, sys.argv[1:]))
