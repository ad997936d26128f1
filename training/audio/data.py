"""Packs what the audio network learns from into one file: recordings that may be trained on, and synthesized ones.

python3 data.py --media=MEDIA/audio --out=PACKED.npz [--clips=1200 --seconds=10]     (needs ffmpeg)

A recording may be trained on when its licence is CC0, CC-BY or public domain by the index's own words. Two fifths of
those are held out by a hash of their origin; of everything else (GPL, CC-BY-SA, mixed or unclear licences) nothing is used.
"""

import csv
import dataclasses
import hashlib
import os
import subprocess
import sys
import tempfile

import numpy as np

import synth

FREE = ("CC0", "CC0 repo", "CC-BY (ESC-10 subset of freesound)", "LJSpeech: public domain")
LEFT_OUT = ("loop_amen_full", "concert-crowd")  # a famous sample and a concert: rights less clear than the index says
NOISY = ("Rain", "Sea waves", "Crackling fire", "Helicopter")  # of ESC-10: also the background noises
MP3 = ["-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3"]
OPUS = ["-c:a", "libopus", "-b:a", "12k", "-f", "ogg"]


@dataclasses.dataclass(frozen=True)
class DataConfig:
    media: str = ""
    out: str = "packed.npz"
    clips: int = 1200
    seconds: float = 10.0
    coded: float = 0.3  # share of the synthesized clips that also exist as MP3 and Opus
    seed: int = 11


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


def recode(wave, codec):
    """The same recording after a lossy codec, same length."""
    with tempfile.NamedTemporaryFile(suffix=".bin") as f:
        f.write(run(["-f", "s16le", "-ar", "8000", "-ac", "1", "-i", "-", "-ar", "24000", *codec, "-"], wave.tobytes()))
        f.flush()
        out = decode(f.name)
    return np.pad(out, (0, max(0, len(wave) - len(out))))[: len(wave)]


def main(cfg):
    with open(os.path.join(cfg.media, "index.tsv")) as f:
        rows = [r for r in csv.DictReader(f, delimiter="\t") if may_train(r)]
    waves, coded, kinds, names = [], [], [], []

    def keep(wave, kind, name, with_codecs):
        waves.append(wave)
        kinds.append(kind)
        names.append(name)
        coded.append([recode(wave, c) for c in (MP3, OPUS)] if with_codecs else [])

    for row in rows:
        if held_out(row):
            continue
        wave = decode(os.path.join(cfg.media, row["file"]))
        if len(wave) < 8000 or np.abs(wave.astype(float)).max() < 300:
            continue
        kind = "noise" if any(w in row["path"] for w in NOISY) or "rand-stream" in row["path"] else row["kind"]
        keep(wave, kind, row["file"], True)
    print(f"{len(waves)} recordings, {sum(map(len, waves)) / 8000:.0f} s; held out {sum(map(held_out, rows))}", flush=True)
    for i in range(cfg.clips):
        rng = np.random.default_rng([cfg.seed, i])
        wave = (synth.clip(rng, cfg.seconds) * 32767).astype(np.int16)
        keep(wave, "synth", f"synth/{i}", i < cfg.clips * cfg.coded)
    where, flat, at = [], [], 0
    for wave, versions in zip(waves, coded):
        starts = []
        for v in [wave, *versions]:
            starts.append(at)
            flat.append(v)
            at += len(v)
        where.append((starts + [-1, -1])[:3] + [len(wave)])
    np.savez(cfg.out, waves=np.concatenate(flat), where=np.array(where, np.int64), kinds=np.array(kinds), names=np.array(names))
    print(f"{len(waves)} clips, {at / 8000 / 3600:.2f} h with coded versions", flush=True)


def parse(config, argv):
    """A dataclass of options from `--name=value` words."""
    kinds = {f.name: f.type for f in dataclasses.fields(config)}
    values = dict(a.lstrip("-").split("=", 1) for a in argv)
    return config(**{k: kinds[k](v) for k, v in values.items()})


if __name__ == "__main__":
    main(parse(DataConfig, sys.argv[1:]))
