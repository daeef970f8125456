"""The command line: what it prints, and its exit status: 0 they coincide or pass, 1 they do not, 125 not judged."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from . import build

PACKAGE = pathlib.Path(__file__).resolve().parents[1]


class CommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        here = pathlib.Path(cls.directory.name)
        built = build.sample()
        whole = built.bytes()
        cls.name = built.name
        chunks = build.sample_chunks()
        chunks[0][0].value = 1
        files = {
            "a.trace": build.Builder([sum(build.sample_chunks(), [])]).bytes(),
            "stripped.trace": build.Builder([sum(build.sample_chunks(), [])], chunk={0: {"strip": True}}).bytes(),
            "b.trace": build.Builder([sum(chunks, [])]).bytes(),
            "cuts.trace": whole, "cut.trace": whole[:-1], "empty": b"", "noise": bytes(range(256)) * 3,
            "torn.trace": whole[: built.offsets[2] + 100], "headless.trace": b"\0" + whole[1:],
        }
        for name, content in files.items():
            (here / name).write_bytes(content)
        (here / "directory").mkdir()
        cls.torn_at = built.offsets[2]

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def call(self, *arguments, **options):
        options = {"stdout": subprocess.PIPE, **options}
        return subprocess.run([sys.executable, "-B", "-m", "coincide", *arguments], cwd=self.directory.name, text=True,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                              env={**os.environ, "PYTHONPATH": str(PACKAGE)}, **options)

    def hold(self, status, *arguments, out=r"\A", err=r"\A"):
        with self.subTest(arguments):
            ran = self.call(*arguments)
            self.assertEqual(ran.returncode, status, ran.stderr)
            self.assertRegex(ran.stdout, out)
            self.assertRegex(ran.stderr, err)
            lines = ran.stderr.splitlines()
            if status == 125:
                self.assertTrue(lines)
                for line in lines:
                    self.assertTrue(line.startswith("coincide: "), line)
            else:
                self.assertEqual(lines, [])
            return ran

    def test_usage(self):
        for arguments in ((), ("frobnicate",), ("verify",), ("verify", "a.trace", "--frobnicate"), ("events",),
                          ("events", "a.trace", "b.trace"), ("identity",)):
            self.assertEqual(len(self.hold(125, *arguments).stderr.splitlines()), 1)
        self.hold(0, "--help", out="125")
        self.hold(0, "verify", "--help")
        self.hold(0, "--version", out=r"^coincide 0\.1\.0$")

    def test_inputs_that_cannot_be_judged(self):
        for verb in ("verify", "events", "identity"):
            for name, why in (("missing", "No such file"), ("directory", "Is a directory"), ("empty", "byte 0: .*empty"),
                              ("noise", "byte 0: not a Coincide trace"), ("empty/below", "Not a directory"),
                              ("", "No such file"), ("headless.trace", "byte 0: "), ("cut.trace", r"byte \d+: the file was cut")):
                ran = self.hold(125, verb, name, err=f"coincide: {name}: {why}")
                self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)

    def test_verify(self):
        self.hold(0, "verify", "a.trace", out=r"^a\.trace: whole, 10 events in 1 chunks, [0-9a-f]{32}$")
        self.hold(0, "verify", "--quiet", "a.trace", out="^$")
        self.hold(125, "verify", "a.trace", "torn.trace", out="torn.trace: damaged, 7 events in 2 chunks read",
                  err=f"torn.trace: byte {self.torn_at}: ")
        self.hold(125, "verify", "cuts.trace", err="a chunk must not close before event 5")
        ran = self.hold(125, "verify", "--json", "missing", "torn.trace", "a.trace")
        missing, torn, good = map(json.loads, ran.stdout.splitlines())
        self.assertEqual(missing["error"], {"offset": None, "what": "No such file or directory"})
        self.assertEqual((torn["whole"], torn["events"], torn["error"]["offset"]), (False, 7, self.torn_at))
        self.assertEqual({**good, "name": None}, {"input": "a.trace", "whole": True, "name": None, "events": 10,
                                                  "chunks": 1, "error": None})

    def test_identity(self):
        self.hold(0, "identity", "cuts.trace", out=rf"^{self.name}  cuts\.trace$")
        self.assertEqual(json.loads(self.hold(0, "identity", "--json", "cuts.trace").stdout),
                         {"input": "cuts.trace", "name": self.name})
        self.hold(0, "identity", "--same", "a.trace", "stripped.trace")
        self.hold(0, "identity", "a.trace", "b.trace")
        self.hold(1, "identity", "--same", "--quiet", "a.trace", "b.trace", out="^$")
        self.hold(125, "identity", "--same", "a.trace", "b.trace", "cut.trace")

    def test_events_as_json(self):
        ran = self.hold(0, "events", "--json", "a.trace")
        rows = [json.loads(line) for line in ran.stdout.splitlines()]
        self.assertEqual(len(rows), 10)
        self.assertEqual(rows[0], {"event": 0, "kind": "port_write", "register": None, "width": 1, "unit": 0,
                                   "where": 0x1F7, "detail": 0, "value": 0xEC, "time": 0, "payload_bytes": 0,
                                   "payload_xxh3": None})
        self.assertEqual((rows[1]["kind"], rows[1]["where"], rows[1]["register"]), ("register_change", 7, "UDMACTL"))
        self.assertEqual((rows[4]["kind"], rows[4]["detail"], rows[4]["value"]), (200, 2**64 - 1, 2**64 - 1))
        self.assertEqual((rows[7]["time"], rows[7]["payload_bytes"], rows[7]["payload_xxh3"]),
                         (1005, 3, build.digest(b"abc").hex()))
        rows = [json.loads(line) for line in self.hold(0, "events", "--json", "--payload", "a.trace").stdout.splitlines()]
        self.assertEqual([row["payload"] for row in rows[5:]], ["", "", "616263", "", "6869"])
        rows = [json.loads(line) for line in self.hold(0, "events", "--json", "stripped.trace").stdout.splitlines()]
        self.assertEqual((rows[7]["payload_bytes"], rows[7]["payload_xxh3"]), (3, None))

    def test_events_as_text(self):
        ran = self.hold(0, "events", "a.trace", out="port_write +width=1h where=1F7h value=ECh\n")
        self.assertEqual(len(ran.stdout.splitlines()), 10)
        self.assertIn("register_change  UDMACTL width=1h where=7h detail=50h value=D0h\n", ran.stdout)
        self.assertIn("payload=3:06b05ab6733a618578af5f94892f3950", ran.stdout)
        self.hold(0, "events", "stripped.trace", out="payload=3:stripped")

    def test_events_of_a_damaged_file_are_those_that_still_read(self):
        ran = self.hold(125, "events", "--json", "torn.trace", err=f"torn.trace: byte {self.torn_at}: the file was cut")
        self.assertEqual([json.loads(line)["event"] for line in ran.stdout.splitlines()], list(range(7)))

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            ran = self.call("events", "a.trace", stdout=full)
        self.assertEqual((ran.returncode, ran.stderr), (125, "coincide: stdout: No space left on device\n"))
        read, write = os.pipe()
        os.close(read)
        ran = self.call("events", "a.trace", stdout=write)
        os.close(write)
        self.assertEqual((ran.returncode, ran.stderr), (125, ""))


if __name__ == "__main__":
    unittest.main()
