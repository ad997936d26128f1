"""What the network sees of a sound, as `server/pipeline/fingerprint/audio/` computes it; here in numpy and torch.

PCM int16, mono, 8 kHz. Frame k is samples 128k .. 128k+511 under a Hann window; power spectrum; 64 triangles, evenly
spaced in mel from 120 to 3800 Hz; level = floor(12 * log2(max(power, 1))), that is quarters of a decibel. A window is
64 frames (1.072 s): levels are raised to 160 below the loudest, and what lies above their mean plus 128 is the pixel.
Window and triangles are rounded to 2^-15 and 2^-12, so that two programs can agree on them.
"""

import numpy as np
import torch

RATE, HOP, FFT, BANDS, FRAMES = 8000, 128, 512, 64, 64
SPAN = (FRAMES - 1) * HOP + FFT  # samples of a window
FLOOR, STEPS = 160, 12  # levels kept below the loudest (40 dB); levels an octave of power


def hann():
    n = np.arange(FFT)
    return np.round(32768 * (0.5 - 0.5 * np.cos(2 * np.pi * (n + 0.5) / FFT))) / 32768


def mel_triangles():
    """[257,64] weights."""
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(mel(120), mel(3800), BANDS + 2) / 2595) - 1)
    f = np.arange(FFT // 2 + 1)[:, None] * RATE / FFT
    rise = (f - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - f) / (edges[2:] - edges[1:-1])
    return np.round(4096 * np.clip(np.minimum(rise, fall), 0, None)) / 4096


def exact_levels(pcm):
    """int64 [64,frames] of int16 samples, in double precision: the specification."""
    count = max(0, (len(pcm) - FFT) // HOP + 1)
    at = np.arange(count)[:, None] * HOP + np.arange(FFT)
    power = np.abs(np.fft.rfft(pcm.astype(np.float64)[at] * hann())) ** 2 @ mel_triangles()
    return np.floor(STEPS * np.log2(np.maximum(power, 1))).astype(np.int64).T


def exact_window(levels):
    """uint8 [64,64] of levels int64 [64,64]."""
    x = np.maximum(levels, levels.max() - FLOOR)
    return np.clip(x - x.sum() // x.size + 128, 0, 255).astype(np.uint8)


class Frontend:
    """The same for batches of training views, in single precision."""

    def __init__(self, device="cpu"):
        self.window = torch.from_numpy(hann()).float().to(device)
        self.mel = torch.from_numpy(mel_triangles()).float().to(device)

    def power(self, waves, starts):
        """Band powers [N,64,64] (band, frame) of waves [N,n] in int16 units; starts int64 [N,64] of the frames."""
        # every possible frame is a view of the samples; only the chosen ones are copied
        frames = waves.unfold(1, FFT, 1)[torch.arange(len(waves), device=waves.device)[:, None], starts] * self.window
        spectrum = torch.view_as_real(torch.fft.rfft(frames))
        return ((spectrum[..., 0] ** 2).addcmul_(spectrum[..., 1], spectrum[..., 1]) @ self.mel).transpose(1, 2)

    def pixels(self, power):
        """[N,1,64,64], integers 0..255 as floats."""
        x = torch.floor(STEPS * torch.log2(power.clamp(min=1)))
        x = torch.maximum(x, x.amax((1, 2), keepdim=True) - FLOOR)
        return (x - x.mean((1, 2), keepdim=True).floor() + 128).clamp(0, 255)[:, None]
