"""The golden corpus holds, and what is wrong with one is found: `coincide corpus` on copies that were tampered with."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE", str(TOP / "build/release/bin/coincide"))

SCRIPT = """# One sector.
board disk 0:0 pattern:HD0 sectors=64
enable
command primary 0 READ_SECTORS lba=3 count=1
expect inb primary.alt_status & 0x89 == 0x08  # ATA6-PIO-IN-3
"""


def corpus(*arguments, directory=None):
    words = [COINCIDE, "corpus", *map(str, arguments)]
    if directory is not None:
        words += ["--corpus", str(directory)]
    run = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=TOP)
    return run.returncode, run.stdout, run.stderr


class TheCorpus(unittest.TestCase):
    def test_every_golden_holds(self):
        status, out, err = corpus("verify")
        self.assertEqual((status, err), (0, ""), out)

    def test_ls_names_every_trace_of_the_corpus(self):
        status, out, _ = corpus("ls")
        self.assertEqual(status, 0)
        listed = {line.split()[0] for line in out.splitlines()}
        there = {str(p.relative_to(TOP / "corpus")) for p in (TOP / "corpus").rglob("*.trace")}
        self.assertEqual(listed, there)


class TamperedCopies(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.corpus = self.root / "corpus"
        (self.root / "scripts").mkdir()
        self.corpus.mkdir()
        (self.corpus / "MANIFEST").write_text("")
        self.script = self.root / "scripts" / "one.script"
        self.script.write_text(SCRIPT)
        status, out, err = corpus("add", self.script, "--reason", "a test", directory=self.corpus)
        self.assertEqual(status, 0, out + err)
        self.golden = self.corpus / "golden/scripts/one.trace"

    def verify(self):
        status, out, err = corpus("verify", directory=self.corpus)
        return status, out + err

    def test_an_untouched_copy_holds(self):
        self.assertEqual(self.verify()[0], 0)

    def test_a_flipped_byte_is_found(self):
        data = bytearray(self.golden.read_bytes())
        data[len(data) // 2] ^= 0x10
        self.golden.write_bytes(data)
        status, text = self.verify()
        self.assertEqual(status, 1)
        self.assertIn("one.trace: byte", text)

    def test_a_missing_golden_is_found(self):
        self.golden.unlink()
        self.assertEqual(self.verify()[0], 1)

    def test_an_unlisted_trace_is_found(self):
        shutil.copy(self.golden, self.golden.with_name("two.trace"))
        status, text = self.verify()
        self.assertEqual(status, 1)
        self.assertIn("two.trace: stands in no line of the MANIFEST", text)

    def test_another_good_trace_in_its_place_is_found(self):
        other = self.root / "other.script"
        other.write_text(SCRIPT.replace("lba=3", "lba=4"))
        subprocess.run([COINCIDE, "record", other, "-o", self.golden, "--quiet"], check=True)
        status, text = self.verify()
        self.assertEqual(status, 1)
        self.assertIn("is not the file that was blessed", text)

    def test_a_source_that_makes_another_run_is_found_and_can_be_blessed(self):
        self.script.write_text(SCRIPT.replace("lba=3", "lba=4"))
        status, text = self.verify()
        self.assertEqual(status, 1)
        self.assertIn("now makes another run", text)
        status, out, err = corpus("bless", "golden/scripts/one.trace", "--reason", "LBA 4", directory=self.corpus)
        self.assertEqual(status, 0, out + err)
        self.assertEqual(self.verify()[0], 0)

    def test_nothing_is_blessed_that_nobody_vouches_for(self):
        for text in (SCRIPT.split("expect")[0], SCRIPT.split("#", 2)[0] + "".join(SCRIPT.partition("board")[1:]).replace("# ATA6-PIO-IN-3", ""),
                     SCRIPT.replace("== 0x08", "== 0x80")):
            self.script.write_text(text)
            before = (self.corpus / "MANIFEST").read_bytes()
            status, _, err = corpus("bless", "golden/scripts/one.trace", "--reason", "none", directory=self.corpus)
            self.assertEqual(status, 125, text)
            self.assertEqual(err.count("\n"), 1, err)
            self.assertEqual((self.corpus / "MANIFEST").read_bytes(), before)

    def test_a_malformed_manifest_is_named_with_its_line(self):
        (self.corpus / "MANIFEST").write_text("[[trace]]\npath = 3\n")
        status, text = self.verify()
        self.assertEqual(status, 125)
        self.assertIn("MANIFEST:1:", text)

    def test_an_empty_corpus_is_not_judged(self):
        (self.corpus / "MANIFEST").write_text("")
        shutil.rmtree(self.corpus / "golden")
        self.assertEqual(self.verify()[0], 125)


if __name__ == "__main__":
    unittest.main()
