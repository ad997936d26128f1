"""Pairs of views of one moment: the recording as it is registered, and as somebody copied it.

Everything is done to whole batches on one device; how many rows an edit takes is known beforehand, so that the host
never waits for the device. Pitch is a change of the reading speed; tempo a change of the distance between the frames, so
that both together are independent without a phase vocoder; a part of the rows is spliced instead, as programs do it.
"""

import dataclasses
import math

import numpy as np
import torch

from frontend import BANDS, FFT, FRAMES, HOP, RATE, SPAN, Frontend
from rooms import response

CHUNK, CENTRE = 16384, 9984  # samples of a strong view's excerpt; where its middle lies, after a lead for the echoes
LEAD = CENTRE - 6400
COLOUR = 30 * RATE  # samples of each coloured noise
AUDIBLE = 208  # loudest level below which a window has no vector (docs/audio-fingerprint.md)


@dataclasses.dataclass(frozen=True)
class EditConfig:
    """Shares of the copies that an edit is done to, at full strength."""

    offset: float = 0.15  # seconds that the copy's window may lie beside the original's
    noise: float = 0.65
    quietest: float = -5.0  # dB, the worst ratio of signal to noise
    loudest: float = 25.0  # the best one
    speech: float = 0.2
    voice: float = -5.0  # dB, the worst ratio of signal to a voice over it
    faintest: float = 12.0  # the best one
    reverb: float = 0.4
    equalizer: float = 0.6
    cut: float = 0.3  # low or high frequencies missing, or both
    pitch: float = 0.35
    tempo: float = 0.35
    both: float = 0.15  # played faster or slower
    spliced: float = 0.2  # pitch and tempo changed by splicing pieces
    clipping: float = 0.15
    coded: float = 0.5  # of the moments that have coded copies
    holes: float = 0.25  # weak cells emptied, as codecs do
    pump: float = 0.2  # the level follows a curve, as compressors make it
    mask: float = 0.2
    # what makes new recordings of the packed ones: the same for both views
    respeed: float = 0.5
    backwards: float = 0.15
    blend: float = 0.25
    moments: int = 4  # of each recording in a batch


class Pool:
    """The recordings of `data.py grow` on a device."""

    def __init__(self, path, device="cpu"):
        with np.load(path) as pack:
            start, length, coded, origins = pack["start"], pack["length"], pack["coded"], pack["origins"]
            self.kinds, self.names = pack["kinds"].astype(str), pack["names"].astype(str)
            self.waves = torch.from_numpy(pack["waves"]).to(device)
        real = np.array([not n.startswith("synth/") for n in self.names])
        seconds = np.minimum(length, 20 * RATE) * (length > 1.1 * SPAN)
        # a third of the moments are of real recordings, however many are synthesized; those with coded copies count twice
        weight = np.where(real, seconds / seconds[real].sum(), 0) + 2 * np.where(real, 0, seconds * (1 + (coded[:, 0] >= 0))) / max(1, (seconds * (1 + (coded[:, 0] >= 0)))[~real].sum())
        to = lambda x, t: torch.as_tensor(np.ascontiguousarray(x), dtype=t, device=device)
        self.device, self.start, self.length = device, to(start, torch.long), to(length, torch.long)
        self.origin = to(origins, torch.long)
        self.weight = to(weight, torch.float32)
        # a copy that does not exist is the original
        self.coded = to(np.where(coded >= 0, coded, start[:, None]), torch.long)
        of = lambda *kinds: to(np.flatnonzero(np.isin(self.kinds, kinds) & (length > CHUNK)), torch.long)
        self.any, self.noise, self.speech = of(*set(self.kinds)), of("noise", "ambience"), of("speech", "voice")
        if not len(self.noise):
            self.noise = self.any

    def read(self, start, length, centre, tau):
        """float32 [N,m]: of the clips at `start` [N] what is heard `tau` [N,m] samples after `centre` [N]; silence outside."""
        whole = tau.floor()
        t = tau - whole
        at = (whole.long() + centre[:, None]).clamp_(min=-3).minimum(length[:, None] + 1) + start[:, None]
        a, b, c, d = (self.waves[at + k].float() for k in (-1, 0, 1, 2))
        # Catmull-Rom: exact at whole samples
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))

    def pieces(self, clips, random, count):
        """float32 [k,count] of unchanged samples at random places of `clips` [k]; `random` [k] in 0..1."""
        first = (random * (self.length[clips] - count)).long() + self.start[clips]
        return self.waves[first[:, None] + torch.arange(count, device=self.device)].float()


