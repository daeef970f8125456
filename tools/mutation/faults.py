"""The faults of conformance/faults: each by name, with the rules that must notice it."""

import dataclasses
import re
import tomllib

from mutation.tree import TOP


@dataclasses.dataclass(frozen=True)
class Edit:
    """One text of a file and what stands there instead."""

    file: str
    old: str
    new: str

    def pattern(self):
        """The text to be replaced. A run of blanks between its words stands for any other, so that formatting does
        not matter; blanks at its ends stay on their line. A comment that the text ends in goes whole, whatever it
        has grown to."""
        core = r"\s+".join(re.escape(word) for word in self.old.split())
        comment = r"[^\n]*" if "//" in self.old.rpartition("\n")[2] else ""
        return re.compile(("[ ]*" if self.old[:1] == " " else "") + core + comment + (r"[ ]*\n" if self.old[-1:] == "\n" else ""))


@dataclasses.dataclass(frozen=True)
class Fault:
    what: str
    rules: tuple[str, ...]
    edits: tuple[Edit, ...]
    bugs: tuple[str, ...] = ()  # bugs of others that it puts back, as the README of the faults calls them

    def texts(self, read):
        """{file: its text with the fault}; read(file) gives the text without."""
        out = {}
        for edit in self.edits:
            text = out.get(edit.file) or read(edit.file)
            out[edit.file] = edit.pattern().sub(lambda _, new=edit.new: new, text)
        return out

    def has_word(self, words):
        return any(word in " ".join([self.what, *self.bugs, *self.rules]) for word in words)

    def try_in(self, tree):
        """None if every rule that it names failed, else what did not notice it."""
        with tree.altered(self.texts(lambda name: (tree.path / name).read_text(encoding="utf-8"))):
            error = tree.build()
            if error:
                return f"does not build: {error}"
            failed = tree.failed_rules(*self.rules)
        quiet = [] if failed is None else [rule for rule in self.rules if rule not in failed]
        return f"not noticed by {' '.join(quiet)}" if quiet else None


def load_faults():
    """All of conformance/faults, in the order of files."""
    faults = []
    for path in sorted((TOP / "conformance/faults").rglob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]:
            edits = tuple(Edit(edit["file"], edit["from"], edit["to"]) for edit in table.get("edit", [table]))
            bugs = tuple(table["bug"].split(", ")) if "bug" in table else ()
            faults.append(Fault(table["what"], tuple(table["rules"].split()), edits, bugs))
    return faults


def listed_bugs():
    """First column of the README's table of bugs that faults put back."""
    text = (TOP / "conformance/faults/README.md").read_text(encoding="utf-8")
    table = text.partition("| bug | what went wrong |\n")[2].partition("\n\n")[0]
    return {row.split(" | ")[0].removeprefix("| ") for row in table.splitlines()[1:]}


def testable_rules():
    """IDs of all testable rules of the catalogue."""
    rules = set()
    for path in (TOP / "conformance/rules").glob("*.tsv"):
        rows = path.read_text(encoding="utf-8").splitlines()[1:]
        rules |= {fields[0] for fields in (row.split("\t") for row in rows) if fields[5] == "yes"}
    return rules


def problems(faults):
    """What is wrong with the table itself: text that is gone, rules of the controller and known bugs without a fault."""
    for fault in faults:
        for edit in fault.edits:
            count = len(edit.pattern().findall((TOP / edit.file).read_text(encoding="utf-8")))
            if count != 1:
                yield f"{fault.what}: its text stands {count} times in {edit.file}"
    testable = testable_rules()
    named = {rule for fault in faults for rule in fault.rules}
    controller = {rule for rule in testable if rule.startswith(("PIIX4-", "BMIDE-"))}
    yield from (f"{rule}: no fault breaks it" for rule in sorted(controller - named))
    yield from (f"{rule}: named by a fault, but not testable" for rule in sorted(named - testable))
    listed = listed_bugs()
    put_back = {bug for fault in faults for bug in fault.bugs}
    yield from (f"{bug}: no fault puts it back" for bug in sorted(listed - put_back))
    yield from (f"{bug}: named by a fault, but not in the README" for bug in sorted(put_back - listed))
