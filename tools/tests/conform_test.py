"""Conformance from outside: what --coverage and --json promise, and that the table of faults still fits the sources."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

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

    def test_a_case_is_one_new_file(self):
        with tempfile.TemporaryDirectory() as directory:
            shutil.copytree(TOP / "conformance/rules", directory + "/rules")
            mine = pathlib.Path(directory, "scenarios/mine")
            mine.mkdir(parents=True)
            (mine / "vendor.script").write_text(
                "# The function is Intel's, as a new case has it.\nexpect cfg_readw VID == 0x8086  # PIIX4-CFG-01\n")
            ran = run(COINCIDE, "conform", "mine", "--rules", directory + "/rules", "--json")
            result = json.loads(ran.stdout)
            self.assertEqual((ran.returncode, ran.stderr), (0, ""))
            self.assertEqual(result["results"], [
                {"case": "mine/vendor", "rules": ["PIIX4-CFG-01"], "status": "passed", "reason": None}])

    def test_json_has_the_promised_shape(self):
        result = json.loads(run(COINCIDE, "conform", "--json").stdout)
        self.assertEqual((result["target"], result["profile"]), ("emu:spec", "spec"))
        self.assertEqual(result["cases"], len(result["results"]))
        self.assertGreaterEqual(result["cases"], 3000)
        rules = result["rules"]
        self.assertEqual(set(rules), {"catalogued", "testable", "asserted", "passed", "failed", "skipped"})
        self.assertEqual(rules["asserted"], rules["passed"] + rules["failed"] + rules["skipped"])
        self.assertEqual((rules["failed"], rules["skipped"]), (0, 0))
        self.assertEqual({case["status"] for case in result["results"]}, {"passed"})

    def test_shards_are_all_of_it_once(self):
        names = []
        for part in ("1/3", "2/3", "3/3"):
            result = json.loads(run(COINCIDE, "conform", "ata6", "--shard", part, "--json").stdout)
            names += [case["case"] for case in result["results"]]
        whole = json.loads(run(COINCIDE, "conform", "ata6", "--json").stdout)
        self.assertEqual(sorted(names), sorted(case["case"] for case in whole["results"]))

    def test_reports_of_a_failing_target_agree(self):
        with tempfile.TemporaryDirectory() as directory:
            junit, tap, saved = (str(pathlib.Path(directory, name)) for name in ("r.xml", "r.tap", "saved"))
            ran = run(COINCIDE, "conform", "ata6/int-count", "ata6/mult", "--target", "emu:qemu", "--junit", junit, "--tap", tap,
                      "--save", saved)
            self.assertEqual(ran.returncode, 1, ran.stderr)
            suite = xml.etree.ElementTree.parse(junit).getroot().find("testsuite")
            self.assertEqual({key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")},
                             {"tests": "2", "failures": "1", "errors": "0", "skipped": "0"})
            self.assertEqual([case.get("name") for case in suite if case.find("failure") is not None], ["int-count"])
            self.assertIn("not ok 1 - ata6/int-count\n", pathlib.Path(tap).read_text(encoding="utf-8"))
            script = pathlib.Path(saved, "ata6-int-count.script")
            self.assertLess(len(script.read_text(encoding="utf-8").splitlines()), 6, "it is not cut down")
            self.assertEqual(run(COINCIDE, "conform", str(script), "--target", "emu:qemu").returncode, 1)
            self.assertEqual(run(COINCIDE, "conform", str(script)).returncode, 0)
            self.assertEqual(run(COINCIDE, "show", str(script.with_suffix(".trace"))).returncode, 0)

    @unittest.skipUnless(shutil.which("xmllint"), "xmllint (libxml2-utils) is not installed")
    def test_junit_holds_to_its_schema(self):
        with tempfile.TemporaryDirectory() as directory:
            junit = str(pathlib.Path(directory, "r.xml"))
            for arguments in (("ata6",), ("ata6", "--target", "emu:qemu"), ("openvmm", "--target", "emu:spec")):
                run(COINCIDE, "conform", *arguments, "--junit", junit, "--quiet")
                ran = run("xmllint", "--noout", "--schema", str(TOP / "conformance/reports/junit.xsd"), junit)
                self.assertEqual(ran.returncode, 0, ran.stderr)
            text = pathlib.Path(junit).read_text(encoding="utf-8").replace("<skipped ", "<skip ")
            pathlib.Path(junit).write_text(text, encoding="utf-8")
            ran = run("xmllint", "--noout", "--schema", str(TOP / "conformance/reports/junit.xsd"), junit)
            self.assertNotEqual(ran.returncode, 0, "the schema lets anything pass")

    def test_several_machines_at_a_time_say_what_one_says(self):
        one = run(COINCIDE, "conform", "ata6", "--target", "emu:qemu", "--json")
        three = run(COINCIDE, "conform", "ata6", "--target", "emu:qemu", "--json", "--jobs", "3")
        self.assertEqual(one.returncode, 1)
        self.assertEqual((three.returncode, three.stdout), (one.returncode, one.stdout))
        self.assertEqual(run(COINCIDE, "conform", "ata6", "--jobs", "0").returncode, 125)

    def test_known_failures_do_not_count_and_new_ones_do(self):
        with tempfile.TemporaryDirectory() as directory:
            known = pathlib.Path(directory, "known.tsv")
            command = (COINCIDE, "conform", "ata6/int-count", "ata6/mult", "--target", "emu:qemu")
            self.assertEqual(run(*command, "--update-expected", str(known)).returncode, 0)
            self.assertEqual(known.read_text(encoding="utf-8"), "ata6/int-count\t?\n")
            self.assertEqual(run(*command, "--expected", str(known)).returncode, 0)
            known.write_text("ata6/mult\tQ1\n", encoding="utf-8")
            ran = run(*command, "--expected", str(known))
            self.assertEqual(ran.returncode, 1)
            self.assertIn("new: ata6/int-count fails", ran.stdout)
            self.assertIn("gone: nothing that", ran.stdout)

    def test_the_table_of_faults_fits_the_sources(self):
        ran = run(str(TOP / "tools/mutate"), "--check")
        self.assertEqual(ran.returncode, 0, ran.stderr)


if __name__ == "__main__":
    unittest.main()
