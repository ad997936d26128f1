"""Quantization-aware fine-tuning: the fused network in simulated integer arithmetic, taught by its FP32 self.

python3 qat.py --checkpoint=checkpoint.pt --data=POOL.npz --out=quantized.pt --seconds=30 [--device=cuda:1]

As for the image model (training/qat.py): weights per output channel, symmetric, 7 bits, so that the products of CPUs
without VNNI do not saturate; activations per tensor, unsigned, zero point 0; scales frozen before the fine-tuning.
Integers are carried as whole floats, so that the simulation is what the ONNX file computes.
"""

import dataclasses
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from augment import Edits, Pool
from data import parse
from model import Net, NetConfig, embed
from train import contrast, open_device

WEIGHT_MAX = 63  # two products of 255 * 63 stay below 2^15


@dataclasses.dataclass(frozen=True)
class QatConfig:
    checkpoint: str = "checkpoint.pt"
    data: str = "pool.npz"
    out: str = "quantized.pt"
    device: str = ""
    seconds: float = 30.0
    batch: int = 512
    lr: float = 2e-4
    percentile: float = 99.99
    calibration: int = 4  # batches that the scales come from
    task: float = 0.02  # weight of the contrastive loss beside the distillation
    seed: int = 8
    report: int = 100


class _Round(torch.autograd.Function):
    """Rounding, with the gradient passed straight through (Bengio et al., arXiv 1308.3432)."""

    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, g):
        return g


def rounded(x, lo, hi):
    return _Round.apply(x.clamp(lo, hi))


def weight_scales(w):
    """Scale per output channel of w [cout,...] with the least squared error."""
    flat = w.flatten(1)
    top = flat.abs().amax(1).clamp(min=1e-8)
    best, error = top / WEIGHT_MAX, torch.full_like(top, float("inf"))
    for k in range(16):
        s = top * (1 - 0.05 * k) / WEIGHT_MAX
        e = ((flat / s[:, None]).round().clamp(-WEIGHT_MAX, WEIGHT_MAX) * s[:, None] - flat).square().sum(1)
        best, error = torch.where(e < error, s, best), torch.minimum(e, error)
    return best


class Quantized(nn.Module):
    """A `Plain` network in simulated integers: pixels 0..255 as floats -> features 0..255."""

    def __init__(self, plain, activation_scales):
        super().__init__()
        self.cfg, self.convs, self.head = plain.cfg, plain.convs, plain.head
        self.register_buffer("scales", torch.tensor([1 / 255] + activation_scales))
        for i, conv in enumerate(self.convs):
            self.register_buffer(f"w{i}", weight_scales(conv.weight.detach()))
        self.register_buffer("head_scale", self.head.weight.detach().abs().max() / 127)

    def integers(self, i):
        """(weight, bias, weight scale) of convolution i, in integer units."""
        s = getattr(self, f"w{i}")
        w = rounded(self.convs[i].weight / s.view(-1, 1, 1, 1), -WEIGHT_MAX, WEIGHT_MAX)
        return w, rounded(self.convs[i].bias / (s * self.scales[i]), -(2.0**30), 2.0**30), s

    def forward(self, x):
        for i, stride in enumerate(self.cfg.strides):
            w, b, s = self.integers(i)
            ratio = s * self.scales[i] / self.scales[i + 1]
            y = F.conv2d(x, w, None, stride, 1)
            x = rounded((y + b.view(1, -1, 1, 1)) * ratio.view(1, -1, 1, 1), 0, 255)
        return x

    def head_integers(self):
        """(weight -127..127, bias) of the linear layer on integer features."""
        w = rounded(self.head.weight / self.head_scale, -127, 127)
        return w, rounded(self.head.bias / (self.head_scale * self.scales[-1]), -(2.0**30), 2.0**30)

    def embed(self, features):
        w, b = self.head_integers()
        return F.normalize(features.flatten(1) @ w.t() + b, dim=1)


@torch.no_grad()
def calibrate(plain, batches, percentile):
    """Scales of all activations from pixels 0..1."""
    values = [[] for _ in plain.convs]
    for x in batches:
        for i, conv in enumerate(plain.convs):
            x = F.relu(conv(x))
            flat = x.flatten()
            values[i].append(flat[torch.randint(0, flat.numel(), (200_000,), device=x.device)])
    top = lambda v: v.kthvalue(int(percentile / 100 * v.numel())).values.item()
    return [max(top(torch.cat(v)), 1e-6) / 255 for v in values]


@torch.no_grad()
def agreement(student, teacher, probes):
    """Mean and least cosine of student and teacher."""
    cosines = torch.cat([(student.embed(student(x)) * embed(teacher, teacher(x / 255))).sum(1) for x in probes])
    return cosines.mean().item(), cosines.min().item()


def main(cfg):
    device = open_device(cfg.device)
    torch.manual_seed(cfg.seed)
    saved = torch.load(cfg.checkpoint, map_location="cpu")
    net = Net(NetConfig(**saved["net_config"]))
    net.load_state_dict(saved["net"])
    teacher, student = net.eval().fuse().eval().to(device), net.fuse().to(device)
    net.to(device)
    edits = Edits(Pool(cfg.data, device), cfg.seed)
    draw = lambda: edits.views(cfg.batch)
    batches = [torch.cat(draw()[:2]) / 255 for _ in range(cfg.calibration)]
    with torch.no_grad():
        gap = (net(batches[0]) - teacher(batches[0])).abs().max() / teacher(batches[0]).max()
    student = Quantized(student, calibrate(teacher, batches, cfg.percentile)).to(device)
    probes = [torch.cat(draw()[:2]) for _ in range(4)]
    before = agreement(student, teacher, probes)
    print(f"fusing: {gap.item():.1e}; post-training quantization: cosine {before[0]:.5f}, least {before[1]:.4f}", flush=True)
    opt = torch.optim.AdamW(student.parameters(), lr=cfg.lr, weight_decay=0.0)
    start, step, elapsed, total = time.time(), 0, 0.0, torch.zeros((), device=device)
    while elapsed < cfg.seconds:
        for g in opt.param_groups:
            g["lr"] = cfg.lr * 0.5 * (1 + math.cos(math.pi * elapsed / cfg.seconds)) * min(1, step / 20 + 0.05)
        with torch.no_grad():
            first, second, close, heard = draw()
            x = torch.cat([first, second])
            features = teacher(x / 255)
            target = embed(teacher, features)
        f = student(x)
        z = student.embed(f)
        far = (1 - (z * target).sum(1)).mean()
        apart = ((f * student.scales[-1] - features) ** 2).mean() / (features**2).mean()
        loss = far * 10 + 0.1 * apart + cfg.task * contrast(z[: cfg.batch], z[cfg.batch :], close, heard, 0.05)[0]
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        step, elapsed, total = step + 1, time.time() - start, total + far.detach()
        if step % cfg.report == 0:
            print(f"step {step} {elapsed:.0f}s cosine {1 - total.item() / cfg.report:.5f}", flush=True)
            total.zero_()
    after = agreement(student, teacher, probes)
    print(f"after {step} steps: cosine {after[0]:.5f}, least {after[1]:.4f}", flush=True)
    figures = {"ptqCosine": before[0], "qatCosine": after[0], "qatLeastCosine": after[1], "qatSteps": step, "qatSeconds": round(elapsed, 1)}
    torch.save({**saved, "net": None, "student": student.cpu().state_dict(), "teacher": teacher.cpu().state_dict(), "qat_config": dataclasses.asdict(cfg), "figures": figures}, cfg.out)


if __name__ == "__main__":
    main(parse(QatConfig, sys.argv[1:]))
