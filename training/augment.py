"""Edits of pictures as batched tensor operations, with the geometry kept.

A batch of instances becomes two views: a light one (what a registered original may look like) and a strong
one (what a copy may look like). Each strong view carries, on a coarse grid, where in its original every point
comes from, so that local descriptors can be trained, and which other instances of the batch it shows.
Coordinates are normalised: -1..1 in homographies (x to the right, y down), 0..1 in `uv`.
Homographies map OUTPUT points to INPUT points, as grid sampling wants them.
"""

import functools
import math

import numpy as np
import torch
import torch.nn.functional as F

def upload(x, device):
    """A host array on the device, without making the host wait for the device's queue."""
    x = torch.as_tensor(x)
    return x.pin_memory().to(device, non_blocking=True) if torch.device(device).type == "cuda" else x.to(device)


@functools.lru_cache(None)
def constant(values, device):
    """A tuple (of tuples) as a float tensor that stays on the device."""
    return torch.tensor(values, dtype=torch.float32, device=device)


GRID = 48  # resolution of the geometry that is carried along: four points a side per local descriptor of a 12 x 12 map


# ---------------------------------------------------------------- homographies

def box_matrix(cx, cy, w, h):
    """Output square -> the box with centre (cx,cy) and half sizes (w,h) of the input; tensors [n]."""
    z, o = torch.zeros_like(cx), torch.ones_like(cx)
    return torch.stack([w, z, cx, z, h, cy, z, z, o], 1).view(-1, 3, 3)


def rotation(angle, aspect, fit):
    """Rotation in true proportions of pictures `aspect` wide: fit 0 same canvas, 1 canvas grown, 2 no corners outside."""
    c, s = torch.cos(angle), torch.sin(angle)
    gw, gh = (aspect * c).abs() + s.abs(), (aspect * s).abs() + c.abs()
    k = torch.minimum(aspect / gw, 1 / gh)
    w = torch.where(fit == 0, aspect, torch.where(fit == 1, gw, aspect * k))
    h = torch.where(fit == 0, torch.ones_like(gh), torch.where(fit == 1, gh, k))
    z, o = torch.zeros_like(c), torch.ones_like(c)
    return torch.stack([c * w / aspect, -s * h / aspect, z, s * w, c * h, z, z, z, o], 1).view(-1, 3, 3)


def points(hom, size):
    """Sampling grid [n,size,size,2] of homographies [n,3,3]."""
    t = (torch.arange(size, device=hom.device) + 0.5) * (2 / size) - 1
    y, x = torch.meshgrid(t, t, indexing="ij")
    p = torch.stack([x, y, torch.ones_like(x)], -1).view(1, -1, 3) @ hom.transpose(1, 2)
    return (p[..., :2] / p[..., 2:].clamp(min=1e-3)).view(-1, size, size, 2)


def sample(x, grid, mode="bilinear", pad="zeros"):
    return F.grid_sample(x, grid, mode=mode, padding_mode=pad, align_corners=False)


def inside(grid):
    """1 where a grid point lies in the input, [n,1,h,w]."""
    return (grid.abs().amax(-1) <= 1).float().unsqueeze(1)


# ---------------------------------------------------------------- colour and texture edits: x [n,3,S,S] in 0..1

class Dice:
    """Random numbers per picture on the device."""

    def __init__(self, device):
        self.device = device

    def u(self, n, lo=0.0, hi=1.0, c=1):
        """Uniform [n,c,1,1]."""
        return torch.rand(n, c, 1, 1, device=self.device) * (hi - lo) + lo

    def v(self, n, lo=0.0, hi=1.0):
        """Uniform [n]."""
        return torch.rand(n, device=self.device) * (hi - lo) + lo

    def coin(self, n, p=0.5):
        return (torch.rand(n, 1, 1, 1, device=self.device) < p).float()


def luma(x):
    return x[:, :1] * 0.299 + x[:, 1:2] * 0.587 + x[:, 2:] * 0.114


def ramp(x, d):
    """A random linear or radial ramp 0..1, [n,1,S,S]."""
    n, s = x.shape[0], x.shape[-1]
    t = torch.linspace(-1, 1, s, device=x.device)
    yy, xx = t.view(1, 1, s, 1), t.view(1, 1, 1, s)
    a = d.u(n, 0, 2 * math.pi)
    line = (xx * torch.cos(a) + yy * torch.sin(a)) / 2.83 + 0.5
    disc = (((xx - d.u(n, -0.6, 0.6)) ** 2 + (yy - d.u(n, -0.6, 0.6)) ** 2).sqrt() * d.u(n, 0.4, 1.1)).clamp(0, 1)
    c = d.coin(n)
    return line * c + disc * (1 - c)


def noise_map(x, d, cells, channels=1):
    """Smooth random field 0..1, [n,channels,S,S], `cells` cells a side."""
    small = torch.rand(x.shape[0], channels, cells, cells, device=x.device)
    return F.interpolate(small, x.shape[-1], mode="bilinear", align_corners=False)


def kernels_blur(x, k):
    """Each picture with its own kernel, k [n,K,K] that sums to 1."""
    n, c, s, _ = x.shape
    r = k.shape[-1] // 2
    y = F.pad(x, (r, r, r, r), mode="replicate").reshape(1, n * c, s + 2 * r, s + 2 * r)
    return F.conv2d(y, k.unsqueeze(1).repeat_interleave(c, 0), groups=n * c).view(n, c, s, s)


def blurred(x, sigma):
    """Gaussian blur, sigma [n,1,1,1] in pixels, separable."""
    n, c, s, _ = x.shape
    r = 12
    t = torch.arange(-r, r + 1, device=x.device, dtype=x.dtype).view(1, -1)
    k = torch.exp(-(t**2) / (2 * sigma.view(-1, 1) ** 2))
    k = (k / k.sum(1, keepdim=True)).repeat_interleave(c, 0)
    y = F.pad(x, (r, r, r, r), mode="replicate").reshape(1, n * c, s + 2 * r, s + 2 * r)
    y = F.conv2d(y, k.view(n * c, 1, 1, -1), groups=n * c)
    return F.conv2d(y, k.view(n * c, 1, -1, 1), groups=n * c).view(n, c, s, s)


def e_brightness(x, d):
    n = x.shape[0]
    return (x - 0.5) * d.u(n, 0.5, 1.6) + 0.5 + d.u(n, -0.25, 0.25)


def e_contrast(x, d):
    n = x.shape[0]
    m = x.mean((1, 2, 3), keepdim=True)
    return (x - m) * torch.exp(d.u(n, -1.2, 1.0)) + m


