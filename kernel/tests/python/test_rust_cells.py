"""Cells of Rust in the real kernel. They need a Rust compiler and the worker: target/worker/grn-rust-cells, or what
GRN_RUST_CELLS names."""

import contextlib
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import unittest

import support
from support import Kernel, published, text_of

SOURCE = "use simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10 | split stratified"

# The compiler is started by each of these tests, on machines that do other things as well.
support.PATIENCE = 180


# Without optimisation the worker takes minutes to start, so a debug build is not looked for.
WORKER = pathlib.Path(os.environ.get("GRN_RUST_CELLS", support.ROOT / "target" / "worker" / "grn-rust-cells"))
os.environ["GRN_RUST_CELLS"] = str(WORKER)


def needs_worker(test):
    missing = None
    if not WORKER.is_file():
        missing = f"{WORKER} is not built"
    elif shutil.which("cargo") is None:
        missing = "there is no Rust compiler"
    if missing:
        print(f"skipped: {missing}", file=sys.stderr)
    return unittest.skipIf(missing is not None, missing)(test)


def processes(session):
    """Processes of a kernel's Rust cells, by the token in their environment."""
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and session in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def environment_of(pid):
    return pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


class Case(unittest.TestCase):
    def setUp(self):
        self.kernel = Kernel("grn")
        self.addCleanup(self.kernel.stop)
        self.client = self.kernel.client

    def run_cell(self, code, client=None):
        client = client or self.client
        request = client.execute(code)
        reply = support.reply_to(client, request)["content"]
        return reply, published(client, request)

    def value(self, code):
        reply, messages = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        results = [m["content"]["data"] for m in messages if m["msg_type"] == "execute_result"]
        return results[0] if results else None

    def fails(self, code):
        reply, _ = self.run_cell(code)
        self.assertEqual(reply["status"], "error")
        return reply

    def worker_pid(self):
        children = pathlib.Path(f"/proc/{self.kernel.pid}/task").glob("*/children")
        pids = [int(pid) for path in children for pid in path.read_text().split()]
        return next(pid for pid in pids if b"grn-rust-cells" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())

    def has_worker(self):
        with contextlib.suppress(StopIteration, OSError):
            return self.worker_pid() > 0
        return False

    def token(self):
        variables = environment_of(self.worker_pid())
        return next(variable for variable in variables if variable.startswith(b"GRN_NB_TOKEN="))

    def wait_for(self, condition):
        deadline = time.monotonic() + support.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


