"""Tests of the package `coincide` of this tree, wherever another one may be installed."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
