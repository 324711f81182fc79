"""The wire, by a real client: what no cell and no frontend may break.

Run by `cargo test -p grn-kernel` where GRN_PYTHON names a Python with tests/requirements.txt.
"""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import support
from support import Kernel, kinds, nothing_more, published, reply_to, text_of, wait_for


class WithKernel(unittest.TestCase):
    def setUp(self):
        self.log = tempfile.TemporaryFile()
        self.addCleanup(self.log.close)
        self.kernel = Kernel(log=self.log)
        self.addCleanup(self.kernel.stop)
        self.client = self.kernel.client

    def run_cell(self, code, **options):
        """The reply to a cell and what it published."""
        request = self.client.execute(code, **options)
        return reply_to(self.client, request), published(self.client, request)

    def logged(self):
        # The kernel writes where the file stands, so reading mustn't move it.
        log = self.log.fileno()
        return os.pread(log, os.fstat(log).st_size, 0).decode()

    def assert_alive(self):
        reply, messages = self.run_cell("write alive")
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(text_of(messages), "alive")


class Messages(WithKernel):
    def test_a_cell_is_busy_and_idle_around_its_outputs(self):
        reply, messages = self.run_cell("write a\nwarn b\nwrite c\nshow\nwrite d")
        self.assertEqual(
            kinds(messages),
            ["busy", "execute_input", "stream", "stream", "stream"]
            + ["display_data", "update_display_data", "display_data", "execute_result", "stream", "idle"],
        )
        self.assertEqual((text_of(messages), text_of(messages, "stderr")), ("acd", "b"))
        self.assertEqual(reply["content"]["payload"], [])
        self.assertEqual(reply["content"]["user_expressions"], {})
        self.assertIn("started", reply["metadata"])

    def test_every_message_says_where_it_belongs(self):
        request = self.client.execute("write a\nshow\nfail")
        reply = reply_to(self.client, request)
        messages = published(self.client, request)
        sessions = {message["header"]["session"] for message in [reply, *messages]}
        self.assertEqual(len(sessions), 1)
        self.assertNotEqual(sessions, {self.client.session.session})
        for message in [reply, *messages]:
            self.assertEqual(message["header"]["version"], "5.4")
            self.assertEqual(message["parent_header"]["msg_id"], request)
            self.assertEqual(message["parent_header"]["session"], self.client.session.session)
        identifiers = [message["header"]["msg_id"] for message in messages]
        self.assertEqual(len(set(identifiers)), len(identifiers))

    def test_iopub_has_topics_and_welcomes_subscribers(self):
        iopub = self.kernel.manager.connect_iopub()
        self.addCleanup(iopub.close)
        self.assertTrue(iopub.poll(support.PATIENCE * 1000))
        topic, welcome = self.client.session.feed_identities(iopub.recv_multipart())
        message = self.client.session.deserialize(welcome)
        self.assertEqual((topic, message["msg_type"]), ([b""], "iopub_welcome"))
        self.assertEqual(message["content"], {"subscription": ""})
        self.client.execute("write a")
        topics = []
        while not topics or topics[-1] != "stream":
            frames = iopub.recv_multipart()
            kernel, identity, kind = frames[0].decode().split(".")
            self.assertEqual(kernel, "kernel")
            topics.append(kind)
        self.assertEqual(topics, ["status", "execute_input", "stream"])

    def test_a_subscription_selects_by_topic(self):
        iopub = self.kernel.manager.connect_iopub()
        self.addCleanup(iopub.close)
        iopub.recv_multipart()
        iopub.unsubscribe(b"")
        iopub.subscribe(b"only.this")
        while self.client.session.deserialize(
            self.client.session.feed_identities(iopub.recv_multipart())[1]
        )["content"] != {"subscription": "only.this"}:
            pass
        self.run_cell("write a")
        self.assertFalse(iopub.poll(300))

    def test_every_mime_type_arrives_unchanged(self):
        _, messages = self.run_cell("show")
        expected = {
            "text/plain": "α",
            "application/vnd.plotly.v1+json": {"data": [{"type": "scatter", "y": [1, None]}], "layout": {}},
            "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"/>',
            "image/png": "iVBORw0KGgo=",
            "text/x-unheard-of": "as it is",
            "application/x-unheard-of+json": [1, {"two": None}],
        }
        shown = [m["content"] for m in messages if m["msg_type"] in ("display_data", "execute_result")][1:]
        self.assertEqual([content["data"] for content in shown], [expected, expected])
        self.assertEqual([content["transient"] for content in shown], [{}, {}])
        first, second = [m["content"] for m in messages if "transient" in m["content"]][:2]
        self.assertEqual(first["transient"], {"display_id": "probe"})
        self.assertEqual(second["transient"], {"display_id": "probe"})

    def test_one_hundred_thousand_lines_come_in_few_messages(self):
        _, messages = self.run_cell("print 100000")
        self.assertEqual(text_of(messages), "".join(f"line {number}\n" for number in range(100_000)))
        self.assertLess(len(messages), 1000)

    def test_heartbeats_are_echoed(self):
        beat = self.kernel.manager.connect_hb()
        self.addCleanup(beat.close)
        for text in (b"ping", b"\0 anything"):
            beat.send(text)
            self.assertTrue(beat.poll(support.PATIENCE * 1000))
            self.assertEqual(beat.recv_multipart(), [text])


