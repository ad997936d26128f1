"""How well the local descriptors of fp32.onnx match: mutual nearest neighbours between light and strong views of held-out pictures.

python3 evaluate_local.py --model models/NAME@VERSION/fp32.onnx --data DIR [--pairs 128] [--seed 1]

A match is an inlier if the light view's cell lies within 1.5 cells of where the edit's geometry puts it (the light cell's
grid itself rounds by up to 0.7). Both maps are 12 x 12, so a picture has 144 descriptors.
"""

import argparse

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

import data
import train
from augment import Edits
from model import Plain


def load_plain(path):
    """A `Plain` network with the weights of an FP32 file of export.py (head excepted: it is not in the graph)."""
    w = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in onnx.load(path).graph.initializer}
    net = Plain()
    with torch.no_grad():
        for i, conv in enumerate(net.convs):
            conv.weight.copy_(w[f"w{i}"]), conv.bias.copy_(w[f"b{i}"])
        net.local.weight.copy_(w["wl"]), net.local.bias.copy_(w["bl"])
    return net.eval()


@torch.no_grad()
def inliers(net, views):
    """per pair: mutual matches that start in visible content, those of them that are right, visible cells, all mutual matches."""
    x = train.pixels(views, "cpu")
    b = len(x) // 2
    local = torch.cat([net(p)[1] for p in x.split(16)])
    cells = local.shape[-1]
    d = F.normalize(local.flatten(2), dim=1)
    s = torch.einsum("bcm,bcn->bmn", d[b:], d[:b])  # strong x light
    there, back = s.argmax(2), s.argmax(1)
    mutual = back.gather(1, there) == torch.arange(cells * cells)[None]
    place, ok = train.light_place(views)
    k = place.shape[-1] // cells
    place = F.avg_pool2d(place, k).flatten(2).permute(0, 2, 1) * cells
    ok = F.avg_pool2d(ok, k).flatten(1) > 0.9
    found = torch.stack([there % cells, torch.div(there, cells, rounding_mode="floor")], 2) + 0.5
    right = (found - place).norm(dim=2) < 1.5
    use = mutual & ok
    return use.sum(1), (use & right).sum(1), ok.sum(1), mutual.sum(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--pairs", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    torch.manual_seed(a.seed)
    parts, metas, banks = data.load(a.data)
    held = [i for i, m in enumerate(metas) if m["holdout"]][: a.pairs]
    pictures = torch.from_numpy(np.concatenate(parts)[held])
    aspects = torch.tensor([metas[i]["aspect"] for i in held])
    edits = Edits(pictures, aspects, {k: torch.from_numpy(v) for k, v in banks.items()}, 192, "cpu", a.seed)
    net = load_plain(a.model)
    for strength in (0.0, 1.0):
        edits.strength = strength
        parts_ = [inliers(net, edits.views(torch.arange(len(held))[k : k + 32])) for k in range(0, len(held) - 31, 32)]
        use, right, visible, mutual = (torch.cat(p).float() for p in zip(*parts_))
        print(f"strength {strength:.0f}: of mutual matches within visible content {right.sum() / use.sum():.3f} right, of all mutual matches {right.sum() / mutual.sum():.3f}; "
              f"{use.mean():.1f} of {visible.mean():.1f} visible cells matched a pair; pairs with at least 4 right: {(right[visible >= 8] >= 4).float().mean():.3f}")


if __name__ == "__main__":
    main()
