"""Mutants by chance: operators, conditions, numbers and statements of emu/, as universalmutator alters them."""

import dataclasses
import json
import random
import subprocess
import sys

from mutation.tree import TOP

PACKAGE = "universalmutator==1.14.1"
VENV = TOP / "build/mutate/venv"


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    text: str

    def describe(self):
        return f"{self.file}:{self.line}: {' '.join(self.text.split())}"

    def try_in(self, tree, unit_tests):
        """What became of it: "noticed" by the scenarios, "golden" by the goldens alone, "unit" by the unit tests alone,
        "survived", "same" as the original in machine code, or "refused" by the compiler."""
        lines = (tree.path / self.file).read_text(encoding="utf-8").splitlines(keepends=True)
        lines[self.line - 1] = self.text
        with tree.altered({self.file: "".join(lines)}):
            if tree.build():
                return "refused"
            failed = tree.failed_rules()
            if failed is None or failed:
                return "noticed"
            if tree.goldens_fail():
                return "golden"
            code = tree.object_code(self.file)
            if unit_tests and tree.unit_tests_fail():
                return "unit"
        return "same" if code == tree.object_code(self.file) else "survived"


def python_with_package():
    """The interpreter of an environment of its own, with the package; made on first use (needs a package index)."""
    python = VENV / "bin/python"
    if not python.exists() or subprocess.run([python, "-c", "import universalmutator"], capture_output=True, check=False).returncode:
        VENV.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=True)
    return python


def shuffled_mutants(seed, words):
    """All mutants of emu/'s sources, or of those whose path has one of the words in it, in the order of the seed."""
    files = sorted(path.relative_to(TOP) for path in (TOP / "emu").rglob("*.cpp") if not path.stem.endswith("_test"))
    files = [file for file in files if not words or any(word in str(file) for word in words)]
    listed = subprocess.run(
        [python_with_package(), TOP / "tools/mutation/list_mutants.py", *files], cwd=TOP, capture_output=True, text=True, check=True
    )
    mutants = [Mutant(**json.loads(line)) for line in listed.stdout.splitlines()]
    random.Random(seed).shuffle(mutants)
    return mutants