@needs_worker
class RustCells(Case):
    def test_output_comes_while_the_cell_runs(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        # The cell goes on only when its output has arrived.
        request = self.client.execute(
            f"""%%rust
print!("no line break");
eprintln!("to the other stream");
while !std::path::Path::new("{folder}/seen").exists() {{
    std::thread::sleep(std::time::Duration::from_millis(10));
}}
println!("; and the end");"""
        )
        seen = {"stdout": "", "stderr": ""}
        while "break" not in seen["stdout"] or "\n" not in seen["stderr"]:
            message = self.client.get_iopub_msg(timeout=support.PATIENCE)
            if message["msg_type"] == "stream":
                seen[message["content"]["name"]] += message["content"]["text"]
        self.assertEqual(seen, {"stdout": "no line break", "stderr": "to the other stream\n"})
        (folder / "seen").write_text("")
        self.assertEqual(support.reply_to(self.client, request)["content"]["status"], "ok")
        self.assertEqual(text_of(published(self.client, request)), "; and the end\n")

    def test_values_have_all_their_types(self):
        self.assertIsNone(self.value("%%rust\nlet x = 40;"))
        self.assertEqual(self.value("%%rust\nx + 2"), {"text/plain": "42"})
        self.assertIsNone(self.value("%%rust\nfor _ in 0..2 {}"))
        reply, messages = self.run_cell(
            """%%rust
struct Page(u8);
impl Page {
    fn evcxr_display(&self) {
        let page = self.0;
        println!("EVCXR_BEGIN_CONTENT text/html\\n<b>{page}</b>\\nEVCXR_END_CONTENT");
        println!("EVCXR_BEGIN_CONTENT text/plain\\npage {page}\\nEVCXR_END_CONTENT");
    }
}
Page(1).evcxr_display();
println!("between");
Page(2)"""
        )
        self.assertEqual(reply["status"], "ok", reply)
        shown = [(m["msg_type"], m["content"].get("data", m["content"].get("text"))) for m in messages[2:-1]]
        first = {"text/html": "<b>1</b>", "text/plain": "page 1"}
        second = {"text/html": "<b>2</b>", "text/plain": "page 2"}
        self.assertEqual(shown, [("display_data", first), ("stream", "between\n"), ("execute_result", second)])

    def test_a_compile_error_is_shown_in_the_cell(self):
        reply = self.fails('%%rust\n\nlet y: i32 = "s";')
        self.assertEqual((reply["ename"], reply["evalue"]), ("rust::E0308", "mismatched types"))
        drawn = "\n".join(reply["traceback"])
        self.assertIn("cell 1:3:14", drawn)
        self.assertNotIn("evcxr", drawn)
        self.assertEqual(self.value("%%rust\n1 + 1"), {"text/plain": "2"})

    def test_a_panic_keeps_what_it_did_not_touch(self):
        self.run_cell('%%rust\nlet kept = 1;\nlet taken = String::from("a");')
        reply = self.fails('%%rust\nlet fresh = 2;\ndrop(taken);\npanic!("oh {fresh}");')
        self.assertEqual((reply["ename"], reply["evalue"]), ("rust::panic", "oh 2"))
        drawn = "\n".join(reply["traceback"])
        self.assertIn("cell 2:4:1", drawn)
        self.assertIn("`taken`", drawn)
        self.assertEqual(self.value("%%rust\nkept"), {"text/plain": "1"})
        self.assertEqual(self.fails("%%rust\nfresh")["ename"], "rust::E0425")

    def test_an_error_that_leaves_the_cell_is_an_error(self):
        reply = self.fails('%%rust\n"5x".parse::<i32>()?;')
        self.assertEqual(reply["ename"], "rust::returned-error")
        self.assertIn("invalid digit", reply["evalue"])

    def test_an_endless_loop_ends_and_says_what_is_lost(self):
        self.run_cell("%%rust\nlet x = 1;\nfn two() -> i32 { 2 }")
        request = self.client.execute('%%rust\nprintln!("runs");\nloop {}')
        support.wait_for(self.client, "stream")
        self.kernel.manager.interrupt_kernel()
        reply = support.reply_to(self.client, request)["content"]
        self.assertEqual(reply["ename"], "Interrupted")
        self.assertIn("`x`", reply["evalue"])
        self.assertEqual(self.value("%%rust\ntwo()"), {"text/plain": "2"})

    def test_an_endless_flood_ends_and_is_not_the_next_cells(self):
        self.run_cell("%%rust\nfn two() -> i32 { 2 }")
        request = self.client.execute('%%rust\nloop { println!("{}", "flood ".repeat(20)); }')
        support.wait_for(self.client, "stream")
        time.sleep(2)
        self.kernel.manager.interrupt_kernel()
        reply = support.reply_to(self.client, request)["content"]
        self.assertEqual(reply["ename"], "Interrupted")
        self.assertIn("functions, types and imports are kept", reply["evalue"])
        published(self.client, request)
        reply, messages = self.run_cell('%%rust\nprintln!("own");\ntwo()')
        self.assertEqual(reply["status"], "ok", reply)
        self.assertEqual(text_of(messages), "own\n")

    def test_a_thread_that_is_left_behind_does_not_fill_the_memory(self):
        def memory():
            status = [pathlib.Path(f"/proc/{pid}/status").read_text() for pid in [self.kernel.pid, *processes(token)]]
            return sum(int(line.split()[1]) for text in status for line in text.splitlines() if line.startswith("VmRSS"))

        self.run_cell("%%rust\n1")
        token = self.token()
        self.run_cell('%%rust\nstd::thread::spawn(|| loop { println!("tick {}", "tock ".repeat(50)); });')
        before = memory()
        time.sleep(3)
        self.assertLess(memory() - before, 50_000)
        reply, _ = self.run_cell("%%rust\n1 + 1")
        self.assertEqual(reply["status"], "ok", reply)

    def test_a_slow_reader_makes_the_code_wait(self):
        # Every request of the code is answered, however much it says meanwhile.
        self.run_cell(f"{SOURCE}\nlet pools = retrieve popularity k=5")
        reply, messages = self.run_cell(
            """%%rust
let writer = std::thread::spawn(|| for number in 0..200_000 { println!("{number}"); });
for _ in 0..20 { grn_nb::get("pools")?; }
writer.join().unwrap();"""
        )
        self.assertEqual(reply["status"], "ok", reply)
        self.assertEqual(text_of(messages), "".join(f"{number}\n" for number in range(200_000)))

    def test_a_display_that_is_not_closed_ends_with_its_cell(self):
        _, messages = self.run_cell('%%rust\nprintln!("EVCXR_BEGIN_CONTENT text/plain\\nopen");')
        shown = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
        self.assertEqual(shown, [{"text/plain": "open"}])
        self.assertEqual(self.value("%%rust\n1 + 1"), {"text/plain": "2"})

    def test_a_panic_is_told_although_much_is_dropped_after_it(self):
        reply = self.fails(
            """%%rust
struct Slow;
impl Drop for Slow { fn drop(&mut self) { std::thread::sleep(std::time::Duration::from_millis(400)); } }
let slow = Slow;
panic!("oh");"""
        )
        self.assertEqual((reply["ename"], reply["evalue"]), ("rust::panic", "oh"))

    def test_a_panic_in_a_score_is_the_cells(self):
        self.run_cell(f"{SOURCE}\nlet pools = retrieve popularity k=5")
        reply = self.fails(
            """%%rust
let pools = grn_nb::get("pools")?.pools()?;
let mine = pools.score_sets(|_target, _set| panic!("no score"))?;"""
        )
        self.assertEqual((reply["ename"], reply["evalue"]), ("rust::panic", "no score"))
        self.assertIn("cell 2:3:", "\n".join(reply["traceback"]))

    def test_an_interrupt_of_the_start_says_so(self):
        request = self.client.execute("%%rust\n1")
        self.wait_for(self.has_worker)
        self.kernel.manager.interrupt_kernel()
        reply = support.reply_to(self.client, request)["content"]
        self.assertEqual(reply["ename"], "Interrupted")
        self.assertIn("still starting", reply["evalue"])
        published(self.client, request)
        self.assertEqual(self.value("%%rust\n1 + 1"), {"text/plain": "2"})

    def test_an_interrupt_while_it_compiles_keeps_everything(self):
        self.run_cell("%%rust\nlet x = 1;")
        token = self.token()
        before = len(processes(token))
        # A build script that never ends: the compiler is busy for as long as it takes.
        crate = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, crate)
        (crate / "src").mkdir()
        (crate / "src/lib.rs").write_text("")
        (crate / "build.rs").write_text("fn main() { loop { std::thread::sleep(std::time::Duration::from_secs(1)) } }")
        (crate / "Cargo.toml").write_text('[package]\nname = "slow"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n')
        request = self.client.execute(f'%%rust\n:dep slow = {{ path = "{crate}" }}\nx + 1')
        is_script = lambda pid: b"build-script-build" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        self.wait_for(lambda: any(is_script(pid) for pid in processes(token)))
        self.kernel.manager.interrupt_kernel()
        reply = support.reply_to(self.client, request)["content"]
        self.assertEqual(reply["ename"], "Interrupted")
        self.assertIn("did not run", reply["evalue"])
        self.wait_for(lambda: len(processes(token)) <= before)
        self.assertEqual(self.value("%%rust\nx + 1"), {"text/plain": "2"})

    def test_a_worker_that_is_killed_is_replaced(self):
        self.run_cell("%%rust\nlet x = 1;")
        os.kill(self.worker_pid(), signal.SIGKILL)
        self.assertEqual(self.fails("%%rust\nx")["ename"], "rust::worker-ended")
        self.assertEqual(self.value("%%rust\n2 + 3"), {"text/plain": "5"})

    def test_code_that_ends_its_process_is_an_error(self):
        self.assertEqual(self.fails("%%rust\nstd::process::abort();")["ename"], "rust::process-ended")
        self.assertEqual(self.value("%%rust\n2 + 3"), {"text/plain": "5"})

    def test_nothing_outlives_a_kernel_that_is_killed(self):
        self.run_cell("%%rust\n1")
        token = self.token()
        request = self.client.execute('%%rust\nprintln!("runs");\nloop {}')
        support.wait_for(self.client, "stream")
        self.assertGreater(len(processes(token)), 2)
        os.kill(self.kernel.pid, signal.SIGKILL)
        self.wait_for(lambda: not processes(token))
        del request

    def test_nothing_outlives_a_kernel_that_is_killed_in_a_flood(self):
        self.run_cell("%%rust\n1")
        token = self.token()
        self.client.execute('%%rust\nloop { println!("{}", "flood ".repeat(20)); }')
        support.wait_for(self.client, "stream")
        time.sleep(1)
        os.kill(self.kernel.pid, signal.SIGKILL)
        self.wait_for(lambda: not processes(token))

    def test_reset_forgets_rust(self):
        self.run_cell("%%rust\nlet x = 1;")
        _, messages = self.run_cell("%who")
        shown = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "display_data"]
        self.assertRegex(shown[-1], r"x +i32")
        token = self.token()
        self.run_cell("%reset -f")
        self.wait_for(lambda: not processes(token))
        self.assertEqual(self.fails("%%rust\nx")["ename"], "rust::E0425")

    def test_values_cross_both_ways(self):
        self.run_cell(f"{SOURCE}\nlet pools = retrieve popularity k=5")
        reply, messages = self.run_cell(
            """%%rust
let pools = grn_nb::get("pools")?.pools()?;
let mine = pools.score_sets(|_target, set| set.members().map(|candidate| candidate.score).sum())?;
grn_nb::put("mine", mine)?;
println!("{} targets", pools.test().count());"""
        )
        self.assertEqual(reply["status"], "ok", reply)
        self.assertRegex(text_of(messages), r"\d+ targets")
        reply, messages = self.run_cell("pools | select mine")
        self.assertEqual(reply["status"], "ok", reply)
        self.assertIn("execute_result", support.kinds(messages))
        self.assertIn("nonsense", self.fails('%%rust\ngrn_nb::get("nonsense")?;')["evalue"])


