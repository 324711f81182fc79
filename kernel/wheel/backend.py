"""Builds the wheel: gathers what belongs into it, then has maturin build it (a PEP 517 backend).

| in the wheel | becomes | from |
| --- | --- | --- |
| `scripts/` | programs of the environment | cargo; maturin adds `grn-kernel` |
| `data/share/jupyter/` | kernelspec and JupyterLab extension | `grn-kernel assets` |
| `purelib/` | `import grn_pygments` | `kernel/frontend/lexer` |

Needs cargo; and a network only for what isn't on the machine yet: crates, and maturin, which pip fetches unless it is told
`--no-build-isolation`.
"""

import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# pyproject.toml names this folder to maturin.
DATA = REPOSITORY / "target" / "wheel" / "contents"
LEXER = REPOSITORY / "kernel" / "frontend" / "lexer"

KERNEL = "grn-kernel"
# Packages with their programs and the profiles that these are built in.
PROGRAMS = [("grn-lang", "grn", "release"), ("grn-rust-cells", "grn-rust-cells", "worker"), ("grn-kernel", KERNEL, "release")]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The hook of PEP 517; returns the name of the wheel that it leaves in `wheel_directory`."""
    os.environ.update(flags())
    gather()
    out = DATA.parent / "new"
    shutil.rmtree(out, ignore_errors=True)
    command = [maturin(), "build", "--release", "--locked", "--out", out]
    subprocess.run(command, cwd=pathlib.Path(__file__).parent, check=True)
    (wheel,) = out.iterdir()
    shutil.move(wheel, pathlib.Path(wheel_directory, wheel.name))
    return wheel.name


def build_sdist(sdist_directory, config_settings=None):
    """The other hook of PEP 517, which every backend has to have."""
    raise NotImplementedError("the source is the repository; there is no sdist: build with --wheel")


def maturin():
    """The program of the installed package: pip's own environments of a build have it on no path that Python knows."""
    files = importlib.metadata.files("maturin") or []
    programs = [file.locate() for file in files if file.name in ("maturin", "maturin.exe")]
    return next((program for program in programs if pathlib.Path(program).is_file()), "maturin")


def flags():
    """How rustc is told to leave the builder's folders out of programs, unless its flags are chosen already."""
    if "RUSTFLAGS" in os.environ or "CARGO_ENCODED_RUSTFLAGS" in os.environ:
        return {}
    # Crates and Rust's library are below the home; where both folders hold a file, rustc takes the last.
    shorter = {pathlib.Path.home(): "home", REPOSITORY: "grn"}
    # Unlike in RUSTFLAGS, paths may have spaces here.
    return {"CARGO_ENCODED_RUSTFLAGS": "\x1f".join(f"--remap-path-prefix={path}={name}" for path, name in shorter.items())}


def gather():
    """Fills the folder that maturin packs."""
    shutil.rmtree(DATA, ignore_errors=True)
    built = {program: build(package, program, profile) for package, program, profile in PROGRAMS}
    (DATA / "scripts").mkdir(parents=True)
    for program, path in built.items():
        if program != KERNEL:
            shutil.copy2(path, DATA / "scripts")
    subprocess.run([built[KERNEL], "assets", DATA / "data"], check=True)
    shutil.copytree(LEXER, DATA / "purelib", ignore=shutil.ignore_patterns("__pycache__"))


def build(package, program, profile):
    """Builds one program and returns its path.

    One package a call, as maturin and `cargo run` do: together they would choose other features, and build all twice.
    """
    manifest = ["--manifest-path", REPOSITORY / "Cargo.toml"]
    # Its reports say where the program is, whatever the settings of cargo.
    command = ["cargo", "build", "--profile", profile, "--locked", *manifest, "--package", package, "--bin", program]
    reports = ["--message-format", "json-render-diagnostics"]
    done = subprocess.run([*command, *reports], stdout=subprocess.PIPE, check=True)
    executables = (json.loads(line).get("executable") for line in done.stdout.splitlines())
    return pathlib.Path(next(path for path in executables if path))
