"""Packs what the audio network learns from: recordings that may be trained on, copies of them, synthesized sounds.

python3 data.py pack --media=MEDIA/audio --out=PACKED.npz     recordings and coded copies; needs ffmpeg; travels
python3 data.py grow --data=PACKED.npz --out=POOL.npz         adds synthesized clips on all cores, where it is trained

A recording may be trained on when its licence is CC0, CC-BY or public domain by the index's own words. Two fifths of
those are held out by a hash of their origin; of everything else (GPL, CC-BY-SA, mixed or unclear licences) nothing is used.
"""

import csv
import dataclasses
import hashlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

import synth
from synth import RATE
from pack import from_mu_law, to_mu_law

FREE = ("CC0", "CC0 repo", "CC-BY (ESC-10 subset of freesound)", "LJSpeech: public domain")
LEFT_OUT = ("loop_amen_full", "concert-crowd")  # a famous sample and a concert: rights less clear than the index says
NOISY = ("Rain", "Sea waves", "Crackling fire", "Helicopter")  # of ESC-10: also the background noises
CODECS = (
    ["-ar", "24000", "-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3"],
    ["-ar", "24000", "-c:a", "libopus", "-b:a", "12k", "-f", "ogg"],
    ["-ar", "16000", "-c:a", "libmp3lame", "-b:a", "16k", "-f", "mp3"],
    ["-ar", "16000", "-c:a", "libopus", "-b:a", "8k", "-f", "ogg"],
    ["-ar", "16000", "-c:a", "aac", "-b:a", "20k", "-f", "adts"],
)
GAP = 4  # zero samples between clips of a pool: what an interpolation reads beyond an end


@dataclasses.dataclass(frozen=True)
class PackConfig:
    media: str = ""
    out: str = "packed.npz"
    coded: int = 150  # synthesized clips that exist as coded copies, too
    copies: int = 2  # codecs of each of them; recordings get all
    seconds: float = 10.0
    seed: int = 11
    limit: int = 1_000_000  # recordings: few for a trial


@dataclasses.dataclass(frozen=True)
class GrowConfig:
    data: str = "packed.npz"
    out: str = "pool.npz"
    clips: int = 8000
    seconds: float = 10.0
    within: float = 40.0  # seconds after which no more are made
    workers: int = 0  # as many as there are cores
    seed: int = 12


def origin(row):
    """What a clip was cut from: takes of one freesound recording, and one recording in several formats, stay on one side of the split."""
    stem = os.path.splitext(os.path.basename(row["path"]))[0]
    return row["source"] + "/" + (stem.split("-")[1] if "ESC-10" in row["source"] else stem)


def may_train(row):
    return row["licence"] in FREE and not any(w in row["path"] for w in LEFT_OUT)


def held_out(row):
    return hashlib.sha256(origin(row).encode()).digest()[0] % 5 < 2


def run(args, data=None):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin" if data is None else "-y", *args], input=data, stdout=subprocess.PIPE, check=True).stdout


