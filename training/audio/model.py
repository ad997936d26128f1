"""The network: eight plain 3x3 convolutions and one linear layer on what they leave, 64 x 64 levels to 256 numbers.

Nothing is averaged over time or pitch before the linear layer: where in the window a sound is heard belongs to it.
`Net` trains with batch norm, `fuse()` gives the biased convolutions that ship.
"""

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass(frozen=True)
class NetConfig:
    widths: tuple = (16, 32, 32, 64, 64, 128, 128, 256)
    strides: tuple = (2, 2, 1, 2, 1, 2, 1, 2)  # 64 -> 32, 16, 16, 8, 8, 4, 4, 2
    cells: int = 4  # 2 x 2 left at the end
    dims: int = 256


class Net(nn.Module):
    """pixels float [N,1,64,64] in 0..1 -> features [N,256,2,2], non-negative."""

    def __init__(self, cfg=NetConfig()):
        super().__init__()
        self.cfg = cfg
        ins = (1, *cfg.widths[:-1])
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3, s, 1, bias=False) for a, b, s in zip(ins, cfg.widths, cfg.strides)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(w) for w in cfg.widths])
        self.head = nn.Linear(cfg.widths[-1] * cfg.cells, cfg.dims)
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = F.relu(norm(conv(x)))
        return x

    def fuse(self):
        """A `Plain` with the same output in evaluation mode, up to rounding."""
        plain = Plain(self.cfg)
        with torch.no_grad():
            for to, conv, norm in zip(plain.convs, self.convs, self.norms):
                scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
                to.weight.copy_(conv.weight * scale[:, None, None, None])
                to.bias.copy_(norm.bias - norm.running_mean * scale)
            plain.head.load_state_dict(self.head.state_dict())
        return plain


class Plain(nn.Module):
    """Inference form: 3x3 convolutions with ReLU in a row."""

    def __init__(self, cfg=NetConfig()):
        super().__init__()
        self.cfg = cfg
        ins = (1, *cfg.widths[:-1])
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3, s, 1) for a, b, s in zip(ins, cfg.widths, cfg.strides)])
        self.head = nn.Linear(cfg.widths[-1] * cfg.cells, cfg.dims)

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return x


def embed(net, features):
    """Unit vectors [N,256]."""
    return F.normalize(net.head(features.float().flatten(1)), dim=1)
