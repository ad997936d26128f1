"""Music, beats and textures made from random numbers: most of what the audio network learns from.

`clip(rng, seconds)` gives one kind and mono recording at 8 kHz, float32 in -1..1. No two bars are alike on purpose: a loop that
repeats exactly would be a negative that cannot be told from its positive.
"""

import numpy as np

from ambience import ambience

RATE = 8000
SCALES = [(0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 7, 9), (0, 3, 5, 7, 10), tuple(range(12))]


def envelope(rng, n, attack, decay, sustain):
    """Attack and exponential decay [n] in seconds, with the level `sustain` that it falls to."""
    t = np.arange(n) / RATE
    rise = np.minimum(1, t / max(attack, 1e-3))
    fall = sustain + (1 - sustain) * np.exp(-np.maximum(0, t - attack) / decay)
    out = rise * fall
    end = min(n, int(0.02 * RATE))
    out[n - end :] *= np.linspace(1, 0, end)
    return out


class Voice:
    """An instrument: partials with their strengths and detunings, an envelope, vibrato, brightness that decays."""

    def __init__(self, rng):
        count = int(rng.integers(1, 10))
        self.ratio = np.arange(1, count + 1, dtype=float)
        kind = rng.random()
        if kind < 0.2:
            self.ratio = 2 * self.ratio - 1  # hollow: odd partials only
        elif kind < 0.4:
            self.ratio = self.ratio ** rng.uniform(1.0, 1.25)  # bells
        self.strength = self.ratio ** -rng.uniform(0.3, 2.2) * rng.uniform(0.3, 1, count)
        self.phase = rng.uniform(0, 2 * np.pi, count)
        self.attack, self.decay = rng.choice([0.003, 0.01, 0.05, 0.15]), np.exp(rng.uniform(np.log(0.06), np.log(2)))
        self.sustain = rng.choice([0, 0, 0.3, 0.8])
        self.vibrato, self.rate = rng.choice([0, 0, 0.003, 0.01]), rng.uniform(4, 7)
        self.chorus = rng.choice([0, 0.004])

    def note(self, rng, hertz, seconds):
        n = max(200, int(seconds * RATE))
        t = np.arange(n) / RATE
        bend = t + self.vibrato * np.sin(2 * np.pi * self.rate * t + rng.uniform(0, 6)) / (2 * np.pi * self.rate)
        out = np.zeros(n)
        for ratio, strength, phase in zip(self.ratio, self.strength, self.phase):
            if hertz * ratio > 3900:
                break
            out += strength * np.sin(2 * np.pi * hertz * ratio * bend + phase) * np.exp(-t * ratio * 0.3 / self.decay)
            if self.chorus:
                out += 0.5 * strength * np.sin(2 * np.pi * hertz * ratio * (1 + self.chorus) * bend)
        return out * envelope(rng, n, self.attack, self.decay, self.sustain)


def drum(rng, kind):
    """One hit: 0 kick, 1 snare, 2 hat, 3 tom or click."""
    n = int(RATE * rng.uniform(0.06, 0.3))
    t = np.arange(n) / RATE
    if kind == 0:
        return np.sin(2 * np.pi * (50 * t + rng.uniform(3, 8) * (1 - np.exp(-t * 30)))) * np.exp(-t * rng.uniform(8, 20))
    hiss = rng.standard_normal(n)
    if kind == 1:
        return (0.5 * hiss + np.sin(2 * np.pi * rng.uniform(160, 260) * t)) * np.exp(-t * rng.uniform(15, 40)) * 0.7
    if kind == 2:
        return np.diff(hiss, append=0) * np.exp(-t * rng.uniform(30, 120)) * 0.4
    return np.sin(2 * np.pi * rng.uniform(90, 900) * t * (1 - 0.3 * t)) * np.exp(-t * rng.uniform(12, 60)) * 0.8


def add(out, start, sound, gain):
    i = int(start * RATE)
    if 0 <= i < len(out):
        end = min(len(out), i + len(sound))
        out[i:end] += gain * sound[: end - i]


