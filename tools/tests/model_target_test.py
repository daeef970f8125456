"""A model in C, built as conformance/targets/model.h says, as a target of the suite."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")
EXAMPLE = TOP / "conformance/targets/example/pio_disk.c"

# What the example is good for, and what it has not.
HOLDS = ["ata6/nop", "ata6/err-abort", "ata6/sig-disk", "piix4/data-port", "piix4/irq-lines", "piix4/absent-slave",
         "ata6/sel-dev", "generated/commands/read-sectors-d0-1-good", "generated/resets/srst-pio-in"]
FAILS = ["ata6/int-count", "bmide/larger", "generated/commands/read-dma-d0-1-good"]


def build(source, library):
    subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I", str(TOP), "-o", library, source], check=True)


def conform(target, *arguments):
    return subprocess.run([COINCIDE, "conform", "--target", target, *arguments], cwd=TOP, capture_output=True, text=True, check=False)


class ModelTargetTest(unittest.TestCase):
    def test_the_example_holds_where_it_is_whole(self):
        with tempfile.TemporaryDirectory() as directory:
            library = str(pathlib.Path(directory, "pio_disk.so"))
            build(str(EXAMPLE), library)
            result = json.loads(conform("model:" + library, *HOLDS, *FAILS, "--json").stdout)
            self.assertEqual(result["target"], "model:" + library)
            status = {case["case"]: case["status"] for case in result["results"]}
            self.assertEqual(status, dict.fromkeys(HOLDS, "passed") | dict.fromkeys(FAILS, "failed"))

    def test_a_library_that_is_no_model_is_one_clear_line(self):
        with tempfile.TemporaryDirectory() as directory:
            source, library = pathlib.Path(directory, "none.c"), str(pathlib.Path(directory, "none.so"))
            source.write_text("int nothing;\n", encoding="utf-8")
            build(str(source), library)
            ran = conform("model:" + library, "ata6/nop")
            self.assertEqual(ran.returncode, 125)
            self.assertIn("exports no model by 'coincide_get_model'", ran.stderr.splitlines()[-1])
            ran = conform("model:" + str(pathlib.Path(directory, "missing.so")), "ata6/nop")
            self.assertEqual(ran.returncode, 125)
            self.assertIn("missing.so: cannot be loaded", ran.stderr.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
