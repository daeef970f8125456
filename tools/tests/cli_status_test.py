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

GOOD = b"""# A driver looks at the drive.
board disk 0:0 pattern:HD0 sectors=16384
enable
identify primary 0
expect word 49 & 0x0200 == 0x0200     # ATA6-ID-1
cfg_readb RID
"""

# Files that the cases name, in a directory of their own. A damaged trace is made from a good one in setUpClass.
FILES = {
    "empty": b"",
    "inputs/raw": b"\x00\x17\x0f",
    "inputs/one.script": b"enable\n",
    "noise": bytes((i * 167 + (i >> 3) * 31 + 11) & 255 for i in range(4096)),
    "good.script": GOOD,
    "other.script": GOOD + b"outb primary.features 0x55\n",
    "fails.script": GOOD + b"expect inb primary.status == 0x51\n",
    "other.script": GOOD + b"outb primary.sector_count 7\ncommand primary 0 READ_SECTORS lba=1\n",
    "silent.script": b"inb 0x1f7\n",
    "word.script": b"inb 0x1f7\n  frobnicate 0x1f6 1\n",
    "value.script": b"outb 0x1f6 0xzz\n",
    "unclosed.script": b"enable\nrepeat 3 {\ninb 0x1f7\n",
    "missing-image.script": b"board disk 0:0 image:missing.img\ninb 0x1f7\n",
    "directory-image.script": b"board disk 0:0 image:directory\ninb 0x1f7\n",
    "empty-image.script": b"board disk 0:0 image:empty\ninb 0x1f7\n",
    "wrong-hash.script": b"board disk 0:0 image:noise hash=00000000000000000000000000000000\ninb 0x1f7\n",
    "missing-recipe.script": b"board disk 0:0 recipe:missing.media\ninb 0x1f7\n",
    "bad-recipe.script": b"board disk 0:0 recipe:bad.media\ninb 0x1f7\n",
    "bad.media": b"sectors 16\n0..3 frobnicate\n",
    "missing-sheet.script": b"board cdrom 1:0 cue:missing.cue\ninb 0x1f7\n",
    "bad-sheet.script": b"board cdrom 1:0 cue:bad.cue\ninb 0x1f7\n",
    "bad.cue": b'FILE "noise" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:61:00\n',
    "no-image-sheet.script": b"board cdrom 1:0 cue:no-image.cue\ninb 0x1f7\n",
    "no-image.cue": b'REM\nFILE "missing.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "sheet-on-disk.script": b"board disk 0:0 cue:good.cue\ninb 0x1f7\n",
    "good.cue": b'FILE "noise" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "profile.script": b"profile frobnicate\ninb 0x1f7\n",
    "huge.script": b"board ram 0 1G\nboard disk 0:0 zero sectors=281474976710656\nenable\nrepeat 100 { inb 0x1f7 }\n",
}

# verb: how it is called with one input in the place of {}, for the cases that every input must meet.
VERBS = {
    "bisect": "bisect good.script {}",
    "conform": "conform {}",
    "corpus": "corpus add {} --corpus own --reason test",
    "diff": "diff good.script {}",
    "import": "import {} -o out.trace",
    "lint": "lint {}",
    "record": "record {} -o out.trace",
    "replay": "replay {}",
    "show": "show {}",
}

