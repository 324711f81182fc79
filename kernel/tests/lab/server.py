"""A Jupyter server of its own: on a free port, with its own folders, with grn as the only kernel.

Nothing outside one temporary folder is read for settings or written to.
"""

import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
START_SECONDS = 120
STOP_SECONDS = 20

# JupyterLab asks its makers for news and updates only if these settings let it.
QUIET = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False},
}


def kernel_program():
    """The kernel's binary: `$GRN_KERNEL`, or what cargo built last with the release or the debug profile."""
    named = os.environ.get("GRN_KERNEL")
    if named:
        return pathlib.Path(named)
    candidates = [REPOSITORY / "target" / profile / "grn-kernel" for profile in ("release", "debug")]
    built = [path for path in candidates if path.exists()]
    if not built:
        raise FileNotFoundError("no kernel: `cargo build -p grn-kernel` builds one, GRN_KERNEL names another")
    return built[0]


class Server:
    """A running Jupyter server; a context manager. `app` is `lab` or `notebook`."""

    def __init__(self, app="lab"):
        self.app = app
        self.token = secrets.token_hex(16)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grn-lab-"))
        self.notebooks = self.folder / "notebooks"
        self.log = self.folder / "server.log"
        self.url = None
        self._process = None

    def __enter__(self):
        try:
            self._write_settings()
            self.install_kernel()
            self._start()
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._process:
            self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, path, name=None):
        """Copies a notebook to where the server finds it, without its outputs; returns its name."""
        notebook = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        return self._write_notebook(name or pathlib.Path(path).name, notebook)

    def add_cells(self, name, cells):
        """Writes a notebook of these code cells; returns its name."""
        code = [
            {"cell_type": "code", "id": f"cell-{index}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
            for index, source in enumerate(cells)
        ]
        metadata = {"kernelspec": {"display_name": "grn", "language": "grn", "name": "grn"}}
        return self._write_notebook(name, {"cells": code, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})

    def path(self, name):
        """The path of a page that shows this notebook."""
        return f"/notebooks/{name}" if self.app == "notebook" else f"/lab/workspaces/{pathlib.Path(name).stem}/tree/{name}"

    def kernel(self, name):
        """The kernel of a notebook as the server tells of it: its state, its connections; `None` without one.

        The server fails where a kernel is about to start.
        """
        try:
            sessions = self._get("/api/sessions")
        except urllib.error.HTTPError:
            return None
        return next((session["kernel"] for session in sessions if session["path"] == name), None)

    def _write_notebook(self, name, notebook):
        (self.notebooks / name).write_text(json.dumps(notebook), encoding="utf-8")
        return name

    def _write_settings(self):
        for name in ("notebooks", "config", "data", "runtime", "settings", "workspaces", "home", "prefix"):
            (self.folder / name).mkdir(parents=True)
        for name, content in QUIET.items():
            path = self.folder / "settings" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content), encoding="utf-8")

    def command(self):
        """The program `jupyter`: that of the Python that runs the tests."""
        return [sys.executable, "-m", "jupyter"]

    def inherited(self):
        """The variables that the server starts from."""
        return {**os.environ, "GRN_CACHE": "off"}

    def install_kernel(self):
        """Makes the kernel known to the server."""
        command = [kernel_program(), "install", "--prefix", self.folder / "prefix"]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the kernel could not be installed:\n{done.stdout}{done.stderr}")

    def _environment(self):
        inherited = {name: value for name, value in self.inherited().items() if not name.startswith("JUPYTER")}
        return {
            **inherited,
            "HOME": str(self.folder / "home"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTER_PATH": str(self.folder / "prefix" / "share" / "jupyter"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
        }

    def _start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [
            *self.command(), self.app, "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.notebooks}",
            "--ServerApp.terminals_enabled=False",
            "--LabApp.extension_manager=readonly",
            "--KernelSpecManager.ensure_native_kernel=False",
            "--KernelSpecManager.allowed_kernelspecs=grn",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=self._environment(), cwd=self.notebooks, stdout=log, stderr=log, start_new_session=True
            )

    def _wait_until_ready(self):
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit:
            if self._process.poll() is not None:
                break
            try:
                self._get("/api/status")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise RuntimeError(f"Jupyter did not start:\n{self.log.read_text(errors='replace')}")

    def _get(self, path):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def _stop(self):
        """Asks the server to end, which ends its kernels; then ends whatever is left of it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
