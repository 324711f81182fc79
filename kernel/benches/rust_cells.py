"""Measures Rust cells through Jupyter's own client: `GRN_BUILD=… GRN_RUST_CELLS=… python kernel/benches/rust_cells.py`,
the folder of a release build of the kernel and the program that runs the cells.

Prints a Markdown table over three sessions. Needs `kernel/tests/requirements.txt`, cargo and rustc.
"""

import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "python"))

import support  # noqa: E402
from support import Kernel, published, reply_to, wait_for  # noqa: E402

SESSIONS = 3
# A compiler is started.
support.PATIENCE = 300

# In this order: each runs once a session, the repeated ones more often.
CELLS = [
    ("first Rust cell of a session, `40 + 2`: the program starts and compiles `grn_nb`", "%%rust\n40 + 2", 1),
    ("first variable, `let x = vec![1, 2, 3];`", "%%rust\nlet x = vec![1, 2, 3];", 1),
    ("later cell, one expression", "%%rust\nx.len() + 1", 5),
    ("later cell that prints", '%%rust\nprintln!("{}", x.len());', 5),
    ("a function", "%%rust\nfn twice(n: usize) -> usize { 2 * n }", 1),
    ("values in: `grn_nb::get` of pools, the pipeline finished before", '%%rust\nlet p = grn_nb::get("pools")?.pools()?;', 1),
    ("compile error", '%%rust\nlet y: i32 = "s";', 5),
    ("100,000 lines printed one by one", '%%rust\nfor i in 0..100_000 { println!("{i}"); }', 1),
]


def shown(seconds):
    ordered = sorted(seconds)
    return f"{statistics.median(ordered):.2f} s, at most {ordered[-1]:.2f} s (n = {len(ordered)})"


def run(kernel, code):
    begin = time.perf_counter()
    request = kernel.client.execute(code)
    reply_to(kernel.client, request)
    published(kernel.client, request)
    return time.perf_counter() - begin


def interrupt(kernel):
    request = kernel.client.execute("%%rust\nloop {}")
    wait_for(kernel.client, "status", execution_state="busy")
    time.sleep(3)
    begin = time.perf_counter()
    kernel.manager.interrupt_kernel()
    reply_to(kernel.client, request)
    taken = time.perf_counter() - begin
    published(kernel.client, request)
    return taken


def main():
    taken = {name: [] for name, _, _ in CELLS}
    stopped = []
    for _ in range(SESSIONS):
        kernel = Kernel("grn")
        run(kernel, "let pools = retrieve popularity k=40\npools")
        for name, code, times in CELLS:
            taken[name] += [run(kernel, code) for _ in range(times)]
        stopped += [interrupt(kernel) for _ in range(3)]
        kernel.stop()
    print("| what | median |\n| --- | --- |")
    for name, seconds in taken.items():
        print(f"| {name} | {shown(seconds)} |")
    print(f"| interrupt of an endless loop to reply | {shown(stopped)} |")


main()