# (what is proved, arguments, status, what stderr says as a regular expression)
CASES = [
    ("no verb", "", 125, r"no verb"),
    ("a verb that does not exist", "frobnicate", 125, r"unknown verb 'frobnicate'"),
    ("an option that does not exist", "--frobnicate", 125, r"frobnicate"),
    ("help", "--help", 0, r""),
    ("version", "--version", 0, r""),

    ("a script whose expectations hold", "record good.script -o out.trace", 0, r""),
    ("a script one of whose expectations does not", "record fails.script -o out.trace", 1, r""),
    ("a script under a profile", "record good.script -o out.trace --profile qemu", 0, r""),
    ("2^48 sectors cost nothing", "record huge.script -o out.trace", 0, r""),
    ("no output named", "record good.script", 125, r"output"),
    ("no input named", "record -o out.trace", 125, r"INPUT"),
    ("an output that is a directory", "record good.script -o directory", 125, r"directory"),
    ("an output nowhere", "record good.script -o missing/out.trace", 125, r"missing/out\.trace"),
    ("a word that is no statement", "record word.script -o out.trace", 125, r"word\.script:2:3: "),
    ("a value that is no number", "record value.script -o out.trace", 125, r"value\.script:1:12: "),
    ("a block that is not closed", "record unclosed.script -o out.trace", 125, r"unclosed\.script:2:\d+: "),
    ("an image that is not there", "record missing-image.script -o out.trace", 125, r"missing\.img"),
    ("an image that is a directory", "record directory-image.script -o out.trace", 125, r"directory"),
    ("an image without a sector", "record empty-image.script -o out.trace", 125, r"empty"),
    ("an image with another hash", "record wrong-hash.script -o out.trace", 125, r"hash"),
    ("a recipe that is not there", "record missing-recipe.script -o out.trace", 125, r"missing\.media"),
    ("a malformed recipe", "record bad-recipe.script -o out.trace", 125, r"bad\.media:2:\d+: "),
    ("a CUE sheet that is not there", "record missing-sheet.script -o out.trace", 125, r"missing\.cue"),
    ("a malformed CUE sheet", "record bad-sheet.script -o out.trace", 125,
     r"bad-sheet\.script:1:17: .*bad\.cue:3: INDEX NN MM:SS:FF"),
    ("a CUE sheet without its image", "record no-image-sheet.script -o out.trace", 125,
     r"no-image\.cue:2: missing\.bin: not found"),
    ("a CUE sheet for a disk", "record sheet-on-disk.script -o out.trace", 125,
     r"sheet-on-disk\.script:1:16: a CUE sheet is for a cdrom"),
    ("a script that names an unknown profile", "record profile.script -o out.trace", 125, r"frobnicate"),
    ("an unknown profile", "record good.script -o out.trace --profile frobnicate", 125, r"frobnicate"),

    ("a trace against itself", "replay good.trace", 0, r""),
    ("a trace against another profile", "replay good.trace --profile qemu", 1, r""),
    ("a trace of another profile", "replay qemu.trace --profile spec", 1, r""),
    ("traces, one of which differs", "replay good.trace qemu.trace --profile spec", 1, r""),
    ("traces, one of which is missing", "replay good.trace missing", 125, r"missing"),
    ("an unknown profile", "replay good.trace --profile frobnicate", 125, r"frobnicate"),
    ("a trace cut in the middle", "replay cut.trace", 125, r"cut\.trace: byte \d+"),
    ("a trace with a flipped bit", "replay flipped.trace", 125, r"flipped\.trace: byte \d+"),
    ("a board for a trace, which has its own", "replay good.trace --board good.script", 125, r"--board"),
    ("no input", "replay", 125, r"input"),
    ("silence on request", "replay good.trace --quiet", 0, r""),

    ("a trace, listed", "show good.trace", 0, r""),
    ("a trace from an event beyond its end", "show good.trace --from 1000000000", 0, r""),
    ("a number that is none", "show good.trace --from x", 125, r"from"),
    ("a command that does not exist", "show good.trace --command FROBNICATE", 125, r"FROBNICATE"),
    ("a command by name or opcode", "show good.trace --command read_dma --command C8h", 0, r""),
    ("a register that does not exist", "show good.trace --register FROBNICATE", 125, r"FROBNICATE"),
    ("registers by name", "show good.trace --register Status --register BMIS", 0, r""),
    ("a register that is no recorded state", "show good.trace --register Data", 0, r""),
    ("a trace cut in the middle", "show cut.trace", 125, r"cut\.trace: byte \d+"),
    ("a trace with a flipped bit", "show flipped.trace", 125, r"flipped\.trace: byte \d+"),
    ("a script is no trace", "show good.script", 125, r"good\.script"),

    ("a directory of fuzz inputs", "replay inputs", 0, r""),
    ("a directory with an input that cannot be judged", "replay .", 125, r"inputs could not be judged"),
    ("a raw fuzz input, written as a script", "replay --as-script noise", 0, r""),
    ("a script, which is one already", "replay --as-script good.script", 125, r"no raw fuzz input"),

    ("two runs of one script", "diff good.script good.script", 0, r""),
    ("a trace and the script it was made from", "diff good.trace good.script", 0, r""),
    ("two drivers that part", "diff good.script other.script", 1, r""),
    ("one stimulus stream under two profiles", "diff good.trace qemu.trace", 1, r""),
    ("a diff of one input", "diff good.script", 125, r"B is required"),
    ("a first input that is not there", "diff missing good.script", 125, r"missing"),
    ("a trace cut in the middle", "diff good.trace cut.trace", 125, r"cut\.trace: byte \d+"),
    ("a malformed script", "diff good.script word.script", 125, r"word\.script:2:3: "),
    ("an unknown profile", "diff good.script good.script --profile frobnicate", 125, r"frobnicate"),
    ("addresses that are neither exact nor free", "diff good.script good.script --addresses frob", 125, r"--addresses"),
    ("silence on request", "diff good.script other.script --quiet", 1, r""),

    ("a series that ends well", "bisect good.script other.script good.script", 0, r""),
    ("a series that ends badly", "bisect good.script good.script other.script", 1, r""),
    ("a series of one", "bisect good.script", 125, r"two inputs at least"),
    ("a series whose end cannot be judged", "bisect good.script other.script missing", 125, r"missing"),
    ("a series in which the first bad one is hidden", "bisect good.script word.script other.script", 125,
     r"word\.script: .*hide"),
    ("a good step", "bisect --step good.script good.trace", 0, r""),
    ("a bad step", "bisect --step good.script other.script", 1, r""),
    ("a step that git must skip", "bisect --step good.script word.script", 125, r"word\.script:2:3: "),
    ("a step of three", "bisect --step good.script good.script good.script", 125, r"two inputs"),

    ("an unknown profile", "import noise -o out.trace --profile frobnicate", 125, r"frobnicate"),

    ("a run against itself", "diff good.script good.trace", 0, r""),
    ("a run against another", "diff good.script other.script", 1, r""),
    ("one of the two is missing", "diff missing good.script", 125, r"missing"),
    ("only one of the two", "diff good.script", 125, r"B"),
    ("a malformed script against a good one", "diff good.script word.script", 125, r"word\.script:2:3: "),
    ("an unknown profile", "diff good.script good.script --profile frobnicate", 125, r"frobnicate"),

    ("a series that stays good", "bisect good.script good.trace", 0, r""),
    ("a series that turns bad", "bisect good.script good.trace other.script", 1, r""),
    ("a step that is good", "bisect --step good.script good.trace", 0, r""),
    ("a step that is bad", "bisect --step good.script other.script", 1, r""),
    ("a step that cannot be judged", "bisect --step good.script word.script", 125, r"word\.script:2:3: "),
    ("a series of one", "bisect good.script", 125, r""),
    ("a step of three", "bisect --step good.script good.script good.script", 125, r"step"),

    ("no action", "corpus", 125, r""),
    ("an action that does not exist", "corpus frobnicate", 125, r"subcommand"),
    ("a new golden without a reason", "corpus add good.script --corpus own", 125, r"reason"),
    ("a new golden that is not there", "corpus add missing --corpus own --reason x", 125, r"missing"),
    ("a golden that nobody vouches for", "corpus add silent.script --corpus own --reason x", 125, r"silent\.script"),
    ("blessing what is not listed", "corpus bless missing --corpus own --reason x", 125, r"missing"),
    ("a corpus without a manifest", "corpus ls --corpus directory", 125, r"directory"),

    ("a rule that does not exist", "conform FROBNICATE-1", 125, r"FROBNICATE-1"),
    ("one rule", "conform PIIX4-CFG-04", 0, r""),
    ("a target of no kind", "conform --target frobnicate", 125, r"frobnicate"),
    ("a target of an unknown profile", "conform --target emu:frobnicate", 125, r"frobnicate"),
    ("a peer that departs", "conform PIIX4 --target emu:qemu", 1, r""),
    ("rules that are not there", "conform --rules missing", 125, r"missing"),
    ("a scenario file that holds", "conform good.script", 0, r""),
    ("a scenario file that does not", "conform fails.script", 1, r""),
    ("what the scenarios cover", "conform --coverage", 0, r""),
    ("a part that is none", "conform --shard 5/4", 125, r"--shard: '5/4'"),
    ("a machine that cannot be launched", "conform --target qtest:./missing-program PIIX4-CFG-01", 125, r"missing-program"),
    ("a machine that says nothing", "conform --target qtest:true PIIX4-CFG-01", 125, r"ended before it answered"),
    ("a table of known failures that is none", "conform PIIX4-CFG-01 --expected good.script", 125, r"good\.script:2: a row is"),
    ("a driver that keeps the rules", "lint good.script", 0, r""),
    ("coverage of a choice", "conform --coverage PIIX4", 125, r"--coverage: takes no filter"),
    ("a rule that no scenario asserts", "conform OVMM-IDE-001", 125, r"OVMM-IDE-001: no scenario"),
]

