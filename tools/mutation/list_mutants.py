"""Prints every mutant that universalmutator makes of the files given: a line of JSON each, file, line and its new text.

Run by an interpreter that has the package (mutation/mutants.py sees to it).
"""

import contextlib
import io
import json
import pathlib
import sys

from universalmutator.mutator import mutants_regexp

RULES = ["universal.rules", "c_like.rules", "cpp.rules"]
# What no build can tell, or what every build refuses: names, texts of errors, declarations of what is used.
IGNORED = [r"^\s*namespace ", r"^\s*}  // namespace", r"^using ", r"^\s*static_assert", r"^\s*[})\];]*\s*$"]

for name in sys.argv[1:]:
    source = pathlib.Path(name).read_text(encoding="utf-8").splitlines(keepends=True)
    with contextlib.redirect_stdout(io.StringIO()):
        mutants = mutants_regexp(source, ruleFiles=RULES, ignorePatterns=IGNORED, ignoreStringOnly=True)
    for number, text, _, _ in mutants:
        print(json.dumps({"file": name, "line": number, "text": text}))