class Counting(WithKernel):
    def test_stored_cells_are_counted(self):
        counts = [self.run_cell("write a")[0]["content"]["execution_count"] for _ in range(3)]
        self.assertEqual(counts, [1, 2, 3])
        reply, messages = self.run_cell("write a", store_history=False)
        self.assertEqual(reply["content"]["execution_count"], 4)
        self.assertEqual(messages[1]["content"]["execution_count"], 4)
        self.assertEqual(self.run_cell("write a")[0]["content"]["execution_count"], 4)

    def test_silent_cells_show_nothing(self):
        self.run_cell("write a")
        reply, messages = self.run_cell("write b\nshow\nfail", silent=True)
        self.assertEqual(kinds(messages), ["busy", "idle"])
        self.assertEqual((reply["content"]["status"], reply["content"]["execution_count"]), ("error", 1))
        self.assertEqual(self.run_cell("write c")[0]["content"]["execution_count"], 2)

    def test_history_holds_what_was_stored(self):
        for code, store in (("write a", True), ("write b", False), ("write é", True)):
            self.run_cell(code, store_history=store)
        request = self.client.history(hist_access_type="tail", n=5)
        self.assertEqual(reply_to(self.client, request)["content"]["history"], [[1, 1, "write a"], [1, 2, "write é"]])
        request = self.client.history(hist_access_type="range", session=0, start=2)
        self.assertEqual(reply_to(self.client, request)["content"]["history"], [[1, 2, "write é"]])
        request = self.client.history(hist_access_type="search", pattern="*a", n=1)
        self.assertEqual(reply_to(self.client, request)["content"]["history"], [[1, 1, "write a"]])

    def test_user_expressions_are_answered_one_by_one(self):
        reply, _ = self.run_cell("write a", user_expressions={"one": "1", "two": "2"})
        expressions = reply["content"]["user_expressions"]
        self.assertEqual(sorted(expressions), ["one", "two"])
        self.assertEqual({value["status"] for value in expressions.values()}, {"error"})
        self.assertEqual(set(expressions["one"]), {"status", "ename", "evalue", "traceback"})


