"""Contrastive training of the embedding and the local descriptors, on one or several GPUs (or a CPU, to try it).

python3 train.py --data=DIR --out=checkpoint.pt            one device
torchrun --nproc_per_node=2 train.py --data=DIR --out=...  two GPUs

A run is planned in seconds (`--seconds`), can stop earlier (`--stop_after`) and be taken up again (`--resume`).
"""

import dataclasses
import math
import os
import sys
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F

import data
import warm
from augment import Edits
from model import Net, NetConfig, embed


@dataclasses.dataclass(frozen=True)
class Config:
    data: str = "."  # folder with the shards of data.py
    out: str = "checkpoint.pt"
    resume: str = ""
    warm: str = ""  # models/NAME@VERSION to begin with (warm.py) in place of random weights
    seconds: float = 900.0  # the schedule's length; the curve was still rising at 7 minutes on one H200
    stop_after: float = 1e9  # leave this call after so many seconds of training, the schedule unfinished
    batch: int = 1024  # instances a device; all views of all devices are negatives
    lr: float = 2.5e-3  # AdamW; 2e-3 served half the batch in earlier runs
    warmup: float = 0.03  # share of the schedule
    decay: float = 0.02  # on convolution kernels and the head only: decaying BN scales fights the KoLeo term
    temperature: float = 0.05  # SSCD, arXiv 2202.10261
    koleo: float = 15.0  # 10 beat 1 by 0.04 dev uAP and 0.13 sealed (notes); SSCD goes on to 30
    koleo_ramp: float = 0.3  # share of the schedule over which the term grows: 20 reached within 70 steps held learning back
    harden: float = 0.35  # share of the schedule over which the strong views reach their full strength; without it, two minutes gave little
    region: float = 0.3  # weight of regions pooled from composites and crops: serves picture-in-picture and collages
    local: float = 0.25  # weight of the local descriptors' loss: small, so that the embedding does not pay for it
    local_points: int = 16  # points a pair that the local loss looks at
    local_pairs: int = 256  # pairs a device that it looks at: the matrix of points grows with the square
    local_temperature: float = 0.07
    ema: float = 0.999  # the averaged weights are what is exported
    compile: int = 1  # torch.compile of the backbone: fuses batch norm, sums and ReLU
    seed: int = 5
    report: int = 50  # steps between two lines
    snapshot: float = 200.0  # seconds between copies of the averaged weights (half precision): a lent machine can go away


def parse(cls, argv):
    """A config from --key=value arguments."""
    types = {f.name: f.type for f in dataclasses.fields(cls)}
    values = {}
    for a in argv:
        key, _, value = a.lstrip("-").partition("=")
        if key not in types:
            raise SystemExit(f"unknown option {a}; known: {', '.join(types)}")
        values[key] = {"str": str, "int": int, "float": float}.get(getattr(types[key], "__name__", types[key]))(value)
    return cls(**values)


# ---------------------------------------------------------------- several devices

def setup():
    """(rank, world, device), with the process group started if there are several processes."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    if not torch.cuda.is_available():
        return 0, 1, torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    if world > 1:
        dist.init_process_group("nccl", device_id=device)
    return rank, world, device


class _Gather(torch.autograd.Function):
    """All processes' rows in rank order; gradients are added up and cut back to the own rows."""

    @staticmethod
    def forward(ctx, x):
        parts = [torch.empty_like(x) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, x.contiguous())
        ctx.rows = x.shape[0]
        return torch.cat(parts)

    @staticmethod
    def backward(ctx, g):
        g = g.contiguous()
        dist.all_reduce(g)
        r = dist.get_rank() * ctx.rows
        return g[r : r + ctx.rows]


def gather(x, world):
    return _Gather.apply(x) if world > 1 else x


def average_gradients(params, world):
    """Sum over processes of gradients: each process's loss is its share of the global mean."""
    if world == 1:
        return
    grads = [p.grad for p in params if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in grads])
    dist.all_reduce(flat)
    flat.nan_to_num_(0.0, 0.0, 0.0)  # one bad step must not end a run
    at = 0
    for g in grads:
        g.copy_(flat[at : at + g.numel()].view_as(g))
        at += g.numel()


# ---------------------------------------------------------------- losses

def block_diagonal(m, rank, world):
    """This process's relations [B,B] widened to the instances of all processes: [B, B*world]."""
    if world == 1:
        return m
    wide = torch.zeros(m.shape[0], m.shape[1] * world, dtype=m.dtype, device=m.device)
    wide[:, rank * m.shape[1] : (rank + 1) * m.shape[1]] = m
    return wide