class Edits:
    """Draws views. `strength` 0..1 scales how often and how hard the copies are edited."""

    def __init__(self, pool, seed, cfg=EditConfig(), rooms=600):
        self.pool, self.cfg, self.device = pool, cfg, pool.device
        rng = np.random.default_rng(seed)
        self.dice = torch.Generator(pool.device)
        self.dice.manual_seed(seed)
        self.frontend = Frontend(pool.device)
        responses = np.zeros((rooms, CHUNK), np.float32)
        for row in responses:
            row[:LEAD] = response(rng, LEAD)
        self.rooms = torch.fft.rfft(torch.from_numpy(responses).to(pool.device))
        self.colours = self.make_colours(rng)
        self.steps = torch.arange(CHUNK, device=pool.device, dtype=torch.float32) - CENTRE
        self.window = torch.arange(SPAN, device=pool.device, dtype=torch.float32) - SPAN // 2
        self.middle = torch.arange(FRAMES, device=pool.device) - (FRAMES - 1) / 2
        self.band = torch.arange(BANDS, device=pool.device) / BANDS
        self.plain_starts = torch.arange(FRAMES, device=pool.device) * HOP

    def make_colours(self, rng):
        """Noise of several colours, float32 [colours, COLOUR], of power 1."""
        f = np.maximum(np.fft.rfftfreq(COLOUR, 1 / RATE), 20)
        out = [np.fft.irfft(np.fft.rfft(rng.standard_normal(COLOUR)) * f**-slope, COLOUR) for slope in (-0.3, 0, 0.25, 0.5, 0.8, 1.2)]
        return torch.from_numpy(np.stack([x / x.std() for x in out]).astype(np.float32)).to(self.device)

    def rand(self, *shape, low=0.0, high=1.0):
        return torch.rand(*shape, generator=self.dice, device=self.device) * (high - low) + low

    def pick(self, share, count):
        """Random rows int64 [round(share * count)]."""
        return self.rand(count).argsort()[: int(share * count + 0.5)]

    def one_of(self, table, count):
        return table[(self.rand(count) * len(table)).long().clamp_(max=len(table) - 1)]

    def moments(self, count):
        """What is heard in both views: several moments of each recording, and how that recording is varied."""
        cfg, pool = self.cfg, self.pool
        if count % cfg.moments:
            raise ValueError(f"a batch of {count} does not hold {cfg.moments} moments of every recording")
        groups = count // cfg.moments
        of = lambda x: x.repeat_interleave(cfg.moments, 0)
        clip = torch.multinomial(pool.weight, groups, replacement=True, generator=self.dice)
        rate = torch.ones(groups, device=self.device)
        k = self.pick(cfg.respeed, groups)
        rate[k] = 2 ** self.rand(len(k), low=-0.4, high=0.4)
        rate[self.pick(cfg.backwards, groups)] *= -1
        clip, rate = of(clip), of(rate)
        length = pool.length[clip]
        margin = SPAN // 2
        centre = (self.rand(count) * (length - 2 * margin)).long() + margin
        # another recording below: rows of a group share it, each at a place of its own
        rows = self.pick(cfg.blend, groups)
        rows = (rows[:, None] * cfg.moments + torch.arange(cfg.moments, device=self.device)).flatten()
        other = of(torch.multinomial(pool.weight, groups, replacement=True, generator=self.dice))[rows]
        beside = (self.rand(len(rows)) * (pool.length[other] - 2 * margin)).long() + margin
        gain = 10 ** of(self.rand(groups, 1, low=-0.9, high=0.1))[rows]
        return clip, rate, centre, (rows, other, beside, gain)

    def hear(self, start, moment, tau):
        """float32 [N,m]: the varied recording at the times `tau` [N,m] after the moment."""
        clip, rate, centre, (rows, other, beside, gain) = moment
        pool = self.pool
        x = pool.read(start, pool.length[clip], centre, tau * rate[:, None])
        if len(rows):
            x[rows] += gain * pool.read(pool.start[other], pool.length[other], beside, tau[rows])
        return x

    def backgrounds(self, count):
        """[count,CHUNK] to mix in: coloured noise, ambience, babble, other recordings."""
        pool = self.pool
        a, b, c = int(count * 0.45), int(count * 0.75), int(count * 0.9)
        at = (self.rand(a) * (COLOUR - CHUNK)).long()
        row = (self.rand(a) * len(self.colours)).long().clamp_(max=len(self.colours) - 1)
        out = [self.colours.flatten()[(row * COLOUR + at)[:, None] + torch.arange(CHUNK, device=self.device)]]
        out.append(pool.pieces(self.one_of(pool.noise, b - a), self.rand(b - a), CHUNK))
        if len(pool.speech):
            voices = (c - b) * 4
            babble = pool.pieces(self.one_of(pool.speech, voices), self.rand(voices), CHUNK)
            out.append((babble * self.rand(voices, 1)).view(c - b, 4, CHUNK).sum(1))
        else:
            c = b
        out.append(pool.pieces(self.one_of(pool.any, count - c), self.rand(count - c), CHUNK))
        out = torch.cat(out)
        return out[self.rand(count).argsort()]

    def mix(self, x, chosen, other, decibels):
        """Adds `other` [k,CHUNK] to the rows `chosen` of x, so many decibels [k] below them in the part that is seen."""
        if len(chosen) == 0:
            return
        power = lambda s: s[:, LEAD:].square().mean(1, keepdim=True)
        gain = torch.sqrt(power(x[chosen]) / (power(other) + 1e-3)) * 10 ** (-decibels[:, None] / 20)
        x[chosen] += other * gain.clamp(max=1e4)

    def times(self, count, strength):
        """When the copy's samples are taken, tau [N,CHUNK] in samples after the moment, and its frames' starts [N,64]."""
        cfg = self.cfg
        pitch, tempo = torch.ones(count, device=self.device), torch.ones(count, device=self.device)
        k = self.pick(cfg.pitch * strength, count)
        pitch[k] = 2 ** self.rand(len(k), low=-1.25 / 12, high=1.25 / 12)
        k = self.pick(cfg.tempo * strength, count)
        tempo[k] = self.rand(len(k), low=0.88, high=1.13)
        k = self.pick(cfg.both * strength, count)
        tempo[k] = pitch[k] = self.rand(len(k), low=0.88, high=1.13)
        offset = self.rand(count, 1, low=-cfg.offset, high=cfg.offset) * RATE
        tau = self.steps * pitch[:, None] + offset
        hop = HOP * tempo / pitch
        k = self.pick(cfg.spliced * strength, count)
        # pieces of 40 to 120 ms, half over each other; row k of `second` and `weight` belongs to the second of two pieces
        half = self.rand(len(k), 1, low=160, high=480)
        u = self.steps * pitch[k, None]
        piece = (u / half).floor()
        inside = u - piece * half
        stretched = half * (tempo / pitch)[k, None]
        tau[k] = piece * stretched + inside + offset[k]
        second = (piece - 1) * stretched + inside + half + offset[k]
        weight = torch.sin(inside / half * (math.pi / 2)) ** 2
        hop[k] = HOP
        starts = (CENTRE + self.middle * hop[:, None] - FFT / 2).round().long()
        return tau, starts, (k, second, weight)

    def copy(self, moment, count, strength):
        """The edited samples float32 [N,CHUNK] and the starts of their frames [N,64]."""
        cfg, pool = self.cfg, self.pool
        start = pool.start[moment[0]].clone()
        k = self.pick(cfg.coded * strength, count)
        codec = (self.rand(len(k)) * pool.coded.shape[1]).long().clamp_(max=pool.coded.shape[1] - 1)
        start[k] = pool.coded[moment[0][k], codec]
        tau, starts, (k, second, weight) = self.times(count, strength)
        x = self.hear(start, moment, tau)
        if len(k):
            # the second piece of spliced rows: of the main recording only, as blended ones are few
            clip, rate, centre, _ = moment
            late = pool.read(start[k], pool.length[clip[k]], centre[k], second * rate[k, None])
            x[k] = x[k] * weight + late * (1 - weight)
        x *= 10 ** self.rand(count, 1, low=-1)
        k = self.pick(cfg.speech * strength, count)
        if len(k) and len(pool.speech):
            self.mix(x, k, pool.pieces(self.one_of(pool.speech, len(k)), self.rand(len(k)), CHUNK), self.rand(len(k), low=cfg.voice, high=cfg.faintest))
        k = self.pick(cfg.reverb * strength, count)
        if len(k):
            x[k] = torch.fft.irfft(torch.fft.rfft(x[k]) * self.one_of(self.rooms, len(k)), CHUNK)
        k = self.pick(cfg.clipping * strength, count)
        if len(k):
            top = x[k].abs().amax(1, keepdim=True) * self.rand(len(k), 1, low=0.1, high=0.7)
            x[k] = torch.minimum(torch.maximum(x[k], -top), top)
        k = self.pick(cfg.noise, count)
        self.mix(x, k, self.backgrounds(len(k)), self.rand(len(k), low=20 - (20 - cfg.quietest) * strength, high=cfg.loudest))
        return x, starts

    def views(self, count, strength=1.0):
        """Pixels [N,1,64,64] of originals and copies; which pairs bool [N,N] are no strangers; which moments bool [N] are heard."""
        moment = self.moments(count)
        clip, rate, centre, _ = moment
        plain = self.hear(self.pool.start[clip], moment, self.window.expand(count, -1)) * 10 ** self.rand(count, 1, low=-1)
        # 16 bits, as the server reads them
        power = self.frontend.power(plain.round(), self.plain_starts.expand(count, -1))
        heard = power.amax((1, 2)) >= 2 ** (AUDIBLE / 12)
        first = self.frontend.pixels(power)
        x, starts = self.copy(moment, count, strength)
        second = self.frontend.pixels(self.bands(self.frontend.power(x.round(), starts), strength))
        near = (centre[:, None] - centre).abs() < SPAN * torch.maximum(rate.abs()[:, None], rate.abs())
        origin = self.pool.origin[clip]
        close = (origin[:, None] == origin) & near
        return first, second, close.fill_diagonal_(False), heard

    def bands(self, power, strength):
        """Edits that are as well done to the band powers [N,64,64]: equalizer, cuts, pumping, holes, masks."""
        cfg, n, band = self.cfg, len(power), self.band
        gain = torch.zeros(n, BANDS, device=self.device)
        k = self.pick(cfg.equalizer * strength, n)
        waves = torch.cos(2 * math.pi * (band * self.rand(len(k), 3, 1, low=0.2, high=3) + self.rand(len(k), 3, 1)))
        gain[k] = (waves * self.rand(len(k), 3, 1, high=6)).sum(1)
        for side in (band, 1 - band):
            k = self.pick(cfg.cut * 0.65 * strength, n)
            gain[k] -= self.rand(len(k), 1, low=60, high=400) * (self.rand(len(k), 1, low=0.05, high=0.4) - side).clamp(min=0)
        power = power * 10 ** (gain / 10)[:, :, None]
        k = self.pick(cfg.pump * strength, n)
        time = (self.middle + self.middle[-1]) / FRAMES
        curve = torch.cos(2 * math.pi * (time * self.rand(len(k), 2, 1, low=0.3, high=4) + self.rand(len(k), 2, 1)))
        power[k] *= 10 ** ((curve * self.rand(len(k), 2, 1, high=5)).sum(1) / 10)[:, None, :]
        k = self.pick(cfg.holes * strength, n)
        if len(k):
            part = power[k]
            near = torch.nn.functional.max_pool2d(part[:, None], (9, 5), 1, (4, 2))[:, 0]
            limit = 10 ** -self.rand(len(k), 1, 1, low=0.8, high=2.5)
            power[k] = torch.where(part < near * limit, part * 0.01, part)
        k = self.pick(cfg.mask * 0.5 * strength, n)
        first = self.rand(len(k), 1, high=BANDS)
        inside = (band * BANDS >= first) & (band * BANDS < first + self.rand(len(k), 1, low=2, high=14))
        power[k] *= torch.where(inside, 1e-4, 1.0)[:, :, None]
        k = self.pick(cfg.mask * 0.5 * strength, n)
        first = self.rand(len(k), 1, high=FRAMES)
        inside = (time * FRAMES >= first) & (time * FRAMES < first + self.rand(len(k), 1, low=2, high=12))
        power[k] *= torch.where(inside, 1e-4, 1.0)[:, None, :]
        return power
