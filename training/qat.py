"""Quantization-aware fine-tuning: the fused network in simulated integer arithmetic, taught by its FP32 self.

python3 qat.py --checkpoint=checkpoint.pt --data=DIR --out=quantized.pt

Weights: per output channel, symmetric, 7 bits (reduce_range: on CPUs without VNNI the 8-bit product sums saturate and
the result would depend on the CPU). Activations: per tensor, unsigned, zero point 0, scale from a percentile.
All scales are frozen before the fine-tuning. Activations are carried as integers 0..255 and weights as integers, so
that the simulation is exact up to the rounding of one float multiplication, also in TF32.
"""

import dataclasses
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

import train
from augment import Edits
from model import pool

WEIGHT_MAX = 63  # two products of 255 * 63 stay below 2^15


@dataclasses.dataclass(frozen=True)
class QatConfig:
    checkpoint: str = "checkpoint.pt"
    data: str = "."
    out: str = "quantized.pt"
    seconds: float = 130.0  # 0.6 minutes gave cosine 0.9961 with 7 bits in earlier runs
    batch: int = 384  # pairs
    lr: float = 1.5e-4  # AdamW, cosine to zero: about one weight step over the whole fine-tuning
    percentile: float = 99.99  # 99.9 clips too much (NVIDIA's guidance and ours)
    calibration: int = 512  # pairs that the scales come from
    task: float = 0.02  # weight of the contrastive loss beside the distillation
    local: float = 0.3  # weight of the local descriptors' distillation
    seed: int = 6
    report: int = 50


class _Round(torch.autograd.Function):
    """Rounding, with the gradient passed straight through (Bengio et al., arXiv 1308.3432)."""

    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, g):
        return g


def rounded(x, lo, hi):
    """x rounded into lo..hi; the gradient stops where it is clipped."""
    return _Round.apply(x.clamp(lo, hi))


def weight_scales(w):
    """Scale per output channel of w [cout,...] with the least squared error; clipping a channel's few largest weights
    pays where the fused identity made one tap stand out."""
    flat = w.flatten(1)
    top = flat.abs().amax(1).clamp(min=1e-8)
    best, error = top / WEIGHT_MAX, torch.full_like(top, float("inf"))
    for k in range(16):
        s = top * (1 - 0.05 * k) / WEIGHT_MAX
        e = ((flat / s[:, None]).round().clamp(-WEIGHT_MAX, WEIGHT_MAX) * s[:, None] - flat).square().sum(1)
        best, error = torch.where(e < error, s, best), torch.minimum(e, error)
    return best


class Quantized(nn.Module):
    """A `Plain` network in simulated integers. pixels as integers 0..255 (float) -> features 0..255, local -127..127."""

    def __init__(self, plain, activation_scales, local_scale):
        super().__init__()
        self.cfg, self.strides, self.tap = plain.cfg, plain.strides, plain.tap
        self.convs, self.local, self.head = plain.convs, plain.local, plain.head
        self.register_buffer("scales", torch.tensor([1 / 255] + activation_scales))
        self.register_buffer("local_scale", torch.tensor(local_scale))
        for i, conv in enumerate([*self.convs, self.local]):
            self.register_buffer(f"w{i}", weight_scales(conv.weight.detach()))
        self.register_buffer("head_scale", self.head.weight.detach().abs().max() / 127)

    def integers(self, i):
        """(weight, bias, weight scale) of convolution i (the last is the local head), in integer units."""
        conv = self.local if i == len(self.convs) else self.convs[i]
        x_scale = self.scales[self.tap + 1] if i == len(self.convs) else self.scales[i]
        s = getattr(self, f"w{i}")
        w = rounded(conv.weight / s.view(-1, 1, 1, 1), -WEIGHT_MAX, WEIGHT_MAX)
        b = rounded(conv.bias / (s * x_scale), -(2.0**30), 2.0**30)
        return w, b, s

    def forward(self, x):
        local = None
        for i, stride in enumerate(self.strides):
            w, b, s = self.integers(i)
            y = F.conv2d(x, w, None, stride, 1)
            ratio = s * self.scales[i] / self.scales[i + 1]
            x = rounded((y + b.view(1, -1, 1, 1)) * ratio.view(1, -1, 1, 1), 0, 255)
            if i == self.tap:
                w, b, s = self.integers(len(self.convs))
                ratio = s * self.scales[i + 1] / self.local_scale
                local = rounded((F.conv2d(x, w) + b.view(1, -1, 1, 1)) * ratio.view(1, -1, 1, 1), -128, 127)
        return x, local

    def head_integers(self):
        """(weight -127..127, bias) of the embedding's head; the pooled input counts in sixteenths of a feature step."""
        w = rounded(self.head.weight / self.head_scale, -127, 127)
        b = rounded(self.head.bias * 16 / (self.head_scale * self.scales[-1]), -(2.0**30), 2.0**30)
        return w, b

    def embed(self, features):
        w, b = self.head_integers()
        t = pool(features) * 16
        t = t + (torch.floor(t + 1e-4) - t).detach()
        return F.normalize(t @ w.t() + b, dim=1)


