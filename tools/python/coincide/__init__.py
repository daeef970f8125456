"""Reads Coincide traces: recorded runs of a PIIX4 IDE function.

Written from trace/FORMAT.md and trace/trace.capnp alone, apart from the reader in C++, so that each holds the other
to the page. `open` checks every hash of a file; `recover` reads what is whole of a damaged one; see `trace.py`.
`packets.py` takes packet commands and their data out of a trace, `mmc.py` decodes what an optical drive replied, `sbc.py`
what a SCSI disk did; `matrix.py` lays results of the suite side by side.
On the command line: `python -m coincide --help`.
"""

from .chunk import Chunk
from .container import TraceError
from .events import KINDS, OPERATIONS, OUTCOMES, SEES, Event, is_observation, is_stimulus, json_line, kind_name
from .registers import register_name
from .trace import Header, Provenance, Trace, open, recover

__all__ = ["Chunk", "Event", "Header", "KINDS", "OPERATIONS", "OUTCOMES", "Provenance", "SEES", "Trace", "TraceError",
           "is_observation", "is_stimulus", "json_line", "kind_name", "open", "recover", "register_name"]
__version__ = "0.1.0"
