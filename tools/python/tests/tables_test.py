"""The tables of the package are those of FORMAT.md, both ways."""

import pathlib
import re
import unittest

from coincide import events, registers

PAGE = (pathlib.Path(__file__).resolve().parents[3] / "trace/FORMAT.md").read_text(encoding="utf-8")


def table(heading):
    """Rows of the first table behind a heading."""
    match = re.search(rf"^{re.escape(heading)}\n(?:(?!\|).*\n)*((?:\|.*\n?)+)", PAGE, re.M)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in match[1].splitlines()[2:]]


def words(name):
    """`NAME: 0 done, 1 aborted.` as a dict."""
    listed = re.search(rf"\b{name}: ([^.]*)\.", PAGE)[1]
    return {int(number): word for number, word in (part.split() for part in listed.split(","))}


class TablesTest(unittest.TestCase):
    def test_registers(self):
        for heading, ours in (("### PCI function", registers.FUNCTION), ("### Channel", registers.CHANNEL),
                              ("### Device", registers.DEVICE), ("### VMBus channel", registers.ACCELERATOR)):
            rows = [[str(number), name, str(width)] for number, (name, width) in enumerate(ours)]
            self.assertEqual([[number, name, width] for number, name, _, width in table(heading)], rows, heading)

    def test_scopes(self):
        rows = {int(scope): example for scope, _, example in table("## Appendix: register numbers")}
        self.assertEqual(rows.keys(), registers.SCOPES.keys())
        for scope, example in rows.items():
            names = [registers.register_name(scope << 16 | n) for n in range(len(registers.SCOPES[scope][1]))]
            self.assertIn(example, names)

    def test_names_in_full(self):
        self.assertEqual(registers.register_name(0x141), "config byte 41h")
        self.assertIn('"config byte 41h"', PAGE)
        self.assertEqual(registers.register_name(0x50006), "primary slave LBA Low")
        for number in (10, 255, 512, 0x10004, 0x30000, 0x400FF, 0x80005, 0xC0000, 2**32 - 1):
            self.assertIsNone(registers.register_name(number))

    def test_events(self):
        self.assertEqual({int(row[0]): row[1] for row in table("### Events")}, events.KINDS)
        self.assertEqual(words("Outcomes"), events.OUTCOMES)
        self.assertEqual(words("Operations"), events.OPERATIONS)

    def test_what_a_source_saw(self):
        rows = re.findall(r"^\| (\d+) \| (\w+) \|", PAGE.split("\n## 3. ")[1].split("\n## 4. ")[0], re.M)
        self.assertEqual([(int(bit), name) for bit, name in rows], list(enumerate(events.SEES)))


if __name__ == "__main__":
    unittest.main()
