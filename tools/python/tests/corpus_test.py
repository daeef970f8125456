"""The reader in Python and the reader in C++ list the same events, names and damage, for every trace of the corpus.

Besides the corpus some scripts are recorded here, so that every shape of file that `coincide record` writes is held
to FORMAT.md, chunk ends included. The binary is that of $COINCIDE, else of the release build.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import coincide

TOP = pathlib.Path(__file__).resolve().parents[3]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")

BOARD = "board disk 0:0 pattern:HD0 sectors=16384\nenable\n"
READ_DMA = """prd 0x1000 (0x20000 0x1000 EOT)
dma_prepare primary 0x1000 read
command primary 0 READ_DMA lba=0x100 count=8
dma_start primary read
wait irq 14 1
dma_stop primary
inb primary.status
clock_step 1000
"""
SCRIPTS = {
    "no event": "# nothing\nboard disk 0:0 pattern:HD0 sectors=16384\n",
    "one access": "inb 0x1f7\n",
    "a DMA read": BOARD + READ_DMA,
    "string I/O and holes": BOARD + "command primary 0 IDENTIFY_DEVICE\nins primary.data 2 256\nread 0xfffff000 16\n",
    "many chunks": BOARD + "repeat 3000 {\n" + READ_DMA + "}\n",
    "polls and time": BOARD + "repeat 20000 {\ninb primary.status\nclock_step 7\n}\n",
}


def run(*arguments):
    return subprocess.run([COINCIDE, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          timeout=600)


@unittest.skipUnless(pathlib.Path(COINCIDE).exists() or "COINCIDE" in os.environ, "coincide is not built")
class CorpusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def record(self, script, *options):
        here = pathlib.Path(self.directory.name)
        (here / "a.script").write_text(script, encoding="ascii")
        ran = run("record", here / "a.script", "-o", here / "a.trace", *options)
        self.assertEqual(ran.returncode, 0, ran.stderr.decode())
        return here / "a.trace"

    def hold(self, path):
        """Both readers say the same of a whole trace; returns it."""
        trace = coincide.open(path)
        trace.check_cuts()
        told = run("show", path, "--limit", "0")
        self.assertEqual(told.returncode, 0, told.stderr.decode())
        self.assertIn(f"name {trace.name}\n".encode(), told.stdout)
        listed = run("show", path, "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr.decode())
        lines = listed.stdout.splitlines()
        self.assertEqual(len(lines), len(trace))
        for line, event in zip(lines, trace):
            theirs = json.loads(line)
            payload = theirs.get("payload")
            self.assertEqual(
                (*(theirs[name] for name in ("event", "kind", "width", "unit", "where", "detail", "value", "time_ns")),
                 theirs.get("payload_bytes", 0), bytes.fromhex(payload) if payload else None),
                (event.event, event.name, *event[2:9], event.payload or None), f"{path}: event {event.event}")
            if event.kind == coincide.events.REGISTER_CHANGE:
                self.assertEqual(theirs["name"], event.register)
        return trace

    def test_every_trace_of_the_corpus(self):
        traces = sorted((TOP / "corpus").rglob("*.trace"))
        if not list((TOP / "corpus").glob("MANIFEST*")):
            self.skipTest("the corpus has no manifest yet")
        self.assertTrue(traces, "a corpus without a trace")
        for path in traces:
            with self.subTest(str(path.relative_to(TOP))):
                self.assertGreater(len(self.hold(path)), 0)

    def test_what_record_writes(self):
        for what, script in SCRIPTS.items():
            with self.subTest(what):
                plain = self.hold(self.record(script))
                packed = self.hold(self.record(script, "--zstd=3"))
                self.assertEqual(packed.name, plain.name)
                if what == "many chunks":
                    self.assertGreater(len(plain.chunks), 5)

    def test_damage_is_told_at_the_same_byte(self):
        path = self.record(BOARD + "repeat 60 {\n" + READ_DMA + "}\n")
        whole = path.read_bytes()
        step = len(whole) // 40
        damaged = [whole[:size] for size in range(0, len(whole), step)]
        for bit in range(0, 8 * len(whole), 8 * step + 3):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            damaged.append(flipped)
        damaged += [whole + b"\0", whole + whole[-144:]]
        for data in damaged:
            path.write_bytes(data)
            with self.assertRaises(coincide.TraceError) as raised:
                coincide.open(path)
            shown = run("show", path, "--quiet")
            self.assertEqual(shown.returncode, 125)
            place = re.search(rb": byte (\d+)", shown.stderr)
            self.assertEqual(place and int(place[1]), raised.exception.offset, f"{shown.stderr} {raised.exception}")


if __name__ == "__main__":
    unittest.main()