def contrast(z, share, related, rank, world, cfg, koleo):
    """InfoNCE with several positives, and KoLeo over strangers.

    z [2B,256]: light views, then strong ones. A strong view is a positive of every light view that it copies,
    weighted by `share`; views that show a common instance otherwise are neither positives nor negatives.
    Returns (loss, entropy term, light views of all processes).
    """
    b = share.shape[0]
    everyone = gather(z, world).view(world, 2, b, -1)
    lights, strongs = everyone[:, 0].reshape(world * b, -1), everyone[:, 1].reshape(world * b, -1)
    columns = torch.cat([lights, strongs])
    eye = torch.eye(b, device=z.device)
    related = related.float()
    common = ((related @ related.t()) > 0).float()
    rows_related = torch.cat([
        torch.cat([block_diagonal(eye, rank, world), block_diagonal(related.t(), rank, world)], 1),
        torch.cat([block_diagonal(related, rank, world), block_diagonal(common, rank, world)], 1),
    ]) > 0
    none = torch.zeros_like(share)
    positive = torch.cat([
        torch.cat([block_diagonal(none, rank, world), block_diagonal(share.t(), rank, world)], 1),
        torch.cat([block_diagonal(share, rank, world), block_diagonal(none, rank, world)], 1),
    ])
    cosine = z @ columns.t()
    s = cosine / cfg.temperature
    stranger = s.masked_fill(rows_related, -1e4)
    negatives = torch.logsumexp(stranger, 1, keepdim=True)
    each = torch.logaddexp(s, negatives) - s
    # every row weighs the same, whatever the number of instances it shows
    nce = ((each * positive).sum(1) / positive.sum(1)).mean()
    nearest = cosine.masked_fill(rows_related, -2).amax(1)
    entropy = -torch.log((2 - 2 * nearest).clamp(min=1e-6).sqrt() + 1e-4).mean()
    return nce + koleo * entropy, nce.detach(), entropy, lights


def regions(net, f, views, lights, rank, world, cfg):
    """Regional vectors against whole light views: the visible part of strong views that show other things too, and the
    part of light views that a cropped strong view was taken from (against that strong view's instance)."""
    b = views["share"].shape[0]
    cells = f.shape[-1]
    visible = F.adaptive_avg_pool2d(views["ok"], cells)
    mask = (visible > 0.45).float()
    count = mask.sum((1, 2, 3))
    use = (count >= 2) & (count <= 0.7 * cells * cells)
    z = embed(net, f[b:], mask.clamp(min=0))
    s = z @ lights.t() / cfg.temperature
    own = torch.arange(b, device=z.device) + rank * b
    other = block_diagonal(views["related"], rank, world).clone()
    other[torch.arange(b, device=z.device), own] = False
    s = s.masked_fill(other, -1e4)
    loss = F.cross_entropy(s, own, reduction="none")
    return (loss * use).sum() / use.sum().clamp(min=1)


def crop_regions(net, f, z, views, cfg):
    """Regions of light views that a crop shows, against the strong views' whole vectors (own process only)."""
    b = views["share"].shape[0]
    cells = f.shape[-1]
    place, ok = light_place(views)
    big = 1e3
    lo = torch.where(ok > 0, place, torch.full_like(place, big)).amin((2, 3))
    hi = torch.where(ok > 0, place, torch.full_like(place, -big)).amax((2, 3))
    t = (torch.arange(cells, device=f.device) + 0.5) / cells
    half = 0.25 / cells
    inx = (t[None] > lo[:, :1] - half) & (t[None] < hi[:, :1] + half)
    iny = (t[None] > lo[:, 1:] - half) & (t[None] < hi[:, 1:] + half)
    mask = (iny[:, None, :, None] & inx[:, None, None, :]).float()
    count = mask.sum((1, 2, 3))
    use = (count >= 2) & (count <= 0.6 * cells * cells) & (views["ok"].mean((1, 2, 3)) > 0.5)
    r = embed(net, f[:b], mask)
    s = r @ z[b:].t() / cfg.temperature
    eye = torch.eye(b, dtype=torch.bool, device=f.device)
    s = s.masked_fill(views["related"].t() & ~eye, -1e4)
    loss = F.cross_entropy(s, torch.arange(b, device=f.device), reduction="none")
    return (loss * use).sum() / use.sum().clamp(min=1)


