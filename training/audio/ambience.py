"""Rain, wind, sea, crowds, engines, fire, birds: places made from random numbers, for what music cannot teach.

Most of such a recording is noise whose statistics do not change; a moment of it differs from the next by which drops fall
when. `ambience(rng, seconds)` gives samples float64 [seconds * 8000] of no particular level.
"""

import numpy as np

RATE = 8000


def shaped(rng, n, *bumps, slope=0.0, corner=60.0):
    """Noise [n] of unit power whose spectrum falls by `slope` above `corner`, with bumps (hertz, width, gain)."""
    f = np.fft.rfftfreq(n, 1 / RATE)
    shape = (1 + f / corner) ** -slope
    if bumps:
        shape = shape * (0.05 + sum(g * np.exp(-(((f - c) / w) ** 2)) for c, w, g in bumps))
    x = np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * shape, n)
    return x / (x.std() + 1e-9)


def drift(rng, n, hertz, low, high):
    """A slow curve [n] between `low` and `high` with about `hertz` turns a second."""
    knots = rng.uniform(low, high, max(3, int(n / RATE * hertz) + 2))
    at = np.linspace(0, len(knots) - 1.001, n)
    i, t = at.astype(int), at % 1
    t = t * t * (3 - 2 * t)
    return knots[i] * (1 - t) + knots[i + 1] * t