class Failing(WithKernel):
    def test_an_error_is_published_and_replied(self):
        reply, messages = self.run_cell("fail")
        error = next(m["content"] for m in messages if m["msg_type"] == "error")
        self.assertEqual((error["ename"], error["evalue"]), ("probe::fail", "fail"))
        self.assertEqual({key: reply["content"][key] for key in error}, error)
        self.assertEqual(reply["content"]["status"], "error")

    def test_a_failure_aborts_the_burst_behind_it(self):
        requests = [self.client.execute(code) for code in ("fail", "write b", "write c")]
        statuses = [reply_to(self.client, request)["content"]["status"] for request in requests]
        self.assertEqual(statuses, ["error", "aborted", "aborted"])
        for request in requests[1:]:
            self.assertEqual(kinds(published(self.client, request)), ["busy", "idle"])
        self.assert_alive()

    def test_what_is_sent_after_the_reply_runs(self):
        for _ in range(20):
            self.assertEqual(self.run_cell("fail")[0]["content"]["status"], "error")
            self.assertEqual(self.run_cell("write a")[0]["content"]["status"], "ok")

    def test_stop_on_error_can_be_off(self):
        requests = [self.client.execute(code, stop_on_error=False) for code in ("fail", "write b")]
        statuses = [reply_to(self.client, request)["content"]["status"] for request in requests]
        self.assertEqual(statuses, ["error", "ok"])

    def test_a_panic_is_an_error_of_its_cell(self):
        reply, messages = self.run_cell("panic")
        self.assertEqual(reply["content"]["ename"], "grn::internal")
        self.assertIn("error", kinds(messages))
        self.assert_alive()


class BesideACell(WithKernel):
    def test_requests_are_answered_while_a_cell_runs(self):
        cell = self.client.execute("sleep 600")
        wait_for(self.client, "execute_input")
        asked = [self.client.complete("re"), self.client.inspect("re"), self.client.is_complete("re")]
        asked += [self.client.history(), self.client.comm_info(), self.client.kernel_info()]
        for request in asked:
            status = reply_to(self.client, request)["content"]["status"]
            self.assertIn(status, ("ok", "complete"))
        # The last state that a frontend hears is the cell's.
        states = [m for m in nothing_more(self.client) if m["msg_type"] == "status"]
        self.assertEqual(states[-1]["content"]["execution_state"], "busy")
        self.assertEqual(states[-1]["parent_header"]["msg_id"], cell)
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(reply_to(self.client, cell)["content"]["status"], "error")

    def test_interrupts_abort_queued_cells_and_no_later_ones(self):
        requests = [self.client.execute(code) for code in ("sleep 600", "write b", "write c")]
        wait_for(self.client, "execute_input")
        # Whatever was queued before this is answered is queued before the interrupt.
        reply_to(self.client, self.client.kernel_info())
        self.kernel.manager.interrupt_kernel()
        statuses = [reply_to(self.client, request)["content"]["status"] for request in requests]
        self.assertEqual(statuses, ["error", "aborted", "aborted"])
        self.assert_alive()

    def test_a_message_interrupts_and_is_replied(self):
        cell = self.client.execute("sleep 600")
        wait_for(self.client, "execute_input")
        message = self.client.session.msg("interrupt_request", {})
        self.client.control_channel.send(message)
        reply = reply_to(self.client, message["header"]["msg_id"], "control")
        self.assertEqual((reply["msg_type"], reply["content"]), ("interrupt_reply", {"status": "ok"}))
        self.assertEqual(reply_to(self.client, cell)["content"]["ename"], "Interrupted")

    def test_sigint_interrupts_a_cell_and_never_the_kernel(self):
        os.kill(self.kernel.pid, signal.SIGINT)
        # The signal may reach the kernel after this cell, which it then aborts.
        self.run_cell("write early")
        self.assert_alive()
        cell = self.client.execute("sleep 600")
        wait_for(self.client, "execute_input")
        os.kill(self.kernel.pid, signal.SIGINT)
        self.assertEqual(reply_to(self.client, cell)["content"]["ename"], "Interrupted")
        self.assert_alive()

    def test_what_was_printed_before_an_interrupt_is_kept(self):
        cell = self.client.execute("print 1000\nsleep 600")
        wait_for(self.client, "stream")
        self.kernel.manager.interrupt_kernel()
        reply_to(self.client, cell)
        self.assert_alive()


