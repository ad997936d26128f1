"""Figures of a suite from vectors that embed.mjs wrote: uAP as in DISC21, recall at precisions, recall@1, per edit.

python3 evaluate.py --suite DIR --vectors OUT_DIR [--background models/.../background.bin] [--card models/.../card.json]

Several suites, say edit seeds, are joined by commas in --suite and --vectors: then the difference between INT8 and FP32 is
also given as a paired mean with its standard error. `--card` writes the figures into the card under metrics[--as].

uAP (Douze et al., arXiv 2106.09672): all (query, reference) pairs of all queries in one list by falling score,
average precision over it; queries without a reference can only add false pairs.
"""

import argparse
import json
import os

import numpy as np

TOP = 10  # candidates a query adds to the list, as many as matter at these sizes


def unit(v):
    return v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-9)


def curve(scores, truth):
    """(score, hit) of all candidate pairs by falling score. scores [Q,R]; truth [Q], the reference's row or -1."""
    top = np.argsort(-scores, 1, kind="stable")[:, :TOP]
    s = np.take_along_axis(scores, top, 1).ravel()
    hit = (top == truth[:, None]).ravel()
    order = np.argsort(-s, kind="stable")
    return s[order], hit[order]


def figures(scores, truth):
    """Dict of uAP, recall at precision .9 and .99, recall at zero false alarms and recall@1."""
    positives = (truth >= 0).sum()
    _, hit = curve(scores, truth)
    right = np.cumsum(hit)
    precision = right / np.arange(1, len(hit) + 1)
    first = scores.argmax(1)
    at = lambda p: float(right[precision >= p].max() / positives) if (precision >= p).any() else 0.0
    false = np.nonzero(~hit)[0]
    return {
        "uAP": float((precision * hit).sum() / positives), "recall@P90": at(0.9), "recall@P99": at(0.99),
        "recall@0FA": float((false[0] if len(false) else len(hit)) / positives), "recall@1": float((first == truth)[truth >= 0].mean()),
    }


def normalized(q, r, background, k=10, share=1.0):
    """Scores minus the mean of the k nearest background similarities of each query (arXiv 2202.10261, section 5)."""
    b = np.sort(q @ background.T, 1)[:, -k:].mean(1, keepdims=True)
    return q @ r.T - share * b


def measure(suite, vectors, background):
    """All figures of one suite: {graph or comparison: {figure: value}}."""
    manifest = json.load(open(os.path.join(suite, "manifest.json")))
    row = {r["id"]: i for i, r in enumerate(manifest["references"])}
    queries = manifest["queries"]
    truth = np.array([row.get(q["reference"], -1) for q in queries])
    result = {}
    for graph in ("fp32", "int8"):
        path = os.path.join(vectors, f"{graph}.f32")
        if not os.path.exists(path):
            continue
        raw = np.fromfile(path, np.float32).reshape(len(row) + len(queries), -1)
        v = unit(raw)
        r, q = v[: len(row)], v[len(row) :]
        scores = q @ r.T
        result[graph] = figures(scores, truth)
        if background:
            b = unit(np.fromfile(background, np.int8).reshape(-1, v.shape[1]).astype(np.float32))
            result[graph + " normalized"] = figures(normalized(q, r, b), truth)
        first = scores.argmax(1) == truth
        kinds = sorted({e for x in queries for e in x.get("edits") or []})
        mine = {e: [first[i] for i, x in enumerate(queries) if truth[i] >= 0 and e in (x.get("edits") or [])] for e in kinds}
        per = {e: float(np.mean(hits)) for e, hits in mine.items() if hits}
        result[graph + " recall@1 by edit"] = dict(sorted(per.items(), key=lambda t: t[1]))
        if graph == "int8" and "fp32" in result:
            other = unit(np.fromfile(os.path.join(vectors, "fp32.f32"), np.float32).reshape(raw.shape))
            c = (v * other).sum(1)
            result["int8 to fp32"] = {"mean cosine": float(c.mean()), "least cosine": float(c.min()), "relative uAP": result["int8"]["uAP"] / result["fp32"]["uAP"] - 1}
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--suite", required=True)
    parser.add_argument("--vectors", required=True)
    parser.add_argument("--background", default="")
    parser.add_argument("--json", default="")
    parser.add_argument("--card", default="")
    parser.add_argument("--as", dest="label", default="dev")
    a = parser.parse_args()
    suites, vectors = a.suite.split(","), a.vectors.split(",")
    results = [measure(suite, v, a.background) for suite, v in zip(suites, vectors)]
    result = results[0]
    if len(results) > 1:
        mean = lambda name, k: float(np.mean([r[name][k] for r in results]))
        result = {name: {k: mean(name, k) for k in results[0][name]} for name in results[0] if "by edit" not in name}
        d = np.array([r["int8"]["uAP"] - r["fp32"]["uAP"] for r in results])
        result["paired"] = {"suites": len(d), "mean uAP difference": float(d.mean()), "standard error": float(d.std(ddof=1) / np.sqrt(len(d))), "relative": float(d.mean() / result["fp32"]["uAP"])}
    for name, values in result.items():
        print(name.ljust(24), " ".join(f"{k} {v:.4f}" for k, v in values.items()))
    if a.card:
        card = json.load(open(a.card))
        card.setdefault("metrics", {})[a.label] = {name: {k: round(v, 4) for k, v in values.items()} for name, values in result.items()}
        json.dump(card, open(a.card, "w"), indent=1)
    if a.json:
        json.dump(result, open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