def scatter(rng, n, density, sounds, spread=0.8, envelope=None):
    """Every sound of the list at random times, `density` a second in all, with log-normal loudness."""
    size = 1 << (n + max(map(len, sounds))).bit_length()
    out = np.zeros(size // 2 + 1, complex)
    for sound in sounds:
        at = rng.integers(0, n, rng.poisson(density * n / RATE / len(sounds)))
        gain = np.exp(rng.normal(0, spread, len(at))) * rng.choice([-1, 1], len(at))
        if envelope is not None:
            gain = gain * envelope[at]
        train = np.zeros(size)
        np.add.at(train, at, gain)
        out += np.fft.rfft(train) * np.fft.rfft(sound, size)
    return np.fft.irfft(out, size)[:n]


def ping(rng, low, high, shortest, longest, glide=0.0):
    """A decaying sine: a drop, a bubble, a clink."""
    seconds = np.exp(rng.uniform(np.log(shortest), np.log(longest)))
    t = np.arange(max(24, int(4 * seconds * RATE))) / RATE
    f = np.exp(rng.uniform(np.log(low), np.log(high)))
    return np.sin(2 * np.pi * f * (t + glide * t * t / seconds) + rng.uniform(0, 6)) * np.exp(-t / seconds) * np.minimum(1, t * 3000)


def burst(rng, shortest, longest, low=200.0, high=3500.0):
    """A clap, a step, a crackle: a short piece of coloured noise."""
    seconds = np.exp(rng.uniform(np.log(shortest), np.log(longest)))
    n = max(48, int(5 * seconds * RATE))
    return shaped(rng, n, (rng.uniform(low, high), rng.uniform(200, 1500), 1.0)) * np.exp(-np.arange(n) / RATE / seconds)


def rain(rng, n):
    fall = drift(rng, n, rng.choice([0.1, 0.5]), rng.uniform(0.3, 1), 1)
    hiss = shaped(rng, n, (rng.uniform(800, 3500), rng.uniform(700, 2500), 1.0), slope=rng.uniform(0, 0.5)) * fall
    drops = [ping(rng, 700, 3800, 0.0005, 0.006) if rng.random() < 0.6 else burst(rng, 0.0005, 0.004) for _ in range(8)]
    wet = scatter(rng, n, np.exp(rng.uniform(np.log(15), np.log(600))), drops, rng.uniform(0.5, 1.3), fall)
    out = hiss + rng.uniform(0.3, 4) * wet / (wet.std() + 1e-9)
    if rng.random() < 0.25:  # thunder far away
        rumble = shaped(rng, n, slope=2.5) * np.maximum(0, drift(rng, n, 0.4, -1.5, 1)) ** 2
        out += rng.uniform(1, 4) * rumble
    return out


def wind(rng, n):
    gust = drift(rng, n, rng.uniform(0.2, 1.5), 0.05, 1) ** rng.uniform(0.7, 2)
    out = shaped(rng, n, slope=rng.uniform(0.8, 2)) * gust
    for _ in range(rng.integers(1, 5)):
        centre = np.exp(rng.uniform(np.log(150), np.log(2500)))
        out += shaped(rng, n, (centre, centre * rng.uniform(0.05, 0.5), 1.0)) * (gust * drift(rng, n, rng.uniform(0.3, 3), 0, 1)) * rng.uniform(0.2, 1)
    return out


def sea(rng, n):
    out = 0.2 * shaped(rng, n, slope=rng.uniform(0.5, 1.3))
    t = np.arange(n) / RATE
    for _ in range(rng.integers(1, 4)):
        period, shift = rng.uniform(2.5, 10), rng.uniform(0, 10)
        rise = rng.uniform(0.2, 0.6)
        x = ((t + shift + 0.3 * drift(rng, n, 0.3, 0, 1)) / period) % 1
        swell = np.where(x < rise, x / rise, np.exp(-(x - rise) * rng.uniform(3, 8)))
        out += swell * shaped(rng, n, (rng.uniform(300, 2500), rng.uniform(300, 2000), 1.0), slope=rng.uniform(0, 1)) * rng.uniform(0.3, 1)
    return out


def stream(rng, n):
    bubbles = [ping(rng, 250, 3000, 0.003, 0.05, rng.uniform(0, 0.15)) for _ in range(20)]
    wet = scatter(rng, n, np.exp(rng.uniform(np.log(15), np.log(250))), bubbles, rng.uniform(0.5, 1.1))
    return wet / (wet.std() + 1e-9) + rng.uniform(0.05, 1) * shaped(rng, n, slope=rng.uniform(0.3, 1.2), corner=400)


def fire(rng, n):
    cracks = [burst(rng, 0.0004, 0.006, 500) for _ in range(10)]
    dry = scatter(rng, n, np.exp(rng.uniform(np.log(4), np.log(80))), cracks, rng.uniform(0.8, 1.8), drift(rng, n, 1.0, 0.2, 1))
    return dry / (dry.std() + 1e-9) + rng.uniform(0.05, 1.5) * shaped(rng, n, slope=rng.uniform(1, 2)) * drift(rng, n, 2, 0.5, 1)


def engine(rng, n):
    hertz = rng.uniform(18, 140) * (1 + 0.02 * drift(rng, n, 2, -1, 1)) * drift(rng, n, 0.2, rng.uniform(0.6, 1), 1)
    turn = 2 * np.pi * np.cumsum(hertz) / RATE
    out = np.zeros(n)
    for k in range(1, 24):
        out += rng.uniform(0, 1) * k ** -rng.uniform(0.2, 1.2) * np.sin(k * turn + rng.uniform(0, 6)) * drift(rng, n, 1, 0.5, 1)
    beat = np.maximum(0, np.sin(turn * rng.choice([0.25, 0.5, 1]))) ** rng.uniform(1, 6)
    air = shaped(rng, n, (rng.uniform(300, 2500), rng.uniform(300, 2000), 1.0), slope=rng.uniform(0, 1))
    return out / (out.std() + 1e-9) + rng.uniform(0.1, 2) * air * (rng.uniform(0.1, 1) + beat)


def crowd(rng, n, speechlike):
    """Many voices at once: a few spoken ones, heard again and again from other places and at other speeds."""
    voices = [speechlike(rng, min(5.0, n / RATE + 1)) for _ in range(int(rng.integers(2, 5)))]
    out = np.zeros(n)
    for _ in range(int(rng.integers(4, 24))):
        v = voices[rng.integers(len(voices))]
        at = (np.arange(n) * rng.uniform(0.8, 1.25) + rng.integers(len(v))) % (len(v) - 1)
        i = at.astype(int)
        out += (v[i] + (at - i) * (v[i + 1] - v[i])) * np.exp(rng.normal(0, 0.7))
    if rng.random() < 0.4:
        clink = scatter(rng, n, rng.uniform(0.5, 6), [ping(rng, 900, 3800, 0.01, 0.15) for _ in range(6)])
        out = out / (out.std() + 1e-9) + rng.uniform(0.3, 2) * clink / (np.abs(clink).max() + 1e-9)
    return out / (out.std() + 1e-9) + rng.uniform(0.02, 0.5) * shaped(rng, n, slope=1)


def applause(rng, n):
    claps = [burst(rng, 0.002, 0.012, 600, 2500) for _ in range(12)]
    return scatter(rng, n, np.exp(rng.uniform(np.log(10), np.log(500))), claps, rng.uniform(0.4, 1), drift(rng, n, 0.5, 0.1, 1))


def animals(rng, n):
    """Birds and insects: phrases of chirps that are never quite the same, and trills."""
    out = rng.uniform(0.02, 0.4) * shaped(rng, n, slope=rng.uniform(0, 1.5))
    for _ in range(int(rng.integers(1, 5))):
        low, wide = rng.uniform(900, 3000), rng.uniform(100, 1200)
        t, gap, loud = rng.uniform(0, 2), rng.uniform(0.05, 1.2), np.exp(rng.normal(0, 0.7))
        while t < n / RATE:
            for _ in range(int(rng.integers(1, 7))):
                m = int(RATE * rng.uniform(0.02, 0.2))
                f = low + wide * drift(rng, m, 12, 0, 1)
                sound = np.sin(2 * np.pi * np.cumsum(np.minimum(f, 3900)) / RATE) * np.hanning(m)
                i = int(t * RATE)
                if i >= n:
                    break
                out[i : i + m] += loud * rng.uniform(0.4, 1) * sound[: n - i]
                t += m / RATE + rng.uniform(0.01, 0.1)
            t += gap * np.exp(rng.normal(0, 0.7))
    if rng.random() < 0.4:
        t = np.arange(n) / RATE
        pulse = np.maximum(0, np.sin(2 * np.pi * rng.uniform(12, 60) * (t + 0.02 * drift(rng, n, 3, 0, 1)))) * (drift(rng, n, rng.uniform(0.3, 3), -0.5, 1) > 0)
        out += rng.uniform(0.2, 1) * np.sin(2 * np.pi * rng.uniform(2000, 3800) * t) * pulse
    return out


def clatter(rng, n):
    """Trains, machines, clocks, typing: knocks in a rhythm that is only nearly regular, over a rumble."""
    out = rng.uniform(0.05, 1) * shaped(rng, n, slope=rng.uniform(0.5, 2)) * drift(rng, n, 1, 0.6, 1)
    period, loose = np.exp(rng.uniform(np.log(0.08), np.log(1.2))), rng.choice([0.01, 0.05, 0.4])
    t = 0.0
    while t < n / RATE:
        for shift in (0, period * 0.2)[: int(rng.integers(1, 3))]:
            knock = burst(rng, 0.002, 0.04) if rng.random() < 0.7 else ping(rng, 120, 3000, 0.004, 0.08)
            i = int((t + shift) * RATE)
            if i < n:
                out[i : i + len(knock)] += np.exp(rng.normal(0.5, 0.5)) * knock[: n - i]
        t += period * np.exp(rng.normal(0, loose))
    return out


def steady(rng, n):
    """A fan, a waterfall, a humming room: noise without a shape in time, and rarely something that happens."""
    bumps = [(rng.uniform(80, 3800), rng.uniform(30, 1500), rng.uniform(0.2, 2)) for _ in range(int(rng.integers(0, 5)))]
    out = shaped(rng, n, *bumps, slope=rng.uniform(0, 1.8))
    t = np.arange(n) / RATE
    for _ in range(int(rng.integers(0, 4))):
        out += rng.uniform(0.02, 0.5) * np.sin(2 * np.pi * rng.uniform(50, 1500) * t)
    events = [burst(rng, 0.005, 0.1) if rng.random() < 0.6 else ping(rng, 150, 3000, 0.02, 0.3) for _ in range(4)]
    return out + rng.uniform(0, 3) * scatter(rng, n, rng.choice([0.1, 0.5, 2.0]), events)


def ambience(rng, seconds, speechlike):
    """One to three of these on top of each other."""
    n = int(seconds * RATE)
    kinds = (rain, wind, sea, stream, fire, engine, applause, animals, clatter, steady, lambda r, m: crowd(r, m, speechlike), lambda r, m: crowd(r, m, speechlike))
    out = np.zeros(n)
    for k in range(int(rng.choice([1, 1, 1, 2, 2, 3]))):
        x = kinds[rng.integers(len(kinds))](rng, n)
        out += x / (x.std() + 1e-9) * (1 if k == 0 else np.exp(rng.normal(-0.7, 0.6)))
    return out