class Comms(WithKernel):
    def send(self, kind, content):
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        return published(self.client, message["header"]["msg_id"])

    def test_unknown_targets_are_closed(self):
        messages = self.send("comm_open", {"comm_id": "c", "target_name": "unheard.of", "data": {}})
        self.assertEqual(kinds(messages), ["busy", "comm_close", "idle"])
        self.assertEqual(messages[1]["content"]["comm_id"], "c")
        self.assertEqual(kinds(self.send("comm_msg", {"comm_id": "c", "data": {}})), ["busy", "idle"])
        request = self.client.comm_info()
        self.assertEqual(reply_to(self.client, request)["content"], {"status": "ok", "comms": {}})


class Stdin(WithKernel):
    def test_the_user_is_asked(self):
        cell = self.client.execute("write before\nask who?", allow_stdin=True)
        question = self.client.get_stdin_msg(timeout=support.PATIENCE)
        self.assertEqual(question["content"], {"prompt": "who?", "password": False})
        self.assertEqual(question["parent_header"]["msg_id"], cell)
        self.client.input("the user")
        self.assertEqual(reply_to(self.client, cell)["content"]["status"], "ok")
        self.assertEqual(text_of(published(self.client, cell)), "beforeanswer: the user")

    def test_nobody_is_asked_against_their_will(self):
        reply, _ = self.run_cell("ask who?", allow_stdin=False)
        self.assertEqual(reply["content"]["ename"], "probe::not-allowed")

    def test_an_interrupt_ends_the_wait(self):
        cell = self.client.execute("ask who?", allow_stdin=True)
        self.client.get_stdin_msg(timeout=support.PATIENCE)
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(reply_to(self.client, cell)["content"]["ename"], "Interrupted")
        # An answer that comes too late is not one to the next question.
        self.client.input("too late")
        cell = self.client.execute("ask again?", allow_stdin=True)
        self.client.get_stdin_msg(timeout=support.PATIENCE)
        self.client.input("in time")
        self.assertEqual(text_of(published(self.client, cell)), "answer: in time")


    def test_an_answer_to_an_earlier_question_is_refused(self):
        cell = self.client.execute("ask who?", allow_stdin=True)
        earlier = self.client.get_stdin_msg(timeout=support.PATIENCE)
        self.kernel.manager.interrupt_kernel()
        reply_to(self.client, cell)
        cell = self.client.execute("ask again?", allow_stdin=True)
        present = self.client.get_stdin_msg(timeout=support.PATIENCE)
        for question, value in ((earlier, "too late"), (present, "in time")):
            answer = self.client.session.msg("input_reply", {"value": value}, parent=question)
            self.client.stdin_channel.send(answer)
        self.assertEqual(text_of(published(self.client, cell)), "answer: in time")


