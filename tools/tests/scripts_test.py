"""The scripts of tools/: what tools/test counts, and the one line with which tools/setup says what it cannot do."""

import os
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]


def bash(script, path=""):
    env = {**os.environ, "PATH": path + os.environ["PATH"]}
    return subprocess.run(["bash", "-c", script], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False)


class CountingTest(unittest.TestCase):
    """`suite` and `finish` of suites.sh on suites that print what the frameworks print."""

    CASES = [
        ("doctest", "echo '[doctest] test cases:  12 |  10 passed |  2 failed | 1 skipped'; false", "10 passed, 2 failed", 1),
        ("unittest", "printf 'Ran 9 tests in 0.1s\\n\\nFAILED (failures=1, errors=2, skipped=3)\\n'; false",
         "3 passed, 3 failed, 3 skipped", 1),
        ("unittest that dies before its verdict", "echo 'Ran 9 tests in 0.1s'; false", "9 passed, 1 failed", 1),
        ("unittest, all well", "printf 'Ran 9 tests in 0.1s\\n\\nOK (skipped=1)\\n'", "8 passed, 0 failed, 1 skipped", 0),
        ("ctest", "echo '75% tests passed, 1 tests failed out of 4'; false", "3 passed, 1 failed", 1),
        ("a script of ours", "echo '7 passed, 0 failed'", "7 passed, 0 failed", 0),
        ("counts all well but ends badly", "echo '7 passed, 0 failed'; exit 3", "7 passed, 1 failed", 1),
        ("crashes before it counts", "kill -SEGV $$", "0 passed, 1 failed", 1),
        ("runs nothing", "printf 'Ran 0 tests in 0.0s\\n\\nOK\\n'", "0 passed, 1 failed", 1),
        ("says nothing", "true", "0 passed, 1 failed", 1),
        ("skips everything", "printf 'Ran 2 tests in 0.0s\\n\\nOK (skipped=2)\\n'", "0 passed, 0 failed, 2 skipped", 1),
    ]

    def test_totals(self):
        for what, command, line, status in self.CASES:
            with self.subTest(what):
                ran = bash(f". {TOOLS}/common.sh; . {TOOLS}/suites.sh; suite canary 'a suite' bash -c \"$(cat <<'X'\n"
                           f"{command}\nX\n)\"; finish")
                self.assertEqual(ran.stdout.splitlines()[-1], line, ran.stdout + ran.stderr)
                self.assertEqual(ran.returncode, status)

    def test_no_suite_at_all_is_a_failure(self):
        ran = bash(f". {TOOLS}/common.sh; . {TOOLS}/suites.sh; finish")
        self.assertEqual((ran.stdout, ran.returncode), ("0 passed, 0 failed\n", 1))


class SetupTest(unittest.TestCase):
    """tools/setup on a system whose package tools are stand-ins: nothing is installed and nothing is fetched."""

    STAND_INS = {
        "dpkg-query": "exit 1",
        "apt-cache": "echo '  Candidate: 1.0'",
        "apt-get": "echo \"E: Failed to fetch x  Temporary failure resolving 'deb.example'\"; exit 100",
        "sudo": "exit 1",
        "id": "echo 0",
    }

    def setup_with(self, arguments, **stand_ins):
        with tempfile.TemporaryDirectory() as directory:
            for name, body in {**self.STAND_INS, **stand_ins}.items():
                script = pathlib.Path(directory) / name
                script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
                script.chmod(0o755)
            return bash(f"{TOOLS}/setup {arguments}", f"{directory}:")

    def expect_one_line(self, ran, *words):
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)
        for word in words:
            self.assertIn(word, ran.stderr)

    def test_bad_usage(self):
        self.expect_one_line(self.setup_with("--frobnicate"), "unknown argument '--frobnicate'")
        self.expect_one_line(self.setup_with("--for fun"), "not 'fun'")

    def test_offline(self):
        self.expect_one_line(self.setup_with("--for demo"), "installing 13 packages", "Temporary failure resolving")

    def test_not_root(self):
        self.expect_one_line(self.setup_with("--for demo", id="echo 1000"), "needs root", "g++ cmake")

    def test_a_package_that_the_distribution_does_not_have(self):
        ran = self.setup_with("--for demo", **{"apt-cache": "echo '  Candidate: (none)'", "apt-get": "exit 0"})
        self.expect_one_line(ran, "has no package g++ cmake")

    def test_everything_installed_asks_nothing_of_root_or_network(self):
        ran = self.setup_with("--for demo", **{"dpkg-query": "printf installed", "id": "echo 1000"})
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
