"""Messages: what this reader finds in canonical form is what Cap'n Proto's own library finds."""

import struct
import unittest

import numpy as np

from coincide.container import TraceError
from coincide.message import decode, schema

from . import build

HEAD = struct.Struct("<II")


def by_library(name, content):
    """A context with the struct as pycapnp reads it from the standard stream framing."""
    framed = HEAD.pack(0, len(content) // 8) + content
    return getattr(schema(), name).from_bytes(framed, traversal_limit_in_words=len(content) // 8 + 8)


def samples():
    yield "Header", build.header()
    yield "Header", build.header(sees=0, board="", profile="")
    yield "Header", build.header(sees=2**63, board="ü\n", profile="")
    yield "Provenance", build.provenance()
    yield "Provenance", build.provenance("tool", "", "", "", "", "", "")
    yield "Provenance", build.provenance("", "", "", "", "", "", "exactly 15 byte")
    for rows in build.sample_chunks():
        yield "Chunk", build.message([], build.chunk_fields(rows)[0])
    built = build.sample()
    for kind, frame in zip(("Index", "Trailer"), built.frames[-2:]):
        yield kind, frame[88:]


class MessageTest(unittest.TestCase):
    def test_the_library_reads_the_same(self):
        for name, content in samples():
            ours = decode(name, memoryview(content), 0)
            self.assertEqual(set(ours), set(getattr(schema(), name).schema.fieldnames))
            with by_library(name, content) as theirs:
                for field, value in ours.items():
                    other = getattr(theirs, field)
                    with self.subTest(name, field=field):
                        if isinstance(value, np.ndarray):
                            self.assertEqual(value.tolist(), list(other))
                        elif value is None:
                            self.assertEqual(len(other), 0)
                        else:
                            self.assertEqual(value, other)

    def test_what_the_library_writes_in_order_is_canonical(self):
        message = schema().Trailer.new_message(events=3, chunks=2, indexOffset=1000, name=b"0123456789abcdef")
        content = message.to_bytes()[8:]
        self.assertEqual(content, build.message([3, 2, 1000], [build.data(b"0123456789abcdef")]))
        self.assertEqual(decode("Trailer", memoryview(content), 0)["indexOffset"], 1000)

    def test_columns_lie_in_the_message(self):
        content = build.message([], build.chunk_fields(build.sample_chunks()[0])[0])
        kind = decode("Chunk", memoryview(content), 0)["kind"]
        self.assertTrue(np.shares_memory(kind, np.frombuffer(content, "u1")))

    def test_every_changed_bit_of_structure_is_refused_or_is_content(self):
        # One content has one byte string: a message with a bit changed is refused or says something else.
        for name, content in samples():
            spoken = {repr_of(decode(name, memoryview(content), 0))}
            for bit in range(8 * len(content)):
                other = bytearray(content)
                other[bit // 8] ^= 1 << bit % 8
                try:
                    said = repr_of(decode(name, memoryview(bytes(other)), 640))
                except TraceError as error:
                    self.assertEqual(error.offset, 640)
                    continue
                self.assertNotIn(said, spoken, f"{name} bit {bit}")
                spoken.add(said)

    def test_other_encodings_of_the_same_are_refused(self):
        word = struct.Struct("<Q").pack
        trailer = build.message([3, 2, 1000], [build.data(bytes(range(1, 17)))])
        cases = [
            ("Header", word(2 << 32) + word(1) + word(0), "zeros"),
            ("Header", word(1 << 32 | 1 << 48) + word(1) + word(0), "null pointer"),
            ("Header", word(1 << 32) + word(1 | 1 << 16), "no field"),
            ("Header", word(3 << 32) + word(1) + word(2) + word(3), "larger struct"),
            ("Provenance", word(0), "root"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32 | 1 << 35) + word(0), "no text"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32), "empty"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32 | 2 << 35) + b"ab\0\0\0\0\0\0", "no text"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32 | 2 << 35) + b"\xff\0\0\0\0\0\0\0", "UTF-8"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32 | 4 << 35) + b"a\0b\0\0\0\0\0", "no text"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32 | 2 << 35) + b"a\0\0\0\0\0\0\1", "padding"),
            ("Provenance", word(1 << 48) + word(1 | 2 << 32 | 9 << 35) + b"a\0\0\0\0\0\0\0", "ends behind"),
            ("Provenance", word(1 << 48), "ends behind"),
            ("Trailer", trailer + word(0), "behind the last"),
            ("Trailer", trailer[:32] + word(1 | 1 << 2 | 2 << 32 | 16 << 35) + word(0) + trailer[40:], "pointer of name"),
        ]
        for name, content, what in cases:
            with self.subTest(what, struct=name), self.assertRaisesRegex(TraceError, what):
                decode(name, memoryview(content), 0)

    def test_random_words_never_get_past_as_another_error(self):
        noise = bytes(((i * i * 167) >> 5) & 255 for i in range(4096))
        for size in range(8, 400, 8):
            for start in range(0, 2048, 97):
                content = bytes(8) + noise[start : start + size] if start % 2 else noise[start : start + size]
                for name in ("Header", "Provenance", "Chunk", "Index", "Trailer"):
                    try:
                        decode(name, memoryview(content), 0)
                    except TraceError:
                        pass


def repr_of(fields):
    return repr([(k, v.tolist() if isinstance(v, np.ndarray) else bytes(v) if isinstance(v, memoryview) else v)
                 for k, v in fields.items()])


if __name__ == "__main__":
    unittest.main()
