"""Runs the scripts of examples/paper one after the other, and knows which of them are done.

Beside NAME.json, what `grn run --json` writes, a folder of runs holds NAME.state.json: what the run rests on (the script, the
program, the data, as checksums) and how long it has taken. A run is whole when its state says so and nothing of this has
changed. One that was stopped starts again, and grn's own cache gives it the stages that it had finished."""

import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import time

# Seconds between two looks at a running script, and between two lines of progress.
LOOK = 0.2
SAY = 30


class Failed(Exception):
    """What can't go on, in words for the user."""


class Program:
    """The program `grn`, by its path."""

    def __init__(self, path):
        found = shutil.which(path)
        if found is None:
            raise Failed(f"there is no program `{path}`: build it by `cargo build --release`, or name it by --grn PATH")
        self.path = os.path.abspath(found)
        self.checksum = checksum(pathlib.Path(self.path))

    def ask(self, *arguments):
        """What it prints."""
        return subprocess.run([self.path, *arguments], check=True, capture_output=True, text=True).stdout


def checksum(path):
    """SHA-256 of a file, or of all files of a folder with their names."""
    whole = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            whole.update(f"{file.relative_to(path)}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def data_of(script):
    """Files and folders that the script reads: what its strings name, beside it or with a whole path."""
    strings = re.findall(r'(\w+)\s*=\s*"((?:[^"\\\n]|\\.)*)"', script.read_text(encoding="utf-8"))
    paths = [script.parent / os.path.expanduser(os.path.expandvars(string)) for key, string in strings if key != "path"]
    return [path for path in paths if path.exists()]


def basis(script, program):
    """Everything that a run's numbers rest on, as checksums."""
    return {
        "script": checksum(script),
        "program": program.checksum,
        "data": [checksum(path) for path in data_of(script)],
    }


def write(path, value):
    """Writes JSON, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)


def read(path):
    """JSON, or None where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


class Run:
    """The run of one script in a folder of runs."""

    def __init__(self, script, folder):
        self.script = script
        self.folder = folder
        self.name = script.stem

    def path(self, ending):
        return self.folder / f"{self.name}{ending}"

    def state(self):
        return read(self.path(".state.json")) or {}

    def is_whole(self, rests_on):
        """Whether nothing has to run again."""
        state = self.state()
        return state.get("whole") and state.get("basis") == rests_on and read(self.path(".json")) is not None

    def document(self):
        """The results, where they are whole and of the script as it is now; else None."""
        state = self.state()
        is_of_script = state.get("basis", {}).get("script") == checksum(self.script)
        return read(self.path(".json")) if state.get("whole") and is_of_script else None

    def go(self, program, options, rests_on, say):
        """Runs the script to its end. A failed one is told of, and the next one's turn comes."""
        state = self.state()
        spent = state.get("seconds", 0.0) if state.get("basis") == rests_on and not state.get("whole") else 0.0
        state = {"basis": rests_on, "whole": False, "seconds": spent}
        command = [program.path, "run", str(self.script.resolve()), "--json", f"{self.name}.json", "--out", ".", *options]
        with open(self.path(".txt"), "wb") as tables, open(self.path(".log"), "wb") as log:
            child = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=tables, stderr=log)
            try:
                self.watch(child, state, say)
            finally:
                stop(child)
        if child.returncode != 0:
            log = self.path(".log").read_text(encoding="utf-8", errors="replace")
            raise Failed(f"{self.name} failed (exit code {child.returncode}):\n{log[-2000:]}")
        write(self.path(".state.json"), state | {"whole": True})

    def watch(self, child, state, say):
        """Keeps the time, so that a stopped run's isn't lost, and says now and then how far the run is."""
        spent, started, said = state["seconds"], time.monotonic(), 0
        try:
            write(self.path(".state.json"), state)
            while child.poll() is None:
                time.sleep(LOOK)
                if time.monotonic() - started > said:
                    say(f"{self.name}, {duration(said)}: {self.last_line()}")
                    said += SAY
        finally:
            state["seconds"] = round(spent + time.monotonic() - started, 1)
            write(self.path(".state.json"), state)

    def last_line(self):
        lines = self.path(".log").read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "starts"


def stop(child):
    """Ends a run that is still going, as Ctrl-C does: finished stages are kept."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def duration(seconds):
    """`47 s`, `12 min`, `1 h 05 min`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def machine(program):
    """What the runs' times depend on."""
    return {
        "grn": program.ask("--version").strip(),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def processor():
    try:
        names = re.findall(r"model name\s*: (.+)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or "unknown processor"


def run_all(scripts, folder, program, options, say):
    """Runs every script that isn't done, in order; answers how many failed."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "machine.json", machine(program))
    write(folder / "stages.json", json.loads(program.ask("stages", "--json")))
    failures = 0
    for script in scripts:
        run, rests_on = Run(script, folder), basis(script, program)
        if run.is_whole(rests_on):
            say(f"{run.name}: there already")
            continue
        try:
            run.go(program, options, rests_on, say)
            say(f"{run.name}: done, {duration(run.state()['seconds'])}")
        except Failed as failure:
            failures += 1
            say(str(failure))
    return failures
