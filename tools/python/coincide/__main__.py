"""python -m coincide VERB: checks, lists and names traces, and lays results of the suite side by side.

Exit status of every verb: 0 they coincide or pass, 1 they do not, 125 could not be judged: bad usage, a file that is
damaged, cut, no trace or unreadable. A 125 says why in one line on stderr for each input.
"""

import argparse
import json
import os
import sys

from . import TraceError, __version__, events, trace
from .matrix import Matrix, ResultError

EXIT_COINCIDE, EXIT_DIFFER, EXIT_NOT_JUDGED = 0, 1, 125


class _Unwritable(Exception):
    """stdout took no more; `__cause__` says why."""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        _trouble(message)
        sys.exit(EXIT_NOT_JUDGED)


def _trouble(what):
    print(f"coincide: {what}", file=sys.stderr)


def _print(line):
    try:
        sys.stdout.write(line + "\n")
    except OSError as error:
        raise _Unwritable from error


def _flush():
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _Unwritable from error


def _what(error):
    """What is wrong with an input, without its place."""
    return error.what if isinstance(error, (TraceError, ResultError)) else error.strerror or str(error)


def _each(paths, work):
    """Does `work(path)` for each input; EXIT_NOT_JUDGED if one could not be read, with its line of trouble."""
    status = EXIT_COINCIDE
    for path in paths:
        try:
            work(path)
        except (TraceError, ResultError, OSError) as error:
            place = f"{path}: byte {error.offset}" if isinstance(error, TraceError) else path
            _trouble(f"{place}: {_what(error)}")
            status = EXIT_NOT_JUDGED
    return status


def verify(options):
    """Checks everything that FORMAT.md asks of each file, chunk ends included."""

    def report(path, opened, error):
        count, chunks = (len(opened), len(opened.chunks)) if opened else (0, 0)
        if options.json:
            place = {"offset": getattr(error, "offset", None), "what": _what(error)} if error else None
            _print(json.dumps({"input": path, "whole": not error, "name": opened.name if opened else None,
                               "events": count, "chunks": chunks, "error": place}))
        elif error is None:
            _print(f"{path}: whole, {count} events in {chunks} chunks, {opened.name}")
        elif opened:
            state = "damaged" if opened.damage else "not as a writer must make it"
            _print(f"{path}: {state}, {count} events in {chunks} chunks read")

    def work(path):
        opened = problem = None
        try:
            opened = trace.recover(path)
            opened.check_cuts()
        except (TraceError, OSError) as error:
            problem = error
        if not options.quiet:
            report(path, opened, problem)
        if problem:
            raise problem

    return _each(options.trace, work)


def list_events(options):
    """Lists the events; of a damaged file those that still read, and then the damage."""

    def work(path):
        opened = trace.recover(path)
        for event in opened.events():
            _print(events.json_line(event, options.payload) if options.json else events.text_line(event))
        if opened.damage:
            raise opened.damage

    return _each([options.trace], work)


def identity(options):
    """Prints the name of each run, computed from its chunks."""
    names = set()

    def work(path):
        name = trace.open(path).name
        names.add(name)
        if not options.quiet:
            _print(json.dumps({"input": path, "name": name}) if options.json else f"{name}  {path}")

    status = _each(options.trace, work)
    if options.same and status == EXIT_COINCIDE and len(names) > 1:
        return EXIT_DIFFER
    return status


def matrix(options):
    """Which rules hold on which targets, from results of coincide conform --json: a table in Markdown."""
    table = Matrix()
    status = _each(options.result, table.add)
    if status == EXIT_COINCIDE:
        for line in table.json_lines(options.failing) if options.json else [table.markdown(options.failing)]:
            _print(line)
    return status


def _arguments():
    parser = _Parser(prog="python -m coincide", description=__doc__.split("\n\n")[0].split(": ")[1],
                     epilog=" ".join(__doc__.split("\n\n")[1].split()))
    parser.add_argument("--version", action="version", version=f"coincide {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, work, many in (("verify", verify, True), ("events", list_events, False), ("identity", identity, True)):
        verb = verbs.add_parser(name, help=work.__doc__, description=work.__doc__)
        verb.set_defaults(work=work)
        verb.add_argument("trace", metavar="T", nargs="+" if many else None, help="a trace")
        verb.add_argument("--json", action="store_true", help="one JSON object a line")
        if name == "events":
            verb.add_argument("--payload", action="store_true", help="with --json: the payloads' bytes, in hexadecimal")
        else:
            verb.add_argument("--quiet", action="store_true", help="nothing on stdout: the exit status tells")
        if name == "identity":
            verb.add_argument("--same", action="store_true", help="exit with 1 if they are not all one run")
    verb = verbs.add_parser("matrix", help=matrix.__doc__, description=matrix.__doc__)
    verb.set_defaults(work=matrix)
    verb.add_argument("result", metavar="RESULT", nargs="+", help="what coincide conform --json printed; parts of one target are added up")
    verb.add_argument("--failing", action="store_true", help="only rules that fail on one of them")
    verb.add_argument("--json", action="store_true", help="one JSON object a line, for each rule")
    return parser.parse_args()


def main():
    """Runs the command line; returns the exit status."""
    options = _arguments()
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = options.work(options)
        _flush()
        return status
    except _Unwritable as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        if not isinstance(error.__cause__, BrokenPipeError):  # whoever read our output may have had enough
            _trouble(f"stdout: {_what(error.__cause__)}")
        return EXIT_NOT_JUDGED


if __name__ == "__main__":
    sys.exit(main())
