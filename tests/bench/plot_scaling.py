"""Draws the cost of exact decoding against the number of sets.

usage: grn bench decode-scaling --long --json scaling.json && python tests/bench/plot_scaling.py scaling.json OUT.svg
Needs matplotlib.
"""
import json
import pathlib
import re
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

COLOURS = {1: "#0072b2", 2: "#d55e00", 3: "#009e73", 4: "#cc79a7"}
MARKERS = {1: "v", 2: "s", 3: "o", 4: "D", 5: "^"}


def main():
    source, out = map(pathlib.Path, sys.argv[1:])
    measurements = json.loads(source.read_text())["measurements"]
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for measurement in measurements:
        size, pool, layers = map(int, re.match(r"R=(\d+) M=(\d+) L=(\d+)$", measurement["case"]).groups())
        style = {"color": COLOURS[layers], "marker": MARKERS[size], "linestyle": "none", "markersize": 7}
        sets, seconds = measurement["count"], measurement["median"]
        time.loglog(sets, seconds, **style)
        time.annotate(f"M={pool}", (sets, seconds), fontsize=7, xytext=(5, -9), textcoords="offset points")
        memory.semilogx(sets, measurement["peak_bytes"] / 2**20, **style)
    for layers, colour in COLOURS.items():
        time.plot([], [], color=colour, marker="o", linestyle="none", label=f"L={layers}")
    for size, marker in MARKERS.items():
        time.plot([], [], color="grey", marker=marker, linestyle="none", label=f"R={size}")
    time.set(xlabel="sets scored", ylabel="seconds", title="Every set scored, no bounds, two cores")
    time.legend(ncols=2, fontsize=8)
    memory.set(xlabel="sets scored", ylabel="MiB", title="Peak memory of the process", ylim=(0, None))
    for axes in (time, memory):
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(out)


if __name__ == "__main__":
    main()
