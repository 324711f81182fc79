#!/usr/bin/env python3
"""Runs the scripts of examples/paper and writes docs/results.md from what they found.

  python3 docs/results/results.py          both; goes on where it was stopped
  python3 docs/results/results.py run      only runs them [NAME …]
  python3 docs/results/results.py write    only writes the page from the runs that are there

Needs Python 3.9 or later and the program grn (`cargo build --release`)."""

import argparse
import pathlib
import signal
import sys

import page
import runs

ROOT = pathlib.Path(__file__).resolve().parents[2]

# In this order: the last ones take longest, and use what the first ones have trained.
NAMES = [
    *("table1", "figure2", "table2", "table3", "disjoint", "disjoint_single"),
    *("table5", "table6", "table7", "figure3", "beyond", "beyond_disjoint", "why", "table4"),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=["run", "write"], help="by default both")
    parser.add_argument("names", nargs="*", metavar="NAME", help="scripts to run; by default all of them")
    built = ROOT / "target" / "release" / "grn"
    parser.add_argument("--grn", default=str(built) if built.exists() else "grn", help="the program [target/release/grn]")
    parser.add_argument("--scripts", type=pathlib.Path, default=ROOT / "examples" / "paper", help="[examples/paper]")
    parser.add_argument("--runs", type=pathlib.Path, default=ROOT / "out" / "paper", help="folder of the runs [out/paper]")
    parser.add_argument("--page", type=pathlib.Path, default=ROOT / "docs" / "results.md", help="[docs/results.md]")
    parser.add_argument("--cache", help="grn's own --cache: on, off or a folder, where finished stages are kept")
    parser.add_argument("--note", default="", help="a sentence to stand beside the times: what else the machine did")
    return parser.parse_intermixed_args()


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    given = arguments()
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        raise runs.Failed(f"there is no script {', '.join(unknown)}; there are {', '.join(NAMES)}")
    scripts = [given.scripts / f"{name}.grn" for name in NAMES if (given.scripts / f"{name}.grn").exists()]
    failures = 0
    if given.step != "write":
        options = ["--cache", given.cache] if given.cache else []
        chosen = [script for script in scripts if not given.names or script.stem in given.names]
        failures = runs.run_all(chosen, given.runs, runs.Program(given.grn), options, say)
    if given.step != "run":
        page.write(scripts, given.runs, given.page, given.note)
        say(f"page: {given.page}")
    return 1 if failures else 0


if __name__ == "__main__":
    # As Ctrl-C, so that the script that is running ends as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except runs.Failed as failure:
        sys.exit(f"error: {failure}")
    except KeyboardInterrupt:
        sys.exit("stopped; the same command goes on from here")
