"""What tools/mutate makes of a mutant and of a fault, on a tree that only pretends."""

import pathlib
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))

from mutation.faults import Edit, Fault
from mutation.mutants import Mutant
from mutation.tree import Tree, TreeError


class Pretended(Tree):
    """One file of one line; what build and tests say is given."""

    def __init__(self, directory, refused=None, failed=(), goldens=False, units=False, same=False):
        super().__init__(0)
        self.path = pathlib.Path(directory)
        self.says = refused, failed, goldens, units, same
        (self.path / "a.cpp").write_text("int a  =  1;\n", encoding="utf-8")

    def text(self):
        return (self.path / "a.cpp").read_text(encoding="utf-8")

    def build(self, target="coincide", jobs=1):
        return self.says[0]

    def failed_rules(self, *rules):
        return self.says[1]

    def goldens_fail(self):
        return self.says[2]

    def unit_tests_fail(self):
        return self.says[3]

    def object_code(self, file):
        return b"" if self.says[4] else self.text().encode()


class MutationTest(unittest.TestCase):
    def fate(self, unit_tests=True, **says):
        with tempfile.TemporaryDirectory() as directory:
            tree = Pretended(directory, **says)
            fate = Mutant("a.cpp", 1, "int a = 2;\n").try_in(tree, unit_tests)
            self.assertEqual(tree.text(), "int a  =  1;\n", "the tree is as it was")
            return fate

    def test_the_first_who_notices_a_mutant_has_it(self):
        self.assertEqual(self.fate(refused="error"), "refused")
        self.assertEqual(self.fate(failed={"X-1"}, goldens=True), "noticed")
        self.assertEqual(self.fate(failed=None), "noticed")  # the run ended badly
        self.assertEqual(self.fate(goldens=True, units=True), "golden")
        self.assertEqual(self.fate(units=True), "unit")
        self.assertEqual(self.fate(units=True, unit_tests=False), "survived")
        self.assertEqual(self.fate(), "survived")
        self.assertEqual(self.fate(same=True), "same")

    def test_a_fault_is_noticed_if_every_rule_that_it_names_fails(self):
        fault = Fault("one more", ("X-1", "X-2"), (Edit("a.cpp", "a = 1", "a = 2"),), ())
        with tempfile.TemporaryDirectory() as directory:
            read = Pretended(directory).text
            self.assertEqual(fault.texts(lambda name: read()), {"a.cpp": "int a = 2;\n"})
            for failed, quiet in (({"X-1", "X-2"}, None), ({"X-1"}, "not noticed by X-2"), (None, None)):
                self.assertEqual(fault.try_in(Pretended(directory, failed=failed)), quiet)
            self.assertEqual(fault.try_in(Pretended(directory, refused="no")), "does not build: no")

    def test_a_comment_that_a_fault_ends_in_goes_whole(self):
        fault = Fault("none", ("X-1",), (Edit("a.cpp", "a = 1;  // X-1", ""),), ())
        self.assertEqual(fault.texts(lambda name: "int b, a = 1;  // X-1, X-2\nint c;\n"), {"a.cpp": "int b, \nint c;\n"})

    def test_code_that_cannot_be_had_is_no_equality(self):
        with tempfile.TemporaryDirectory() as directory:
            tree = Tree(0)
            tree.path = pathlib.Path(directory)
            tree.path.joinpath("out").mkdir()
            tree.path.joinpath("out/compile_commands.json").write_text(
                f'[{{"file": "{tree.path / "a.cpp"}", "command": "false -o x"}}]', encoding="utf-8")
            with self.assertRaises(TreeError):
                tree.object_code("a.cpp")


if __name__ == "__main__":
    unittest.main()
