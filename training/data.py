"""Pictures for training: pack them once on a CPU, decode them once into one tensor.

`python3 data.py pack --media DIR --out DIR` writes three shards of squashed WebP pictures (real and
procedural), and the sprite banks that the edits draw on. `unpack --out DIR --shard 0` decodes a shard ahead of
time; `load()` reads everything back as uint8 arrays.
"""

import argparse
import concurrent.futures
import glob
import hashlib
import io
import json
import os
import random
import tarfile

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 224  # the training pictures have a 224 px short side: more would only be interpolation
VARIANTS = 3  # pictures of one template
QUALITY = 81
SHARDS = ("0", "1", "2")  # 45 MB each
HOLDOUT_PER_MILLE = 52  # about 600 pictures that colleagues calibrate thresholds on
WORDS = (
    "the of and a to in is you that it he was for on are as with his they I at be this have from or one had by "
    "word but not what all were we when your can said there use an each which she do how their if will up other "
    "about out many then them these so some her would make like him into time has look two more write go see "
    "number no way could people my than first water been call who oil its now find long down day did get come "
    "made may part SALE NEW WOW LOL breaking news photo copyright sample draft follow subscribe 2024 2025 99% "
    "$19.99 @user #tag www.example.org 中文 图片 版权 作品 新闻 今天 привет мир фото новости καλημέρα señor für été"
).split()


def is_held_out(name):
    """Whether the picture `name` (path below media/train) is never trained on: decided by its name's hash."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 1000 < HOLDOUT_PER_MILLE


def squash(image):
    """The whole picture as SIDE x SIDE RGB, aspect ratio not kept (the network sees pictures this way)."""
    return image.convert("RGB").resize((SIDE, SIDE), Image.LANCZOS)


def encode(image):
    """WebP bytes of a picture."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def _real(job):
    path, name = job
    with Image.open(path) as image:
        aspect = image.width / image.height
        return encode(squash(image)), {"name": name, "aspect": round(aspect, 4), "holdout": is_held_out(name)}


# ---------------------------------------------------------------- procedural pictures

_FONTS = None


def fonts():
    """All scalable fonts of the machine, sorted so that a seed gives the same pictures."""
    global _FONTS
    if _FONTS is None:
        _FONTS = sorted(glob.glob("/usr/share/fonts/**/*.tt[fc]", recursive=True))
        _FONTS += sorted(glob.glob("/usr/share/fonts/**/*.otf", recursive=True))
    return _FONTS


def font(rng, size):
    return ImageFont.truetype(rng.choice(fonts()), size)


