"""A copy of the tree that is altered, built and run, over and over."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ["emu", "trace", "replay", "conformance", "tools"]
SECONDS_FOR_UNIT_TESTS = 900
PATIENCE = 10  # times what the sound tree takes for its scenarios


def copy_if_other(source, target):
    """A file that is the same keeps its time, so that it is not built again."""
    content = source.read_bytes()
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


class TreeError(Exception):
    """The tree cannot be built or does not conform as it is."""


class Tree:
    """build/mutate/NUMBER. Built with so little optimisation that compiler and scenarios take about as long."""

    def __init__(self, number):
        self.path = TOP / "build/mutate" / str(number)
        self.longest = 600.0  # seconds for the scenarios

    def run(self, *command, **options):
        return subprocess.run(command, cwd=self.path, capture_output=True, text=True, errors="replace", check=False, **options)

    def build(self, target="coincide", jobs=1):
        """None, or the first error of the compiler."""
        built = self.run("cmake", "--build", "out", "--target", target, "--parallel", str(jobs))
        if built.returncode == 0:
            return None
        lines = (built.stdout + built.stderr).splitlines()
        return next((line for line in lines if " error: " in line), lines[-1] if lines else "?")

    def prepare(self, jobs):
        """The tree as it is now, built by so many compilers at a time, and seen to conform."""
        self.path.mkdir(parents=True, exist_ok=True)
        for room in ROOMS:
            files = [path for path in (TOP / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
            wanted = {path.relative_to(TOP) for path in files}
            there = [path for path in (self.path / room).rglob("*") if path.is_file()]
            for stale in [path for path in there if path.relative_to(self.path) not in wanted]:
                stale.unlink()
            for path in wanted:
                copy_if_other(TOP / path, self.path / path)
        for name in ("CMakeLists.txt", "CMakePresets.json"):
            copy_if_other(TOP / name, self.path / name)
        if not (self.path / "corpus").exists():
            (self.path / "corpus").symlink_to(TOP / "corpus")
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        configured = self.run("cmake", "-S", ".", "-B", "out", "-G", "Ninja", "-DCMAKE_CXX_FLAGS=-O1 -w", "-DCOINCIDE_BENCH=OFF", *launcher)
        error = configured.stderr[-2000:] if configured.returncode else self.build(jobs=jobs)
        if error:
            raise TreeError(f"the tree does not build: {error}")
        began = time.monotonic()
        failed = self.failed_rules()
        self.longest = PATIENCE * (time.monotonic() - began)
        if failed is None or failed:
            raise TreeError(f"the scenarios fail before any fault is put in: {' '.join(sorted(failed or ['all']))}")
        if self.goldens_fail():
            raise TreeError("the goldens fail before any fault is put in")

    def failed_rules(self, *rules):
        """IDs of the rules that do not hold, of these or of all; None if the run ended badly (which nobody overlooks)."""
        try:
            ran = self.run("out/bin/coincide", "conform", "--json", *rules, timeout=self.longest)
            return {rule["id"] for rule in json.loads(ran.stdout)["by_rule"] if rule["failed"]}
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            return None

    def goldens_fail(self):
        """True if a golden trace, or the recording of a real driver, no longer comes out the same."""
        try:
            return self.run("out/bin/coincide", "corpus", "verify", timeout=self.longest).returncode != 0
        except subprocess.TimeoutExpired:
            return True

    def unit_tests_fail(self):
        """True if the unit tests notice; they are built first."""
        if self.build("coincide_tests"):
            return True
        try:
            return self.run("out/bin/coincide_tests", "--abort-after=1", timeout=SECONDS_FOR_UNIT_TESTS).returncode != 0
        except subprocess.TimeoutExpired:
            return True

    def object_code(self, file):
        """The machine code of one source that compiles, to tell mutants that are none."""
        commands = json.loads((self.path / "out/compile_commands.json").read_text(encoding="utf-8"))
        command = next(entry["command"] for entry in commands if entry["file"] == str(self.path / file))
        command = command.replace("ccache ", "", 1).split(" -o ")[0]
        out = self.path / "out/mutant.o"
        ran = self.run("sh", "-c", f"{command} -c {self.path / file} -o {out}")
        if ran.returncode != 0:
            raise TreeError(f"{file} compiles in the build and not by itself: {ran.stderr[-300:]}")
        return out.read_bytes()

    @contextlib.contextmanager
    def altered(self, texts):
        """Files with other texts for a while: {name: text}."""
        originals = {name: (self.path / name).read_text(encoding="utf-8") for name in texts}
        try:
            for name, text in texts.items():
                (self.path / name).write_text(text, encoding="utf-8")
            yield
        finally:
            for name, text in originals.items():
                (self.path / name).write_text(text, encoding="utf-8")
