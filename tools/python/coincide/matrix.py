"""Which rules hold on which targets: a matrix from the results of `coincide conform --json`.

A shard of a suite (`--shard`) and the rest of it are one target: results of the same target are added up.
"""

import dataclasses
import json

SHOWN = {"pass": "holds", "fail": "FAILS", "not judged": "?", None: "-"}


class ResultError(Exception):
    """A file is no result of `coincide conform --json`. `what`: why, one line."""

    def __init__(self, what):
        super().__init__(what)
        self.what = what


@dataclasses.dataclass
class Tally:
    """Looks that cite a rule on one target."""

    passed: int = 0
    failed: int = 0
    not_judged: int = 0

    @property
    def result(self):
        """"fail" if any failed, "pass" if any passed, else "not judged"."""
        return "fail" if self.failed else "pass" if self.passed else "not judged"


class Matrix:
    """`targets` in the order of their first result; `texts` by rule; `tally(rule, target)`."""

    def __init__(self):
        self.targets = []
        self.texts = {}
        self._tallies = {}

    def add(self, path):
        """Takes one file of results in. Raises ResultError if it is none, OSError if it cannot be read."""
        with open(path, encoding="utf-8") as file:
            try:
                results = json.load(file)
                target, rules = results["target"], results["by_rule"]
                rows = [(rule["id"], rule["text"], rule["passed"], rule["failed"], rule["not_judged"]) for rule in rules]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise ResultError(f"no result of coincide conform --json ({type(error).__name__}: {error})") from error
        if target not in self.targets:
            self.targets.append(target)
        for rule, text, passed, failed, not_judged in rows:
            self.texts[rule] = text
            tally = self._tallies.setdefault((rule, target), Tally())
            tally.passed += passed
            tally.failed += failed
            tally.not_judged += not_judged

    def tally(self, rule, target):
        """The Tally, or None where the target ran nothing that cites the rule."""
        return self._tallies.get((rule, target))

    def result(self, rule, target):
        """"pass", "fail", "not judged", or None."""
        tally = self.tally(rule, target)
        return tally.result if tally else None

    def rules(self, only_failing=False):
        """IDs in the order of families and numbers; only those that fail somewhere, if so asked."""
        chosen = [rule for rule in self.texts if not only_failing or any(self.result(rule, t) == "fail" for t in self.targets)]
        return sorted(chosen, key=_natural)

    def markdown(self, only_failing=False):
        """A table, and before it a line for each target that counts its rules."""
        lines = []
        for target in self.targets:
            results = [self.result(rule, target) for rule in self.texts]
            lines.append(f"* `{target}`: {results.count('pass')} rules hold, {results.count('fail')} fail, "
                         f"{results.count('not judged')} not judged, {results.count(None)} not run")
        lines += ["", "| rule | " + " | ".join(f"`{target}`" for target in self.targets) + " | |",
                  "|---" * (len(self.targets) + 2) + "|"]
        for rule in self.rules(only_failing):
            cells = [SHOWN[self.result(rule, target)] for target in self.targets]
            lines.append(f"| {rule} | " + " | ".join(cells) + f" | {self.texts[rule]} |")
        return "\n".join(lines)

    def json_lines(self, only_failing=False):
        """One JSON object a rule: {"rule", "text", "results": {target: result}}."""
        for rule in self.rules(only_failing):
            yield json.dumps({"rule": rule, "text": self.texts[rule],
                              "results": {target: self.result(rule, target) for target in self.targets}})


def _natural(rule):
    """Numbers of an ID by their size: ATA6-ID-2 before ATA6-ID-15."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in rule.split("-")]
