"""The exit status of every verb: 0 they coincide or pass, 1 they do not, 125 could not be judged.

One table, one row a case. A 125 says why in one line on stderr that names the place; nothing ends by a signal. Every verb that
`coincide --help` lists has an entry in VERBS, so a new verb is held to the contract from its first day.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")

# Files that the cases name, in a directory of their own.
FILES = {
    "empty": b"",
    "noise": bytes((i * 167 + (i >> 3) * 31 + 11) & 255 for i in range(4096)),
    "good.script": b"enable\nexpect cfg_readw PCICMD 5\n",
    "fails.script": b"enable\nexpect cfg_readw PCICMD 4\n",
    "bad.script": b"enable\noutb 0x 1\n",
    "stuck.script": b"let p = 0x10000\ninb p\n",
    "profile.script": b"profile frob\n",
    "image.script": b"board disk 0:0 image:no.img\n",
    "dirimage.script": b"board disk 0:0 image:directory\n",
}

# verb: how it is called with one input in the place of {}, for the cases that every input must meet.
VERBS = {
    "record": "record {} -o out.trace",
    "show": "show {}",
    "import": "import {} -o out.trace",
    "replay": "replay {}",
    "conform": "conform {}",
}

# (what is proved, arguments, status, what stderr says as a regular expression)
CASES = [
    ("no verb", "", 125, r"no verb"),
    ("a verb that does not exist", "frobnicate", 125, r"unknown verb 'frobnicate'"),
    ("an option that does not exist", "--frobnicate", 125, r"frobnicate"),
    ("help", "--help", 0, r""),
    ("version", "--version", 0, r""),
    ("a script whose expectations hold", "record good.script -o good.trace", 0, r""),
    ("a script with one that does not", "record fails.script -o fails.trace", 1, r""),
    ("a malformed script", "record bad.script -o out.trace", 125, r"bad.script:2:6: '0x' is no number"),
    ("a script that cannot go on", "record stuck.script -o out.trace", 125, r"stuck.script:2:1: a port is at most"),
    ("no output", "record good.script", 125, r"--output"),
    ("an output that cannot be", "record good.script -o directory", 125, r"directory"),
    ("an output in no directory", "record good.script -o missing/out.trace", 125, r"missing/out.trace"),
    ("an unknown profile", "record good.script -o out.trace --profile frob", 125, r"--profile: unknown profile 'frob'"),
    ("an unknown profile in a script", "record profile.script -o out.trace", 125, r"unknown profile 'frob'"),
    ("a missing image", "record image.script -o out.trace", 125, r"image.script:1:16: no.img: not found"),
    ("a directory as an image", "record dirimage.script -o out.trace", 125, r"directory: is a directory"),
    ("a level that does not exist", "record good.script -o out.trace --zstd=20", 125, r"--zstd"),
    ("a trace that was just recorded", "show good.trace", 0, r""),
    ("a range that is no number", "show good.trace --from frob", 125, r"frob"),
]

# What no verb can judge, whatever it is: (what, input)
BAD_INPUTS = [
    ("a missing file", "missing"),
    ("a directory of nothing", "directory"),
    ("an empty file", "empty"),
    ("a file of noise", "noise"),
    ("a path through a file", "empty/below"),
    ("an empty name", "''"),
]


def split(arguments):
    return [word.strip("'") for word in arguments.split()]


class CliStatusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="coincide-cli-"))
        for name, content in FILES.items():
            (cls.directory / name).write_bytes(content)
        (cls.directory / "directory").mkdir()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.directory)

    def run_coincide(self, arguments):
        return subprocess.run([COINCIDE, *split(arguments)], cwd=self.directory, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=300, check=False)

    def hold(self, what, arguments, status, pattern=""):
        with self.subTest(what, command=f"coincide {arguments}"):
            ran = self.run_coincide(arguments)
            self.assertEqual(ran.returncode, status, f"stdout: {ran.stdout[-500:]}\nstderr: {ran.stderr[-500:]}")
            self.assertRegex(ran.stderr, re.compile(pattern, re.DOTALL))
            if status == 125:
                lines = ran.stderr.strip().splitlines()
                self.assertEqual(len(lines), 1, f"one line of trouble, not {len(lines)}: {ran.stderr[-500:]}")
                self.assertTrue(lines[0].startswith("coincide: "), lines[0])

    def test_cases(self):
        for what, arguments, status, pattern in CASES:
            self.hold(what, arguments, status, pattern)

    def test_every_verb_is_held_to_the_contract(self):
        listed = re.findall(r"^  ([a-z]+) ", self.run_coincide("--help").stdout.split("Subcommands:")[-1], re.MULTILINE)
        self.assertEqual(sorted(VERBS), sorted(listed), "a verb without an entry in VERBS of cli_status_test.py, or the reverse")

    def test_bad_usage_of_every_verb(self):
        for verb, call in VERBS.items():
            self.hold("an unknown option", f"{call.format('empty')} --frobnicate", 125, r"frobnicate")
            self.hold("help of a verb", f"{verb} --help", 0)

    def test_inputs_that_cannot_be_judged(self):
        for call in VERBS.values():
            for what, name in BAD_INPUTS:
                self.hold(what, call.format(name), 125, re.escape(name.strip("'")))


if __name__ == "__main__":
    unittest.main()
