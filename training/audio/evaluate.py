"""Compares models by kind of edit, on recordings that no training has seen and `bench:audio` does not report on.

python3 evaluate.py --media=MEDIA/audio --models=MODELS/colophon-audio@1.1.0,OTHER [--moments=512]

Every model sees the same views: a second of a recording, and the same second after one edit. A line gives, for each of
them, the share of copies whose original is nearest among all moments, and the mean cosines of a copy to its original and
to its nearest stranger. Needs ffmpeg and a CPU.
"""

import csv
import dataclasses
import hashlib
import io
import os
import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from augment import EditConfig, Edits, Pool
from data import CODECS, GAP, decode, held_out, may_train, origin, parse
from model import NetConfig, Plain
from train import contrast

NOTHING = {f.name: 0.0 for f in dataclasses.fields(EditConfig)} | {"moments": 4, "offset": 0.064}
loudness = lambda share, worst, best, decibels: {share: 1.0, worst: decibels, best: decibels}
KINDS = {
    "none": {},
    **{f"noise {d} dB": loudness("noise", "quietest", "loudest", float(d)) for d in (10, 5, 0, -5)},
    **{f"voice {d} dB": loudness("speech", "voice", "faintest", float(d)) for d in (10, 3, 0)},
    "reverb": {"reverb": 1.0},
    "reverb, noise 10 dB": {"reverb": 1.0, **loudness("noise", "quietest", "loudest", 10.0)},
    "equalizer, cut": {"equalizer": 1.0, "cut": 1.0},
    "pitch": {"pitch": 1.0},
    "tempo": {"tempo": 1.0},
    "spliced": {"spliced": 1.0, "pitch": 1.0, "tempo": 1.0},
    "holes": {"holes": 1.0},
}


@dataclasses.dataclass(frozen=True)
class EvaluateConfig:
    media: str = ""
    models: str = ""
    moments: int = 512
    seed: int = 31


def unseen(media):
    """A `Pool` of the recordings that are held out, of any licence, in the half that the bench calibrates on."""
    with open(os.path.join(media, "index.tsv")) as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    # as scripts/bench/audio-suite.ts deals the halves out
    rows = [r for r in rows if (held_out(r) or not may_train(r)) and hashlib.sha256(origin(r).encode()).digest()[2] % 2 == 0]
    parts, start, at = [np.zeros(GAP, np.int16)], [], GAP
    waves = [decode(os.path.join(media, r["file"])) for r in rows]
    for wave in waves:
        start.append(at)
        parts += [wave, np.zeros(GAP, np.int16)]
        at += len(wave) + GAP
    file = io.BytesIO()
    np.savez(
        file, waves=np.concatenate(parts), start=np.array(start), length=np.array([len(w) for w in waves]),
        coded=np.full((len(rows), len(CODECS)), -1), kinds=np.array([r["kind"] for r in rows]),
        names=np.array([r["file"] for r in rows]), origins=np.unique([origin(r) for r in rows], return_inverse=True)[1],
    )
    file.seek(0)
    return Pool(file)


class Shipped:
    """A model's folder, in floats that hold its whole numbers."""

    def __init__(self, folder):
        self.cfg = NetConfig()
        values = {t.name: numpy_helper.to_array(t) for t in onnx.load(os.path.join(folder, "int8.onnx")).graph.initializer}
        self.plain, self.ratios = Plain(self.cfg), []
        scale = values["s0"]
        with torch.no_grad():
            for i, conv in enumerate(self.plain.convs):
                conv.weight.copy_(torch.tensor(values[f"w{i}"]).float())
                conv.bias.copy_(torch.tensor(values[f"b{i}"]).float())
                self.ratios.append(torch.tensor(values[f"w{i}_scale"] * scale / values[f"s{i + 1}"]).view(1, -1, 1, 1))
                scale = values[f"s{i + 1}"]
        raw = open(os.path.join(folder, "head.bin"), "rb").read()
        inputs = self.cfg.widths[-1] * self.cfg.cells
        self.weight = torch.tensor(np.frombuffer(raw, np.int8, self.cfg.dims * inputs).astype(np.float32)).view(-1, inputs)
        self.bias = torch.tensor(np.frombuffer(raw, "<i4", self.cfg.dims, self.cfg.dims * inputs).astype(np.float32))

    @torch.no_grad()
    def vectors(self, x):
        """Unit vectors [N,256] of pixels 0..255 [N,1,64,64]."""
        for conv, ratio in zip(self.plain.convs, self.ratios):
            x = torch.round(conv(x) * ratio).clamp(0, 255)
        return torch.nn.functional.normalize(x.flatten(1) @ self.weight.t() + self.bias, dim=1)


@torch.no_grad()
def figures(model, first, second, close, heard):
    """(share found first, cosine to the original, to the nearest stranger) of the copies `second` of `first`."""
    n = len(first)
    z = model.vectors(torch.cat([first, second]))
    found = contrast(z[:n], z[n:], close, heard, 0.05)[2]
    s = z[n:] @ z[:n].t()
    strangers = s.masked_fill(close | torch.eye(n, dtype=torch.bool) | ~heard, -1).amax(1)
    return found.item(), s.diagonal()[heard].mean().item(), strangers[heard].mean().item()


def main(cfg):
    models = [Shipped(folder) for folder in cfg.models.split(",")]
    pool = unseen(cfg.media)
    print(f"{len(pool.names)} recordings, {cfg.moments} moments; for each model: found, cosine, nearest stranger")
    for name, change in KINDS.items():
        edits = Edits(pool, cfg.seed, EditConfig(**{**NOTHING, **change}), rooms=100)
        views = edits.views(cfg.moments)
        print(f"{name:20}", *("  {:.3f} {:.3f} {:.3f}".format(*figures(m, *views)) for m in models), flush=True)


if __name__ == "__main__":
    main(parse(EvaluateConfig, sys.argv[1:]))