def e_gamma(x, d):
    return x.clamp(min=1e-4) ** torch.exp(d.u(x.shape[0], -1.0, 1.0))


def e_saturation(x, d):
    g = luma(x)
    return g + (x - g) * d.u(x.shape[0], 0.0, 3.0)


def e_hue(x, d):
    """Rotation of the chroma plane, all round the circle (earlier runs failed on hues that they had never turned to)."""
    n = x.shape[0]
    a = d.u(n, 0, 2 * math.pi)
    y = luma(x)
    i = x[:, :1] * 0.596 - x[:, 1:2] * 0.274 - x[:, 2:] * 0.322
    q = x[:, :1] * 0.211 - x[:, 1:2] * 0.523 + x[:, 2:] * 0.312
    c, s = torch.cos(a), torch.sin(a)
    i, q = i * c - q * s, i * s + q * c
    return torch.cat([y + 0.956 * i + 0.621 * q, y - 0.272 * i - 0.647 * q, y - 1.106 * i + 1.703 * q], 1)


def e_gray(x, d):
    w = d.u(x.shape[0], 0.05, 1, 3)
    return ((x * w).sum(1, keepdim=True) / w.sum(1, keepdim=True)).expand(-1, 3, -1, -1)


def e_duotone(x, d):
    """Luminance mapped between two colours; sepia and tinted prints are cases of it."""
    n = x.shape[0]
    a, b = d.u(n, 0, 0.5, 3), d.u(n, 0.4, 1, 3)
    g = luma(x)
    return torch.lerp(x, a + (b - a) * g, d.u(n, 0.6, 1))


def e_channels(x, d):
    n = x.shape[0]
    order = torch.rand(n, 3, device=x.device).argsort(1)
    y = x.gather(1, order.view(n, 3, 1, 1).expand_as(x))
    drop = (torch.rand(n, 3, 1, 1, device=x.device) > 0.12).float()
    return y * drop


def e_mix_channels(x, d):
    m = torch.eye(3, device=x.device) + torch.randn(x.shape[0], 3, 3, device=x.device) * 0.3
    return torch.einsum("nij,njhw->nihw", m / m.sum(2, keepdim=True).clamp(min=0.4), x)


def e_negative(x, d):
    return torch.lerp(1 - x, 1 - luma(x).expand_as(x), d.coin(x.shape[0], 0.25))


def e_solarize(x, d):
    t = d.u(x.shape[0], 0.25, 0.8)
    return torch.where(x > t, 1 - x, x)


def e_posterize(x, d):
    k = torch.floor(d.u(x.shape[0], 2, 7))
    return torch.floor(x * k) / (k - 0.999).clamp(min=1)


def e_threshold(x, d):
    n = x.shape[0]
    g, soft = luma(x), d.u(n, 4, 40)
    y = torch.sigmoid((g - g.mean((2, 3), keepdim=True) + d.u(n, -0.12, 0.12)) * soft)
    return y.expand(-1, 3, -1, -1)


def e_curves(x, d):
    n = x.shape[0]
    return x + d.u(n, -0.22, 0.22, 3) * torch.sin(x * math.pi * torch.floor(d.u(n, 1, 4))) + d.u(n, -0.1, 0.1, 3)


def e_stretch(x, d):
    """Automatic levels."""
    lo = x.amin((2, 3), keepdim=True) + 0.08
    hi = x.amax((2, 3), keepdim=True) - 0.08
    return (x - lo) / (hi - lo).clamp(min=0.1)


def e_cast(x, d):
    return x * d.u(x.shape[0], 0.4, 1.4, 3)


def e_vignette(x, d):
    r = ramp(x, d)
    return x * (1 - d.u(x.shape[0], 0.3, 1) * r**2)


def e_light(x, d):
    n = x.shape[0]
    return torch.lerp(x, d.u(n, 0, 1, 3).expand_as(x), ramp(x, d) * d.u(n, 0.3, 0.9))


def e_fog(x, d):
    n = x.shape[0]
    return torch.lerp(x, d.u(n, 0.5, 1), (noise_map(x, d, 5) * d.u(n, 0.4, 1.2)).clamp(max=0.85))


def e_texture(x, d):
    """Another surface shining through: coloured noise at a random scale."""
    n = x.shape[0]
    cells = int(2 ** np.random.randint(2, 8))
    return torch.lerp(x, noise_map(x, d, min(cells, x.shape[-1]), 3), d.u(n, 0.15, 0.5))


def e_blur(x, d):
    return blurred(x, torch.exp(d.u(x.shape[0], math.log(0.7), math.log(5.5))))


def e_motion(x, d):
    n, r = x.shape[0], 9
    t = torch.arange(-r, r + 1, device=x.device, dtype=x.dtype)
    a, length = d.v(n, 0, math.pi).view(n, 1, 1), d.v(n, 2, 9).view(n, 1, 1)
    along = t.view(1, 1, -1) * torch.cos(a) + t.view(1, -1, 1) * torch.sin(a)
    across = -t.view(1, 1, -1) * torch.sin(a) + t.view(1, -1, 1) * torch.cos(a)
    k = (1 - across.abs()).clamp(min=0) * (along.abs() <= length)
    return kernels_blur(x, k / k.sum((1, 2), keepdim=True))


def e_defocus_part(x, d):
    m = ((ramp(x, d) - 0.5) * 6 + 0.5).clamp(0, 1)
    return torch.lerp(x, blurred(x, d.u(x.shape[0], 2, 6)), m)


def e_sharpen(x, d):
    n = x.shape[0]
    return x + (x - blurred(x, d.u(n, 0.8, 8))) * d.u(n, 0.8, 4)


def e_noise(x, d):
    n = x.shape[0]
    colour = torch.randn_like(x)
    return x + torch.lerp(colour, colour[:, :1].expand_as(x), d.coin(n)) * d.u(n, 0.03, 0.35)


def e_speckle(x, d):
    return x * (1 + torch.randn_like(x) * d.u(x.shape[0], 0.1, 0.6))


def e_salt(x, d):
    n = x.shape[0]
    p, r = d.u(n, 0.01, 0.22), torch.rand(n, 1, *x.shape[2:], device=x.device)
    return torch.where(r < p / 2, torch.zeros_like(x), torch.where(r > 1 - p / 2, torch.ones_like(x), x))


