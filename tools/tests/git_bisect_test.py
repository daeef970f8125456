"""A driver that broke some commits ago, found by `diff`, by `bisect` over the series, and by a real `git bisect run`."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")

COMMITS = 10
FIRST_BAD = 7

# What the driver looks like at each commit: it grows, its polling changes, and from FIRST_BAD on it writes a wrong
# Sector Count.
DRIVER = """# disk driver, revision {revision}
board disk 0:0 pattern:HD0 sectors=16384
board completion latency {latency}
enable
identify primary 0
prd 0x1000 (0x20000 0x1000 EOT)
dma_prepare primary 0x1000 read
command primary 0 READ_DMA lba=0x100 count={count}
dma_start primary read
wait irq 14 1
{polls}inb primary.bmis
dma_stop primary
inb primary.status
outb primary.bmis 0x06
command primary 0 READ_SECTORS lba=0x40 count=1
wait inb primary.status & 0x88 == 0x08 step=1000
ins primary.data 2 256
"""


def driver(revision):
    return DRIVER.format(revision=revision, latency=20000 + 1000 * revision, polls="inb primary.bmis\n" * (revision % 4),
                         count=8 if revision < FIRST_BAD else 7)


def run(*arguments, cwd, check=False):
    environment = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull, LC_ALL="C",
                       GIT_AUTHOR_NAME="t", GIT_AUTHOR_EMAIL="t@example.org", GIT_COMMITTER_NAME="t",
                       GIT_COMMITTER_EMAIL="t@example.org")
    ran = subprocess.run(arguments, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         timeout=300, check=False)
    if check and ran.returncode != 0:
        raise AssertionError(f"{arguments}: status {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return ran


class DriverRegressionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="coincide-bisect-"))
        for revision in range(1, COMMITS + 1):
            (cls.directory / f"r{revision:02}.script").write_text(driver(revision), encoding="ascii")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.directory)

    def coincide(self, *arguments, cwd=None):
        return run(COINCIDE, *arguments, cwd=cwd or self.directory)

    def test_diff_names_the_command_and_the_write(self):
        ran = self.coincide("diff", "--json", "r01.script", f"r{FIRST_BAD:02}.script")
        self.assertEqual(ran.returncode, 1, ran.stderr)
        report = json.loads(ran.stdout)
        self.assertEqual(report["input"], f"r01.script -> r{FIRST_BAD:02}.script")
        self.assertIs(report["coincide"], False)
        for member in ("events", "compared", "not_compared"):
            self.assertIsInstance(report[member], int, member)
        divergence = report["divergence"]
        self.assertEqual(divergence["command"], "READ DMA lba=0x100 count=8")
        self.assertEqual(divergence["unit"], "primary master")
        self.assertIn("01F2h  Sector Count", divergence["stimulus"])
        self.assertEqual((divergence["expected"], divergence["actual"]), ("08h", "07h"))
        self.assertTrue(divergence["rules"])

    def test_what_only_timing_changed_coincides(self):
        ran = self.coincide("diff", "--json", "r01.script", f"r{FIRST_BAD - 1:02}.script")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        report = json.loads(ran.stdout)
        self.assertIs(report["coincide"], True)
        self.assertIsNone(report["divergence"])

    def test_the_text_of_a_divergence(self):
        text = self.coincide("diff", "r01.script", f"r{FIRST_BAD:02}.script").stdout
        self.assertEqual([line.split()[0] for line in text.splitlines() if not line.startswith(" ")][:6],
                         ["DIVERGED", "rule", "stimulus", "expected", "actual", "registers"])
        self.assertIn(f"coincide diff r01.script r{FIRST_BAD:02}.script", text)

    def test_event_numbers_are_those_of_the_recorded_trace(self):
        self.assertEqual(self.coincide("record", f"r{FIRST_BAD:02}.script", "-o", "bad.trace").returncode, 0)
        divergence = json.loads(self.coincide("diff", "--json", "r01.script", "bad.trace").stdout)["divergence"]
        number = divergence["other_event"]
        shown = self.coincide("show", "bad.trace", "--json", "--from", str(number), "--to", str(number))
        self.assertEqual(shown.returncode, 0, shown.stderr)
        event = json.loads(shown.stdout.splitlines()[0])
        self.assertEqual((event["event"], event["kind"], event["where"], event["value"]), (number, "port_write", 0x1F2, 7))

    def test_bisect_finds_the_first_bad_script(self):
        scripts = [f"r{revision:02}.script" for revision in range(1, COMMITS + 1)]
        ran = self.coincide("bisect", "--json", *scripts)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        found = json.loads(ran.stdout)
        self.assertEqual(found["first_bad"], f"r{FIRST_BAD:02}.script")
        self.assertEqual(found["last_good"], f"r{FIRST_BAD - 1:02}.script")
        self.assertLessEqual(found["steps"], 5)
        self.assertEqual(found["report"]["divergence"]["command"], "READ DMA lba=0x100 count=8")

    def test_bisect_passes_over_what_cannot_be_judged(self):
        (self.directory / "broken.script").write_text("outb 0x1f2\n", encoding="ascii")
        ran = self.coincide("bisect", "--json", "r01.script", "r02.script", "broken.script", "r07.script", "r08.script")
        self.assertEqual(ran.returncode, 125)
        found = json.loads(ran.stdout)
        self.assertIsNone(found["first_bad"])
        self.assertEqual(found["candidates"], ["broken.script", "r07.script"])
        self.assertEqual([skipped["input"] for skipped in found["skipped"]], ["broken.script"])

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_git_bisect_run_ends_at_the_bad_commit(self):
        repository = self.directory / "repository"
        repository.mkdir()
        run("git", "init", "--quiet", cwd=repository, check=True)
        for revision in range(1, COMMITS + 1):
            (repository / "driver.script").write_text(driver(revision), encoding="ascii")
            run("git", "add", "driver.script", cwd=repository, check=True)
            run("git", "commit", "--quiet", "-m", f"Revision {revision}", cwd=repository, check=True)
        good = self.directory / "good.trace"
        self.assertEqual(self.coincide("record", "r01.script", "-o", str(good)).returncode, 0)
        run("git", "bisect", "start", "HEAD", f"HEAD~{COMMITS - 1}", cwd=repository, check=True)
        ran = run("git", "bisect", "run", COINCIDE, "bisect", "--quiet", "--step", str(good), "driver.script",
                  cwd=repository, check=True)
        self.assertIn("is the first bad commit", ran.stdout)
        subject = run("git", "log", "-1", "--format=%s", "refs/bisect/bad", cwd=repository, check=True).stdout.strip()
        self.assertEqual(subject, f"Revision {FIRST_BAD}")


if __name__ == "__main__":
    unittest.main()
