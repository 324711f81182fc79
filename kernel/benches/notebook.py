"""Measures the kernel through Jupyter's own client: `GRN_BUILD=target/release python kernel/benches/notebook.py`.

Prints a Markdown table. Needs `kernel/tests/requirements.txt`, and for the 100,000 lines the probe
(`cargo build --release -p grn-kernel --example probe`).
"""

import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "python"))

from support import PROGRAMS, Kernel, published, reply_to, text_of, wait_for  # noqa: E402

SMALL = "use simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10 | split stratified"
TRAINING = {
    "retrieve attn": "retrieve attn k=80 epochs=10000",
    "select residual_hos2": "retrieve popularity k=80 | select residual_hos2 epochs=10000",
    "simulate sergio": "simulate sergio genes=1200 regulators=130 types=9 cells=300 seed={}",
}


def milliseconds(seconds):
    ordered = sorted(seconds)
    return f"{1000 * statistics.median(ordered):.1f} ms, at most {1000 * ordered[-1]:.1f} ms (n = {len(ordered)})"


def run(kernel, code):
    request = kernel.client.execute(code)
    return reply_to(kernel.client, request), published(kernel.client, request)


def memory(kernel):
    for line in pathlib.Path(f"/proc/{kernel.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def starts():
    taken = []
    for _ in range(10):
        begin = time.perf_counter()
        kernel = Kernel("grn")
        taken.append(time.perf_counter() - begin)
        kernel.stop()
    return milliseconds(taken)


def round_trips(kernel):
    taken = []
    for _ in range(200):
        begin = time.perf_counter()
        run(kernel, "")
        taken.append(time.perf_counter() - begin)
    return milliseconds(taken)


def interrupts(kernel, code):
    taken = []
    for index in range(20):
        request = kernel.client.execute(code.format(index))
        wait_for(kernel.client, "status", execution_state="busy")
        time.sleep(0.4 + random.Random(index).random())
        begin = time.perf_counter()
        kernel.manager.interrupt_kernel()
        reply = reply_to(kernel.client, request)["content"]
        taken.append(time.perf_counter() - begin)
        published(kernel.client, request)
        if reply.get("ename") != "Interrupted":
            taken.pop()
    return milliseconds(taken) if taken else "finished before the interrupt"


def completions(kernel):
    request = kernel.client.execute(TRAINING["retrieve attn"])
    wait_for(kernel.client, "display_data")
    taken = []
    for _ in range(100):
        begin = time.perf_counter()
        reply_to(kernel.client, kernel.client.complete("retrieve attn k=80 | se"))
        taken.append(time.perf_counter() - begin)
    kernel.manager.interrupt_kernel()
    reply_to(kernel.client, request)
    return milliseconds(taken)


def lines():
    kernel = Kernel("probe")
    begin = time.perf_counter()
    _, messages = run(kernel, "print 100000")
    taken = time.perf_counter() - begin
    kernel.stop()
    assert text_of(messages).count("\n") == 100_000
    return f"{taken:.2f} s"


def cells(kernel):
    run(kernel, SMALL)
    sizes = [memory(kernel)]
    for seed in range(200):
        run(kernel, f"retrieve attn k=10 epochs=2 seed={seed} | select stage1 | decode exact cap=10")
        if seed % 50 == 49:
            sizes.append(memory(kernel))
    return " → ".join(f"{size:.0f}" for size in sizes) + " MB"


def main():
    kernel = Kernel("grn")
    rows = [("start to ready", starts()), ("empty cell, request to idle", round_trips(kernel))]
    rows += [(f"interrupt of `{name}` to reply", interrupts(kernel, code)) for name, code in TRAINING.items()]
    rows.append(("completion while a cell trains", completions(kernel)))
    if PROGRAMS["probe"].exists():
        rows.append(("100,000 lines printed one by one", lines()))
    rows.append(("memory at the start, after 50, 100, 150, 200 cells with figures", cells(kernel)))
    kernel.stop()
    print("| what | measured |\n| --- | --- |")
    for what, measured in rows:
        print(f"| {what} | {measured} |")


if __name__ == "__main__":
    main()
