"""Contrastive training on one GPU (or a CPU, to try it).

python3 train.py --data=POOL.npz --out=checkpoint.pt --seconds=720 [--device=cuda:1]

The schedule follows the clock, not a count of steps: a run ends when it was told to, however busy the machine is. What a
step that stood still has missed is made up for by all that follow, so that neither rate nor edits jump.
"""

import copy
import dataclasses
import math
import sys
import time

import torch
import torch.nn.functional as F

from augment import EditConfig, Edits, Pool
from data import parse
from model import Net, embed


@dataclasses.dataclass(frozen=True)
class Config:
    data: str = "pool.npz"
    out: str = "checkpoint.pt"
    device: str = ""  # the first GPU if there is one
    seconds: float = 720.0
    batch: int = 1024  # moments; two views of each
    lr: float = 3e-3
    warmup: float = 0.03
    temperature: float = 0.05
    koleo: float = 4.0  # weight of the entropy term
    koleo_ramp: float = 0.3  # share of the run over which it grows
    harden: float = 0.2  # share of the run after which the edits have their full strength
    ema: float = 0.999  # the averaged weights are what is exported
    seed: int = 7
    report: int = 100
    snapshot: float = 120.0
    edits: str = ""  # shares and strengths other than those of EditConfig: name=number, with commas between


def edit_config(text):
    """An EditConfig with the numbers that `text` names; a name that there is not raises TypeError."""
    return dataclasses.replace(EditConfig(), **{k: float(v) for k, v in (part.split("=") for part in text.split(",") if part)})


def open_device(name):
    """The device, set up so that convolutions of whole numbers are exact."""
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    device = torch.device(name or ("cuda:0" if torch.cuda.is_available() else "cpu"))
    torch.set_num_threads(1)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    return device


class Schedule:
    """Share 0..1 of a run of `seconds`: every step takes its part of what is left, a slow one no more than three usual ones."""

    def __init__(self, seconds):
        self.start = self.last = time.time()
        self.seconds, self.share, self.usual = seconds, 0.0, None

    @property
    def elapsed(self):
        return self.last - self.start

    def step(self):
        """Call after every step; False when the time is over."""
        now = time.time()
        took, left = now - self.last, self.seconds - self.elapsed
        # the first steps (compiling, first calls) say nothing about the usual one
        counted = min(took, 3 * self.usual) if self.usual else 0.0
        self.usual = min(took, 1.0 if self.usual is None else 0.95 * self.usual + 0.05 * min(took, 4 * self.usual))
        self.share += (1 - self.share) * min(1.0, counted / max(left, 1e-9))
        self.last = now
        return self.elapsed < self.seconds


def contrast(first, second, close, heard, temperature):
    """InfoNCE over both views (NT-Xent, Chen et al., arXiv 2002.05709) and KoLeo (Sablayrolles et al., 1806.03198).

    Moments in which nothing is heard, and pairs that are `close`, are no strangers. Returns the loss, the entropy term
    (minus the mean log distance to the nearest stranger), and the share of copies whose original was the nearest.
    """
    n = len(first)
    z = torch.cat([first, second])
    cosine = z @ z.t()
    own = torch.eye(n, dtype=torch.bool, device=z.device)
    weight = torch.cat([heard, heard]).float()
    weight = weight / weight.sum().clamp(min=1)
    ignored = torch.cat([torch.cat([close | own, close], 1), torch.cat([close, close | own], 1)]) | ~torch.cat([heard, heard])
    target = torch.arange(2 * n, device=z.device).roll(n)
    ignored[torch.arange(2 * n, device=z.device), target] = False
    nce = (F.cross_entropy((cosine / temperature).masked_fill(ignored, -1e4), target, reduction="none") * weight).sum()
    pair = torch.cat([torch.cat([own, own], 1)] * 2)
    nearest = cosine.masked_fill(ignored | pair, -1).amax(1)
    entropy = -(torch.log((2 - 2 * nearest).clamp(min=1e-6).sqrt() + 1e-4) * weight).sum()
    found = cosine[n:, :n].masked_fill(ignored[n:, :n], -2).argmax(1) == target[n:]
    return nce, entropy, ((found * heard).sum() / heard.sum().clamp(min=1)).detach()


