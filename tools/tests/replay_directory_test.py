"""`coincide replay DIR`: every input has one line, in order, and an outcome; what cannot be judged is said and outweighs."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")

REPRODUCER = """outl 0xcf8 0x80000920
outl 0xcfc 0xc001
outl 0xcf8 0x80000904
outw 0xcfc 0x7
outl 0xcf8 0x80000940
outw 0xcfc 0x8000
write 0x0 0x8 0x0000000002000080
outb 0x1f6 0xe0
outb 0x1f2 0x2
outb 0x1f7 0xc8
outb 0xc000 0x9
"""


def noise(seed, size):
    return bytes(((seed * 131 + i) * 2654435761 >> 13) & 255 for i in range(size))


class ReplayDirectoryTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="coincide-fuzz-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.inputs = self.directory / "inputs"
        self.inputs.mkdir()

    def put(self, name, content):
        path = self.inputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("ascii"))
        return path

    def coincide(self, *arguments):
        return subprocess.run([COINCIDE, *map(str, arguments)], cwd=self.directory, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)

    def replay(self, *arguments):
        ran = self.coincide("replay", "--json", *arguments, "inputs")
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        return ran.returncode, {line["input"]: line for line in lines[:-1]}, lines[-1], ran.stderr

    def test_each_input_has_one_line_in_order_and_the_summary_counts_them(self):
        for i in range(40):
            self.put(f"id-{i * 7 % 40:03}", noise(i, 3 * i))
        self.put("deep/er", noise(99, 50))
        status, lines, summary, stderr = self.replay()
        self.assertEqual((status, stderr), (0, ""))
        self.assertEqual(list(lines), sorted(["deep/er"] + [f"id-{i:03}" for i in range(40)]))
        self.assertEqual(summary["inputs"], 41)
        counts = {}
        for line in lines.values():
            counts[line["outcome"]] = counts.get(line["outcome"], 0) + 1
        self.assertEqual({group["outcome"]: group["count"] for group in summary["outcomes"]}, counts)
        self.assertGreater(len(counts), 3)
        for line in lines.values():
            self.assertEqual((line["kind"], line["coincide"], line["divergence"]), ("bytes", True, None))
            for member in ("events", "compared", "not_compared"):
                self.assertIsInstance(line[member], int)

    def test_a_second_run_says_the_same(self):
        for i in range(30):
            self.put(f"n{i}", noise(i, 200))
        self.assertEqual(self.replay(), self.replay())

    def test_a_qtest_reproducer_runs_as_it_is(self):
        self.put("repro", REPRODUCER)
        status, lines, _, _ = self.replay()
        self.assertEqual(status, 0)
        self.assertEqual(lines["repro"]["kind"], "script")
        self.assertEqual(lines["repro"]["outcome"], "table short, left DRQ")

    def test_an_expectation_that_fails_is_a_difference(self):
        self.put("a.script", "enable\nexpect cfg_readw PCICMD 4\n")
        self.put("b.script", "enable\nexpect cfg_readw PCICMD 5\n")
        status, lines, _, _ = self.replay()
        self.assertEqual(status, 1)
        self.assertEqual([lines[name]["outcome"] for name in ("a.script", "b.script")], ["failed", "clean"])
        self.assertEqual(lines["b.script"]["compared"], 1)

    def test_a_trace_is_replayed_and_compared(self):
        script = self.put("one.script", "enable\ncommand primary 0 READ_SECTORS lba=3 count=1\ninb primary.status\n")
        self.assertEqual(self.coincide("record", script, "-o", self.inputs / "one.trace").returncode, 0)
        status, lines, _, _ = self.replay()
        self.assertEqual(status, 0)
        self.assertEqual(lines["one.trace"]["kind"], "trace")
        self.assertGreater(lines["one.trace"]["compared"], 10)
        status, lines, _, _ = self.replay("--profile", "qemu")
        self.assertEqual(status, 1)
        self.assertEqual(lines["one.trace"]["outcome"], "diverged")
        self.assertTrue(lines["one.trace"]["divergence"]["stimulus"])

    def test_what_cannot_be_judged_is_told_in_its_line_and_the_others_run(self):
        self.put("bad.script", "enable\noutb 0x 1\n")
        self.put("good", b"\x00\x17")
        self.put("stuck.script", "let p = 0x10000\ninb p\n")
        (self.inputs / "gone").symlink_to("nowhere")
        os.mkfifo(self.inputs / "pipe")
        (self.inputs / "long").write_bytes(bytes((1 << 20) + 1))
        status, lines, _, stderr = self.replay()
        self.assertEqual(status, 125)
        self.assertRegex(stderr, r"^coincide: inputs: 5 of 6 inputs could not be judged$")
        self.assertEqual({name: line["outcome"] for name, line in lines.items()}, {
            "bad.script": "malformed", "good": "clean", "stuck.script": "unjudged", "gone": "unjudged", "pipe": "unjudged",
            "long": "unjudged"})
        self.assertRegex(lines["bad.script"]["why"], r"bad.script:2:6: ")

    def test_hidden_files_are_passed_over_and_an_empty_directory_is_no_corpus(self):
        self.put(".hidden", b"\x01")
        self.put(".git/config", b"\x01")
        ran = self.coincide("replay", "inputs")
        self.assertEqual(ran.returncode, 125)
        self.assertRegex(ran.stderr, r"^coincide: inputs: holds no input$")

    def test_the_text_form_lines_up_and_ends_in_the_summary(self):
        for i in range(12):
            self.put(f"{'x' * i}n", noise(i, 100))
        out = self.coincide("replay", "inputs").stdout.splitlines()
        kinds = {line.index(" bytes ") for line in out[:12]}
        self.assertEqual(len(kinds), 1)
        self.assertRegex(out[13], r"^ +12  inputs, \d+ outcomes$")

    def test_bytes_can_be_written_as_a_script_that_does_the_same(self):
        for i in range(10):
            path = self.put(f"n{i}", noise(i, 120))
            ran = self.coincide("replay", "--as-script", path)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.put(f"n{i}.script", ran.stdout)
        _, lines, _, _ = self.replay()
        for i in range(10):
            raw, script = lines[f"n{i}"], lines[f"n{i}.script"]
            self.assertEqual((raw["outcome"], raw["events"]), (script["outcome"], script["events"]))


class FuzzCorpusTest(unittest.TestCase):
    """corpus/fuzz: a script for each bug that others have had."""

    def test_every_input_of_the_corpus_holds(self):
        ran = subprocess.run([COINCIDE, "replay", "--json", str(TOP / "corpus/fuzz")], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), ran.stdout)
        lines = [json.loads(line) for line in ran.stdout.splitlines()][:-1]
        self.assertEqual(len(lines), len(list((TOP / "corpus/fuzz").rglob("*.script"))))
        for line in lines:
            self.assertGreater(line["compared"], 0, f"{line['input']} expects nothing")

    def test_every_script_says_which_bug_it_is_and_by_which_rules(self):
        catalogue = set()
        for table in (TOP / "conformance/rules").glob("*.tsv"):
            catalogue |= {row.split("\t")[0] for row in table.read_text(encoding="utf-8").splitlines()[1:]}
        for script in sorted((TOP / "corpus/fuzz").rglob("*.script")):
            with self.subTest(script.name):
                text = script.read_text(encoding="ascii").splitlines()
                self.assertRegex(text[0], r"^# (CVE-\d{4}-\d+|Class of CVE-|OpenVMM PR \d+|QEMU (?:test|fix \w+)|gem5 \w+|Recurring)")
                expects = [line for line in text if line.strip().startswith("expect ")]
                self.assertTrue(expects)
                for line in expects:
                    cited = line.partition(" # ")[2].split()
                    self.assertTrue(cited, f"{line} cites no rule")
                    self.assertLessEqual(set(cited), catalogue, line)


if __name__ == "__main__":
    unittest.main()