def music(rng, seconds):
    """Chords, bass, a melody and drums over a beat, each there or not."""
    out = np.zeros(int(seconds * RATE))
    beat = 60 / rng.uniform(60, 180)
    scale, root = SCALES[rng.integers(len(SCALES))], rng.uniform(45, 62)
    pitch = lambda degree: 440 * 2 ** ((root + 12 * (degree // len(scale)) + scale[degree % len(scale)] - 69) / 12)
    melody, chords, bass = Voice(rng), Voice(rng), Voice(rng)
    level = rng.uniform(0.2, 1, 4) * (rng.random(4) < (0.8, 0.6, 0.5, 0.55))
    if not level.any():
        level[0] = 1
    swing, step = rng.choice([0, 0.08]), rng.choice([0.25, 0.5, 0.5, 1.0])
    hits = rng.random((4, 16)) < np.array([0.3, 0.18, 0.5, 0.1])[:, None]
    degree, t, k = int(rng.integers(7, 15)), rng.uniform(0, 0.3), 0
    while t < seconds:
        if k % int(4 / step) == 0:
            chord = int(rng.integers(0, 7))
            size = int(rng.integers(2, 5))
            if level[1]:
                spread = rng.choice([0, 0.03, beat / 2])
                for j in range(size):
                    add(out, t + j * spread, chords.note(rng, pitch(chord + 2 * j), beat * 4 * rng.uniform(0.5, 1)), 0.4 * level[1])
        if level[0] and rng.random() < 0.7:
            degree = int(np.clip(degree + rng.integers(-3, 4), 3, 24))
            add(out, t, melody.note(rng, pitch(degree), beat * step * rng.uniform(0.5, 2)), level[0] * rng.uniform(0.5, 1))
        if level[2] and rng.random() < 0.5:
            add(out, t, bass.note(rng, pitch(chord) / 2, beat * rng.uniform(0.3, 1.5)), level[2])
        if level[3]:
            for kind in range(4):
                if hits[kind, k % 16] != (rng.random() < 0.1):
                    add(out, t + rng.normal(0, 0.004), drum(rng, kind), level[3] * rng.uniform(0.6, 1))
        t += beat * step * (1 + swing * (1 if k % 2 == 0 else -1))
        k += 1
    return out


def texture(rng, seconds):
    """Wind, rain, crowds, motors: filtered noise that swells, and scattered events."""
    n = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / RATE)
    shape = (1 + f / 50) ** -rng.uniform(0, 1.2)
    for _ in range(int(rng.integers(0, 4))):
        shape = shape * (1 + rng.uniform(1, 8) * np.exp(-(((f - rng.uniform(100, 3500)) / rng.uniform(30, 500)) ** 2)))
    out = np.fft.irfft(spectrum * shape, n)
    out /= out.std() + 1e-9
    knots = rng.uniform(0, 1, max(2, int(seconds * rng.choice([0.5, 2, 8])))) ** rng.uniform(0.2, 2)
    out *= np.interp(np.linspace(0, len(knots) - 1, n), np.arange(len(knots)), knots)
    for _ in range(int(seconds * rng.choice([0, 1, 6, 30]))):
        event = drum(rng, 3) if rng.random() < 0.6 else Voice(rng).note(rng, rng.uniform(150, 2500), rng.uniform(0.03, 0.3))
        add(out, rng.uniform(0, seconds), event, np.exp(rng.normal(0, 0.8)))
    return out


def speechlike(rng, seconds):
    """Syllables of a buzz through moving formants."""
    out, t = np.zeros(int(seconds * RATE)), 0.0
    base = rng.uniform(85, 250)
    while t < seconds:
        n = int(RATE * rng.uniform(0.08, 0.35))
        x = np.arange(n) / RATE
        pitch = base * np.exp(rng.normal(0, 0.15) + rng.normal(0, 0.4) * x)
        sound = np.zeros(n)
        formants = rng.uniform((250, 800, 2000), (800, 2200, 3200))
        drift = rng.normal(0, 600, 3)
        turn = 2 * np.pi * np.cumsum(pitch) / RATE
        for h in range(1, min(27, int(3900 / pitch.min())) + 1):
            f = h * pitch
            gain = sum(np.exp(-(((f - (c + d * x)) / w) ** 2)) for c, d, w in zip(formants, drift, (80, 120, 180)))
            sound += (gain + 0.01) * (f < 3900) * np.sin(h * turn)
        sound *= np.hanning(n)
        add(out, t, sound, rng.uniform(0.4, 1))
        if rng.random() < 0.4:
            m = int(RATE * rng.uniform(0.03, 0.12))
            add(out, t + n / RATE, np.diff(rng.standard_normal(m + 1)) * np.hanning(m), rng.uniform(0.05, 0.4))
        t += n / RATE * rng.uniform(0.7, 1.2) + (rng.uniform(0.1, 0.5) if rng.random() < 0.15 else 0)
    return out


def room(rng, x):
    """The sound in a room of its own."""
    n = int(RATE * rng.uniform(0.1, 0.6))
    ir = rng.standard_normal(n) * np.exp(-np.arange(n) / n * 6)
    wet = np.fft.irfft(np.fft.rfft(x, 2 * len(x)) * np.fft.rfft(ir, 2 * len(x)))[: len(x)]
    return x / (x.std() + 1e-9) + rng.uniform(0.1, 0.8) * wet / (wet.std() + 1e-9)


def clip(rng, seconds):
    """(kind, recording float32 [seconds * 8000], peak 0.2..0.95); kind is music, ambience or voice."""
    kind = str(rng.choice(["music", "ambience", "voice"], p=[0.52, 0.33, 0.15]))
    if kind == "ambience":
        out = texture(rng, seconds) if rng.random() < 0.25 else ambience(rng, seconds, speechlike)
    else:
        out = music(rng, seconds) if kind == "music" else speechlike(rng, seconds)
    if rng.random() < 0.15:
        below = ambience(rng, seconds, speechlike)
        out = out / (np.abs(out).max() + 1e-9) + rng.uniform(0.02, 0.4) * below / (np.abs(below).max() + 1e-9)
    if rng.random() < 0.3:
        out = room(rng, out)
    return kind, (out / (np.abs(out).max() + 1e-9) * rng.uniform(0.2, 0.95)).astype(np.float32)
