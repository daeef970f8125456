"""The canary: an emulator with one line wrong (tools/seeded_fault) must not pass for a sound one."""

import json
import os
import pathlib
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
FAULTY = pathlib.Path(os.environ.get("COINCIDE") or TOP / "build/release/bin/coincide").with_name("coincide_faulty")
CAPTURE = "corpus/captures/07-linux-piix4-udma.trace"


def run(*arguments):
    return subprocess.run([FAULTY, *arguments], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300, check=False)


class SeededFaultTest(unittest.TestCase):
    def test_replay_of_a_capture_names_the_register_the_command_and_the_rule(self):
        ran = run("replay", CAPTURE, "--profile", "qemu", "--json")
        self.assertEqual(ran.returncode, 1, ran.stderr)
        report = json.loads(ran.stdout)
        self.assertFalse(report["coincide"])
        divergence = report["divergence"]
        self.assertIn("BMIS primary", divergence["stimulus"])
        self.assertIn("READ DMA", divergence["command"])
        self.assertIn("BMIDE-37", divergence["rules"])

    def test_conform_fails_the_rule(self):
        ran = run("conform", "BMIDE-61", "--json")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)

    def test_corpus_does_not_verify(self):
        self.assertEqual(run("corpus", "verify", "--quiet").returncode, 1)


if __name__ == "__main__":
    unittest.main()