def e_grain(x, d):
    n, s = x.shape[0], x.shape[-1]
    g = F.interpolate(torch.randn(n, 1, s // 2, s // 2, device=x.device), s, mode="bilinear", align_corners=False)
    return x + g * d.u(n, 0.05, 0.3)


def e_pixelate(x, d):
    k, s = int(np.random.choice([12, 16, 20, 24, 32, 40, 48, 64])), x.shape[-1]
    return F.interpolate(F.adaptive_avg_pool2d(x, k), s, mode="nearest")


def e_tiny(x, d):
    k, s = int(np.exp(np.random.uniform(math.log(18), math.log(100)))), x.shape[-1]
    mode = ["bilinear", "bicubic"][np.random.randint(2)]
    return F.interpolate(F.adaptive_avg_pool2d(x, k), s, mode=mode, align_corners=False)


def e_nearest(x, d):
    """Careless downscaling without a filter, and back."""
    k, s = int(np.random.randint(30, 120)), x.shape[-1]
    return F.interpolate(F.interpolate(x, k, mode="nearest"), s, mode="bilinear", align_corners=False)


_T8 = tuple(tuple(math.sqrt((1 if k == 0 else 2) / 8) * math.cos((2 * i + 1) * k * math.pi / 16) for i in range(8)) for k in range(8))
# quantization tables of ITU-T T.81, annex K
_LUMA = (16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
         18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99)
_CHROMA = (17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66) + (99,) * 38


def _dct_round(y, table, scale):
    n, c, h, w = y.shape
    t = constant(_T8, y.device)
    b = y.view(n, c, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5)
    q = (constant(table, y.device).view(8, 8) * scale.view(n, 1, 1, 1, 1, 1)).clamp(min=1)
    f = torch.round((t @ b @ t.t()) / q) * q
    return (t.t() @ f @ t).permute(0, 1, 2, 4, 3, 5).reshape(n, c, h, w)


def e_jpeg(x, d, lo=4, hi=60):
    """JPEG's transform, quantization and 4:2:0 chroma at qualities lo..hi."""
    n = x.shape[0]
    quality = d.u(n, lo, hi)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    y = luma(x)
    cb, cr = (x[:, 2:] - y) * 0.564, (x[:, :1] - y) * 0.713
    chroma = F.avg_pool2d(torch.cat([cb, cr], 1), 2)
    y = _dct_round((y - 0.5) * 255, _LUMA, scale) / 255 + 0.5
    chroma = _dct_round(chroma * 255, _CHROMA, scale) / 255
    chroma = F.interpolate(chroma, x.shape[-1], mode="nearest")
    cb, cr = chroma[:, :1], chroma[:, 1:]
    r, b = y + 1.402 * cr, y + 1.772 * cb
    return torch.cat([r, (y - 0.299 * r - 0.114 * b) / 0.587, b], 1)


def e_jpeg_weak(x, d):
    return e_jpeg(x, d, 40, 95)


def _edges(x):
    g = F.pad(luma(x), (1, 1, 1, 1), mode="replicate")
    gx = g[:, :, 1:-1, 2:] - g[:, :, 1:-1, :-2]
    gy = g[:, :, 2:, 1:-1] - g[:, :, :-2, 1:-1]
    return gx, gy


def e_sketch(x, d):
    """Edges, dark on light or light on dark, mixed with the picture."""
    n = x.shape[0]
    gx, gy = _edges(x)
    e = ((gx**2 + gy**2 + 1e-8).sqrt() * d.u(n, 1.5, 5)).clamp(max=1)
    c = d.coin(n, 0.6)
    return torch.lerp(x, ((1 - e) * c + e * (1 - c)).expand_as(x), d.u(n, 0.4, 1))


def e_emboss(x, d):
    n = x.shape[0]
    gx, gy = _edges(x)
    a = d.u(n, 0, 2 * math.pi)
    return torch.lerp(x, (0.5 + (gx * torch.cos(a) + gy * torch.sin(a)) * d.u(n, 1, 3)).expand_as(x), d.u(n, 0.4, 1))


def e_cartoon(x, d):
    gx, gy = _edges(x)
    y = F.avg_pool2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), 5, 1)
    return e_posterize(y, d) * (1 - ((gx**2 + gy**2 + 1e-8).sqrt() * 3).clamp(max=0.9))


