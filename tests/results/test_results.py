"""The page of results, by the real script: `GRN_PROGRAM=target/release/grn python3 -m unittest discover tests/results`."""

import atexit
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "docs" / "results" / "results.py"
GRN = os.environ.get("GRN_PROGRAM", str(ROOT / "target" / "release" / "grn"))
sys.path.insert(0, str(SCRIPT.parent))

import compare  # noqa: E402
import document  # noqa: E402
import settings  # noqa: E402

DATA = """use simulate sergio genes=80 types=3 cells=20 regulators=20 masters=8 team_mix=(10, 20, 20, 20)
  | split stratified test=0.4 seed=42..43

retrieve attn k=12 epochs=1 embedding=16 hidden=16 heads=2
"""

TABLE2 = f"""{DATA}  | select [stage1, pairs2, residual_hos2, copy_nearest] epochs=1 embedding=16 hidden=16
  | decode exact cap=8
  | plot exact
  | save path="table2.svg"
  | audit
"""

# No machine ends this within a test.
ENDLESS = DATA.replace("epochs=1", "epochs=10000") + "  | table\n"

# Seconds that no step needs.
PATIENCE = 120


class Place:
    """A folder with scripts, in which results.py runs."""

    def __init__(self, **scripts):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="grn-results-"))
        atexit.register(shutil.rmtree, self.root, ignore_errors=True)
        (self.root / "scripts").mkdir()
        for name, text in scripts.items():
            self.write(name, text)

    def write(self, name, text):
        (self.root / "scripts" / f"{name}.grn").write_text(text, encoding="utf-8")

    def command(self, *words):
        places = ["--scripts", "scripts", "--runs", "runs", "--page", "results.md", "--cache", "kept", "--grn", GRN]
        return [sys.executable, "-B", str(SCRIPT), *words, *places]

    def results(self, *words):
        """Standard error of a run that has to end well."""
        ended = subprocess.run(self.command(*words), cwd=self.root, capture_output=True, text=True, timeout=PATIENCE)
        assert ended.returncode == 0, ended.stderr
        return ended.stderr

    def page(self):
        return (self.root / "results.md").read_text(encoding="utf-8")

    def run(self, name, ending):
        return json.loads((self.root / "runs" / f"{name}{ending}").read_text(encoding="utf-8"))


def cells(page, heading, size, method):
    """The cells of a method's row at a team size, in the first table below a heading."""
    section = page.split(f"\n## {heading}", 1)[1]
    lines = section.split("\n| R |", 1)[1].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[: lines.index("")]]
    begin = next(place for place, row in enumerate(rows) if row[0].startswith(f"{size} "))
    return next(row for row in rows[begin:] if row[1] == method)


def programs_that_name(folder):
    """Command lines with a path in `folder`; where the system has no /proc, none is found."""
    lines = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes().decode(errors="replace"))
    return [line for line in lines if str(folder) in line]


class WholeRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Place(table2=TABLE2)
        cls.said = cls.place.results()
        cls.page = cls.place.page()
        cls.found = cls.place.run("table2", ".json")

    def reports(self, method, size):
        return [
            cell["per_r"][size] for cell in self.found["results"] if cell["axes"]["select"] == method and size in cell["per_r"]
        ]

    def test_numbers_are_those_of_the_json(self):
        for method in ("stage1", "pairs2", "residual_hos2", "copy_nearest"):
            for size in ("2", "3", "4"):
                row, reports = cells(self.page, "Table 2", size, f"`{method}`"), self.reports(method, size)
                total = {
                    key: sum(report[key] for report in reports)
                    for key in ("n", "exact", "n_seen", "exact_seen", "n_novel", "exact_novel")
                }
                shares = [report["unconditional"] for report in reports]
                self.assertEqual(row[3], f"{statistics.mean(shares):.3f} ± {statistics.stdev(shares):.3f}")
                self.assertEqual(row[4], f"{total['exact']}/{total['n']}")
                self.assertEqual(row[6], f"{total['exact_seen']}/{total['n_seen']}")
                novel = f"{total['exact_novel']}/{total['n_novel']}" if total["n_novel"] else "–"
                self.assertEqual(row[7], novel)
                answers = self.found["audits"][0]["questions"]["exact"]["answers"]
                audited = next(answer for answer in answers if answer["method"] == method)["per_r"][size]
                self.assertEqual(row[5], "–".join(f"{end:.2f}" for end in audited["interval"]))

    def test_the_paper_s_numbers_stand_beside_and_missing_ones_are_dashes(self):
        self.assertEqual(cells(self.page, "Table 2", 3, "`residual_hos2`")[2], "0.342 ± 0.059")
        self.assertEqual(cells(self.page, "Table 2", 3, "`copy_nearest`")[2], "–")
        self.assertIn("Not run: [`grn run examples/paper/table1.grn`]", self.with_empty("table1"))

    def with_empty(self, name):
        place = Place(**{name: DATA})
        place.results("write")
        return place.page()

    def test_paired_tests_are_the_audit_s(self):
        tests = self.found["audits"][0]["questions"]["exact"]["tests"]
        test = next(test for test in tests if (test["method"], test["against"]) == ("residual_hos2", "pairs2"))
        line = next(line for line in self.page.splitlines() if line.startswith("| `residual_hos2` against `pairs2` |"))
        for column, size in zip(line.split("|")[2:], ("2", "3", "4")):
            found = test["per_r"][size]
            differs = found["only_method"] + found["only_against"] > 0
            expected = f", {found['only_method']} : {found['only_against']}, p" if differs else "no target differs"
            self.assertIn(expected, column)

    def test_a_baseline_that_is_ahead_is_told_of(self):
        answers = {answer["method"]: answer for answer in self.found["audits"][0]["questions"]["exact"]["answers"]}
        sentence = next(line for line in self.page.splitlines() if line.startswith("- `pairs2`: "))
        for size, own in answers["pairs2"]["per_r"].items():
            best = max(answers[other]["per_r"][size]["mean"] for other in ("popularity", "copying", "copy_nearest"))
            clauses = [words for words in sentence.split(";") if "baseline is ahead" in words or "baseline has more right," in words]
            self.assertEqual(best > own["mean"], any(f"R = {size} (" in words for words in clauses), sentence)

    def test_settings_that_are_not_the_paper_s_are_named(self):
        self.assertRegex(
            self.page,
            r"`retrieve attn` epochs=1 \(the paper: 20\), embedding=16 \(the paper: 128\), hidden=16 \(default: 256\)",
        )

    def test_figures_stand_beside_the_page(self):
        self.assertIn("(results/table2.svg)", self.page)
        self.assertTrue((self.place.root / "results" / "table2.svg").read_text(encoding="utf-8").startswith("<svg"))

    def test_requirements_without_a_run_are_open(self):
        lines = [line for line in self.page.splitlines() if re.match(r"\| (Recall@80.*|) \| \d \|", line)]
        self.assertTrue(lines[0].endswith("| – | – |"), lines[0])
        own = [report["unconditional"] for report in self.reports("residual_hos2", "2")]
        reached = "yes" if round(statistics.mean(own), 3) >= 0.281 else "**no**"
        line = next(line for line in self.page.splitlines() if line.startswith("| `residual_hos2`, exact | 2 |"))
        self.assertTrue(line.endswith(f"| {reached} |"), line)


