"""Training and exact decoding beside a PyTorch reference, on the same machine, data and number of cores.

usage: python tests/bench/against_pytorch.py [--grn target/release/grn] [--reference ../shared/bench/reference.py]
           [--data ../shared/data/sergio_ds3] [--repetitions 3] [--epochs 1] [--threads 2] [--seed 42]
           [--only attn,residual,pairs,decode]

Runs the two in turn, so that a machine that is busy for a while disturbs both, and prints medians and ratios as a
Markdown table. One epoch of each stage takes as long as any other, so a few stand for all; what a stage does once (ranking
all genes) is measured by itself. Decoding is measured for each team size R: the reference scores every set
of one target, grn does the same, and decodes all test targets with bounds. Needs numpy, pandas and torch.
"""
import argparse
import importlib.util
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grn", default=ROOT / "target/release/grn")
    parser.add_argument("--reference", default=ROOT / "../shared/bench/reference.py")
    parser.add_argument("--data", default=ROOT / "../shared/data/sergio_ds3")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--only", default="attn,residual,pairs,decode")
    return parser.parse_args()


class Reference:
    """The reference's own functions, timed."""

    def __init__(self, path, data, seed):
        import numpy
        import torch

        spec = importlib.util.spec_from_file_location("reference", path)
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.numpy, self.torch, self.seed = numpy, torch, seed
        self.teams, expression = self.module.load(str(data))
        self.features = self.module.features(expression)
        self.train, self.test = self.module.split(self.teams, seed)
        self.pools = self.popular_pools(80)

    def popular_pools(self, k):
        """The most frequent regulators of training targets: the same pools that grn's `retrieve popularity` gives."""
        counts = dict.fromkeys(range(len(self.features)), 0)
        for target in self.train:
            for regulator in self.teams[target][0]:
                counts[regulator] += 1
        order = sorted(counts, key=lambda gene: (-counts[gene], gene))
        return {target: [gene for gene in order if gene != target][:k] for target in self.teams}

    def attn(self, epochs):
        """Seconds of an epoch, and of ranking all genes."""
        started = time.perf_counter()
        model = self.module.Attn(self.features.shape[1])
        self.module.train1(model, self.features, self.teams, self.train, self.seed, epochs=0)
        ranking = time.perf_counter() - started
        started = time.perf_counter()
        self.module.train1(model, self.features, self.teams, self.train, self.seed, epochs=epochs)
        return max(time.perf_counter() - started - ranking, 0.0) / epochs, ranking

    def stage2(self, mode, epochs):
        """Seconds of an epoch. The reference divides by `epochs − 1`, so two are the fewest."""
        epochs = max(epochs, 2)
        model = self.module.Stage2(self.features.shape[1], mode)
        started = time.perf_counter()
        self.module.train2(model, self.features, self.teams, self.train, self.pools, self.seed, epochs=epochs)
        return (time.perf_counter() - started) / epochs

    def decode(self, size):
        """Seconds for one target of this team size, every set of its capped pool."""
        model = self.module.Stage2(self.features.shape[1], "residual").eval()
        target = next(t for t in self.test if len(self.teams[t][0]) == size)
        torch = self.torch
        with torch.no_grad():
            started = time.perf_counter()
            cap = self.module.CAP[size]
            z = model.e(self.features)
            pool = torch.tensor(self.pools[target][:cap])
            index = torch.tensor([target])
            base = model.pair(z, index, pool[None])[0]
            sets = torch.tensor(list(itertools.combinations(range(cap), size)))
            chunks = sets.split(16384)
            scores = torch.cat([model.psi(z, index, pool[c][None])[0] + base[c].sum(-1) for c in chunks])
            scores.argmax().item()
            return time.perf_counter() - started


def grn_seconds(grn, script, threads, stage):
    """Seconds of one stage, as grn's own JSON tells them."""
    with tempfile.TemporaryDirectory() as folder:
        path, answer = pathlib.Path(folder, "script.grn"), pathlib.Path(folder, "answer.json")
        path.write_text(f"set device=cpu threads={threads}\n{script}\n")
        done = subprocess.run([grn, "run", path, "--cache", "off", "--json", answer], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, done.args))}\n{script}\n{done.stderr}")
        seconds = json.loads(answer.read_text())["results"][-1]["seconds"]
    return seconds[stage]


def epochs_apart(run, epochs):
    """Seconds of an epoch and of everything else in a stage, from a short and a longer run."""
    few, many = run(1), run(1 + epochs)
    epoch = max(many - few, 0.0) / epochs
    return epoch, max(few - epoch, 0.0)