def decode(path):
    """int16 [n], mono, 8 kHz."""
    return np.frombuffer(run(["-i", path, "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]), "<i2")


def recode(waves, codec):
    """The same recordings after a lossy codec, each as long as before. They are coded in a row, with silence between
    them, and moved back by the delay that codecs put in front."""
    gap = np.zeros(RATE // 4, np.int16)
    flat = np.concatenate([x for w in waves for x in (gap, w)])
    with tempfile.NamedTemporaryFile(suffix=".bin") as f:
        f.write(run(["-f", "s16le", "-ar", "8000", "-ac", "1", "-i", "-", *codec, "-"], flat.tobytes()))
        f.flush()
        out = decode(f.name)
    out = np.pad(out, (0, max(0, len(flat) - len(out)) + 1000))
    m = min(len(flat), 60 * RATE)
    a, b = (np.fft.rfft(x[:m].astype(np.float64), 2 * m) for x in (flat, out))
    delay = int(np.argmax(np.fft.irfft(b * a.conj(), 2 * m)[:900]))
    parts, at = [], delay
    for w in waves:
        at += len(gap)
        parts.append(out[at : at + len(w)])
        at += len(w)
    return delay, parts


def pack(cfg):
    with open(os.path.join(cfg.media, "index.tsv")) as f:
        rows = [r for r in csv.DictReader(f, delimiter="\t") if may_train(r)]
    waves, kinds, names, origins = [], [], [], []
    for row in rows:
        if held_out(row) or len(waves) >= cfg.limit:
            continue
        wave = decode(os.path.join(cfg.media, row["file"]))
        if len(wave) < 8000 or np.abs(wave.astype(float)).max() < 300:
            continue
        waves.append(wave)
        kinds.append("noise" if any(w in row["path"] for w in NOISY) or "rand-stream" in row["path"] else row["kind"])
        names.append(row["file"])
        origins.append(origin(row))
    real = len(waves)
    print(f"{real} recordings, {sum(map(len, waves)) / 8000:.0f} s; held out {sum(map(held_out, rows))}", flush=True)
    for i in range(cfg.coded):
        kind, wave = synthesize((cfg.seed, i, cfg.seconds))
        waves.append(from_mu_law(to_mu_law(wave)))
        kinds.append(kind)
        names.append(f"synth/coded/{i}")
        origins.append(names[-1])
    rng = np.random.default_rng(cfg.seed)
    chosen = [range(len(CODECS)) if i < real else rng.choice(len(CODECS), cfg.copies, replace=False) for i in range(len(waves))]
    copies = [[] for _ in waves]
    for c, codec in enumerate(CODECS):
        delay, coded = recode(waves, codec)
        print(f"{' '.join(codec)}: delay {delay}", flush=True)
        for i, which in enumerate(chosen):
            if c in which:
                copies[i].append(coded[i])
    np.savez_compressed(
        cfg.out,
        plain=np.concatenate(waves[:real]),
        small=np.concatenate([to_mu_law(x) for i, w in enumerate(waves) for x in ([] if i < real else [w]) + copies[i]]),
        lengths=np.array([len(w) for w in waves]), copies=np.array([len(c) for c in copies]),
        kinds=np.array(kinds), names=np.array(names), origins=np.array(origins),
    )
    print(f"{len(waves)} clips, {sum(len(w) * (1 + len(c)) for w, c in zip(waves, copies)) / 8000 / 3600:.2f} h with coded copies; {os.path.getsize(cfg.out):,} bytes", flush=True)


def synthesize(job):
    """(kind, int16 samples) of one clip."""
    seed, i, seconds = job
    kind, wave = synth.clip(np.random.default_rng([seed, i]), seconds)
    return kind, (wave * 32767).astype(np.int16)


def grow(cfg):
    """The pool: int16 `waves`; of every clip `start`, `length`, `kinds`, `names`, `coded` [clips,5] = starts of its copies
    or -1, and `origins` = a number that clips of one recording share (the index has some in three formats)."""
    began, parts, at = time.time(), [np.zeros(GAP, np.int16)], GAP
    start, length, kinds, names, origins, coded = [], [], [], [], [], []

    def put(wave):
        nonlocal at
        parts.extend((wave, np.zeros(GAP, np.int16)))
        at += len(wave) + GAP
        return at - len(wave) - GAP

    def keep(kind, name, origin, versions):
        starts = [put(v) for v in versions]
        start.append(starts[0])
        length.append(len(versions[0]))
        coded.append((starts[1:] + [-1] * len(CODECS))[: len(CODECS)])
        kinds.append(kind)
        names.append(name)
        origins.append(origin)

    with np.load(cfg.data) as packed:
        plain, small = packed["plain"], packed["small"]
        p = s = 0
        for n, copies, kind, name, whence in zip(*(packed[k] for k in ("lengths", "copies", "kinds", "names", "origins"))):
            versions = []
            if not str(name).startswith("synth/"):
                versions.append(plain[p : p + n])
                p += n
            while len(versions) < copies + 1:
                versions.append(from_mu_law(small[s : s + n]))
                s += n
            keep(str(kind), str(name), str(whence), versions)
    workers = cfg.workers or len(os.sched_getaffinity(0))
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for i, (kind, wave) in enumerate(pool.imap(synthesize, ((cfg.seed, i, cfg.seconds) for i in range(cfg.clips)), chunksize=4)):
            keep(kind, f"synth/{i}", f"synth/{i}", [wave])
            if time.time() - began > cfg.within:
                break
        pool.terminate()
    np.savez(cfg.out, waves=np.concatenate(parts), start=np.array(start), length=np.array(length), coded=np.array(coded), kinds=np.array(kinds), names=np.array(names), origins=np.unique(origins, return_inverse=True)[1])
    print(f"{len(kinds)} clips, {at / 8000 / 3600:.2f} h, {time.time() - began:.0f} s", flush=True)


def parse(config, argv):
    """A dataclass of options from `--name=value` words."""
    kinds = {f.name: f.type for f in dataclasses.fields(config)}
    values = dict(a.lstrip("-").split("=", 1) for a in argv)
    return config(**{k: kinds[k](v) for k, v in values.items()})


if __name__ == "__main__":
    if sys.argv[1:2] == ["pack"]:
        pack(parse(PackConfig, sys.argv[2:]))
    elif sys.argv[1:2] == ["grow"]:
        grow(parse(GrowConfig, sys.argv[2:]))
    else:
        raise SystemExit(__doc__)
