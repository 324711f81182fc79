"""Starts kernels as Jupyter does: by a kernelspec, in a process of their own."""

import atexit
import contextlib
import json
import os
import pathlib
import queue
import shutil
import tempfile
import time

import jupyter_client

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("GRN_BUILD", ROOT / "target" / "debug"))
PROGRAMS = {"grn": BUILD / "grn-kernel", "probe": BUILD / "examples" / "probe"}

# What an earlier run has kept must not stand in for what a test runs.
os.environ["GRN_CACHE"] = "off"

# No test waits longer than this for a message; none passes or fails by how fast a message comes.
PATIENCE = 30


def install_specs():
    """Makes both kernels known to this process and to those it starts."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="grn-kernels-"))
    for name, program in PROGRAMS.items():
        spec = folder / "kernels" / name
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(
            json.dumps(
                {
                    "argv": [str(program), "run", "-f", "{connection_file}"],
                    "display_name": name,
                    "language": "grn",
                    "interrupt_mode": "message",
                }
            )
        )
    os.environ["JUPYTER_DATA_DIR"] = str(folder)
    return folder


atexit.register(shutil.rmtree, install_specs(), ignore_errors=True)


class Kernel:
    """A kernel and one client of it."""

    def __init__(self, name="probe", log=None):
        self.manager = jupyter_client.KernelManager(kernel_name=name)
        self.manager.start_kernel(stderr=log)
        self.client = self.connect()

    def connect(self):
        """Another client of the same kernel."""
        client = self.manager.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        return client

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def wait_until_dead(self):
        process = self.manager.provisioner.process
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None:
            assert time.monotonic() < deadline, "the kernel is still alive"
            time.sleep(0.02)
        return process.returncode

    def stop(self):
        self.client.stop_channels()
        with contextlib.suppress(Exception):
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


def reply_to(client, message_id, channel="shell"):
    """The reply to one request."""
    get = client.get_shell_msg if channel == "shell" else client.get_control_msg
    while True:
        message = get(timeout=PATIENCE)
        if message["parent_header"].get("msg_id") == message_id:
            return message


def published(client, message_id):
    """What iopub says about one request, up to its `idle`."""
    messages = []
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE)
        if message["parent_header"].get("msg_id") != message_id:
            continue
        messages.append(message)
        if message["content"].get("execution_state") == "idle":
            return messages


def wait_for(client, kind, **content):
    """The next iopub message of a kind with this content."""
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE)
        found = message["content"]
        if message["msg_type"] == kind and all(found.get(key) == value for key, value in content.items()):
            return message


def nothing_more(client, seconds=0.3):
    """All that still comes on iopub within some time."""
    messages = []
    with contextlib.suppress(queue.Empty):
        while True:
            messages.append(client.get_iopub_msg(timeout=seconds))
    return messages


def text_of(messages, name="stdout"):
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream" and m["content"]["name"] == name)


def kinds(messages):
    return [m["content"].get("execution_state", m["msg_type"]) for m in messages]