def light_place(views):
    """Where each point of the strong view lies in the light view: [B,2,GRID,GRID] in 0..1, and whether it does."""
    box, flip = views["box"], views["flip"].view(-1, 1, 1)
    u = (views["uv"][:, 0] - box[:, 0, None, None]) / (box[:, 2] - box[:, 0])[:, None, None]
    v = (views["uv"][:, 1] - box[:, 1, None, None]) / (box[:, 3] - box[:, 1])[:, None, None]
    u = torch.where(flip > 0, 1 - u, u)
    place = torch.stack([u, v], 1)
    ok = views["ok"] * ((place > 0.02) & (place < 0.98)).all(1, keepdim=True)
    return place, ok


def local_points(views, cells, pairs, per_pair):
    """Points of strong views that the light view shows too.

    Returns (pair index [P], cell of the strong view [P], place in the light view [P,2]), P = pairs * per_pair at most;
    a point repeats where a view has few. Pairs without any are left to the mask `good` [P].
    """
    place, ok = light_place(views)
    k = place.shape[-1] // cells
    place = F.avg_pool2d(place[:pairs].float(), k).flatten(2)
    ok = (F.avg_pool2d(ok[:pairs], k).flatten(1) > 0.9).float()
    pick = torch.multinomial(ok + 1e-6, per_pair, replacement=False)
    good = ok.gather(1, pick).flatten() > 0
    where = place.gather(2, pick.unsqueeze(1).expand(-1, 2, -1)).permute(0, 2, 1).reshape(-1, 2)
    pair = torch.arange(pick.shape[0], device=pick.device).repeat_interleave(per_pair)
    return pair, pick.flatten(), where, good


def local_loss(local, views, cfg):
    """InfoNCE of local descriptors [2B,64,h,w]: a strong view's cell against the light view at the same content.

    Negatives: the light view's other cells at a distance of more than 2, and the points of other pairs that are
    not related. Returns (loss, share of points whose nearest cell in the light view lies within 1 cell).
    """
    b = views["share"].shape[0]
    cells = local.shape[-1]
    pairs = min(cfg.local_pairs, b)
    pair, cell, where, good = local_points(views, cells, pairs, cfg.local_points)
    light, strong = local[:pairs].float().contiguous(), local[b : b + pairs].float().contiguous()
    a = F.normalize(strong.flatten(2).permute(0, 2, 1)[pair, cell], dim=1)
    grid = (where * 2 - 1).view(pairs, -1, 1, 2)
    p = F.grid_sample(light, grid, align_corners=False, padding_mode="border").squeeze(-1).permute(0, 2, 1).reshape(-1, light.shape[1])
    p = F.normalize(p, dim=1)
    t = cfg.local_temperature
    positive = (a * p).sum(1) / t
    dense = F.normalize(light.flatten(2), dim=1)  # [pairs,64,cells^2]
    same = torch.einsum("pkc,pcn->pkn", a.view(pairs, -1, a.shape[1]), dense).reshape(len(a), -1)
    c = torch.arange(cells * cells, device=a.device)
    centre = torch.stack([c % cells, torch.div(c, cells, rounding_mode="floor")], 1) + 0.5
    far = (where[:, None] * cells - centre[None]).norm(dim=-1)
    hit = (far.gather(1, same.argmax(1, keepdim=True)).squeeze(1) < 1.5).float()
    same = (same / t).masked_fill(far <= 2, -1e4)
    related = (views["related"][:pairs, :pairs].float() @ views["related"][:pairs, :pairs].float().t() > 0)[pair][:, pair]
    cross = (a @ p.t() / t).masked_fill(related | ~good[None], -1e4)
    negatives = torch.logsumexp(torch.cat([same, cross], 1), 1)
    loss = torch.logaddexp(positive, negatives) - positive
    back = torch.logsumexp(cross.t().masked_fill(~good[None], -1e4), 1)
    loss = loss + 0.5 * (torch.logaddexp(positive, back) - positive)
    weight = good.float()
    total = weight.sum().clamp(min=1)
    return (loss * weight).sum() / total, (hit * weight).sum() / total


def total_loss(net, f, local, views, rank, world, cfg, koleo):
    """The whole loss of one step from features and local descriptors of [light; strong]. Returns (loss, figures)."""
    z = embed(net, f)
    loss, nce, entropy, lights = contrast(z, views["share"], views["related"], rank, world, cfg, koleo)
    region = regions(net, f, views, lights, rank, world, cfg) + crop_regions(net, f, z, views, cfg)
    near, hit = local_loss(local, views, cfg)
    figures = torch.stack([nce, entropy.detach(), region.detach(), near.detach(), hit])
    return loss + cfg.region * region + cfg.local * near, figures, z


