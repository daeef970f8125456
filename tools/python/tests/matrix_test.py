"""The matrix of rules and targets: what is added up, what order stands, what is refused."""

import json
import pathlib
import tempfile
import unittest

from coincide.matrix import Matrix, ResultError


def result(target, *rules):
    rows = [{"id": name, "text": "of " + name, "passed": passed, "failed": failed, "not_judged": unseen}
            for name, passed, failed, unseen in rules]
    return json.dumps({"target": target, "by_rule": rows})


class MatrixTest(unittest.TestCase):
    def matrix(self, *texts):
        out = Matrix()
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "result.json")
            for text in texts:
                path.write_text(text, encoding="utf-8")
                out.add(path)
        return out

    def test_rules_stand_by_number_and_targets_as_they_came(self):
        matrix = self.matrix(result("emu:spec", ("ATA6-ID-15", 1, 0, 0), ("ATA6-ID-2", 2, 0, 0)),
                             result("qtest:q", ("ATA6-ID-2", 1, 1, 0), ("ATA6-AAM-1", 0, 0, 3)))
        self.assertEqual(matrix.markdown().splitlines(), [
            "* `emu:spec`: 2 rules hold, 0 fail, 0 not judged, 1 not run",
            "* `qtest:q`: 0 rules hold, 1 fail, 1 not judged, 1 not run",
            "",
            "| rule | `emu:spec` | `qtest:q` | |",
            "|---|---|---|---|",
            "| ATA6-AAM-1 | - | ? | of ATA6-AAM-1 |",
            "| ATA6-ID-2 | holds | FAILS | of ATA6-ID-2 |",
            "| ATA6-ID-15 | holds | - | of ATA6-ID-15 |",
        ])
        self.assertEqual(matrix.rules(only_failing=True), ["ATA6-ID-2"])
        self.assertEqual([json.loads(line)["results"] for line in matrix.json_lines(only_failing=True)],
                         [{"emu:spec": "pass", "qtest:q": "fail"}])

    def test_parts_of_one_target_are_added_up(self):
        matrix = self.matrix(result("a", ("X-1", 1, 0, 0), ("X-2", 1, 0, 0)), result("a", ("X-1", 0, 2, 0)))
        self.assertEqual(matrix.targets, ["a"])
        self.assertEqual(matrix.tally("X-1", "a").passed, 1)
        self.assertEqual(matrix.result("X-1", "a"), "fail")
        self.assertEqual(matrix.result("X-2", "a"), "pass")

    def test_what_is_no_result_is_refused(self):
        for text in ("", "[]", "{}", '{"target": "a", "by_rule": [{}]}', "[" * 100000):
            with self.assertRaises(ResultError, msg=text[:20]):
                self.matrix(text)
        with self.assertRaises(OSError):
            Matrix().add("/nowhere/result.json")


if __name__ == "__main__":
    unittest.main()