# What no verb can judge, whatever it is: (what, input)
BAD_INPUTS = [
    ("a missing file", "missing"),
    ("a directory of nothing", "directory"),
    ("an empty file", "empty"),
    ("a file of noise", "noise"),
    ("a path through a file", "empty/below"),
]


def split(arguments):
    return [word.strip("'") for word in arguments.split()]


class CliStatusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="coincide-cli-"))
        for name, content in FILES.items():
            (cls.directory / name).parent.mkdir(exist_ok=True)
            (cls.directory / name).write_bytes(content)
        (cls.directory / "directory").mkdir()
        (cls.directory / "own").mkdir()
        (cls.directory / "own" / "MANIFEST").write_text("", encoding="ascii")
        for name, profile in (("good.trace", "spec"), ("qemu.trace", "qemu")):
            subprocess.run([COINCIDE, "record", "good.script", "-o", name, "--profile", profile, "--quiet"],
                           cwd=cls.directory, stdin=subprocess.DEVNULL, timeout=300, check=True)
        trace = (cls.directory / "good.trace").read_bytes()
        (cls.directory / "cut.trace").write_bytes(trace[: len(trace) // 2])
        half = len(trace) // 2
        (cls.directory / "flipped.trace").write_bytes(trace[:half] + bytes([trace[half] ^ 4]) + trace[half + 1 :])

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