# ---------------------------------------------------------------- the run

class Pictures:
    """Pictures on the device, training and held-out ids, and an endless draw without replacement."""

    def __init__(self, folder, device, rank, world, batch, seed):
        pictures, metas, banks = data.load(folder)
        self.pictures = torch.cat([torch.from_numpy(np.array(p)).to(device) for p in pictures])
        self.aspects = torch.tensor([m["aspect"] for m in metas], device=device)
        self.banks = {k: torch.from_numpy(v).to(device) for k, v in banks.items()}
        held = torch.tensor([m["holdout"] for m in metas])
        self.held = torch.nonzero(held).flatten().to(device)
        self.train = torch.nonzero(~held).flatten()
        self.generator = torch.Generator().manual_seed(seed)  # the same order in every process
        self.rank, self.world, self.batch, self.device = rank, world, batch, device
        self.order, self.at = None, 0

    def draw(self):
        """Ids [batch] for this process; no picture twice in one global batch."""
        need = self.batch * self.world
        if self.order is None or self.at + need > len(self.train):
            repeat = -(-need // len(self.train))  # only ever more than 1 in trials with few pictures
            self.order = torch.cat([self.train[torch.randperm(len(self.train), generator=self.generator)] for _ in range(repeat)])
            self.at = 0
        start = self.at + self.rank * self.batch
        self.at += need
        return self.order[start : start + self.batch].to(self.device)


def pixels(views, device):
    """Network input from the two views: float [2B,3,S,S] in 0..1."""
    x = torch.cat([views["light"], views["strong"]])
    x = x.float() / 255
    # torch 1.13 corrupts memory in the backward pass of channels_last convolutions on the CPU
    return x.contiguous(memory_format=torch.channels_last) if x.is_cuda else x


@torch.no_grad()
def check(net, edits, held, device, rounds=2):
    """Held-out pictures, strongly edited: recall@1 among all held-out light views, and the cosine gap (copy minus nearest stranger)."""
    hits = gap = n = 0
    for _ in range(rounds):
        views = edits.views(held)
        x = pixels(views, device)
        b = len(held)
        z = torch.cat([embed(net, net(part)[0]) for part in x.split(256)])
        s = z[b:] @ z[:b].t()
        own = s.diagonal()
        stranger = s.masked_fill(views["related"], -2).amax(1)
        hits, gap, n = hits + (own > stranger).sum().item(), gap + (own - stranger).sum().item(), n + b
    return hits / n, gap / n


def rate(progress, cfg):
    if progress < cfg.warmup:
        return progress / cfg.warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - cfg.warmup) / (1 - cfg.warmup)))) + 1e-3


def optimizer(net, cfg):
    kernels = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    return torch.optim.AdamW([{"params": kernels, "weight_decay": cfg.decay}, {"params": others, "weight_decay": 0.0}], lr=cfg.lr, betas=(0.9, 0.95))


def save(path, net, ema, opt, cfg, elapsed, step):
    torch.save({"net": net.state_dict(), "ema": ema, "opt": opt.state_dict(), "config": dataclasses.asdict(cfg), "net_config": dataclasses.asdict(net.cfg), "elapsed": elapsed, "step": step}, path + ".part")
    os.replace(path + ".part", path)


def load_net(path, device):
    """(network in evaluation mode with the averaged weights, training config) from a checkpoint."""
    c = torch.load(path, map_location=device)
    net = Net(NetConfig(**{k: tuple(map(tuple, v)) if k == "stages" else v for k, v in c["net_config"].items()})).to(device)
    net.load_state_dict(c["ema"])
    return net.eval(), c["config"]