class Hostile(WithKernel):
    def frames(self, kind="kernel_info_request", content=None):
        session = self.client.session
        return session.serialize(session.msg(kind, content or {}))

    def raw(self, channel="shell"):
        connect = getattr(self.kernel.manager, f"connect_{channel}")
        sock = connect()
        self.addCleanup(sock.close)
        return sock

    def test_wrong_messages_are_dropped_with_a_line_each(self):
        signed = self.frames()
        delimiter, signature, *parts = signed
        wrong = {
            "wrong signature": [delimiter, b"0" * 64, *parts],
            "no hexadecimal": [delimiter, b"!", *parts],
            "no signature": [delimiter, b"", *parts],
            "tampered": [delimiter, signature, *parts[:3], b'{"code": ""}'],
            "few parts": [delimiter, signature, parts[0]],
            "nothing after the delimiter": [delimiter],
            "no delimiter": [b"hello"],
            "empty": [b""],
        }
        sign = self.client.session.sign
        for name, bad in {
            "no JSON": [b"{", b"{}", b"{}", b"{}"],
            "not UTF-8": [b"\xff", b"{}", b"{}", b"{}"],
            "no header": [b"{}", b"{}", b"{}", b"{}"],
            "content is a list": [*parts[:3], b"[]"],
            "deep": [*parts[:3], b'{"code":' + b"[" * 5000 + b"]" * 5000 + b"}"],
        }.items():
            wrong[name] = [delimiter, sign(bad), *bad]
        for channel in ("shell", "control", "stdin"):
            sock = self.raw(channel)
            for name, frames in wrong.items():
                with self.subTest(channel=channel, message=name):
                    sock.send_multipart(frames)
        self.assert_alive()
        deadline = time.monotonic() + support.PATIENCE
        while self.logged().count("message dropped") < 3 * len(wrong) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.logged().count("message dropped"), 3 * len(wrong))
        self.assertEqual(len(self.logged().splitlines()), 3 * len(wrong))

    def test_unknown_types_are_logged(self):
        message = self.client.session.msg("unheard_request", {})
        self.client.shell_channel.send(message)
        self.assertEqual(kinds(published(self.client, message["header"]["msg_id"])), ["busy", "idle"])
        self.assertIn("unknown message type: unheard_request", self.logged())
        self.assert_alive()

    def test_requests_that_lack_fields_are_answered(self):
        for kind in ("execute", "complete", "inspect", "is_complete", "history", "comm_info"):
            with self.subTest(kind):
                message = self.client.session.msg(f"{kind}_request", {})
                self.client.shell_channel.send(message)
                reply = reply_to(self.client, message["header"]["msg_id"])
                self.assertEqual(reply["msg_type"], f"{kind}_reply")

    def test_strangers_on_the_ports_do_no_harm(self):
        ports = self.kernel.manager.get_connection_info()
        for name in ("shell", "control", "stdin", "iopub", "hb"):
            for greeting in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" + b"\0" * 8 + b"\x7f" + b"\x09" * 200, b""):
                with socket.create_connection(("127.0.0.1", ports[f"{name}_port"])) as stranger:
                    stranger.sendall(greeting)
        beat = self.kernel.manager.connect_hb()
        self.addCleanup(beat.close)
        beat.send(b"ping")
        self.assertTrue(beat.poll(support.PATIENCE * 1000))
        self.assert_alive()


def read_for_ever(connection_file, ready):
    """A client in a process of its own, for stopping."""
    import jupyter_client

    client = jupyter_client.BlockingKernelClient()
    client.load_connection_file(connection_file)
    client.start_channels()
    client.wait_for_ready(timeout=support.PATIENCE)
    ready.set()
    while True:
        client.get_iopub_msg(timeout=None)


def memory(pid):
    """Resident bytes of a process."""
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Clients(WithKernel):
    def second_client(self):
        processes = multiprocessing.get_context("spawn")
        ready = processes.Event()
        client = processes.Process(target=read_for_ever, args=(self.kernel.manager.connection_file, ready), daemon=True)
        client.start()
        self.addCleanup(client.kill)
        self.assertTrue(ready.wait(support.PATIENCE))
        return client

    @unittest.skipUnless(sys.platform == "linux", "reads /proc")
    def test_a_stopped_client_stalls_nobody_and_takes_bounded_memory(self):
        stopped = self.second_client()
        os.kill(stopped.pid, signal.SIGSTOP)
        before = memory(self.kernel.pid)
        megabytes = 300
        request = self.client.execute(f"flood {megabytes}")
        received = sum(len(m["content"].get("text", "")) for m in published(self.client, request))
        self.assertEqual(received, megabytes << 20)
        self.assertLess(memory(self.kernel.pid) - before, 120 << 20)
        self.assertIn("does not read", self.logged())
        self.assert_alive()
        os.kill(stopped.pid, signal.SIGCONT)
        deadline = time.monotonic() + support.PATIENCE
        while "reads again" not in self.logged():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_a_client_that_reads_loses_no_large_output(self):
        megabytes = 30
        request = self.client.execute(f"picture {megabytes}\nspill {megabytes}\n" * 2)
        messages = published(self.client, request)
        pictures = [len(m["content"]["data"]["text/plain"]) for m in messages if m["msg_type"] == "display_data"]
        self.assertEqual(pictures, [megabytes << 20] * 2)
        self.assertEqual(len(text_of(messages)), 2 * megabytes << 20)
        self.assertEqual(self.logged(), "")

    def test_the_last_update_of_a_display_arrives_in_its_place(self):
        times = 1_000
        request = self.client.execute(f"redraw {times}\nwrite after")
        messages = published(self.client, request)
        lines = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "update_display_data"]
        self.assertEqual(lines[-1].split()[0], str(times))
        self.assertEqual(kinds(messages)[-2:], ["stream", "idle"])
        self.assertEqual(self.logged(), "")

    def test_a_client_that_leaves_is_forgotten(self):
        leaving = self.second_client()
        request = self.client.execute("flood 50")
        leaving.kill()
        received = sum(len(m["content"].get("text", "")) for m in published(self.client, request))
        self.assertEqual(received, 50 << 20)
        self.assert_alive()

    def test_two_clients_hear_the_same(self):
        other = self.kernel.connect()
        self.addCleanup(other.stop_channels)
        request = self.client.execute("write a\nshow")
        here, there = published(self.client, request), published(other, request)
        self.assertEqual([m["header"]["msg_id"] for m in here], [m["header"]["msg_id"] for m in there])


