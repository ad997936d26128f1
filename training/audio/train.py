"""Contrastive training on one CPU core.

python3 train.py --data=PACKED.npz --out=checkpoint.pt --seconds=2400

The rate falls with the clock, not with a count of steps: a run ends when it was told to, however busy the machine is.
"""

import dataclasses
import math
import sys
import time

import torch
import torch.nn.functional as F

from augment import Edits, Pool
from data import parse
from model import Net, embed


@dataclasses.dataclass(frozen=True)
class Config:
    data: str = "packed.npz"
    out: str = "checkpoint.pt"
    seconds: float = 2400.0
    batch: int = 256  # moments; two views of each
    lr: float = 2e-3
    warmup: float = 0.03
    temperature: float = 0.06
    harden: float = 0.2  # share of the run after which the edits have their full strength
    seed: int = 7
    report: int = 20
    snapshot: float = 300.0


def contrast(first, second, close, temperature):
    """InfoNCE over both views (NT-Xent, Chen et al., arXiv 2002.05709); returns the loss and the share found first."""
    n = len(first)
    z = torch.cat([first, second])
    logits = z @ z.t() / temperature
    mask = torch.cat([torch.cat([close, close], 1)] * 2)
    logits = logits.masked_fill(mask | torch.eye(2 * n, dtype=torch.bool), -1e4)
    target = torch.cat([torch.arange(n) + n, torch.arange(n)])
    return F.cross_entropy(logits, target), (logits[n:, :n].argmax(1) == torch.arange(n)).float().mean()


def save(net, cfg, step, elapsed):
    torch.save({"net": net.state_dict(), "net_config": dataclasses.asdict(net.cfg), "train_config": dataclasses.asdict(cfg), "steps": step, "elapsed": elapsed}, cfg.out)


def main(cfg):
    torch.set_num_threads(1)
    torch.manual_seed(cfg.seed)
    pool = Pool(cfg.data)
    edits = Edits(pool, cfg.seed)
    net = Net()
    opt = torch.optim.AdamW(net.parameters(), lr=cfg.lr, weight_decay=0.02)
    start, step, elapsed, saved, sums = time.time(), 0, 0.0, 0.0, [0.0, 0.0, 0.0]
    while elapsed < cfg.seconds:
        share = elapsed / cfg.seconds
        for g in opt.param_groups:
            g["lr"] = cfg.lr * min(1, share / cfg.warmup + 0.02) * 0.5 * (1 + math.cos(math.pi * share))
        began = time.time()
        first, second, close = edits.views(cfg.batch, min(1, 0.3 + 0.7 * share / cfg.harden))
        sums[2] += time.time() - began
        with torch.autocast("cpu", dtype=torch.bfloat16):
            features = net(torch.cat([first, second]) / 255)
        z = embed(net, features)
        loss, found = contrast(z[: cfg.batch], z[cfg.batch :], close, cfg.temperature)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        step, elapsed = step + 1, time.time() - start
        sums[0] += loss.item()
        sums[1] += found.item()
        if step % cfg.report == 0:
            print(f"step {step} {elapsed:.0f}s loss {sums[0] / cfg.report:.3f} found {sums[1] / cfg.report:.3f} views {sums[2] / cfg.report:.2f}s of {elapsed / step:.2f}s", flush=True)
            sums = [0.0, 0.0, 0.0]
        if elapsed - saved > cfg.snapshot:
            save(net, cfg, step, elapsed)
            saved = elapsed
    save(net, cfg, step, elapsed)
    print(f"{step} steps in {elapsed:.0f} s", flush=True)


if __name__ == "__main__":
    main(parse(Config, sys.argv[1:]))