def main(cfg):
    rank, world, device = setup()
    torch.manual_seed(cfg.seed * 1000 + rank)
    begun = time.time()
    pics = Pictures(cfg.data, device, rank, world, cfg.batch, cfg.seed)
    net = Net().to(device)
    if device.type == "cuda":
        net = net.to(memory_format=torch.channels_last)
    edits = Edits(pics.pictures, pics.aspects, pics.banks, net.cfg.side, device, cfg.seed * 1000 + rank + int(time.time()) * bool(cfg.resume))
    opt = optimizer(net, cfg)
    elapsed, step = 0.0, 0
    if cfg.warm:
        with torch.no_grad():
            x = pixels(edits.views(pics.draw()[: min(cfg.batch, 256)]), device)
        apart = warm.start(net, warm.read(cfg.warm, net.cfg).to(device), x)
        if rank == 0:
            print(f"begins with {os.path.basename(cfg.warm)}: features differ by {apart:.2e}", flush=True)
    if world > 1:
        for v in net.state_dict().values():
            dist.broadcast(v, 0)
    ema = {k: v.clone() for k, v in net.state_dict().items()}
    if cfg.resume:
        c = torch.load(cfg.resume, map_location=device)
        net.load_state_dict(c["net"]), opt.load_state_dict(c["opt"])
        ema, elapsed, step = c["ema"], c["elapsed"], c["step"]
        pics.generator.manual_seed(cfg.seed + step)
    params = [p for p in net.parameters() if p.requires_grad]
    backbone = torch.compile(net) if cfg.compile and device.type == "cuda" else net
    if rank == 0:
        print(f"{len(pics.train)} pictures to train on, {len(pics.held)} held out, loaded in {time.time() - begun:.1f} s; {sum(p.numel() for p in params) / 1e6:.2f} M parameters; {world} device(s)", flush=True)
    start, last, first, seen, kept = None, time.time(), elapsed, 0, elapsed
    clock = torch.zeros(1, dtype=torch.float64, device=device)
    figures = torch.zeros(5, device=device)
    names = [(k, v) for k, v in net.state_dict().items() if v.dtype.is_floating_point]
    while True:
        progress = elapsed / cfg.seconds
        if progress >= 1 or elapsed - first >= cfg.stop_after:
            break
        for group in opt.param_groups:
            group["lr"] = cfg.lr * rate(progress, cfg)
        koleo = cfg.koleo * min(1.0, progress / cfg.koleo_ramp)
        edits.strength = min(1.0, progress / cfg.harden)
        with torch.no_grad():
            views = edits.views(pics.draw())
        x = pixels(views, device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            f, local = backbone(x)
        loss, fig, _ = total_loss(net, f, local, views, rank, world, cfg, koleo)
        opt.zero_grad(set_to_none=True)
        (loss / world).backward()
        average_gradients(params, world)
        torch.nn.utils.clip_grad_norm_(params, 5.0)
        opt.step()
        step += 1
        with torch.no_grad():
            decay = min(cfg.ema, step / (step + 10))
            averages = [ema[k] for k, _ in names]
            torch._foreach_mul_(averages, decay)
            torch._foreach_add_(averages, [v for _, v in names], alpha=1 - decay)
        figures += fig
        seen += 1
        if step % 5 == 0 or start is None:
            if device.type == "cuda":
                torch.cuda.synchronize()
            now = time.time()
            if start is None:  # the first step compiles: the schedule's clock starts after it
                if rank == 0:
                    print(f"first step after {now - begun:.1f} s, {torch.cuda.max_memory_allocated() / 2**30 if device.type == 'cuda' else 0:.1f} GiB", flush=True)
                start = now - first
            clock[0] = now - start
            if world > 1:
                dist.broadcast(clock, 0)
            elapsed = clock.item()
        if rank == 0 and elapsed > kept + cfg.snapshot:
            kept = elapsed
            torch.save({k: v.half() if v.ndim > 1 else v for k, v in ema.items()}, cfg.out + ".ema")
        if rank == 0 and step % cfg.report == 0:
            m = (figures / seen).tolist()
            print(f"step {step} {elapsed:.0f}s {2 * cfg.batch * world * seen / (time.time() - last):.0f} img/s nce {m[0]:.3f} entropy {m[1]:.4f} regions {m[2]:.3f} local {m[3]:.3f} hit {m[4]:.3f}", flush=True)
            figures.zero_()
            last, seen = time.time(), 0
    if world > 1:  # running statistics differ between processes; weights do not
        for v in ema.values():
            if v.dtype.is_floating_point:
                dist.all_reduce(v)
                v /= world
    if rank == 0:
        save(cfg.out, net, ema, opt, cfg, elapsed, step)
        probe, _ = load_net(cfg.out, device)
        if device.type == "cuda":
            probe = probe.to(memory_format=torch.channels_last)
        edits.strength = 1.0
        r1, gap = check(probe, edits, pics.held, device)
        print(f"saved at step {step}, {elapsed:.0f} s of {cfg.seconds:.0f}; held-out pictures: recall@1 {r1:.4f}, mean cosine gap {gap:.4f}; whole call {time.time() - begun:.0f} s", flush=True)
    if world > 1:
        dist.barrier()
        dist.destroy_process_group()


if __name__ == "__main__":
    main(parse(Config, sys.argv[1:]))
