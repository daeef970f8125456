"""What the tree as a whole must keep: its layout, the direction of includes, file lengths, words that do not belong."""

import os
import pathlib
import re
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]

TOP_NAMES = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "pyproject.toml",
    "emu", "trace", "replay", "conformance", "corpus", "tools",
}

# Who may include whom: an arrow may only run downwards.
INCLUDES = {
    "emu": {"emu"},
    "trace": {"trace", "emu"},
    "replay": {"replay", "trace", "emu"},
    "conformance": {"conformance", "replay", "trace", "emu"},
    "tools": {"tools", "conformance", "replay", "trace", "emu"},
}

# The controller asks nothing of an operating system, and nothing in it depends on the order of a hash table.
EMU_FORBIDDEN = {
    "atomic", "chrono", "condition_variable", "filesystem", "fstream", "future", "iostream", "locale", "mutex", "random",
    "thread", "unordered_map", "unordered_set",
}

CODE = (".h", ".c", ".cpp", ".py", ".capnp", ".sh")
MAX_LINES = 600
MAX_BYTES = 2 << 20


def tracked():
    """Paths of all tracked files, or None outside a git checkout."""
    git = subprocess.run(
        ["git", "-c", f"safe.directory={TOP}", "-C", str(TOP), "ls-files", "-z"], capture_output=True, check=False)
    if git.returncode != 0:
        return None
    names = [name for name in git.stdout.decode().split("\0") if name]
    return [name for name in names if (TOP / name).is_file()]


def is_text(name):
    with open(TOP / name, "rb") as file:
        return b"\0" not in file.read(8192)


def lines_of(name):
    return (TOP / name).read_text(encoding="utf-8", errors="replace").splitlines()


def first_line(name):
    return (lines_of(name)[:1] or [""])[0]


class HouseTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = tracked()
        if cls.files is None:
            raise unittest.SkipTest("not a git checkout: nothing says which files belong to the tree")
        cls.text = [name for name in cls.files if is_text(name)]
        cls.cpp = [name for name in cls.text if name.endswith((".h", ".cpp"))]

    def expect_none(self, found, what):
        self.assertFalse(found, f"{what}:\n  " + "\n  ".join(found[:20]))

    def test_nothing_new_stands_at_the_top(self):
        tops = {name.split("/")[0] for name in self.files}
        self.expect_none(sorted(t for t in tops if t not in TOP_NAMES and not t.startswith(".")), "beyond the agreed layout")

    def test_no_code_file_is_long(self):
        lengths = {name: len(lines_of(name)) for name in self.text if name.endswith(CODE)}
        long = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > MAX_LINES]
        self.expect_none(long, f"code files over {MAX_LINES} lines")

    def test_no_file_is_heavy(self):
        heavy = [name for name in self.files if (TOP / name).stat().st_size > MAX_BYTES]
        self.expect_none(heavy, f"files over {MAX_BYTES} bytes")

    def test_includes_run_downwards(self):
        wrong = []
        for name in self.cpp:
            allowed = INCLUDES.get(name.split("/")[0])
            for number, line in enumerate(lines_of(name), 1):
                match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                if match and allowed is not None and match[1].split("/")[0] not in allowed:
                    wrong.append(f"{name}:{number}: {match[1]}")
        self.expect_none(wrong, "includes that run upwards or sideways, or are not written from the top")

    def test_emu_asks_nothing_of_an_operating_system(self):
        wrong = []
        for name in self.cpp:
            if not name.startswith("emu/") or name.endswith("_test.cpp"):
                continue
            for number, line in enumerate(lines_of(name), 1):
                match = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
                if match and (match[1] in EMU_FORBIDDEN or "." in match[1] or "/" in match[1]):
                    wrong.append(f"{name}:{number}: <{match[1]}>")
                if re.search(r"\b(getenv|printf|std::cout|std::cerr|float|double)\b", line.split("//")[0].split('"')[0]):
                    wrong.append(f"{name}:{number}: {line.strip()}")
        self.expect_none(wrong, "emu includes nothing but itself and the quiet part of the standard library")

    def test_headers_open_with_their_story(self):
        headers = [name for name in self.cpp if name.endswith(".h")]
        self.expect_none([h for h in headers if not first_line(h).startswith("//")], "headers whose first line is no comment")
        self.expect_none([h for h in headers if "#pragma once" not in lines_of(h)], "headers without #pragma once")

    def test_no_file_names_a_place_of_one_machine(self):
        # A home, a scratch folder, or whatever stands above this checkout has no place in the project; nor has the
        # address of a package registry: packages have names.
        patterns = [r"(?<![\w.])/(home|root|tmp|Users)/\w", r"\.\./shared", r"index.url", r"^deb(-src)? +\w+:"]
        above = str(TOP.parent)
        if above.count("/") >= 2:
            patterns.append(re.escape(above) + "/")
        pattern = re.compile("|".join(patterns))
        wrong = []
        for name in self.text:
            # Captures are what other programs logged; this file has the patterns in it.
            if name.startswith("corpus/captures/") or name == "tools/tests/house_test.py":
                continue
            for number, line in enumerate(lines_of(name), 1):
                if pattern.search(line):
                    wrong.append(f"{name}:{number}: {line.strip()[:120]}")
        self.expect_none(wrong, "lines that name a place of one machine, or a registry's address")

    def test_scripts_can_be_run(self):
        wrong = [name for name in self.text if first_line(name).startswith("#!") != os.access(TOP / name, os.X_OK)]
        self.expect_none(wrong, "files that are executable without #!, or the other way round")


if __name__ == "__main__":
    unittest.main()