class Without(unittest.TestCase):
    """What is missing is said, and everything else runs."""

    def kernel(self, **variables):
        before = dict(os.environ)
        os.environ.update(variables)
        try:
            kernel = Kernel("grn")
        finally:
            os.environ.clear()
            os.environ.update(before)
        self.addCleanup(kernel.stop)
        return kernel

    def run_cell(self, kernel, code):
        request = kernel.client.execute(code)
        reply = support.reply_to(kernel.client, request)["content"]
        published(kernel.client, request)
        return reply

    def test_without_a_worker(self):
        kernel = self.kernel(GRN_RUST_CELLS="/nothing/here")
        self.assertEqual(self.run_cell(kernel, "%%rust\n1")["ename"], "rust::no-worker")
        self.assertEqual(self.run_cell(kernel, f"{SOURCE}\nretrieve popularity k=5")["status"], "ok")

    def test_without_a_compiler(self):
        empty = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, empty)
        program = pathlib.Path(empty, "worker")
        program.write_text("")
        kernel = self.kernel(GRN_RUST_CELLS=str(program), PATH=empty, HOME=empty, CARGO_HOME=empty)
        reply = self.run_cell(kernel, "%%rust\n1")
        self.assertEqual(reply["ename"], "rust::no-compiler")
        self.assertIn("rustup", "\n".join(reply["traceback"]))
        self.assertEqual(self.run_cell(kernel, f"{SOURCE}\nretrieve popularity k=5")["status"], "ok")


if __name__ == "__main__":
    unittest.main()