class Resuming(unittest.TestCase):
    def test_what_is_whole_is_not_run_again_and_what_changed_is(self):
        place = Place(table1=DATA + "  | table\n  | audit\n")
        self.assertIn("table1: done", place.results("run"))
        before = place.run("table1", ".json")
        self.assertIn("table1: there already", place.results("run"))
        state = place.root / "runs" / "table1.state.json"
        state.write_text(json.dumps(place.run("table1", ".state.json") | {"whole": False, "seconds": 1000.0}))
        place.results("write")
        self.assertIn("Not run", place.page(), "a run that was stopped is no result")
        self.assertIn("table1: done, 17 min", place.results("run"))
        again = place.run("table1", ".json")
        self.assertEqual([cell["per_r"] for cell in again["results"]], [cell["per_r"] for cell in before["results"]])
        place.write("table1", DATA + "  | table\n")
        place.results("write")
        self.assertIn("Not run", place.page(), "a run of another text is no result")
        self.assertIn("table1: done", place.results("run"))

    def test_a_stopped_run_ends_at_once_and_leaves_no_result(self):
        place = Place(table1=ENDLESS)
        child = subprocess.Popen(place.command("run"), cwd=place.root, stderr=subprocess.PIPE, text=True)
        self.addCleanup(child.kill)
        log, deadline = place.root / "runs" / "table1.log", time.monotonic() + PATIENCE
        while not (log.exists() and "epoch" in log.read_text(encoding="utf-8")):
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(child.poll())
            time.sleep(0.1)
        if pathlib.Path("/proc/self/cmdline").exists():
            self.assertNotEqual(programs_that_name(place.root), [])
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=PATIENCE)
        self.assertNotEqual(child.returncode, 0)
        self.assertIn("goes on from here", said)
        self.assertFalse(place.run("table1", ".state.json")["whole"])
        self.assertFalse((place.root / "runs" / "table1.json").exists())
        self.assertEqual(programs_that_name(place.root), [], "the program still runs")

    def test_a_script_that_fails_is_told_of_and_the_others_run(self):
        place = Place(table1="retrieve nothing k=3\n", table2=DATA + "  | table\n")
        ended = subprocess.run(place.command(), cwd=place.root, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("table1 failed (exit code 2)", ended.stderr)
        self.assertIn("unknown-method", ended.stderr)
        self.assertIn("table2: done", ended.stderr)
        self.assertIn("**Not run: `table1`.**", place.page())


def report(exact, n, select="pairs2"):
    entry = {"n": n, "exact": exact, "covered": n, "n_seen": n, "exact_seen": exact, "n_novel": 0, "exact_novel": 0}
    return {
        "pipeline": "p",
        "type": "Report",
        "axes": {"seed": 42, "select": select},
        "seed": 42,
        "per_r": {"2": entry},
        "methods": {"retrieve": "attn", "select": select},
    }


class Words(unittest.TestCase):
    def against(self, exact):
        found = document.statements({"results": [report(exact, 1000)]})[0]
        return compare.against_paper(found, [{"select": "pairs2", "exact": {"2": [0.281, 0.061]}}], "exact", {})[0]

    def test_numbers_are_compared_as_printed(self):
        self.assertIn("misses", self.against(280))
        self.assertIn("reaches", self.against(281))
        self.assertIn("outside our interval", self.against(100))
        self.assertIn("inside our interval", self.against(280))
        self.assertTrue(compare.reaches(0.28074, 0.281))
        self.assertFalse(compare.reaches(0.2804, 0.281))

    def test_a_row_that_the_paper_lacks_has_no_sentence(self):
        found = document.statements({"results": [report(3, 10, "modal")]})[0]
        self.assertEqual(compare.against_paper(found, [{"select": "pairs2", "exact": {"2": [0.281]}}], "exact", {}), [])

    def test_a_test_is_turned_round(self):
        test = {"only_method": 3, "only_against": 9, "difference": -0.06, "verdict": "behind", "by_target": 0.01}
        turned = document.turned(test)
        self.assertEqual(
            (turned["only_method"], turned["only_against"], turned["difference"], turned["verdict"]), (9, 3, 0.06, "ahead")
        )

    def test_stages_are_read_from_a_pipeline(self):
        text = "retrieve [dot, attn] k=80 | select pure_hos2 lr=[0.0002, 0.0001] | decode exact cap={2: 80, 3: 80}"
        text += ' | save path="a|b.svg"'
        found = list(document.stages(text))
        self.assertEqual(found[0], ("retrieve", ["dot", "attn"], {"k": "80"}))
        self.assertEqual(found[1], ("select", ["pure_hos2"], {"lr": "[0.0002, 0.0001]"}))
        self.assertEqual(found[2], ("decode", ["exact"], {"cap": "{2: 80, 3: 80}"}))
        self.assertEqual(found[3], ("save", [], {"path": '"a|b.svg"'}))

    def test_a_default_is_no_setting(self):
        catalog = {("select", "pairs2"): {"lr": {"default": "2e-4", "doc": "Learning rate (paper App. D)."}}}
        self.assertIsNone(settings.change("select", ["pairs2"], "lr", "0.0002", catalog, []))
        self.assertEqual(settings.change("select", ["pairs2"], "lr", "0.001", catalog, []), "lr=0.001 (the paper: 2e-4)")


if __name__ == "__main__":
    unittest.main()