class Grn:
    """The same work in grn."""

    def __init__(self, grn, data, threads, seed):
        self.grn, self.threads = grn, threads
        self.head = (
            f'load sergio dir="{data}" | features log1p_zscore | split stratified sizes=(2, 3, 4) test=0.2 seed={seed}'
        )

    def seconds(self, pipeline, stage):
        return grn_seconds(self.grn, f"{self.head} | {pipeline}", self.threads, stage)

    def attn(self, epochs):
        return epochs_apart(lambda n: self.seconds(f"retrieve attn k=80 epochs={n} | table", "retrieve attn"), epochs)

    def stage2(self, method, epochs):
        def run(count):
            pipeline = f"retrieve popularity k=80 | select {method} epochs={count} | decode topr | table"
            return self.seconds(pipeline, f"select {method}")

        return epochs_apart(run, max(epochs, 2))[0]

    def enumerate(self, size):
        """Seconds for one target, every set of the pool scored, with random weights: the workload `grn bench decode`."""
        with tempfile.TemporaryDirectory() as folder:
            answer = pathlib.Path(folder, "answer.json")
            command = [self.grn, "bench", "decode", "--repeat", "3", "--json", answer]
            variables = {**os.environ, "RAYON_NUM_THREADS": str(self.threads)}
            subprocess.run(command, env=variables, check=True, capture_output=True)
            measurements = json.loads(answer.read_text())["measurements"]
        return next(m["median"] for m in measurements if m["case"].startswith(f"R={size} "))

    def decode(self, size):
        """Seconds a target of this size, with bounds, by a trained scorer; all test targets are decoded."""
        head = self.head.replace("sizes=(2, 3, 4)", f"sizes=({size},)")
        cap = {2: 80, 3: 80, 4: 55}[size]
        pipeline = f"{head} | retrieve popularity k=80 | select residual_hos2 | decode exact cap={cap} | table"
        with tempfile.TemporaryDirectory() as folder:
            path, answer = pathlib.Path(folder, "script.grn"), pathlib.Path(folder, "answer.json")
            path.write_text(f"set device=cpu threads={self.threads}\n{pipeline}\n")
            done = subprocess.run([self.grn, "run", path, "--cache", "off", "--json", answer], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"{pipeline}\n{done.stderr}")
            result = json.loads(answer.read_text())["results"][-1]
        targets = next(find(result, "n"))
        return result["seconds"]["decode exact"] / targets


def find(value, key):
    """All values of `key`, depth first."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            else:
                yield from find(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from find(inner, key)


def works(only, epochs):
    """Names with what the reference and grn each do; the numbers in a work's name are R."""
    if "attn" in only:
        yield "`retrieve attn`, an epoch | ranking all genes", lambda side: side.attn(epochs)
    if "residual" in only:
        for_side = {Reference: "residual", Grn: "residual_hos2"}
        yield "`select residual_hos2`, an epoch", lambda side: (side.stage2(for_side[type(side)], epochs),)
    if "pairs" in only:
        pair_side = {Reference: "pair", Grn: "pairs2"}
        yield "`select pairs2`, an epoch", lambda side: (side.stage2(pair_side[type(side)], epochs),)
    if "decode" in only:
        for size in (2, 3, 4):
            yield (
                f"`decode exact`, a target of R={size}, every set | the same with bounds, trained",
                lambda side, size=size: (side.decode(size),) * 2
                if isinstance(side, Reference)
                else (side.enumerate(size), side.decode(size)),
            )


def main():
    chosen = options()
    # Read when the reference is loaded.
    os.environ["THREADS"] = str(chosen.threads)
    reference = Reference(chosen.reference, chosen.data, chosen.seed)
    grn = Grn(chosen.grn, pathlib.Path(chosen.data).resolve(), chosen.threads, chosen.seed)
    print(f"{chosen.threads} threads, {chosen.repetitions} repetitions in turn, medians in seconds\n")
    print("| work | PyTorch | grn | ratio |\n| --- | --- | --- | --- |")
    for names, work in works(chosen.only.split(","), chosen.epochs):
        rounds = [(work(reference), work(grn)) for _ in range(chosen.repetitions)]
        for place, name in enumerate(names.split(" | ")):
            theirs, ours = (statistics.median(r[side][place] for r in rounds) for side in (0, 1))
            ratio = theirs / ours if ours > 0 else float("inf")
            print(f"| {name} | {theirs:.3f} | {ours:.3f} | {ratio:.1f}× |", flush=True)


if __name__ == "__main__":
    main()