class Ending(WithKernel):
    def shut_down(self, restart):
        message = self.client.session.msg("shutdown_request", {"restart": restart})
        self.client.control_channel.send(message)
        reply = reply_to(self.client, message["header"]["msg_id"], "control")
        self.assertEqual(reply["content"], {"status": "ok", "restart": restart})
        broadcast = wait_for(self.client, "shutdown_reply")
        self.assertEqual(broadcast["content"], {"status": "ok", "restart": restart})
        self.assertEqual(self.kernel.wait_until_dead(), 0)

    def test_shutting_down(self):
        self.shut_down(restart=False)

    def test_shutting_down_for_a_restart(self):
        self.shut_down(restart=True)

    def test_shutting_down_while_a_cell_runs(self):
        self.client.execute("sleep 600")
        self.client.execute("write never")
        wait_for(self.client, "execute_input")
        self.shut_down(restart=False)

    def test_shutting_down_while_a_cell_does_not_listen(self):
        self.client.execute("stubborn 600")
        wait_for(self.client, "execute_input")
        self.shut_down(restart=False)

    def test_shutting_down_while_a_question_waits(self):
        self.client.execute("ask who?", allow_stdin=True)
        self.client.get_stdin_msg(timeout=support.PATIENCE)
        self.shut_down(restart=False)

    def test_sigterm_ends_the_kernel(self):
        os.kill(self.kernel.pid, signal.SIGTERM)
        self.assertEqual(self.kernel.wait_until_dead(), 0)

    def test_a_restart_brings_a_fresh_kernel(self):
        self.run_cell("write a")
        self.kernel.manager.restart_kernel()
        self.client.wait_for_ready(timeout=support.PATIENCE)
        self.assertEqual(self.run_cell("write a")[0]["content"]["execution_count"], 1)


class Orphans(unittest.TestCase):
    """A kernel whose server is killed."""

    SERVER = """
import jupyter_client, sys, time
manager = jupyter_client.KernelManager(kernel_name="probe")
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=30)
client.execute(sys.argv[1])
print(manager.provisioner.process.pid, flush=True)
time.sleep(600)
"""

    def ends_with_its_parent(self, cell):
        server = subprocess.Popen([sys.executable, "-c", self.SERVER, cell], stdout=subprocess.PIPE)
        self.addCleanup(server.stdout.close)
        pid = int(server.stdout.readline())
        server.kill()
        server.wait()
        deadline = time.monotonic() + support.PATIENCE
        while os.path.exists(f"/proc/{pid}"):
            self.assertLess(time.monotonic(), deadline, "the kernel outlives its parent")
            time.sleep(0.1)

    @unittest.skipUnless(sys.platform == "linux", "reads /proc")
    def test_an_idle_kernel_ends(self):
        self.ends_with_its_parent("write a")

    @unittest.skipUnless(sys.platform == "linux", "reads /proc")
    def test_a_busy_kernel_ends(self):
        self.ends_with_its_parent("stubborn 600")


if __name__ == "__main__":
    unittest.main()
