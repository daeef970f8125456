"""Messages: structs of trace.capnp in Cap'n Proto's canonical form (FORMAT.md section 3).

All structs of the format are flat: numbers, texts, data and lists of numbers. In canonical form the fields that are
there determine every byte of such a message, so this reader trusts no pointer: it computes what each must be and
refuses any other. Which fields there are, where, and of what type, comes from trace.capnp through pycapnp.

Lists come back as NumPy arrays and data as memoryviews that lie in the message: no copy.
"""

import dataclasses
import functools
import pathlib

import capnp
import numpy as np

from .container import TraceError

SCHEMA = pathlib.Path(__file__).with_name("trace.capnp")

_NUMBER_BITS = {"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64}
# Element type of a list: Cap'n Proto's element size code, NumPy type.
_ELEMENTS = {"uint8": (2, np.dtype("u1")), "uint32": (4, np.dtype("<u4")), "uint64": (5, np.dtype("<u8"))}
_BYTES = (2, np.dtype("u1"))


@functools.cache
def schema():
    """trace.capnp as pycapnp loads it: `schema().Chunk` and so on are its structs, for pycapnp's own readers."""
    return capnp.load(str(SCHEMA))


@dataclasses.dataclass(frozen=True)
class _Layout:
    """Where the fields of a struct stand: numbers as (name, bit, bits), pointers in order as (name, type, element)."""

    numbers: tuple
    pointers: tuple
    data_words: int


@functools.cache
def _layout(struct_name):
    node = getattr(schema(), struct_name).schema.node.struct
    numbers, pointers = [], {}
    for field in node.fields:
        which = field.slot.type.which()
        if which in _NUMBER_BITS:
            bits = _NUMBER_BITS[which]
            numbers.append((field.name, field.slot.offset * bits, bits))
        elif which == "list":
            element = field.slot.type.list.elementType.which()
            pointers[field.slot.offset] = (field.name, "list", _ELEMENTS[element])
        else:
            pointers[field.slot.offset] = (field.name, which, _BYTES)
    ordered = tuple(pointers[slot] for slot in range(node.pointerCount))
    return _Layout(tuple(numbers), ordered, node.dataWordCount)


def decode(struct_name, message, offset):
    """Fields of the struct `struct_name` that `message` (a memoryview, whole 8-byte words) holds, by name.

    Numbers are ints, texts str, data memoryviews, lists NumPy arrays of unsigned little-endian numbers. A null
    text is "", null data and null lists are None. `offset` is where the message stands in its file, for errors.
    """
    layout = _layout(struct_name)
    words = np.frombuffer(message, "<u8")

    def must(condition, what):
        if not condition:
            raise TraceError(offset, f"the {struct_name.lower()}'s message is not in canonical form: {what}")

    root = int(words[0])
    data_words, pointer_count = root >> 32 & 0xFFFF, root >> 48
    # A struct of no size at all has the offset -1, so that its pointer is not null.
    must(root & 0xFFFFFFFF == (0 if data_words or pointer_count else 0xFFFFFFFC), "root pointer")
    must(data_words <= layout.data_words and pointer_count <= len(layout.pointers), "a larger struct than its version has")
    first = 1 + data_words
    end = first + pointer_count
    must(end <= len(words), "the struct ends behind the message")
    must(not data_words or words[data_words] != 0, "data section ends with a word of zeros")
    must(not pointer_count or words[end - 1] != 0, "pointer section ends with a null pointer")

    values = {}
    data = int.from_bytes(message[8 : 8 * first], "little")
    for name, bit, bits in layout.numbers:
        values[name] = data >> bit & (1 << bits) - 1
        data &= ~((1 << bits) - 1 << bit)
    must(data == 0, "bits that no field has")

    for k, (name, which, (code, dtype)) in enumerate(layout.pointers):
        pointer = int(words[first + k]) if k < pointer_count else 0
        if pointer == 0:
            values[name] = "" if which == "text" else None
            continue
        distance, count = end - (first + k + 1), pointer >> 35
        must(pointer & 0x7FFFFFFFF == 1 | distance << 2 | code << 32, f"pointer of {name}")
        must(count > 0, f"{name} is empty, but not null")
        size = count * dtype.itemsize
        next_end = end + (size + 7 >> 3)
        must(next_end <= len(words), f"{name} ends behind the message")
        section = message[8 * end : 8 * end + size]
        must(not any(message[8 * end + size : 8 * next_end]), f"padding behind {name}")
        if which == "text":
            must(section[-1] == 0 and count > 1 and 0 not in section[:-1], f"{name} is no text")
            try:
                values[name] = str(section[:-1], "utf-8")
            except UnicodeDecodeError as error:
                raise TraceError(offset, f"{name} of the {struct_name.lower()} is not UTF-8") from error
        else:
            values[name] = section if which == "data" else np.frombuffer(section, dtype)
        end = next_end
    must(end == len(words), "bytes behind the last object")
    return values
