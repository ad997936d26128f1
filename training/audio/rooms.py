"""Impulse responses to put a copy into: boxes with mirrored sources, diffuse tails whose high notes die first, flutter."""

import numpy as np

RATE = 8000
SOUND = 343.0  # metres a second


def box(rng, n):
    """A rectangular room [n] by image sources (Allen and Berkley, 1979); walls of one reflectance, up to six mirrors an axis."""
    size = rng.uniform((2, 2, 2.2), (14, 11, 5))
    source, ear = rng.uniform(0.1, 0.9, 3) * size, rng.uniform(0.1, 0.9, 3) * size
    k = np.arange(-6, 7)
    beta = rng.uniform(0.5, 0.93)
    axes = []
    for a in range(3):
        place = np.concatenate([2 * k * size[a] + source[a], 2 * k * size[a] - source[a]]) - ear[a]
        bounces = np.concatenate([np.abs(2 * k), np.abs(2 * k - 1)])
        axes.append((place, bounces))
    distance = np.sqrt(sum(np.reshape(p**2, [-1 if i == a else 1 for i in range(3)]) for a, (p, _) in enumerate(axes)))
    bounces = sum(np.reshape(b, [-1 if i == a else 1 for i in range(3)]) for a, (_, b) in enumerate(axes))
    at = np.round((distance - distance.min()) / SOUND * RATE).astype(int).ravel()
    gain = (beta**bounces * distance.min() / distance).ravel()
    out = np.zeros(n)
    np.add.at(out, at[at < n], gain[at < n])
    return out


def tail(rng, n):
    """Noise that decays, high notes faster, behind a little silence."""
    t = np.arange(n) / RATE
    seconds = 10 ** rng.uniform(-0.8, 0.2)  # to -60 dB: 0.16 to 1.6 s
    f = np.fft.rfftfreq(n, 1 / RATE)
    out = np.zeros(n)
    edges = (0, 500, 1500, 4001)
    damp = rng.uniform(0.5, 1)
    for k, (a, b) in enumerate(zip(edges, edges[1:])):
        band = np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * ((f >= a) & (f < b)), n)
        out += band * np.exp(-6.9 * t / (seconds * damp**k))
    return out * (t > rng.uniform(0.002, 0.03))


def flutter(rng, n):
    """Walls that throw the sound to and fro: decaying echoes at a few distances."""
    out = np.zeros(n)
    for _ in range(int(rng.integers(1, 6))):
        step = int(rng.uniform(0.008, 0.09) * RATE)
        at = np.arange(step, n, step)
        out[at] += rng.uniform(0.2, 1) * rng.choice([-1, 1]) * rng.uniform(0.3, 0.85) ** np.arange(1, len(at) + 1)
    return out


def response(rng, n):
    """One impulse response float32 [n]: the direct sound, and what comes back up to 8 dB louder or 10 dB weaker than it."""
    kind = rng.random()
    back = box(rng, n) if kind < 0.4 else tail(rng, n) if kind < 0.8 else flutter(rng, n) + 0.5 * tail(rng, n) * rng.uniform(0, 1)
    back[0] = 0
    for _ in range(int(rng.integers(0, 6))):
        back[rng.integers(8, 400)] += rng.uniform(-0.6, 0.6) * np.abs(back).max()
    back = back / (np.linalg.norm(back) + 1e-9) * 10 ** (rng.uniform(-10, 6) / 20)
    back[0] = 1
    return back.astype(np.float32)
