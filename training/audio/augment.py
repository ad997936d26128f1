"""Pairs of views of one moment: the recording as it is registered, and as somebody copied it.

Everything is done to whole batches. Pitch is a change of the reading speed; tempo a change of the distance between the
frames, so that both together are independent without a phase vocoder.
"""

import dataclasses

import numpy as np
import torch

from frontend import BANDS, FFT, FRAMES, HOP, RATE, SPAN, Frontend

CHUNK, CENTRE = 16384, 9984  # samples of a strong view's excerpt; where its middle lies, after a lead for the echoes
LEAD = CENTRE - 6400


@dataclasses.dataclass(frozen=True)
class EditConfig:
    offset: float = 0.15  # seconds that the copy's window may lie beside the original's
    noise: float = 0.7
    speech: float = 0.15
    reverb: float = 0.4
    equalizer: float = 0.6
    cut: float = 0.25  # low or high frequencies missing
    pitch: float = 0.45
    tempo: float = 0.45
    clipping: float = 0.15
    coded: float = 0.4
    holes: float = 0.2  # weak cells emptied, as codecs do
    mask: float = 0.2


class Pool:
    """The packed recordings: `where` [clips,4] = start of the original, of its MP3, of its Opus (or -1), length."""

    def __init__(self, path):
        pack = np.load(path)
        self.waves, self.where, self.kinds, self.names = pack["waves"], pack["where"], pack["kinds"], pack["names"]
        self.long = np.flatnonzero(self.where[:, 3] > SPAN)
        # a recording is drawn by its length, the real ones six times as often as the synthesized
        real = np.where(self.kinds[self.long] == "synth", 1.0, 6.0)
        weight = np.minimum(self.where[self.long, 3], 20 * RATE) * real
        self.weight = weight / weight.sum()
        self.speech = np.flatnonzero((self.kinds == "speech") & (self.where[:, 3] > CHUNK))
        self.noise = np.flatnonzero((self.kinds == "noise") & (self.where[:, 3] > CHUNK))

    def draw(self, rng, count):
        """(clip, centre) of `count` moments; two of every recording where it is long enough."""
        clip = np.repeat(rng.choice(self.long, (count + 1) // 2, replace=False, p=self.weight), 2)[:count]
        length = self.where[clip, 3]
        centre = (rng.random(count) * (length - SPAN)).astype(np.int64) + SPAN // 2
        return clip, centre

    def read(self, start, length, first, count, step=None):
        """float32 [N,count]: of the clip at `start` the samples first, first + step, ... (step 1 unless given); silence outside."""
        out = np.zeros((len(start), count), np.float32)
        for i, (s, n, f) in enumerate(zip(start, length, first)):
            if step is None or step[i] == 1:
                a, b = max(0, f), min(n, f + count)
                if b > a:
                    out[i, a - f : b - f] = self.waves[s + a : s + b]
            else:
                a, b = max(0, int(f)), min(n, int(f + count * step[i]) + 2)
                if b > a:
                    out[i] = np.interp(f + step[i] * np.arange(count), np.arange(a, b), self.waves[s + a : s + b], 0, 0)
        return torch.from_numpy(out)


class Edits:
    """Draws views. `strength` 0..1 scales how often and how hard the copies are edited."""

    def __init__(self, pool, seed, cfg=EditConfig()):
        self.pool, self.cfg, self.rng = pool, cfg, np.random.default_rng(seed)
        torch.manual_seed(seed)
        self.frontend = Frontend()
        self.rooms = self.make_rooms(300)
        self.colours = self.make_colours(60)

    def make_rooms(self, count):
        """Spectra [count,CHUNK/2+1] of random impulse responses: direct sound, a few reflections, a decaying tail."""
        t = torch.arange(LEAD) / RATE
        out = torch.zeros(count, CHUNK)
        for i in range(count):
            seconds = 10 ** self.rng.uniform(-0.8, 0.1)  # to -60 dB: 0.16 to 1.26 s
            tail = torch.randn(LEAD) * torch.exp(-6.9 * t / seconds) * (t > self.rng.uniform(0.002, 0.03))
            out[i, :LEAD] = tail / tail.norm() * 10 ** (-self.rng.uniform(-4, 8) / 20)
            for _ in range(self.rng.integers(0, 6)):
                out[i, self.rng.integers(8, 400)] += self.rng.uniform(-0.6, 0.6)
            out[i, 0] += 1
        return torch.fft.rfft(out)

    def make_colours(self, seconds):
        """Endless noise of several colours, int16 [k, seconds * 8000]."""
        n = seconds * RATE
        f = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20)
        out = [np.fft.irfft(np.fft.rfft(self.rng.standard_normal(n)) * f**-slope, n) for slope in (0, 0.5, 0.8, 1.2)]
        return np.stack([x / x.std() for x in out]).astype(np.float32)

    def backgrounds(self, count):
        """[count,CHUNK] of noise to mix in: coloured, recorded, or other recordings."""
        rng, pool = self.rng, self.pool
        out = np.empty((count, CHUNK), np.float32)
        for i in range(count):
            kind = rng.random()
            if kind < 0.45:
                at = rng.integers(0, self.colours.shape[1] - CHUNK)
                out[i] = self.colours[rng.integers(len(self.colours)), at : at + CHUNK]
                continue
            out[i] = 0
            for _ in range(1 if kind < 0.85 else rng.integers(2, 6)):
                source = pool.noise if kind < 0.65 and len(pool.noise) else pool.speech if kind >= 0.85 and len(pool.speech) else pool.long
                c = rng.choice(source)
                start, length = pool.where[c, 0], pool.where[c, 3]
                at = rng.integers(0, max(1, length - CHUNK))
                piece = pool.waves[start + at : start + min(length, at + CHUNK)]
                out[i, : len(piece)] += piece
        return torch.from_numpy(out)

    def mix(self, x, chosen, other, decibels):
        """Adds `other` [k,CHUNK] to the rows `chosen` of x, so many decibels below them in the part that is seen."""
        if len(chosen) == 0:
            return
        power = lambda s: s[:, LEAD:].square().mean(1, keepdim=True)
        gain = torch.sqrt(power(x[chosen]) / (power(other) + 1e-3)) * 10 ** (-torch.as_tensor(decibels, dtype=torch.float32)[:, None] / 20)
        x[chosen] += other * gain.clamp(max=1e4)

    def views(self, count, strength=1.0):
        """Pixels [count,1,64,64] of the originals and of the copies, and which pairs are too close to be strangers."""
        rng, cfg, pool = self.rng, self.cfg, self.pool
        clip, centre = pool.draw(rng, count)
        where = pool.where[clip]
        chosen = lambda share: np.flatnonzero(rng.random(count) < share * strength)
        # the original
        level = torch.from_numpy(10 ** rng.uniform(-1, 0, (count, 1))).float()
        plain = pool.read(where[:, 0], where[:, 3], centre - SPAN // 2, SPAN) * level
        starts = (torch.arange(FRAMES) * HOP).expand(count, -1)
        first = self.frontend.pixels(self.frontend.power(plain, starts))
        # the copy
        pitch, tempo = np.ones(count), np.ones(count)
        k = chosen(cfg.pitch)
        pitch[k] = 2 ** rng.uniform(-1.25 / 12, 1.25 / 12, len(k))
        k = chosen(cfg.tempo)
        tempo[k] = rng.uniform(0.88, 1.13, len(k))
        k = chosen(0.15)
        tempo[k] = pitch[k]  # played faster or slower, both at once
        offset = rng.uniform(-cfg.offset, cfg.offset, count) * RATE
        start = where[:, 0].copy()
        k = chosen(cfg.coded)
        version = where[k, rng.integers(1, 3, len(k))]
        start[k] = np.where(version >= 0, version, start[k])
        begin = np.round(centre + offset - CENTRE * pitch).astype(np.int64)
        x = pool.read(start, where[:, 3], begin, CHUNK, pitch) * torch.from_numpy(10 ** rng.uniform(-1, 0, (count, 1))).float()
        k = chosen(cfg.speech)
        if len(k) and len(pool.speech):
            voices = pool.where[rng.choice(pool.speech, len(k))]
            begin = (rng.random(len(k)) * (voices[:, 3] - CHUNK)).astype(np.int64)
            self.mix(x, k, pool.read(voices[:, 0], voices[:, 3], begin, CHUNK), rng.uniform(-4, 12, len(k)))
        k = chosen(cfg.reverb)
        if len(k):
            rooms = self.rooms[rng.integers(0, len(self.rooms), len(k))]
            x[k] = torch.fft.irfft(torch.fft.rfft(x[k]) * rooms, CHUNK)
        k = chosen(cfg.clipping)
        if len(k):
            top = x[k].abs().amax(1, keepdim=True) * torch.from_numpy(rng.uniform(0.1, 0.7, (len(k), 1))).float()
            x[k] = torch.minimum(torch.maximum(x[k], -top), top)
        k = chosen(cfg.noise)
        self.mix(x, k, self.backgrounds(len(k)), rng.uniform(20 - 22 * strength, 25, len(k)))
        hop = torch.from_numpy(HOP * tempo / pitch)
        starts = (CENTRE + (torch.arange(FRAMES) - (FRAMES - 1) / 2) * hop[:, None] - FFT / 2).round().long()
        power = self.frontend.power(x, starts)
        return first, self.frontend.pixels(self.bands(power, chosen)), self.too_close(clip, centre)

    def bands(self, power, chosen):
        """Edits that are as well done to the band powers [N,64,64]: equalizer, cuts, holes, masks."""
        rng, n = self.rng, len(power)
        band = torch.arange(BANDS) / BANDS
        gain = torch.zeros(n, BANDS)
        k = chosen(self.cfg.equalizer)
        for _ in range(3):
            wave = torch.cos(2 * np.pi * (band * torch.from_numpy(rng.uniform(0.2, 3, (len(k), 1))) + torch.from_numpy(rng.random((len(k), 1)))))
            gain[k] += (wave * torch.from_numpy(rng.uniform(0, 6, (len(k), 1)))).float()
        for i in chosen(self.cfg.cut):
            edge, slope = rng.uniform(0.1, 0.4), rng.uniform(60, 400)
            if rng.random() < 0.5:
                gain[i] -= slope * (edge - band).clamp(min=0)
            else:
                gain[i] -= slope * (band - (1 - edge)).clamp(min=0)
        power = power * 10 ** (gain / 10)[:, :, None]
        k = chosen(self.cfg.holes)
        if len(k):
            part = power[k]
            near = torch.nn.functional.max_pool2d(part[:, None], (9, 5), 1, (4, 2))[:, 0]
            limit = 10 ** -torch.from_numpy(rng.uniform(0.8, 2.5, (len(k), 1, 1))).float()
            power[k] = torch.where(part < near * limit, part * 0.01, part)
        for i in chosen(self.cfg.mask):
            if rng.random() < 0.5:
                a, w = rng.integers(0, BANDS), rng.integers(2, 14)
                power[i, a : a + w] *= 1e-4
            else:
                a, w = rng.integers(0, FRAMES), rng.integers(2, 12)
                power[i, :, a : a + w] *= 1e-4
        return power

    @staticmethod
    def too_close(clip, centre):
        """bool [N,N]: other moments of the same recording less than a window away are no strangers."""
        near = (clip[:, None] == clip) & (np.abs(centre[:, None] - centre) < SPAN)
        np.fill_diagonal(near, False)
        return torch.from_numpy(near)
