"""The name of a run, and where its chunks must close (FORMAT.md sections 5 and 6).

Two files with one name hold the same run: the header and every column of every chunk are equal, and so are the
payloads, also when one file was stripped of them or compressed.
"""

from .container import digest

# Weights (rows + payload bytes / 64) from which a chunk closes before a command, any stimulus, any row.
COMMAND_WEIGHT, STIMULUS_WEIGHT, ROW_WEIGHT = 8192, 16384, 32768

_PORT_WRITE = 2
_READS = (1, 3, 5, 7)
_COMMAND_PORTS = (0x1F7, 0x177)
_TASK_FILE_PORTS = (*range(0x1F1, 0x1F7), *range(0x171, 0x177))
_U64 = 0xFFFFFFFFFFFFFFFF


def first_link(header_message):
    """Chain 0 (16 bytes): the digest of the header's message."""
    return digest(header_message)


def next_link(link, chunk_hash):
    """The chain (16 bytes) behind a chunk, from the chain before it and the digest of the chunk's message."""
    return digest(link + chunk_hash)


def draw(history):
    """The number of 12 bits that the last eight task-file bytes of the run (as a uint64) draw before a command."""
    return ((history ^ history >> 32) * 0x9E3779B97F4A7C15 & _U64) >> 52


def cuts(rows):
    """Numbers of the events before which a writer must close a chunk, in order.

    `rows` gives (kind, where, value, payload bytes) of each event of a whole run, as ints. The run's first event
    is never among the numbers.
    """
    count = size = mark = history = 0  # of the open chunk: rows, payload bytes, weight before its last command
    answer_owed = False  # the last stimulus of the run is a read
    for number, (kind, where, value, payload_bytes) in enumerate(rows):
        weight = count + size // 64
        stimulus = kind < 32
        command = kind == _PORT_WRITE and where in _COMMAND_PORTS
        if weight >= COMMAND_WEIGHT and (
                command and draw(history) < weight - mark
                or (weight >= STIMULUS_WEIGHT if stimulus else weight >= ROW_WEIGHT and not answer_owed)):
            yield number
            count = size = mark = weight = 0
        if command:
            mark = weight
        elif kind == _PORT_WRITE and where in _TASK_FILE_PORTS:
            history = (history << 8 | value & 0xFF) & _U64
        if stimulus:
            answer_owed = kind in _READS
        count += 1
        size += payload_bytes
