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
        matrix = self.matrix(result("emu:spec", ("BMIDE-10", 1, 0, 0), ("BMIDE-9", 2, 0, 0)),
                             result("qtest:q", ("BMIDE-9", 1, 1, 0), ("ATA6-A-1", 0, 0, 3)))
        self.assertEqual(matrix.markdown().splitlines(), [
            "* `emu:spec`: 2 rules hold, 0 fail, 0 not judged, 1 not run",
            "* `qtest:q`: 0 rules hold, 1 fail, 1 not judged, 1 not run",
            "",
            "| rule | `emu:spec` | `qtest:q` | |",
            "|---|---|---|---|",
            "| ATA6-A-1 | - | ? | of ATA6-A-1 |",
            "| BMIDE-9 | holds | FAILS | of BMIDE-9 |",
            "| BMIDE-10 | holds | - | of BMIDE-10 |",
        ])
        self.assertEqual(matrix.rules(only_failing=True), ["BMIDE-9"])
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
