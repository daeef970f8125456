"""Conformance from outside: what --coverage and --json promise, and that the table of faults still fits the sources."""

import json
import os
import pathlib
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")


def run(*command):
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)


class ConformTest(unittest.TestCase):
    def test_coverage_counts_every_family(self):
        families = json.loads(run(COINCIDE, "conform", "--coverage", "--json").stdout)["families"]
        for name in ("PIIX4", "BMIDE", "ATA6", "MMC"):
            counts = families[name]
            self.assertEqual(counts["testable"], counts["asserted"] + counts["missing"], name)
            self.assertEqual(counts["missing"], len(counts["missing_rules"]), name)
            self.assertGreaterEqual(counts["catalogued"], counts["testable"], name)
        for name in ("PIIX4", "BMIDE"):
            self.assertEqual(families[name]["missing"], 0, families[name]["missing_rules"])

    def test_results_stand_rule_by_rule(self):
        ran = run(COINCIDE, "conform", "PIIX4-CFG-04", "--json")
        result = json.loads(ran.stdout)
        self.assertEqual(ran.returncode, 0)
        self.assertTrue(result["conform"])
        self.assertEqual([rule["id"] for rule in result["by_rule"]], ["PIIX4-CFG-04"])
        self.assertGreater(result["by_rule"][0]["passed"], 0)

    def test_another_machine_fails_where_it_departs(self):
        ran = run(COINCIDE, "conform", "PIIX4-CFG-14", "--target", "emu:qemu", "--json")
        result = json.loads(ran.stdout)
        self.assertEqual(ran.returncode, 1)
        self.assertFalse(result["conform"])
        finding = result["findings"][0]
        self.assertEqual(finding["kind"], "failed")
        self.assertEqual((finding["expected"], finding["actual"]), ("0x01", "0x00"))
        self.assertRegex(finding["place"], r"^conformance/scenarios/piix4/ids\.script:\d+$")

    def test_the_table_of_faults_fits_the_sources(self):
        ran = run(str(TOP / "tools/mutate"), "--check")
        self.assertEqual(ran.returncode, 0, ran.stderr)


if __name__ == "__main__":
    unittest.main()
