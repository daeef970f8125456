"""Debian's QEMU as a target, where it is installed: both of its controllers fail what FINDINGS.md knows, and nothing else."""

import os
import pathlib
import shutil
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")
SHARD = os.environ.get("COINCIDE_QEMU_SHARD", "3/12")
MACHINES = {
    "qemu-7.2-pc.tsv": "qemu-system-x86_64 -M pc",
    "qemu-7.2-q35-piix4.tsv": "qemu-system-x86_64 -M q35 -device piix4-ide,id=p4,addr=1.1",
}


def qemu_version():
    program = shutil.which("qemu-system-x86_64")
    if program is None:
        return ""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.partition("\n")[0]


@unittest.skipUnless(" 7.2." in qemu_version(), "qemu-system-x86_64 7.2, which the expectations are of, is not installed")
class QemuTest(unittest.TestCase):
    def test_a_part_of_the_suite_fails_as_known(self):
        for table, command in MACHINES.items():
            with self.subTest(command):
                ran = subprocess.run(
                    [COINCIDE, "conform", "--target", "qtest:" + command, "--shard", SHARD, "--expected",
                     str(TOP / "conformance/expected" / table)],
                    cwd=TOP, capture_output=True, text=True, timeout=300, check=False)
                told = [line for line in ran.stdout.splitlines() if line.startswith(("new: ", "gone: "))]
                # A part of the suite says nothing of rows of which it ran no failing case.
                self.assertEqual([line for line in told if line.startswith("new: ")], [], ran.stderr)
                self.assertIn(ran.returncode, (0, 1), ran.stderr)

    def test_a_command_that_is_no_machine_is_one_clear_line(self):
        ran = subprocess.run([COINCIDE, "conform", "--target", "qtest:qemu-system-x86_64 -M none", "PIIX4-CFG-01"], cwd=TOP,
                             capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(ran.returncode, 125)
        self.assertIn("qemu-system-x86_64 -M none", ran.stderr.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
