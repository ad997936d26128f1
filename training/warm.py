"""An earlier model's FP32 network as the start of a further training, from the files that ship.

The fused convolutions are unfolded again: each block's 3x3 takes the whole kernel (less the identity branch), the 1x1
starts at zero, and both batch norms get the scale and shift that undo their normalization on real pictures. So the
training form computes what the file computes, and all three branches learn on.
"""

import os

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from model import Plain


def read(folder, cfg):
    """`Plain` network of models/NAME@VERSION/{fp32.onnx,head32.bin}."""
    plain = Plain(cfg)
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(os.path.join(folder, "fp32.onnx")).graph.initializer}
    head = torch.from_numpy(np.fromfile(os.path.join(folder, "head32.bin"), "<f4"))
    with torch.no_grad():
        for i, conv in enumerate(plain.convs):
            conv.weight.copy_(values[f"w{i}"]), conv.bias.copy_(values[f"b{i}"])
        plain.local.weight.copy_(values["wl"]), plain.local.bias.copy_(values["bl"])
        split = plain.head.weight.numel()
        plain.head.weight.copy_(head[:split].view_as(plain.head.weight)), plain.head.bias.copy_(head[split:])
    return plain


def _undo(norm, x, shift=0.0):
    """Make `norm` leave x [N,C,H,W] as it is (plus `shift` [C]), in training and in evaluation mode."""
    mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
    norm.running_mean.copy_(mean), norm.running_var.copy_(var)
    norm.weight.copy_(torch.sqrt(var + norm.eps)), norm.bias.copy_(mean + shift)


@torch.no_grad()
def start(net, plain, x):
    """Fill the training form `net` from `plain`; x float [N,3,S,S] in 0..1 sets the statistics. Returns the largest relative
    difference of the features."""
    y = x
    for block, conv in zip([b for s in net.stages for b in s], plain.convs):
        w = conv.weight.clone()
        if block.identity:
            w[:, :, 1, 1] -= torch.eye(w.shape[0], device=w.device)
        # batch norm makes the size of a kernel free: as large as a fresh one, so that the rate means the same
        fresh = (2 / (9 * w.shape[0])) ** 0.5
        size = fresh / w.std()
        block.conv3.weight.copy_(w * size)
        block.conv1.weight.zero_()
        z = F.conv2d(y, block.conv3.weight, None, block.stride, 1)
        _undo(block.bn3, z)
        block.bn3.weight.div_(size)
        block.bn3.bias.copy_(block.bn3.running_mean / size + conv.bias)
        t = F.conv2d(y, conv.weight, conv.bias, block.stride, 1)
        _undo(block.bn, t)
        y = F.relu(t)
    net.local.load_state_dict(plain.local.state_dict())
    net.head.load_state_dict(plain.head.state_dict())
    mode = net.training
    net.eval()
    f, _ = net(x[:8])
    net.train(mode)
    g, _ = plain(x[:8])
    return ((f - g).abs().max() / g.abs().max()).item()