def colour(rng, dark=None):
    c = tuple(rng.randrange(256) for _ in range(3))
    if dark is True:
        return tuple(v // 3 for v in c)
    if dark is False:
        return tuple(255 - v // 3 for v in c)
    return c


def sentence(rng, n):
    return " ".join(rng.choice(WORDS) for _ in range(n))


def _noise(rng, w, h):
    g = np.random.default_rng(rng.randrange(2**32))
    out = np.zeros((h, w, 3))
    for octave in range(rng.randint(2, 6)):
        side = 2 ** (octave + 1)
        small = (g.random((side, side, 3)) * 255).astype(np.uint8)
        out += np.asarray(Image.fromarray(small).resize((w, h), Image.BICUBIC), float) / (octave + 1)
    out = (out - out.min()) / (np.ptp(out) + 1e-6) * 255
    return Image.fromarray(out.astype(np.uint8))


def _gradient(rng, w, h):
    y, x = np.mgrid[0:h, 0:w] / max(w, h)
    a = rng.random() * 6.3
    t = x * np.cos(a) + y * np.sin(a)
    if rng.random() < 0.5:
        t = np.hypot(x - rng.random(), y - rng.random()) * rng.uniform(1, 4)
    t = (np.sin(t * rng.uniform(1, 12)) + 1) / 2
    c0, c1 = np.array(colour(rng)), np.array(colour(rng))
    return Image.fromarray((c0 + (c1 - c0) * t[..., None]).astype(np.uint8))


def _page(rng, w, h, picture):
    dark = rng.random() < 0.3
    image = Image.new("RGB", (w, h), colour(rng, dark) if rng.random() < 0.5 else ("black" if dark else "white"))
    d = ImageDraw.Draw(image)
    ink = colour(rng, not dark)
    y, size = rng.randint(4, 20), rng.randint(9, 22)
    columns = rng.choice([1, 1, 2, 3])
    if rng.random() < 0.6:
        d.text((10, y), sentence(rng, 4), fill=ink, font=font(rng, size * 2))
        y += size * 3
    for c in range(columns):
        f, yy, cw = font(rng, size), y, (w - 16) // columns
        while yy < h - size:
            if rng.random() < 0.06:
                box = picture.resize((max(cw - 8, 8), rng.randint(30, 110)))
                image.paste(box, (8 + c * cw, yy))
                yy += box.height + 6
                continue
            text = sentence(rng, 12)
            while d.textlength(text, font=f) > cw - 6 and len(text) > 1:
                text = text[:-2]
            if rng.random() < 0.9:
                d.text((8 + c * cw, yy), text, fill=ink, font=f)
            yy += int(size * 1.35)
    return image


def _chart(rng, w, h, picture):
    image = Image.new("RGB", (w, h), colour(rng, False) if rng.random() < 0.7 else colour(rng, True))
    d = ImageDraw.Draw(image)
    kind, n = rng.choice(["bar", "line", "pie", "scatter", "area"]), rng.randint(4, 16)
    d.text((10, 4), sentence(rng, 4), fill=colour(rng, True), font=font(rng, 16))
    values = [rng.random() for _ in range(n)]
    step = (w - 30) / n
    points = [(20 + i * step, h - 20 - v * (h - 60)) for i, v in enumerate(values)]
    if kind == "bar":
        for (x, y) in points:
            d.rectangle([x, y, x + step * 0.7, h - 20], fill=colour(rng))
    elif kind == "line":
        for _ in range(rng.randint(1, 3)):
            d.line([(x, h - 20 - rng.random() * (h - 60)) for x, _ in points], fill=colour(rng), width=rng.randint(1, 5))
    elif kind == "area":
        d.polygon([(20, h - 20)] + points + [(w - 10, h - 20)], fill=colour(rng))
    elif kind == "scatter":
        for _ in range(rng.randint(20, 200)):
            x, y = rng.gauss(w / 2, w / 6), rng.gauss(h / 2, h / 6)
            d.ellipse([x - 3, y - 3, x + 3, y + 3], fill=colour(rng))
    else:
        a = 0.0
        for v in values:
            b = a + 360 * v / sum(values)
            d.pieslice([w / 2 - h / 3, h / 6, w / 2 + h / 3, h * 5 / 6], a, b, fill=colour(rng))
            a = b
    d.line([(18, 24), (18, h - 18), (w - 6, h - 18)], fill=colour(rng, True), width=2)
    return image


def _shapes(rng, w, h, picture):
    base = rng.random()
    image = _gradient(rng, w, h) if base < 0.4 else (_noise(rng, w, h) if base < 0.5 else Image.new("RGB", (w, h), colour(rng)))
    d = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 40)):
        x, y, s = rng.randrange(w), rng.randrange(h), rng.randint(5, 120)
        kind = rng.randrange(5)
        if kind == 0:
            d.ellipse([x, y, x + s, y + rng.randint(5, 120)], fill=colour(rng))
        elif kind == 1:
            d.rectangle([x, y, x + s, y + rng.randint(5, 120)], fill=colour(rng))
        elif kind == 2:
            d.polygon([(x + rng.randint(-s, s), y + rng.randint(-s, s)) for _ in range(rng.randint(3, 8))], fill=colour(rng))
        elif kind == 3:
            d.line([(x, y), (rng.randrange(w), rng.randrange(h))], fill=colour(rng), width=rng.randint(1, 12))
        else:
            d.arc([x, y, x + s, y + s], rng.randrange(360), rng.randrange(360), fill=colour(rng), width=rng.randint(1, 12))
    if rng.random() < 0.4:
        d.text((rng.randrange(w // 2), rng.randrange(h)), sentence(rng, 2), fill=colour(rng), font=font(rng, rng.randint(14, 60)))
    return image


def _pattern(rng, w, h, picture):
    side = rng.randint(12, 70)
    tile = _shapes(rng, side, side, picture) if rng.random() < 0.6 else picture.resize((side, side))
    image = Image.new("RGB", (w, h))
    for j, y in enumerate(range(0, h, side)):
        for x in range(-(side // 2) * (j % 2) * rng.randint(0, 1), w, side):
            image.paste(tile, (x, y))
    return image


def _logo(rng, w, h, picture):
    image = Image.new("RGB", (w, h), "white" if rng.random() < 0.5 else colour(rng))
    d = ImageDraw.Draw(image)
    n, r, a0 = rng.randint(3, 9), min(w, h) * rng.uniform(0.15, 0.4), rng.random() * 6.3
    for i in range(n):
        a = a0 + i * 6.2832 / n
        x, y, s = w / 2 + r * 0.6 * np.cos(a), h / 2.4 + r * 0.6 * np.sin(a), r * rng.uniform(0.3, 0.6)
        (d.ellipse if rng.random() < 0.5 else d.rectangle)([x - s, y - s, x + s, y + s], fill=colour(rng))
    d.text((w * 0.2, h * 0.8), rng.choice(WORDS).upper(), fill=colour(rng, True), font=font(rng, int(h * 0.13)))
    return image


def _layout(rng, w, h, picture):
    image = Image.new("RGB", (w, h), colour(rng, rng.random() < 0.3))
    d = ImageDraw.Draw(image)
    for _ in range(rng.randint(3, 12)):
        x, y = rng.randrange(w), rng.randrange(h)
        bw, bh = rng.randint(20, w // 2), rng.randint(12, h // 3)
        kind = rng.random()
        if kind < 0.25:
            image.paste(picture.resize((bw, bh)), (x, y))
        elif kind < 0.6:
            d.rounded_rectangle([x, y, x + bw, y + bh], radius=rng.randint(0, 6), fill=colour(rng), outline=colour(rng))
            d.text((x + 3, y + 2), sentence(rng, 2), fill=colour(rng), font=font(rng, rng.randint(8, 18)))
        else:
            for k in range(rng.randint(1, 5)):
                d.text((x, y + 14 * k), sentence(rng, 4), fill=colour(rng, True), font=font(rng, 12))
    return image


def _procedural(job):
    seed, path = job
    rng = random.Random(seed)
    w, h = rng.choice([(320, 240), (240, 320), (280, 280), (400, 224), (224, 400)])
    with Image.open(path) as p:
        picture = p.convert("RGB")
    draw = rng.choices(
        [_page, _chart, _shapes, _pattern, _logo, _layout, lambda r, a, b, p: _gradient(r, a, b), lambda r, a, b, p: _noise(r, a, b)],
        [26, 12, 18, 9, 10, 15, 5, 5],
    )[0]
    return encode(squash(draw(rng, w, h, picture))), {"name": f"procedural/{seed}", "aspect": round(w / h, 4), "holdout": False}


# ---------------------------------------------------------------- one template, several contents

def _glyph(rng, d, cx, cy, r, ink, ground):
    """A sign of its own around (cx,cy): letters, a polygon, strokes, dots, or a picture made of two of them."""
    kind = rng.randrange(6)
    if kind == 0:
        f = font(rng, int(r * rng.uniform(0.7, 1.5)))
        text = rng.choice(WORDS)[: rng.randint(1, 4)]
        box = d.textbbox((0, 0), text, font=f)
        d.text((cx - (box[0] + box[2]) / 2, cy - (box[1] + box[3]) / 2), text, fill=ink, font=f)
    elif kind == 1:
        n, a0 = rng.randint(3, 9), rng.random() * 6.3
        radii = [r * rng.uniform(0.35, 1) for _ in range(n)]
        d.polygon([(cx + q * np.cos(a0 + 6.2832 * k / n), cy + q * np.sin(a0 + 6.2832 * k / n)) for k, q in enumerate(radii)], fill=ink)
    elif kind == 2:
        for _ in range(rng.randint(2, 6)):
            a, b = rng.random() * 6.3, rng.random() * 6.3
            d.line([(cx + r * np.cos(a), cy + r * np.sin(a)), (cx + r * np.cos(b), cy + r * np.sin(b))], fill=ink, width=rng.randint(2, max(3, int(r / 3))))
    elif kind == 3:
        for _ in range(rng.randint(2, 8)):
            a, q, s = rng.random() * 6.3, r * rng.random() * 0.8, r * rng.uniform(0.1, 0.4)
            d.ellipse([cx + q * np.cos(a) - s, cy + q * np.sin(a) - s, cx + q * np.cos(a) + s, cy + q * np.sin(a) + s], fill=ink)
    elif kind == 4:
        a = rng.randrange(360)
        d.pieslice([cx - r, cy - r, cx + r, cy + r], a, a + rng.randint(60, 300), fill=ink)
        _glyph(rng, d, cx, cy, r * 0.5, ground, ink)
    else:
        d.rectangle([cx - r * rng.uniform(0.3, 0.9), cy - r * rng.uniform(0.3, 0.9), cx + r * rng.uniform(0.3, 0.9), cy + r * rng.uniform(0.3, 0.9)], fill=ink)
        _glyph(rng, d, cx, cy, r * 0.4, ground, ink)


def _emblem(template, content, w, h, picture):
    """The same shield, band or tile; the sign inside and the word below differ."""
    image = Image.new("RGB", (w, h), colour(template))
    d = ImageDraw.Draw(image)
    cx, cy, r = w * template.uniform(0.4, 0.6), h * template.uniform(0.35, 0.55), min(w, h) * template.uniform(0.22, 0.42)
    ground, ink = colour(template), colour(template)
    n, a0 = template.choice([3, 4, 5, 6, 8, 40]), template.random() * 6.3
    for k in range(template.randint(1, 4)):
        q = r * (1.15 - 0.12 * k)
        d.polygon([(cx + q * np.cos(a0 + 6.2832 * j / n), cy + q * np.sin(a0 + 6.2832 * j / n)) for j in range(n)], fill=ground if k % 2 else colour(template))
    d.polygon([(cx + r * 0.75 * np.cos(a0 + 6.2832 * j / n), cy + r * 0.75 * np.sin(a0 + 6.2832 * j / n)) for j in range(n)], fill=ground)
    _glyph(content, d, cx, cy, r * template.uniform(0.4, 0.65), ink, ground)
    if template.random() < 0.5:
        d.text((w * 0.1, h * 0.84), content.choice(WORDS).upper(), fill=ink, font=font(template, int(h * 0.11)))
    return image


def _card(template, content, w, h, picture):
    """The same frame, bars and boxes; the words in them differ."""
    image = _gradient(template, w, h) if template.random() < 0.5 else Image.new("RGB", (w, h), colour(template))
    d = ImageDraw.Draw(image)
    for _ in range(template.randint(2, 4)):
        x, y = template.randrange(w // 2), template.randrange(int(h * 0.6))
        bw, bh = template.randint(w // 3, w // 2), template.randint(h // 5, h // 2)
        fill, ink, f = colour(template), colour(template), font(template, template.randint(10, 30))
        d.rectangle([x, y, x + bw, y + bh], fill=fill)
        if template.random() < 0.3:
            _glyph(content, d, x + bw / 2, y + bh / 2, bh * 0.4, ink, fill)
        else:
            for k in range(max(1, bh // 34)):
                d.text((x + 4, y + 4 + k * 30), sentence(content, 3), fill=ink, font=f)
    return image


def _arranged(template, content, w, h, picture):
    """The same parts in the same colours on the same ground, elsewhere."""
    image = _gradient(template, w, h) if template.random() < 0.4 else Image.new("RGB", (w, h), colour(template))
    d = ImageDraw.Draw(image)
    for _ in range(template.randint(3, 9)):
        fill, s, t, kind = colour(template), template.randint(12, 70), template.randint(12, 70), template.randrange(3)
        x, y = content.randrange(w), content.randrange(h)
        if kind == 0:
            d.ellipse([x - s, y - t, x + s, y + t], fill=fill)
        elif kind == 1:
            d.rectangle([x - s, y - t, x + s, y + t], fill=fill)
        else:
            d.polygon([(x, y - t), (x + s, y + t), (x - s, y + t)], fill=fill)
    return image


def _plotted(template, content, w, h, picture):
    """The same axes, colours and title; other values."""
    image = Image.new("RGB", (w, h), colour(template, False))
    d = ImageDraw.Draw(image)
    n, kind, inks = template.randint(4, 12), template.randrange(3), [colour(template) for _ in range(12)]
    d.text((10, 4), sentence(template, 4), fill=colour(template, True), font=font(template, 16))
    step = (w - 30) / n
    values = [content.random() for _ in range(n)]
    if kind == 0:
        for k, v in enumerate(values):
            d.rectangle([20 + k * step, h - 20 - v * (h - 60), 20 + (k + 0.7) * step, h - 20], fill=inks[k % template.randint(1, 12)])
    elif kind == 1:
        d.line([(20 + k * step, h - 20 - v * (h - 60)) for k, v in enumerate(values)], fill=inks[0], width=template.randint(2, 6))
    else:
        a = 0.0
        for k, v in enumerate(values):
            b = a + 360 * v / sum(values)
            d.pieslice([w / 2 - h / 3, h / 6, w / 2 + h / 3, h * 5 / 6], a, b, fill=inks[k])
            a = b
    d.line([(18, 24), (18, h - 18), (w - 6, h - 18)], fill=inks[1], width=2)
    return image


def _variant(job):
    """One of several pictures with the template of `group`: strangers to each other, however alike they look."""
    group, k, path = job
    template, content = random.Random(f"template {group}"), random.Random(f"content {group} {k}")
    w, h = template.choice([(320, 240), (240, 320), (280, 280)])
    with Image.open(path) as p:
        picture = p.convert("RGB")
    draw = template.choices([_emblem, _card, _arranged, _plotted], [6, 1, 3, 2])[0]
    return encode(squash(draw(template, content, w, h, picture))), {"name": f"variant/{group}/{k}", "aspect": round(w / h, 4), "holdout": False}


# ---------------------------------------------------------------- sprite banks

def text_bank(n, seed=7):
    """uint8 [n,32,224]: coverage of one line of text each, stretched to the whole sprite."""
    rng, bank = random.Random(seed), np.zeros((n, 32, 224), np.uint8)
    for i in range(n):
        f = font(rng, 40)
        text = sentence(rng, rng.choice([1, 1, 2, 3, 4, 6]))
        box = f.getbbox(text)
        image = Image.new("L", (max(box[2] - box[0], 4) + 8, max(box[3] - box[1], 4) + 8))
        ImageDraw.Draw(image).text((4 - box[0], 4 - box[1]), text, fill=255, font=f)
        bank[i] = np.asarray(image.resize((224, 32), Image.BOX))
    return bank


def sticker_bank(n, seed=8):
    """uint8 [n,4,64,64] RGBA: faces, stars, hearts, arrows, badges, drawn at twice the size."""
    rng, bank = random.Random(seed), np.zeros((n, 4, 64, 64), np.uint8)
    for i in range(n):
        image = Image.new("RGBA", (128, 128))
        d = ImageDraw.Draw(image)
        c, c2 = colour(rng) + (255,), colour(rng) + (255,)
        kind = rng.randrange(7)
        if kind == 0:
            d.ellipse([6, 6, 122, 122], fill=c)
            for x in (40, 84):
                d.ellipse([x - 9, 36, x + 9, 36 + rng.randint(8, 30)], fill=c2)
            d.arc([34, 50, 94, 104], rng.randint(-20, 20), rng.randint(140, 200), fill=c2, width=rng.randint(4, 12))
        elif kind == 1:
            n_tips, r = rng.randint(4, 12), rng.uniform(0.3, 0.7)
            d.polygon([(64 + 60 * (1 if k % 2 else r) * np.cos(k * np.pi / n_tips), 64 + 60 * (1 if k % 2 else r) * np.sin(k * np.pi / n_tips)) for k in range(2 * n_tips)], fill=c, outline=c2)
        elif kind == 2:
            d.ellipse([8, 12, 66, 70], fill=c), d.ellipse([62, 12, 120, 70], fill=c), d.polygon([(12, 54), (116, 54), (64, 122)], fill=c)
        elif kind == 3:
            d.polygon([(4, 44), (70, 44), (70, 14), (124, 64), (70, 114), (70, 84), (4, 84)], fill=c, outline=c2)
        elif kind == 4:
            d.rounded_rectangle([4, 30, 124, 98], radius=rng.randint(0, 34), fill=c, outline=c2, width=4)
            d.text((12, 44), rng.choice(WORDS)[:7].upper(), fill=c2, font=font(rng, 30))
        elif kind == 5:
            for _ in range(rng.randint(2, 9)):
                x, y, s = rng.randint(10, 90), rng.randint(10, 90), rng.randint(8, 40)
                d.ellipse([x, y, x + s, y + s], fill=colour(rng) + (255,))
        else:
            d.text((10, 0), rng.choice(WORDS)[0], fill=c, font=font(rng, 100))
        bank[i] = np.asarray(image.rotate(rng.uniform(0, 360)).resize((64, 64), Image.BOX)).transpose(2, 0, 1)
    return bank


def frame_bank(n, side=192, seed=9):
    """Screens around a picture: uint8 [n,4,side,side] RGBA with a hole, and float [n,4] hole x0,y0,x1,y1 in 0..1."""
    rng, bank, holes = random.Random(seed), np.zeros((n, 4, side, side), np.uint8), np.zeros((n, 4), np.float32)
    for i in range(n):
        image = Image.new("RGBA", (side, side), colour(rng, rng.random() < 0.4) + (255,))
        d = ImageDraw.Draw(image)
        x0, y0 = rng.randint(0, 60), rng.randint(6, 66)
        x1, y1 = rng.randint(max(x0 + 80, 130), side), rng.randint(max(y0 + 70, 120), side - 4)
        ink = colour(rng) + (255,)
        d.rectangle([0, 0, side, rng.randint(4, 18)], fill=ink)
        for _ in range(rng.randint(2, 14)):
            x, y, s = rng.randrange(side), rng.randrange(side), rng.randint(4, 22)
            if rng.random() < 0.5:
                d.ellipse([x, y, x + s, y + s], fill=colour(rng) + (255,))
            else:
                d.text((x // 2, y), sentence(rng, rng.randint(1, 6)), fill=ink, font=font(rng, rng.randint(7, 16)))
        d.rounded_rectangle([x0, y0, x1, y1], radius=rng.choice([0, 0, 6, 14]), fill=(0, 0, 0, 0))
        bank[i] = np.asarray(image).transpose(2, 0, 1)
        holes[i] = np.array([x0, y0, x1, y1]) / side
    return bank, holes


# ---------------------------------------------------------------- packing and loading

def pack(media, out, procedural, variants, workers, limit):
    """Write out/0, out/1, ... (pictures) and out/0/banks.npz, each small enough to travel on its own."""
    train = os.path.join(media, "train")
    names = sorted(os.path.relpath(p, train) for p in glob.glob(os.path.join(train, "**", "*.webp"), recursive=True))
    if limit:
        names = random.Random(0).sample(names, limit)
    kept = [n for n in names if not is_held_out(n)]
    jobs = [(os.path.join(train, n), n) for n in names]
    draws = [(s, os.path.join(train, kept[(s * 7919) % len(kept)])) for s in range(procedural)]
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        items = list(pool.map(_real, jobs, chunksize=64)) + list(pool.map(_procedural, draws, chunksize=16))
        alike = [(g, k, os.path.join(train, kept[(g * 104729) % len(kept)])) for g in range(variants) for k in range(VARIANTS)]
        items += list(pool.map(_variant, alike, chunksize=16))
    for k, shard in enumerate(SHARDS):
        mine = items[k :: len(SHARDS)]
        os.makedirs(os.path.join(out, shard), exist_ok=True)
        with tarfile.open(os.path.join(out, shard, "pictures.tar"), "w") as tar:
            for data, meta in [(json.dumps([m for _, m in mine]).encode(), "index.json")] + [(b, f"{k}.webp") for k, (b, _) in enumerate(mine)]:
                info = tarfile.TarInfo(meta)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    frames, holes = frame_bank(160)
    np.savez_compressed(os.path.join(out, "0", "banks.npz"), text=text_bank(900), stickers=sticker_bank(300), frames=frames, holes=holes)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "holdout.txt"), "w") as f:
        f.write("".join(n + "\n" for n in names if is_held_out(n))) if not limit else None


def _decode(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).transpose(2, 0, 1)


def unpack(folder, shard, workers):
    """Decode one shard into folder/shard/pictures.npy (uint8 [n,3,SIDE,SIDE]) and index.json."""
    here = os.path.join(folder, shard)
    with tarfile.open(os.path.join(here, "pictures.tar")) as tar:
        index = json.load(tar.extractfile("index.json"))
        blobs = [tar.extractfile(f"{k}.webp").read() for k in range(len(index))]
    out = np.lib.format.open_memmap(os.path.join(here, "part.npy"), "w+", np.uint8, (len(blobs), 3, SIDE, SIDE))
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        for i, p in enumerate(pool.map(_decode, blobs, chunksize=32)):
            out[i] = p
    out.flush()
    with open(os.path.join(here, "index.json"), "w") as f:
        json.dump(index, f)
    os.replace(os.path.join(here, "part.npy"), os.path.join(here, "pictures.npy"))


def load(folder, workers=8):
    """All packed pictures: (list of uint8 arrays [n,3,SIDE,SIDE], list of {name, aspect, holdout}, dict of sprite banks).

    One shard will do for a trial. Shards that `unpack` has not decoded yet are decoded now.
    """
    parts, metas = [], []
    for shard in sorted(s for s in SHARDS if os.path.isdir(os.path.join(folder, s))):
        here = os.path.join(folder, shard)
        if not os.path.exists(os.path.join(here, "pictures.npy")):
            unpack(folder, shard, workers)
        parts.append(np.load(os.path.join(here, "pictures.npy"), mmap_mode="r"))
        with open(os.path.join(here, "index.json")) as f:
            metas += json.load(f)
    return parts, metas, dict(np.load(os.path.join(folder, "0", "banks.npz")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["pack", "unpack"])
    parser.add_argument("--media", default="")
    parser.add_argument("--out", required=True, help="folder of the shards")
    parser.add_argument("--shard", default="0")
    parser.add_argument("--procedural", type=int, default=1500)
    parser.add_argument("--variants", type=int, default=500, help="templates, each with several contents")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=int, default=0)
    a = parser.parse_args()
    if a.command == "pack":
        pack(a.media, a.out, a.procedural, a.variants, a.workers, a.limit)
    else:
        unpack(a.out, a.shard, a.workers)