@torch.no_grad()
def calibrate(plain, x, percentile):
    """Scales of all activations and of the local descriptors from pictures x float [N,3,S,S]."""
    share = percentile / 100
    values, local = [[] for _ in plain.convs], []
    for part in x.split(64):
        for i, conv in enumerate(plain.convs):
            part = F.relu(conv(part))
            flat = part.flatten()
            values[i].append(flat[torch.randint(0, flat.numel(), (200_000,), device=x.device)])
            if i == plain.tap:
                local.append(plain.local(part).abs().flatten())

    def top(parts):
        v = torch.cat(parts)
        return v.kthvalue(max(1, int(share * v.numel()))).values.item()

    return [max(top(v), 1e-6) / 255 for v in values], top(local) / 127


@torch.no_grad()
def agreement(student, teacher, batches):
    """Mean and least cosine of student and teacher embeddings."""
    cosines = []
    for x in batches:
        z = F.normalize(teacher.head(pool(teacher(x)[0])), dim=1)
        cosines.append((student.embed(student(x * 255)[0]) * z).sum(1))
    c = torch.cat(cosines)
    return c.mean().item(), c.min().item()


def main(cfg):
    rank, world, device = train.setup()
    torch.manual_seed(cfg.seed * 1000 + rank)
    net, train_cfg = train.load_net(cfg.checkpoint, device)
    base = train.Config(**{**train_cfg, "batch": cfg.batch})
    pics = train.Pictures(cfg.data, device, rank, world, cfg.batch, cfg.seed)
    edits = Edits(pics.pictures, pics.aspects, pics.banks, net.cfg.side, device, cfg.seed * 1000 + rank)

    def views_pixels():
        with torch.no_grad():
            v = edits.views(pics.draw())
        return v, train.pixels(v, device)

    teacher, student = net.fuse().eval(), net.fuse()
    with torch.no_grad():
        v, x = views_pixels()
        f0, l0 = net(x[:32])
        f1, l1 = teacher(x[:32])
        if rank == 0:
            print(f"fusing the branches: features differ by {((f0 - f1).abs().max() / f0.abs().max()).item():.2e}", flush=True)
    several = [views_pixels()[1] for _ in range(max(1, cfg.calibration // cfg.batch))]
    scales, local_scale = calibrate(teacher, torch.cat(several), cfg.percentile)
    if world > 1:
        packed = torch.tensor(scales + [local_scale], device=device)
        torch.distributed.broadcast(packed, 0)
        scales, local_scale = packed[:-1].tolist(), packed[-1].item()
    student = Quantized(student, scales, local_scale).to(device)
    held = edits.views(pics.held)
    probes = list(train.pixels(held, device).split(128))
    before = agreement(student, teacher, probes)
    if rank == 0:
        print(f"post-training quantization: held-out cosine {before[0]:.5f}, least {before[1]:.4f}", flush=True)
    params = [p for p in student.parameters()]
    opt = torch.optim.AdamW(params, lr=cfg.lr, weight_decay=0.0)
    start, step, elapsed = time.time(), 0, 0.0
    clock = torch.zeros(1, dtype=torch.float64, device=device)
    while elapsed < cfg.seconds:
        for g in opt.param_groups:
            g["lr"] = cfg.lr * 0.5 * (1 + math.cos(math.pi * elapsed / cfg.seconds)) * min(1, step / 20 + 0.05)
        v, x = views_pixels()
        with torch.no_grad():
            ft, lt = teacher(x)
            zt = F.normalize(teacher.head(pool(ft)), dim=1)
        f, local = student((x * 255).round())
        z = student.embed(f)
        far = (1 - (z * zt).sum(1)).mean()
        local_far = (1 - F.cosine_similarity(local, lt, dim=1)).mean()
        feature_far = ((f * student.scales[-1] - ft) ** 2).mean() / (ft**2).mean()
        task = train.contrast(z, v["share"], v["related"], rank, world, base, 0.0)[0]
        loss = far * 10 + cfg.local * local_far + 0.1 * feature_far + cfg.task * task
        opt.zero_grad(set_to_none=True)
        (loss / world).backward()
        train.average_gradients(params, world)
        opt.step()
        step += 1
        clock[0] = time.time() - start
        if world > 1:
            torch.distributed.broadcast(clock, 0)
        elapsed = clock.item()
        if rank == 0 and step % cfg.report == 0:
            print(f"step {step} {elapsed:.0f}s cosine {1 - far.item():.5f} local {1 - local_far.item():.5f} task {task.item():.3f}", flush=True)
    after = agreement(student, teacher, probes)
    if rank == 0:
        print(f"after {step} steps: held-out cosine {after[0]:.5f}, least {after[1]:.4f}", flush=True)
        figures = {"ptq_cosine": before[0], "qat_cosine": after[0], "qat_least_cosine": after[1], "qat_steps": step, "qat_seconds": round(elapsed, 1)}
        torch.save({"student": student.state_dict(), "teacher": teacher.state_dict(), "net_config": dataclasses.asdict(net.cfg), "train_config": train_cfg, "qat_config": dataclasses.asdict(cfg), "figures": figures}, cfg.out)
    if world > 1:
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(train.parse(QatConfig, sys.argv[1:]))
