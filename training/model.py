"""The network: plain 3x3 convolutions after re-parameterization, one linear head to the embedding.

Training form: QARepVGG blocks (Chu et al., "Make RepVGG Greater Again: A Quantization-Aware Approach",
arXiv 2212.01593): batch norm after the 3x3 and after the sum, plain 1x1 and identity branches. Inference
form: `fuse()` turns each block into one biased convolution, since onnxruntime's integer path loses its
advantage as soon as a residual add stands between the convolutions (measured, see README).
"""

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass(frozen=True)
class NetConfig:
    side: int = 192  # input pixels a side; 160 lost about 0.1 of dev uAP in earlier runs
    stages: tuple = ((48, 1), (64, 2), (128, 4), (256, 12), (512, 1))  # (channels, blocks); stride 2 at each stage's start
    local_stage: int = 3  # index of the stage (stride 16) that the local descriptors are read from
    local: int = 64  # channels of a local descriptor
    dims: int = 256  # embedding dimensions; their signs are the 256-bit code of the on-chain record


class Block(nn.Module):
    """QARepVGG block, [N,cin,H,W] -> [N,cout,H/stride,W/stride], non-negative."""

    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv3 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.conv1 = nn.Conv2d(cin, cout, 1, stride, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        self.stride = stride
        self.identity = cin == cout and stride == 1
        nn.init.kaiming_normal_(self.conv3.weight, mode="fan_out", nonlinearity="relu")
        nn.init.kaiming_normal_(self.conv1.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        y = self.bn3(self.conv3(x)) + self.conv1(x)
        if self.identity:
            y = y + x
        return F.relu(self.bn(y))

    def fused(self):
        """(weight [cout,cin,3,3], bias [cout]) of the one convolution that equals this block in evaluation mode."""
        scale3 = self.bn3.weight / torch.sqrt(self.bn3.running_var + self.bn3.eps)
        w = self.conv3.weight * scale3[:, None, None, None]
        b = self.bn3.bias - self.bn3.running_mean * scale3
        w = w.clone()
        w[:, :, 1, 1] += self.conv1.weight[:, :, 0, 0]
        if self.identity:
            w[:, :, 1, 1] += torch.eye(w.shape[0], device=w.device, dtype=w.dtype)
        scale = self.bn.weight / torch.sqrt(self.bn.running_var + self.bn.eps)
        return w * scale[:, None, None, None], self.bn.bias + (b - self.bn.running_mean) * scale


class Net(nn.Module):
    """Training form. pixels float [N,3,S,S] in 0..1 -> features [N,512,S/32,S/32], local [N,64,S/16,S/16]."""

    def __init__(self, cfg=NetConfig()):
        super().__init__()
        self.cfg = cfg
        cin, stages = 3, []
        for width, depth in cfg.stages:
            stages.append(nn.Sequential(*[Block(cin if i == 0 else width, width, 2 if i == 0 else 1) for i in range(depth)]))
            cin = width
        self.stages = nn.ModuleList(stages)
        self.local = nn.Conv2d(cfg.stages[cfg.local_stage][0], cfg.local, 1)
        self.head = nn.Linear(cin, cfg.dims)

    def forward(self, x):
        local = None
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if i == self.cfg.local_stage:
                local = self.local(x)
        return x, local

    def fuse(self):
        """The inference form, a `Plain` with the same outputs (up to rounding)."""
        plain = Plain(self.cfg).to(self.head.weight.device)
        with torch.no_grad():
            blocks = [b for s in self.stages for b in s]
            for conv, block in zip(plain.convs, blocks):
                w, b = block.fused()
                conv.weight.copy_(w), conv.bias.copy_(b)
        plain.local.load_state_dict(self.local.state_dict())
        plain.head.load_state_dict(self.head.state_dict())
        return plain


class Plain(nn.Module):
    """Inference form: 3x3 convolutions with ReLU in a row; `strides`, `tap` (convolution after which local is read)."""

    def __init__(self, cfg=NetConfig()):
        super().__init__()
        self.cfg = cfg
        self.strides = [2 if i == 0 else 1 for _, depth in cfg.stages for i in range(depth)]
        self.tap = sum(depth for _, depth in cfg.stages[: cfg.local_stage + 1]) - 1
        widths = [3] + [w for w, depth in cfg.stages for _ in range(depth)]
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3, s, 1) for a, b, s in zip(widths, widths[1:], self.strides)])
        self.local = nn.Conv2d(cfg.stages[cfg.local_stage][0], cfg.local, 1)
        self.head = nn.Linear(widths[-1], cfg.dims)

    def forward(self, x):
        local = None
        for i, conv in enumerate(self.convs):
            x = F.relu(conv(x))
            if i == self.tap:
                local = self.local(x)
        return x, local


def pool(features, mask=None):
    """Generalized mean with p=3 but without the division by the cell count, so that it is integer arithmetic
    on integer features (GeM: Radenovic et al., arXiv 1711.02512). features [N,C,H,W] >= 0, mask [N,1,H,W] -> [N,C]."""
    x = features.float() ** 3
    if mask is not None:
        x = x * mask
    return x.sum((2, 3)).clamp(min=1e-6) ** (1 / 3)


def embed(net, features, mask=None):
    """Unit vectors [N,256] from features [N,512,h,w]; `mask` restricts the pooling to a region."""
    return F.normalize(net.head(pool(features, mask)), dim=1)