class Average:
    """Exponential moving average of a network's weights."""

    def __init__(self, net, decay):
        self.net, self.decay = net, decay
        self.weights = [p.detach().clone() for p in net.parameters()]

    @torch.no_grad()
    def step(self, count):
        d = min(self.decay, (1 + count) / (10 + count))
        torch._foreach_mul_(self.weights, d)
        torch._foreach_add_(self.weights, [p.detach() for p in self.net.parameters()], alpha=1 - d)

    @torch.no_grad()
    def settle(self, batches):
        """A copy of the network with the averaged weights, its batch norm measured anew on `batches` of pixels 0..1."""
        net = copy.deepcopy(self.net)
        for p, w in zip(net.parameters(), self.weights):
            p.copy_(w)
        for norm in net.norms:
            norm.reset_running_stats()
            norm.momentum = None
        net.train()
        for x in batches:
            net(x)
        return net.eval()


def save(net, cfg, step, elapsed, **figures):
    torch.save({"net": {k: v.cpu() for k, v in net.state_dict().items()}, "net_config": dataclasses.asdict(net.cfg), "train_config": dataclasses.asdict(cfg), "steps": step, "elapsed": elapsed, "trained": figures}, cfg.out)


@torch.no_grad()
def measure(net, edits, count, batches):
    """(share of copies found first among `count` moments, mean cosine to the original, to the nearest stranger), edits at full strength."""
    sums = torch.zeros(3, device=edits.device)
    for _ in range(batches):
        first, second, close, heard = edits.views(count)
        z = embed(net, net(torch.cat([first, second]) / 255))
        found = contrast(z[:count], z[count:], close, heard, 0.05)[2]
        s = z[count:] @ z[:count].t()
        strangers = s.masked_fill(close | torch.eye(count, dtype=torch.bool, device=s.device) | ~heard, -1).amax(1)
        sums += torch.stack([found, s.diagonal()[heard].mean(), strangers[heard].mean()])
    return [x / batches for x in sums.tolist()]


def main(cfg):
    device = open_device(cfg.device)
    torch.manual_seed(cfg.seed)
    pool = Pool(cfg.data, device)
    edits = Edits(pool, cfg.seed, edit_config(cfg.edits))
    net = Net()
    layout = torch.channels_last if device.type == "cuda" else torch.contiguous_format
    net.to(device, memory_format=layout)
    opt = torch.optim.AdamW(net.parameters(), lr=cfg.lr, weight_decay=0.02, **({"fused": True} if device.type == "cuda" else {}))
    average = Average(net, cfg.ema)
    print(f"{len(pool.kinds)} clips, {len(pool.waves) / 8000 / 3600:.1f} h on {device}, {sum(p.numel() for p in net.parameters())} parameters", flush=True)
    clock, step, saved, going, sums = Schedule(cfg.seconds), 0, 0.0, True, torch.zeros(3, device=device)
    while going:
        for g in opt.param_groups:
            g["lr"] = cfg.lr * min(1, clock.share / cfg.warmup + 0.02) * 0.5 * (1 + math.cos(math.pi * clock.share))
        with torch.no_grad():
            first, second, close, heard = edits.views(cfg.batch, min(1, 0.3 + 0.7 * clock.share / cfg.harden))
            x = (torch.cat([first, second]) / 255).contiguous(memory_format=layout)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            features = net(x)
        z = embed(net, features)
        nce, entropy, found = contrast(z[: cfg.batch], z[cfg.batch :], close, heard, cfg.temperature)
        loss = nce + cfg.koleo * min(1, clock.share / cfg.koleo_ramp) * entropy
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        average.step(step)
        sums += torch.stack([nce.detach(), entropy.detach(), found])
        step += 1
        going = clock.step()
        if step % cfg.report == 0:
            mean = [v / cfg.report for v in sums.tolist()]
            print(f"step {step} {clock.elapsed:.0f}s share {clock.share:.3f} loss {mean[0]:.3f} entropy {mean[1]:.3f} found {mean[2]:.3f} {clock.elapsed / step:.3f} s a step", flush=True)
            sums.zero_()
        if clock.elapsed - saved > cfg.snapshot:
            save(net, cfg, step, clock.elapsed)
            saved = clock.elapsed
    with torch.no_grad():
        final = average.settle([torch.cat(edits.views(cfg.batch)[:2]) / 255 for _ in range(20 if device.type == "cuda" else 3)])
    probe = Edits(pool, 99, rooms=200)
    figures = measure(final, probe, min(1024, cfg.batch), 10 if device.type == "cuda" else 2)
    save(final, cfg, step, clock.elapsed, found=figures[0], cosine=figures[1], strangerCosine=figures[2])
    print(f"{step} steps in {clock.elapsed:.0f} s; found {figures[0]:.4f}, cosine {figures[1]:.4f}, nearest stranger {figures[2]:.4f}", flush=True)


if __name__ == "__main__":
    main(parse(Config, sys.argv[1:]))
