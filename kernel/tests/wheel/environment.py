"""A fresh environment with Jupyter and the wheel, used as somebody would who has neither Rust nor, from then on, a network.

Its path has spaces and letters that are not ASCII. Nothing is activated: programs are found by their path alone.
"""

import atexit
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
VERSIONS = REPOSITORY / "kernel" / "tests" / "requirements.txt"
JUPYTER = ("jupyterlab", "notebook", "nbconvert")

# Nothing listens there, so whoever tries to leave this machine fails at once.
NOWHERE = "http://127.0.0.1:9"
OFFLINE = {
    "PATH": os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin"]),
    "PIP_NO_INDEX": "1",
    "CARGO_NET_OFFLINE": "true",
    "http_proxy": NOWHERE,
    "https_proxy": NOWHERE,
    "no_proxy": "127.0.0.1",
}


def wheel():
    """The wheel: `$GRN_WHEEL`, or the newest in `dist/`."""
    named = os.environ.get("GRN_WHEEL")
    if named:
        return pathlib.Path(named).resolve()
    built = sorted((REPOSITORY / "dist").glob("grn_lang-*.whl"), key=lambda path: path.stat().st_mtime)
    if not built:
        raise FileNotFoundError("no wheel: `pip wheel ./kernel/wheel --wheel-dir dist` builds one, GRN_WHEEL names another")
    return built[-1]


@functools.cache
def contents():
    """The bytes of every file in the wheel by its name, without the version in it."""
    with zipfile.ZipFile(wheel()) as archive:
        version = wheel().name.split("-")[1]
        return {name.replace(f"grn_lang-{version}", "grn_lang"): archive.read(name) for name in archive.namelist()}


class Environment:
    """A virtual environment in a folder of its own."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grn-wheel-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.prefix = self.folder / "Réseau de gènes"
        self.home = self.folder / "home"
        self.home.mkdir()
        subprocess.run([sys.executable, "-m", "venv", self.prefix], check=True)

    def install(self, *what, network=False):
        """`pip install`; without a network unless asked for."""
        settings = dict(os.environ) if network else self.settings()
        command = [self.prefix / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *what]
        subprocess.run(command, env=settings, cwd=self.folder, check=True)

    def settings(self):
        """The variables of a process that is neither in the environment nor on a network."""
        return {**OFFLINE, "HOME": str(self.home), "LANG": "C.UTF-8"}

    def run(self, program, *arguments, **settings):
        """What a program of the environment says, as `stdout` and `stderr`; a failure of its is one of the test."""
        command = [self.prefix / "bin" / program, *arguments]
        environment = {**self.settings(), **settings}
        done = subprocess.run(command, env=environment, cwd=self.home, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{program} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def files(self):
        """Every file of the environment."""
        return {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if path.is_file()}


@functools.cache
def with_jupyter():
    """The environment that all tests share: Jupyter from the network, then the wheel from its file."""
    environment = Environment()
    environment.install(*JUPYTER, "--constraint", VERSIONS, network=True)
    environment.install("--no-deps", wheel())
    return environment