def e_morphology(x, d):
    """Dilation or erosion: brush-like flattening."""
    k = int(np.random.choice([3, 5, 7]))
    c = d.coin(x.shape[0])
    return F.max_pool2d(x, k, 1, k // 2) * c - F.max_pool2d(-x, k, 1, k // 2) * (1 - c)


def e_oil(x, d):
    """Every pixel replaced by a random neighbour, then smoothed a little: frosted glass and oil paint."""
    n, s = x.shape[0], x.shape[-1]
    eye = torch.eye(3, device=x.device).expand(n, 3, 3)
    grid = points(eye, s) + (torch.rand(n, s, s, 2, device=x.device) - 0.5) * d.v(n, 0.02, 0.12).view(n, 1, 1, 1)
    y = sample(x, grid, "nearest", "border")
    return F.avg_pool2d(F.pad(y, (1, 1, 1, 1), mode="replicate"), 3, 1)


def e_halftone(x, d):
    """Dots of a rotated screen, gray or per colour."""
    n, s = x.shape[0], x.shape[-1]
    t = torch.arange(s, device=x.device, dtype=x.dtype)
    f, a = d.u(n, 0.6, 1.6), d.u(n, 0, math.pi, 3)
    u = (t.view(1, 1, 1, s) * torch.cos(a) + t.view(1, 1, s, 1) * torch.sin(a)) * f
    v = (-t.view(1, 1, 1, s) * torch.sin(a) + t.view(1, 1, s, 1) * torch.cos(a)) * f
    screen = (torch.cos(u) + torch.cos(v)) / 4 + 0.5
    src = torch.lerp(x, luma(x).expand_as(x), d.coin(n))
    return torch.lerp(x, torch.sigmoid((src - screen) * 12), d.u(n, 0.6, 1))


def e_dither(x, d):
    b = constant(((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5)), x.device) / 16
    s = x.shape[-1]
    k = torch.floor(d.u(x.shape[0], 1, 4))
    src = torch.lerp(x, luma(x).expand_as(x), d.coin(x.shape[0]))
    return torch.floor(src * k + b.repeat(s // 4, s // 4)) / k


def e_stripes(x, d):
    """Scan lines and moire: a periodic screen multiplied in."""
    n, s = x.shape[0], x.shape[-1]
    t = torch.arange(s, device=x.device, dtype=x.dtype)
    a, f = d.u(n, 0, math.pi), torch.exp(d.u(n, math.log(0.08), math.log(2.5)))
    wave = torch.cos((t.view(1, 1, 1, s) * torch.cos(a) + t.view(1, 1, s, 1) * torch.sin(a)) * f + d.u(n, 0, 6.3, 3) * d.coin(n, 0.3))
    return x * (1 - d.u(n, 0.2, 0.8) * (wave * 0.5 + 0.5))


def e_rain(x, d):
    """Thin bright or dark streaks."""
    n, s = x.shape[0], x.shape[-1]
    dots = (torch.rand(n, 1, s, s, device=x.device) < d.u(n, 0.003, 0.02)).float()
    r = 7
    a = d.v(n, 0, math.pi).view(n, 1, 1)
    t = torch.arange(-r, r + 1, device=x.device, dtype=x.dtype)
    across = -t.view(1, 1, -1) * torch.sin(a) + t.view(1, -1, 1) * torch.cos(a)
    m = kernels_blur(dots, (1 - across.abs()).clamp(min=0)).clamp(max=1)
    return torch.lerp(x, d.coin(n, 0.7).expand_as(x), m * d.u(n, 0.4, 0.9))


def e_split(x, d):
    """Colour channels moved against each other."""
    k = np.random.randint(-10, 11, 4)
    return torch.stack([x[:, 0].roll((int(k[0]), int(k[1])), (1, 2)), x[:, 1], x[:, 2].roll((int(k[2]), int(k[3])), (1, 2))], 1)


def e_local_contrast(x, d):
    n = x.shape[0]
    m = F.interpolate(F.adaptive_avg_pool2d(x, 8), x.shape[-1], mode="bilinear", align_corners=False)
    dev = F.interpolate(F.adaptive_avg_pool2d((x - m) ** 2, 8), x.shape[-1], mode="bilinear", align_corners=False).sqrt()
    return torch.lerp(x, 0.5 + (x - m) / (dev * 4 + 0.08), d.u(n, 0.4, 1))


PHOTOMETRIC = {
    e_brightness: 3, e_contrast: 3, e_gamma: 2, e_saturation: 2, e_hue: 4, e_gray: 3, e_duotone: 2, e_channels: 1, e_mix_channels: 1,
    e_negative: 1, e_solarize: 1, e_posterize: 1, e_threshold: 0.7, e_curves: 2, e_stretch: 1, e_cast: 2, e_vignette: 1, e_light: 1, e_fog: 1,
    e_texture: 1.5, e_blur: 4, e_motion: 1, e_defocus_part: 1, e_sharpen: 1.5, e_noise: 3, e_speckle: 1, e_salt: 1, e_grain: 1,
    e_pixelate: 2.5, e_tiny: 2.5, e_nearest: 1, e_jpeg: 5, e_sketch: 1, e_emboss: 0.7, e_cartoon: 0.7, e_morphology: 1, e_oil: 1,
    e_halftone: 1, e_dither: 1, e_stripes: 1.5, e_rain: 0.7, e_split: 1, e_local_contrast: 1,
}


# ---------------------------------------------------------------- edits that move, cover or join content

class Batch:
    """The strong views while they are edited.

    img [B,3,S,S]; uv [B,2,GRID,GRID] place in the own original, ok [B,1,GRID,GRID] whether it is visible there;
    share [B,B] weight with which view i is a copy of instance j; related [B,B] whether it shows any of it.
    """

    def __init__(self, img, uv, ok):
        n = img.shape[0]
        self.img, self.uv, self.ok = img, uv, ok
        self.base = img
        self.share = torch.eye(n, device=img.device)
        self.related = torch.eye(n, device=img.device) > 0

    def warp(self, i, hom, fill=None, extra=None, pad="zeros"):
        """Move views i by homographies (plus `extra(grid)`), outside filled with `fill` [n,3,S,S] or a colour."""
        s = self.img.shape[-1]
        grid, coarse = points(hom, s), points(hom, GRID)
        if extra is not None:
            grid, coarse = extra(grid), extra(coarse)
        y = sample(self.img[i], grid, pad=pad)
        if fill is not None:
            y = torch.where(inside(grid) > 0, y, fill)
        self.img[i] = y
        self.uv[i] = sample(self.uv[i], coarse, "nearest", "border")
        self.ok[i] = sample(self.ok[i], coarse, "nearest") * inside(coarse)

    def cover(self, i, alpha):
        """Content below alpha [n,1,S,S] > 0.5 is no longer visible."""
        self.ok[i] = self.ok[i] * (F.interpolate(alpha, GRID, mode="area") < 0.5)

    def joins(self, i, j, weight):
        """Views i now also show instances j, as a copy with `weight` [n] (0: too little to count, yet no stranger)."""
        self.share[i, j] = torch.maximum(self.share[i, j], weight)
        self.related[i, j] = True


def small_copy(x, hom):
    """x [n,c,S,S] placed by hom on an S x S canvas, sampled at twice the resolution against aliasing; with coverage."""
    s = x.shape[-1]
    grid = points(hom, 2 * s)
    y = sample(x, grid, pad="border")
    m = inside(grid)
    return F.avg_pool2d(y, 2), F.avg_pool2d(m, 2)


def placed(cx, cy, w, h, angle):
    """Homography that puts an input square at centre (cx,cy), half sizes (w,h), turned by angle; tensors [n]."""
    c, s = torch.cos(angle), torch.sin(angle)
    z, o = torch.zeros_like(c), torch.ones_like(c)
    return torch.stack([c / w, s / w, -(cx * c + cy * s) / w, -s / h, c / h, (cx * s - cy * c) / h, z, z, o], 1).view(-1, 3, 3)


CHANCES = {
    "light brightness": 0.12, "light saturation": 0.08, "light gamma": 0.08, "light jpeg": 0.35,
    "base hue": 0.2, "base gray": 0.12, "base brightness": 0.25, "base contrast": 0.2, "base gamma": 0.1, "base saturation": 0.15,
    "base negative": 0.04, "base blur": 0.08, "base jpeg": 0.35,
}


class Edits:
    """All edits over the pictures and sprite banks that lie on the device."""

    def __init__(self, pictures, aspects, banks, side, device, seed):
        self.pictures, self.aspects, self.side, self.device = pictures, aspects, side, device
        self.text = banks["text"].float()[:, None] / 255
        self.stickers = banks["stickers"].float() / 255
        self.frames = banks["frames"].float() / 255
        self.holes = banks["holes"]
        self.d = Dice(device)
        self.rng = np.random.default_rng(seed)
        np.random.seed(seed % 2**31)
        self.strength = 1.0  # 0..1: how hard the strong views are; a run starts with easier ones
        self.geometric = {
            self.g_text: 6, self.g_caption: 3, self.g_watermark: 1.5, self.g_stickers: 4, self.g_shapes: 3, self.g_cutout: 2, self.g_frame: 3.5,
            self.g_border: 3, self.g_mask: 1, self.g_pip: 10, self.g_collage: 8, self.g_blend: 2, self.g_cutmix: 2, self.g_rows: 1, self.g_swirl: 1.2,
            self.g_waves: 1.2, self.g_jigsaw: 0.7, self.g_move: 2.5, self.g_over: 3, self.g_repeat: 0.7,
        }
        table = {**PHOTOMETRIC, **self.geometric}
        self.names = list(table)
        w = np.array(list(table.values()), float)
        self.weights = w / w.sum()

    # -- the two views

    def colour(self, n):
        """Solid fills [n,3,1,1]: black, white or any."""
        c = self.d.u(n, 0, 1, 3)
        return torch.where(self.d.u(n) < 0.3, torch.zeros_like(c), torch.where(self.d.u(n) < 0.4, torch.ones_like(c), c))

    def roots(self, n):
        """Boxes [n,3,3] that make an instance of a part of a picture; neighbours (2k, 2k+1) with a part share the picture
        but not the content, so they are strangers that look alike. Returns (boxes, source of each in the batch, width ratio)."""
        box = torch.eye(3).repeat(n, 1, 1)
        source, ratio = np.arange(n), np.ones(n, np.float32)
        for k in np.nonzero(self.rng.random(n // 2) < 0.06)[0]:
            a, b = 2 * k, 2 * k + 1
            source[b] = a
            across = self.rng.random() < 0.5
            for one, sign in ((a, -1), (b, 1)):
                if across:
                    box[one, 0, 0], box[one, 0, 2], ratio[one] = 0.47, 0.53 * sign, 0.47
                else:
                    box[one, 1, 1], box[one, 1, 2], ratio[one] = 0.47, 0.53 * sign, 1 / 0.47
        return upload(box, self.device), upload(source, self.device), upload(ratio, self.device)

    def views(self, ids):
        """Light and strong views of the pictures `ids` (LongTensor [B] on the device).

        Returns a dict: light, strong uint8 [B,3,S,S]; box [B,4] of the light view in its original and flip [B];
        uv, ok as in Batch; share, related [B,B].
        """
        n, d = ids.shape[0], self.d
        root, source, ratio = self.roots(n)
        ids = ids[source]
        src = self.pictures[ids].float() / 255
        aspect = self.aspects[ids] * ratio
        chosen = self.plan(n)
        light, box, flip = self.light(src, root, chosen)
        strong = self.strong(src, root, aspect, chosen)
        out = {"light": light, "box": box, "flip": flip, "strong": to_bytes(strong.img), "uv": strong.uv, "ok": strong.ok}
        out["share"], out["related"] = strong.share, strong.related
        return out

    def plan(self, n):
        """Which views get which edits: {edit or name: indices on the device}. All of a batch's dice in one upload."""
        weak, hard = np.array([0.2, 0.4, 0.3, 0.1, 0.0, 0.0]), np.array([0.05, 0.29, 0.32, 0.21, 0.09, 0.04])
        count = self.rng.choice(6, n, p=weak + (hard - weak) * self.strength)
        # Gumbel top-k: distinct edits per picture, chosen by weight
        score = np.log(self.weights)[None] + self.rng.gumbel(size=(n, len(self.names)))
        rank = (-score).argsort(1).argsort(1)
        chosen = rank < count[:, None]
        lists = {self.names[e]: np.nonzero(chosen[:, e])[0] for e in self.rng.permutation(len(self.names))}
        for name, p in CHANCES.items():
            lists[name] = np.nonzero(self.rng.random(n) < p)[0]
        flat = upload(np.concatenate(list(lists.values())), self.device)
        return dict(zip(lists, flat.split([len(v) for v in lists.values()])))

    def light(self, src, root, chosen):
        n, d = src.shape[0], self.d
        full = (d.v(n) < 0.4).float()
        w = 1 - d.v(n, 0, 0.25) * (1 - full)
        h = 1 - d.v(n, 0, 0.25) * (1 - full)
        cx, cy = d.v(n, -1, 1) * (1 - w), d.v(n, -1, 1) * (1 - h)
        flip = (d.v(n) < 0.1).float()
        sign = 1 - 2 * flip
        x = self.read(src, root @ box_matrix(cx, cy, w * sign, h))
        for name, edit in (("light brightness", e_brightness), ("light saturation", e_saturation), ("light gamma", e_gamma), ("light jpeg", e_jpeg_weak)):
            i = chosen[name]
            if len(i):
                x[i] = torch.lerp(x[i], edit(x[i], d).clamp(0, 1), 0.5 if edit is not e_jpeg_weak else 1.0)
        box = torch.stack([(cx - w + 1) / 2, (cy - h + 1) / 2, (cx + w + 1) / 2, (cy + h + 1) / 2], 1)
        return to_bytes(x), box, flip

    def read(self, src, hom, pad="border"):
        """Sample originals; strong reductions are sampled twice as densely and averaged."""
        return F.avg_pool2d(sample(src, points(hom, 2 * self.side), pad=pad), 2)

    def geometry(self, aspect):
        """Random crop, flips, turns, rotation, perspective and shear: homographies [n,3,3] into the original."""
        n, d, dev = aspect.shape[0], self.d, self.device
        crop = (d.v(n) < 0.55).float()
        area = torch.exp(d.v(n, math.log(0.35) + (math.log(0.1) - math.log(0.35)) * self.strength, 0)) * crop + (1 - crop)
        skew = torch.exp(d.v(n, -0.45, 0.45) * crop)
        w, h = (area.sqrt() * skew).clamp(max=1), (area.sqrt() / skew).clamp(max=1)
        hom = box_matrix(d.v(n, -1, 1) * (1 - w), d.v(n, -1, 1) * (1 - h), w, h)
        aspect = aspect * w / h
        pick = d.v(n)
        angle = torch.where(pick < 0.12, d.v(n, -math.pi, math.pi), torch.where(pick < 0.32, d.v(n, -0.6, 0.6), torch.zeros(n, device=dev)))
        fit = torch.randint(0, 3, (n,), device=dev)
        hom = hom @ rotation(angle, aspect, fit)
        tilt = (d.v(n) < 0.14).float()
        z, o = torch.zeros(n, device=dev), torch.ones(n, device=dev)
        hom = hom @ torch.stack([o, z, z, z, o, z, d.v(n, -0.35, 0.35) * tilt, d.v(n, -0.35, 0.35) * tilt, o], 1).view(-1, 3, 3)
        shear = (d.v(n) < 0.12).float()
        hom = hom @ torch.stack([o, d.v(n, -0.45, 0.45) * shear, z, d.v(n, -0.45, 0.45) * shear, o, z, z, z, o], 1).view(-1, 3, 3)
        turn = torch.where(d.v(n) < 0.2, torch.floor(d.v(n, 1, 4)), z) * (math.pi / 2)
        c, s = torch.cos(turn), torch.sin(turn)
        sx, sy = 1 - 2 * (d.v(n) < 0.35).float(), 1 - 2 * (d.v(n) < 0.08).float()
        return hom @ torch.stack([c * sx, -s * sy, z, s * sx, c * sy, z, z, z, o], 1).view(-1, 3, 3)

    def strong(self, src, root, aspect, chosen):
        n, d = src.shape[0], self.d
        hom = self.geometry(aspect)
        pad = ["zeros", "border", "reflection"][self.rng.choice(3, p=[0.6, 0.2, 0.2])]
        grid = points(hom, 2 * self.side)
        whole = points(root @ hom, 2 * self.side)
        img = sample(src, whole, pad=pad if pad != "zeros" else "border")
        outside = inside(grid) == 0
        solid = torch.ones(n, 1, 1, 1, device=self.device) if pad == "zeros" else (root[:, 0, 0] * root[:, 1, 1] < 1).float().view(-1, 1, 1, 1)
        # what lies round a part belongs to another instance and must not show
        img = torch.where(outside & (solid > 0), self.colour(n), img)
        img = F.avg_pool2d(img, 2)
        coarse = points(hom, GRID)
        b = Batch(img, ((coarse + 1) / 2).permute(0, 3, 1, 2).contiguous(), inside(coarse))
        b.base = img.clone()
        # colour is what a network learns first and what an editor changes first: more often than the other edits
        for name, edit in (("hue", e_hue), ("gray", e_gray), ("brightness", e_brightness), ("contrast", e_contrast), ("gamma", e_gamma), ("saturation", e_saturation), ("negative", e_negative)):
            self.apply(b, chosen["base " + name], edit)
        for edit, i in chosen.items():
            if edit in PHOTOMETRIC:
                self.apply(b, i, edit)
            elif callable(edit) and len(i):
                edit(b, i)
        self.apply(b, chosen["base blur"], e_blur)
        self.apply(b, chosen["base jpeg"], lambda x, d: e_jpeg(x, d, 25, 90))  # an upload has nearly always been compressed once more
        return b

    def apply(self, b, i, edit):
        if len(i):
            b.img[i] = edit(b.img[i], self.d).clamp(0, 1)

    # -- edits on views i of a Batch

    def partner(self, b, i):
        """Another instance for each of views i, and its picture; parts of one picture (2k, 2k+1) never meet."""
        n = b.img.shape[0]
        j = (i + 2 * torch.randint(1, max(n // 2, 2), i.shape, device=self.device)) % n
        return j, b.base[j]

    def stamp(self, b, i, rgba, hom, opacity=None):
        """Lay sprites [n,4,h,w] over views i."""
        grid = points(hom, self.side)
        y = sample(rgba, grid, pad="zeros")
        a = y[:, 3:] if opacity is None else y[:, 3:] * opacity
        colour = y[:, :3] / y[:, 3:].clamp(min=1e-3)
        b.img[i] = torch.lerp(b.img[i], colour.clamp(0, 1), a)
        b.cover(i, a)

    def words(self, n):
        """Text sprites [n,4,32,224] in random colours, premultiplied as `stamp` wants them."""
        a = self.text[torch.randint(0, self.text.shape[0], (n,), device=self.device)]
        return torch.cat([a * self.colour(n), a], 1)

    def g_text(self, b, i):
        for _ in range(int(self.rng.integers(1, 6))):
            n, d = len(i), self.d
            h = torch.exp(d.v(n, math.log(0.04), math.log(0.2)))
            w = (h * d.v(n, 3, 8)).clamp(max=1.1)
            angle = torch.where(d.v(n) < 0.7, torch.zeros(n, device=self.device), d.v(n, -0.8, 0.8))
            self.stamp(b, i, self.words(n), placed(d.v(n, -0.8, 0.8), d.v(n, -0.95, 0.95), w, h, angle), d.u(n, 0.5, 1))

    def g_caption(self, b, i):
        """Bars with text above and/or below; the picture is squeezed between them or covered by them."""
        n, d = len(i), self.d
        top, low = d.v(n, 0, 0.5) * (d.v(n) < 0.6), d.v(n, 0, 0.5) * (d.v(n) < 0.7)
        if self.rng.random() < 0.6:
            b.warp(i, placed(torch.zeros_like(top), (top - low) / 2, torch.ones_like(top), 1 - (top + low) / 2, torch.zeros_like(top)), fill=self.colour(n))
        else:
            t = torch.linspace(-1, 1, self.side, device=self.device).view(1, 1, -1, 1).expand(n, 1, -1, self.side)
            m = ((t < top.view(n, 1, 1, 1) - 1) | (t > 1 - low.view(n, 1, 1, 1))).float()
            b.img[i] = torch.lerp(b.img[i], self.colour(n).expand(-1, -1, self.side, self.side), m * d.u(n, 0.6, 1))
            b.cover(i, m)
        for edge, sign in ((top, -1), (low, 1)):
            for k in range(int(self.rng.integers(1, 3))):
                self.stamp(b, i, self.words(n), placed(d.v(n, -0.1, 0.1), sign * (1 - edge * (0.3 + 0.4 * k)), d.v(n, 0.5, 0.95), (edge * 0.28).clamp(min=0.02), torch.zeros_like(edge)))

    def g_watermark(self, b, i):
        """One sprite tiled over everything."""
        n, d = len(i), self.d
        words = F.pad(self.words(n), (20, 20, 24, 24))
        grid = points(placed(d.v(n, -1, 1), d.v(n, -1, 1), d.v(n, 0.25, 0.7), d.v(n, 0.1, 0.3), d.v(n, -1, 1)), self.side)
        y = sample(words, (grid + 1) % 2 - 1)
        a = y[:, 3:] * d.u(n, 0.2, 0.7)
        b.img[i] = torch.lerp(b.img[i], (y[:, :3] / y[:, 3:].clamp(min=1e-3)).clamp(0, 1), a)

    def g_stickers(self, b, i):
        for _ in range(int(self.rng.integers(1, 6))):
            n, d = len(i), self.d
            rgba = self.stickers[torch.randint(0, self.stickers.shape[0], (n,), device=self.device)].clone()
            rgba[:, :3] *= rgba[:, 3:]
            s = torch.exp(d.v(n, math.log(0.1), math.log(0.5)))
            self.stamp(b, i, rgba, placed(d.v(n, -0.9, 0.9), d.v(n, -0.9, 0.9), s, s * d.v(n, 0.8, 1.25), d.v(n, -0.6, 0.6)), d.u(n, 0.75, 1))

    def blobs(self, n):
        """Coverage of rectangles, ellipses and rings [n,1,S,S] at random places."""
        d = self.d
        s = torch.exp(d.v(n, math.log(0.08), math.log(0.6)))
        grid = points(placed(d.v(n, -1, 1), d.v(n, -1, 1), s, s * torch.exp(d.v(n, -1, 1)), d.v(n, 0, 3.2)), self.side)
        rect, disc = inside(grid), (grid.norm(dim=-1) <= 1).float().unsqueeze(1)
        m = torch.where(d.u(n) < 0.5, rect, disc)
        hollow = torch.where(d.u(n) < 0.25, (grid.abs().amax(-1, keepdim=True) < 0.85).permute(0, 3, 1, 2).float(), torch.zeros_like(m))
        return m * (1 - hollow)

    def g_shapes(self, b, i):
        for _ in range(int(self.rng.integers(1, 8))):
            n = len(i)
            m = self.blobs(n) * self.d.u(n, 0.6, 1)
            b.img[i] = torch.lerp(b.img[i], self.colour(n).expand_as(b.img[i]), m)
            b.cover(i, m)

    def g_cutout(self, b, i):
        """A large part hidden: flat, noise or blur."""
        n, d = len(i), self.d
        w = d.v(n, 0.25, 0.75)
        m = inside(points(placed(d.v(n, -0.8, 0.8), d.v(n, -0.8, 0.8), w, d.v(n, 0.25, 0.75), torch.zeros_like(w)), self.side))
        fill = [self.colour(n).expand_as(b.img[i]), noise_map(b.img[i], d, 48, 3), blurred(b.img[i], d.u(n, 6, 12))][self.rng.integers(3)]
        b.img[i] = torch.lerp(b.img[i], fill, m)
        b.cover(i, m)

    def g_frame(self, b, i):
        """A screen, page or post around the picture."""
        n = len(i)
        k = torch.randint(0, self.frames.shape[0], (n,), device=self.device)
        hole = self.holes[k] * 2 - 1
        hom = placed((hole[:, 0] + hole[:, 2]) / 2, (hole[:, 1] + hole[:, 3]) / 2, (hole[:, 2] - hole[:, 0]) / 2, (hole[:, 3] - hole[:, 1]) / 2, torch.zeros(n, device=self.device))
        mirror = torch.eye(3, device=self.device).repeat(n, 1, 1)
        mirror[:, 0, 0] = 1 - 2 * (self.d.v(n) < 0.4).float()
        mirror[:, 1, 1] = 1 - 2 * (self.d.v(n) < 0.3).float()
        y, _ = small_copy(b.img[i], hom @ mirror)
        frame = sample(self.frames[k], points(mirror, self.side), pad="border")
        b.warp(i, hom @ mirror)
        b.img[i] = torch.lerp(y, frame[:, :3], frame[:, 3:])
        # the picture itself was mirrored with the screen: harmless, flips are among the edits

    def g_border(self, b, i):
        n, d = len(i), self.d
        w, h = 1 - d.v(n, 0, 0.45), 1 - d.v(n, 0, 0.45)
        fill = self.colour(n).expand(-1, -1, self.side, self.side)
        if self.rng.random() < 0.35:  # the blurred picture itself, as vertical videos show it
            fill = blurred(b.img[i], d.u(n, 5, 11)) * d.u(n, 0.5, 1)
        b.warp(i, placed(d.v(n, -1, 1) * (1 - w) * 0.7, d.v(n, -1, 1) * (1 - h) * 0.7, w, h, torch.zeros_like(w)), fill=fill)

    def g_mask(self, b, i):
        """Round or rounded cut-out on a plain ground."""
        n, d = len(i), self.d
        t = torch.linspace(-1, 1, self.side, device=self.device).abs()
        p = d.u(n, 2, 8)
        m = ((t.view(1, 1, 1, -1) ** p + t.view(1, 1, -1, 1) ** p) > d.u(n, 0.7, 1.1)).float()
        b.img[i] = torch.lerp(b.img[i], self.colour(n).expand_as(b.img[i]), m)
        b.cover(i, m)

    def g_pip(self, b, i):
        """The picture, small, on another one (or on a drawn ground)."""
        n, d = len(i), self.d
        s = torch.exp(d.v(n, math.log(0.3), math.log(0.8)))
        w, h = (s * torch.exp(d.v(n, -0.3, 0.3))).clamp(max=0.95), s
        angle = torch.where(d.v(n) < 0.75, torch.zeros(n, device=self.device), d.v(n, -0.5, 0.5))
        hom = placed(d.v(n, -1, 1) * (1 - w), d.v(n, -1, 1) * (1 - h), w, h, angle)
        y, m = small_copy(b.img[i], hom)
        j, ground = self.partner(b, i)
        if self.rng.random() < 0.2:
            ground = torch.lerp(self.colour(n).expand_as(ground), noise_map(ground, d, 6, 3), d.u(n))
        else:
            b.joins(i, j, torch.where(w * h < 0.4, torch.full_like(w, 0.6), torch.zeros_like(w)))
        b.warp(i, hom)
        b.img[i] = torch.lerp(ground, y, m * torch.where(d.u(n) < 0.85, torch.ones(n, 1, 1, 1, device=self.device), d.u(n, 0.7, 1)))

    def g_over(self, b, i):
        """Another picture, small, on this one."""
        n, d = len(i), self.d
        s = torch.exp(d.v(n, math.log(0.2), math.log(0.62)))
        hom = placed(d.v(n, -1, 1) * (1 - s), d.v(n, -1, 1) * (1 - s), s, s * torch.exp(d.v(n, -0.3, 0.3)), torch.where(d.v(n) < 0.8, torch.zeros_like(s), d.v(n, -0.5, 0.5)))
        j, other = self.partner(b, i)
        y, m = small_copy(other, hom)
        b.joins(i, j, torch.where(s > 0.4, torch.full_like(s, 0.7), torch.zeros_like(s)))
        b.img[i] = torch.lerp(b.img[i], y, m * d.u(n, 0.85, 1))
        b.cover(i, m)

    def g_collage(self, b, i):
        """Panels of several pictures: rows and columns with gaps."""
        n, d = len(i), self.d
        cols, rows = [(2, 1), (1, 2), (2, 2), (2, 2), (3, 1), (1, 3), (3, 2), (3, 3), (2, 3)][self.rng.integers(9)]
        gap = float(self.rng.choice([0, 0.02, 0.05, 0.1]))
        mine = int(self.rng.integers(cols * rows))
        canvas = self.colour(n).expand(-1, -1, self.side, self.side).clone()
        one = torch.ones(n, device=self.device)
        for k in range(cols * rows):
            hom = placed(one * ((k % cols + 0.5) * 2 / cols - 1), one * ((k // cols + 0.5) * 2 / rows - 1), one * (1 / cols - gap / 2), one * (1 / rows - gap / 2), one * 0)
            if k == mine:
                y, m = small_copy(b.img[i], hom)
                own = hom
            else:
                j, other = self.partner(b, i)
                y, m = small_copy(other, hom)
                b.joins(i, j, one * (0.8 if cols * rows <= 4 else 0.4))
            canvas = torch.lerp(canvas, y, m)
        b.warp(i, own)
        b.img[i] = canvas

    def g_blend(self, b, i):
        """Mixup (Zhang et al., arXiv 1710.09412): both pictures shine through each other."""
        n = len(i)
        j, other = self.partner(b, i)
        k = self.d.u(n, 0.4, 0.75)
        b.joins(i, j, 1 - k.view(-1))
        b.img[i] = b.img[i] * k + other * (1 - k)

    def g_cutmix(self, b, i):
        """One side of another picture (CutMix, arXiv 1905.04899), with a hard, soft or slanted seam."""
        n, d = len(i), self.d
        j, other = self.partner(b, i)
        a = d.u(n, 0, 6.3)
        t = torch.linspace(-1, 1, self.side, device=self.device)
        m = ((t.view(1, 1, 1, -1) * torch.cos(a) + t.view(1, 1, -1, 1) * torch.sin(a) - d.u(n, -0.1, 0.6)) * d.u(n, 2, 60) + 0.5).clamp(0, 1)
        b.joins(i, j, (m.mean((1, 2, 3)) > 0.3).float() * 0.6)
        b.img[i] = torch.lerp(b.img[i], other, m)
        b.cover(i, m)

    def g_rows(self, b, i):
        """Bands of rows moved sideways: a broken transmission."""
        n, bands = len(i), int(self.rng.integers(4, 24))
        shift = (torch.rand(n, bands, device=self.device) - 0.5) * self.d.v(n, 0.1, 0.8).view(n, 1)
        shift = shift * (torch.rand(n, bands, device=self.device) < 0.6)

        def moved(grid):
            k = ((grid[..., 1] + 1) / 2 * bands).long().clamp(0, bands - 1)
            dx = shift.gather(1, k.reshape(n, -1)).view_as(k)
            return torch.stack([(grid[..., 0] + dx + 1) % 2 - 1, grid[..., 1]], -1)

        b.warp(i, torch.eye(3, device=self.device).repeat(n, 1, 1), extra=moved)

    def g_swirl(self, b, i):
        """Swirl, pinch or barrel around a point."""
        n, d = len(i), self.d
        c, k, r0 = torch.stack([d.v(n, -0.4, 0.4), d.v(n, -0.4, 0.4)], -1).view(n, 1, 1, 2), d.v(n, -1.6, 1.6).view(n, 1, 1), d.v(n, 0.6, 1.4).view(n, 1, 1)
        p = (d.v(n, -0.5, 0.6) * (d.v(n) < 0.6)).view(n, 1, 1)

        def moved(grid):
            q = grid - c
            r = q.norm(dim=-1)
            f = (1 - r / r0).clamp(min=0)
            a, s = k * f**2, 1 - p * f
            return torch.stack([q[..., 0] * torch.cos(a) - q[..., 1] * torch.sin(a), q[..., 0] * torch.sin(a) + q[..., 1] * torch.cos(a)], -1) * s.unsqueeze(-1) + c

        b.warp(i, torch.eye(3, device=self.device).repeat(n, 1, 1), extra=moved, pad="reflection")

    def g_waves(self, b, i):
        """Smooth random displacement: folds, ripples, paper."""
        n, d = len(i), self.d
        amp, f, ph = d.v(n, 0.01, 0.09).view(n, 1, 1), d.v(n, 2, 16).view(n, 1, 1), d.v(n, 0, 6.3).view(n, 1, 1)
        g, both = d.v(n, 2, 16).view(n, 1, 1), (d.v(n) < 0.5).float().view(n, 1, 1)

        def moved(grid):
            return torch.stack([grid[..., 0] + amp * torch.sin(grid[..., 1] * f + ph), grid[..., 1] + both * amp * torch.sin(grid[..., 0] * g + ph)], -1)

        b.warp(i, torch.eye(3, device=self.device).repeat(n, 1, 1), extra=moved, pad="reflection")

    def g_jigsaw(self, b, i):
        """The picture cut into k x k tiles that change places."""
        k = int(self.rng.choice([2, 2, 3, 4]))
        order = upload(self.rng.permutation(k * k), self.device)

        def shuffled(x):
            n, c, s, _ = x.shape
            t = x.view(n, c, k, s // k, k, s // k).permute(0, 2, 4, 1, 3, 5).reshape(n, k * k, c, s // k, s // k)[:, order]
            return t.view(n, k, k, c, s // k, s // k).permute(0, 3, 1, 4, 2, 5).reshape(n, c, s, s)

        b.img[i], b.uv[i], b.ok[i] = shuffled(b.img[i]), shuffled(b.uv[i]), shuffled(b.ok[i])

    def g_move(self, b, i):
        """A second photograph of the picture: tilted, zoomed, on some ground."""
        n, d = len(i), self.d
        o, z = torch.ones(n, device=self.device), torch.zeros(n, device=self.device)
        tilt = torch.stack([o, z, z, z, o, z, d.v(n, -0.3, 0.3), d.v(n, -0.3, 0.3), o], 1).view(-1, 3, 3)
        hom = placed(d.v(n, -0.15, 0.15), d.v(n, -0.15, 0.15), d.v(n, 0.65, 1.2), d.v(n, 0.65, 1.2), d.v(n, -0.4, 0.4)) @ tilt
        b.warp(i, hom, fill=torch.lerp(self.colour(n), noise_map(b.img[i], d, 8, 3), d.u(n)))

    def g_repeat(self, b, i):
        """The picture side by side with itself, the second mirrored or not (kaleidoscope, tiled grounds)."""
        n = len(i)
        k = float(self.rng.choice([2, 2, 3]))
        axes = [(k, 1.0), (1.0, k), (k, k)][self.rng.integers(3)]
        hom = torch.diag(constant((axes[0], axes[1], 1.0), torch.device(self.device))).repeat(n, 1, 1)
        if self.rng.random() < 0.5:
            b.warp(i, hom, pad="reflection")
        else:
            b.warp(i, hom, extra=lambda g: (g + 1) % 2 - 1)
        # several places show one original: geometry is no longer one map, so it is not used
        b.ok[i] = 0


def to_bytes(x):
    """uint8 pixels of x in 0..1."""
    return (x.clamp(0, 1) * 255).round().to(torch.uint8)
