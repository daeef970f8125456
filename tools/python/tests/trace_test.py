"""Whole traces: what was put in comes out; what breaks a rule of FORMAT.md is refused at its place."""

import pathlib
import tempfile
import unittest

import numpy as np

import coincide
from coincide import container, identity

from . import build
from .build import CHUNK, HEADER, INDEX, PROVENANCE, SNAPSHOT, TRAILER, Builder, Row, frame


def expected_events(chunks, stripped=()):
    number = time = 0
    for n, rows in enumerate(chunks):
        for row in rows:
            time += row.delta
            payload = None if n in stripped and row.payload else row.payload
            yield coincide.Event(number, row.kind, row.width, row.unit, row.where, row.detail, row.value, time,
                                 len(row.payload), payload)
            number += 1


class TraceTest(unittest.TestCase):
    def test_hashes_are_those_of_the_reference(self):
        self.assertEqual(container.digest(b"").hex(), "99aa06d3014798d86001c324468d497f")

    def test_what_was_put_in_comes_out(self):
        built = build.sample()
        trace = coincide.open(built.bytes())
        self.assertEqual(list(trace.events()), list(expected_events(build.sample_chunks())))
        self.assertEqual(trace.name, built.name)
        self.assertEqual(trace.header, coincide.Header(0xFFFF, "disk 0\n", "spec"))
        self.assertEqual((trace.provenance.tool, trace.provenance.source, trace.provenance.note), ("test", "source", "note"))
        self.assertEqual([chunk.first_event for chunk in trace.chunks], [0, 5, 7])
        self.assertEqual([chunk.first_time for chunk in trace.chunks], [0, 5, 1005])
        self.assertEqual((len(trace), trace.end_time, trace.damage), (10, 1012, None))

    def test_columns_are_those_of_the_events(self):
        trace = coincide.open(build.sample().bytes())
        columns = trace.columns()
        events = list(trace)
        for name in ("event", "kind", "width", "unit", "where", "detail", "value", "time", "payload_bytes"):
            self.assertEqual(columns[name].tolist(), [getattr(event, name) for event in events], name)
        self.assertEqual([columns[name].dtype.itemsize for name in ("kind", "where", "value")], [1, 4, 8])
        empty = coincide.open(Builder().bytes())
        self.assertEqual({name: len(column) for name, column in empty.columns().items()}, {name: 0 for name in columns})

    def test_columns_lie_in_the_file(self):
        data = build.sample().bytes()
        chunk = coincide.open(data).chunks[0]
        self.assertTrue(np.shares_memory(chunk.columns()["value"], np.frombuffer(data, "u1")))
        with self.assertRaises(ValueError):
            chunk.columns()["value"][0] = 1

    def test_a_file_is_opened_by_its_path(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "a.trace"
            path.write_bytes(build.sample().bytes())
            self.assertEqual(coincide.open(path).name, build.sample().name)
            self.assertEqual(coincide.open(str(path)).name, build.sample().name)
            with self.assertRaises(FileNotFoundError):
                coincide.open(path.with_name("b.trace"))
            path.write_bytes(b"")
            with self.assertRaisesRegex(coincide.TraceError, "byte 0: .*empty"):
                coincide.open(path)

    def test_compression_stripping_and_provenance_keep_the_name(self):
        plain = build.sample()
        chunks = build.sample_chunks()
        for what, options, stripped in (
            ("compressed messages", {n: {"zstd_message": True} for n in range(3)}, ()),
            ("compressed blobs", {n: {"zstd_blob": True} for n in (0, 2)}, ()),
            ("both", {0: {"zstd_message": True, "zstd_blob": True}}, ()),
            ("stripped", {2: {"strip": True}}, (2,)),
            ("stripped and compressed", {0: {"strip": True, "zstd_message": True}}, (0,)),
        ):
            with self.subTest(what):
                trace = coincide.open(Builder(chunks, chunk=options).bytes())
                self.assertEqual(trace.name, plain.name)
                self.assertEqual(list(trace), list(expected_events(chunks, stripped)))
                self.assertEqual([chunk.stripped for chunk in trace.chunks], [n in stripped for n in range(3)])

    def test_what_is_in_the_header_and_the_rows_makes_the_name(self):
        names = {build.sample().name}
        for head in (build.header(sees=1), build.header(board=""), build.header(profile="qemu")):
            names.add(coincide.open(Builder(build.sample_chunks(), head=head).bytes()).name)
        for name in ("kind", "width", "unit", "where", "detail", "value", "delta", "payload"):
            chunks = build.sample_chunks()
            row = chunks[2][0]
            setattr(row, name, b"abd" if name == "payload" else getattr(row, name) + 1)
            names.add(coincide.open(Builder(chunks).bytes()).name)
        self.assertEqual(len(names), 12)

    def test_a_trace_may_be_without_events(self):
        trace = coincide.open(Builder().bytes())
        self.assertEqual((list(trace), trace.chunks, trace.end_time), ([], (), 0))
        self.assertEqual(trace.name, build.digest(build.header()).hex())

    def test_snapshots_are_passed_over(self):
        built = Builder(build.sample_chunks(), frames=[frame(SNAPSHOT, b"whatever")])
        self.assertEqual(coincide.open(built.bytes()).name, build.sample().name)

    def test_virtual_time_reaches_its_last_value(self):
        chunks = [[Row(17, delta=2**63)], [Row(17, delta=2**63 - 1)]]
        self.assertEqual(coincide.open(Builder(chunks).bytes()).end_time, 2**64 - 1)


class RuleTest(unittest.TestCase):
    """Files whose sums are right and that break one rule. Rows: what the error says, its place, the file.

    The place is (n, part): the part of the n-th frame.
    """

    def refused(self, pattern, frames, n, part=0):
        parts = {"head": 0, "message": 88}
        offset = sum(map(len, frames[:n])) + parts.get(part, part)
        with self.subTest(pattern):
            with self.assertRaisesRegex(coincide.TraceError, pattern) as raised:
                coincide.open(b"".join(frames))
            self.assertEqual(raised.exception.offset, offset)
            self.assertTrue(str(raised.exception).startswith(f"byte {offset}: "))

    def chunk(self, pattern, part="message", rows=None, **how):
        rows = rows or [Row(64, payload=b"hi"), Row(18)]
        self.refused(pattern, Builder([rows], chunk={0: how}).frames, 1, part)

    def test_heads(self):
        good = build.header()
        for pattern, head in (
            ("not a Coincide trace", {"magic": b"\x7fELF1234"}), ("does not match its sum", {"headSum": 1}),
            ("unknown kind 0", {"kind": 0}), ("unknown kind 7", {"kind": 7}), ("unknown flags", {"flags": 8}),
            ("header frame with flags", {"flags": 1}), ("header frame with flags or a blob", {"blobBytes": 1}),
            ("2 segments", {"segments": 1}), ("is empty", {"messageWords": 0, "messageStored": 0}),
            ("48 bytes, not the 32", {"messageWords": 4}), ("larger than", {"messageWords": 2**31, "messageStored": 2**34}),
            ("sum for a blob", {"blobSum": b"0123456789abcdef"}),
            ("was cut", {"messageWords": 1000, "messageStored": 8000}),
        ):
            self.refused(pattern, [frame(HEADER, build.header(board=""), **head)], 0)
        self.refused("message does not match its sum", [frame(HEADER, good, messageSum=bytes(16))], 0, "message")

    def test_blobs(self):
        for pattern, head in (
            ("both compressed and stripped", {"flags": 6}), ("stripped blob that has bytes", {"flags": 4}),
            ("not 3", {"blobBytes": 3}), ("without bytes", {"flags": 2, "blobBytes": 0}),
        ):
            self.chunk(pattern, "head", **head)
        self.chunk("blob does not match its sum", len(build.frame(CHUNK, self.content())), blobSum=bytes(16))
        self.chunk("without bytes", "head", rows=[Row(18)], zstd_blob=True, blobStored=0, blob=b"", blobBytes=0)
        self.chunk("is larger than", "head", zstd_blob=True, blobBytes=16 << 20)

    def content(self):
        return build.message([], build.chunk_fields([Row(64, payload=b"hi"), Row(18)])[0])

    def test_padding(self):
        content = build.frame(CHUNK, self.content())
        self.chunk("padding behind the chunk's blob", len(content) + 4, after_blob=b"\0\0\1\0\1\0")
        compressed = build.frame(CHUNK, self.content(), zstd_message=True)
        stored = int.from_bytes(compressed[24:32], "little")
        self.assertTrue(stored % 8)
        self.chunk("padding behind the chunk's message", 88 + stored, zstd_message=True,
                   after_message=b"\1" + bytes(-(stored + 1) % 8))

    def test_compressed_sections(self):
        zstd = build.zstandard.ZstdCompressor().compress
        content = self.content()

        def stored(data):
            return {"zstd_message": True, "message": data, "messageStored": len(data), "messageSum": build.digest(data),
                    "after_message": bytes(-len(data) % 8)}

        sizeless = build.zstandard.ZstdCompressor(write_content_size=False).compress
        # Says that it holds 2**60 bytes, and has one empty block: nobody may believe it.
        boaster = bytes.fromhex("28b52ffd e0") + (2**60).to_bytes(8, "little") + bytes.fromhex("010000")

        def handmade(window=0, dictionary=0, magic=0x28):
            """A frame of one raw block, with a window descriptor and the number of a dictionary."""
            block = (len(content) << 3 | 1).to_bytes(3, "little")
            return bytes((magic, 0xB5, 0x2F, 0xFD, 1, window, dictionary)) + block + content

        for pattern, data in (
            ("decompresses to 1152921504606846976 bytes", boaster), ("decompresses to 8 bytes", sizeless(content[:8])),
            ("no zstd frame", b"plainly not"), ("does not decompress", zstd(content)[:-3]),
            ("unused data", zstd(content) + b"x"), ("unused data", zstd(content) + zstd(b"")),
            ("no zstd frame", bytes.fromhex("502a4d18") + bytes(4) + zstd(content)),
            ("decompresses to 8 bytes", zstd(content[:8])), ("decompresses to 1000000000 bytes", zstd(bytes(10**9))),
            ("does not decompress", sizeless(bytes(10**8))),
            ("does not decompress", handmade(window=14 << 3 | 1)),  # 18 MiB
            ("does not decompress", handmade(window=21 << 3 | 7)),  # nearly 4 GiB
            ("does not decompress", handmade(dictionary=1)), ("no zstd frame", handmade(magic=0x27)),
        ):
            self.chunk(pattern, **stored(data))
        for good in (handmade(), handmade(window=14 << 3)):
            built = Builder([[Row(64, payload=b"hi"), Row(18)]], chunk={0: stored(good)})
            self.assertEqual(len(coincide.open(built.bytes())), 2)

    def test_headers(self):
        for version in (0, 2, 65535):
            self.refused(f"format version {version}", Builder(head=build.header(version=version)).frames, 0, "message")

    def test_rows(self):
        numbers = build.numbers
        for pattern, k, pointer in (
            ("no rows", 0, None), ("row without a kind", 0, numbers(1, [1, 0])), ("not as many rows", 1, numbers(1, [1])),
            ("not as many rows", 8, numbers(8, [1, 2, 3])), ("not null, but all zeros", 4, numbers(8, [0, 0])),
            ("over 1048576", 6, numbers(4, [2**20 + 1, 0])), ("blob has 2 bytes, the payloads 3", 6, numbers(4, [3, 0])),
            ("payloadHash without", 7, None), ("not 16 bytes", 7, build.data(b"short")),
            ("payloadHash without", 6, None), ("pointer of where", 2, numbers(8, [1, 2])),
        ):
            self.chunk(pattern, pointers={k: pointer})
        self.chunk("131073 rows", rows=[Row(18)] * 131073)
        self.chunk("do not match payloadHash", len(build.frame(CHUNK, self.content())),
                   pointers={7: build.data(bytes(range(16)))})
        self.chunk("stripped of payloads that it never had", rows=[Row(18)], strip=True)
        large = [Row(64, payload=bytes(2**20))] * 9
        self.chunk("9437184 bytes of payloads", rows=large)
        self.chunk("9437184 bytes of payloads", rows=large, strip=True)

    def test_virtual_time(self):
        many = [Row(17, delta=2**63), Row(17, delta=2**63)]
        self.refused("64 bits", Builder([many]).frames[:2], 1, "message")
        self.refused("64 bits", Builder([many[:1], many[1:]]).frames[:3], 2, "message")
        wraps_far = [Row(17, delta=2**64 - 1), Row(17, delta=2**64 - 1)]
        self.refused("64 bits", Builder([wraps_far]).frames[:2], 1, "message")

    def test_order_of_frames(self):
        head, origin, *chunks, index, trailer = build.sample().frames
        for pattern, frames, n in (
            ("in the place of the header", [origin], 0), ("a header in the place of a chunk", [head, head], 1),
            ("a provenance in the place", [head, origin, origin], 2), ("a trailer in the place of a chunk", [head, trailer], 1),
            ("a provenance in the place", [head, chunks[0], origin], 2),
            ("a chunk in the place of the trailer", [*build.sample().frames[:-1], chunks[0]], 6),
            ("an index in the place of|a index in the place of", [*build.sample().frames[:-1], index], 6),
            ("behind the trailer", [*build.sample().frames, bytes(1)], 7),
            ("behind the trailer", [*build.sample().frames, trailer], 7),
            ("ends before", [head], 1), ("ends before", [head, origin, *chunks], 5),
            ("ends before the trailer", build.sample().frames[:-1], 6), ("empty", [], 0),
            ("inside the head", [head, head[:20]], 1), ("no frame starts", [head, bytes(20)], 1),
            ("not a Coincide trace", [b"hello"], 0),
        ):
            self.refused(pattern, frames, n)

    def test_index(self):
        for name, value in (("events", 11), ("endTime", 0), ("offsets", [88, 96, 104]), ("firstEvents", [0, 5, 8]),
                            ("firstTimes", [0, 5, 6]), ("hashes", bytes(range(48))), ("chains", bytes(range(48))),
                            ("offsets", []), ("firstTimes", [0, 5]), ("hashes", b"1")):
            self.refused(f"{name} of the index", build.sample(index={name: value}).frames, 5, "message")
        self.refused("firstTimes of the index", Builder(index={"firstTimes": [0]}).frames, 1, "message")

    def test_trailer(self):
        for name, value in (("events", 0), ("chunks", 2), ("indexOffset", 88), ("name", bytes(range(16))), ("name", b"")):
            self.refused(f"{name} of the trailer", build.sample(trailer={name: value}).frames, 6, "message")


class CutTest(unittest.TestCase):
    """Section 6: where chunks close. Rows are (kind, where, value, payload bytes)."""

    WRITE, READ, IRQ = (2, 0x3F6, 0, 0), (1, 0x1F7, 0, 0), (33, 14, 1, 0)
    COMMAND = (2, 0x1F7, 0xC8, 0)

    def test_rule_2_any_stimulus(self):
        self.assertEqual(list(identity.cuts([self.WRITE] * 40000)), [16384, 32768])
        self.assertEqual(list(identity.cuts([self.READ] * 16384 + [self.IRQ] * 9 + [self.READ])), [16393])

    def test_rule_3_anything_unless_an_answer_is_owed(self):
        self.assertEqual(list(identity.cuts([self.WRITE] + [self.IRQ] * 70000)), [32768, 65536])
        self.assertEqual(list(identity.cuts([self.IRQ] * 40000)), [32768])
        for kind in (1, 3, 5, 7):
            self.assertEqual(list(identity.cuts([(kind, 0, 0, 0)] + [self.IRQ] * 70000)), [])
        # What is owed is owed over the end of a chunk.
        owed = [self.WRITE] * 16384 + [self.READ] + [self.IRQ] * 40000
        self.assertEqual(list(identity.cuts(owed)), [16384])

    def test_payloads_weigh_by_64_bytes_together(self):
        row = (8, 0, 0, 63)  # 64 of them weigh 64 + 63
        self.assertEqual(next(identity.cuts([row] * 20000)), 8257)
        self.assertEqual(8257 + 8257 * 63 // 64, 16384 + 1 - 1)

    def test_rule_1_commands_by_what_was_asked(self):
        # Without any task-file byte the draw is 0: the first command behind the weight closes.
        self.assertEqual(identity.draw(0), 0)
        rows = [self.WRITE] * 8191 + [self.COMMAND] + [self.WRITE] * 100 + [self.COMMAND] + [self.WRITE]
        self.assertEqual(list(identity.cuts(rows)), [8292])
        # A draw of at least the weight since the last command keeps the chunk open.
        history = next(h for h in range(1, 256) if 100 <= identity.draw(h) < 200)
        task_file = (2, 0x1F2, 0xAB00 | history, 0)  # one byte of it counts
        rows = [task_file] + [self.WRITE] * 8190 + [self.COMMAND] + [self.WRITE] * 98
        drawn = identity.draw(history)
        self.assertEqual(list(identity.cuts(rows + [self.COMMAND, self.WRITE])), [])
        self.assertEqual(list(identity.cuts(rows + [self.WRITE] * (drawn - 99) + [self.COMMAND])), [])
        self.assertEqual(list(identity.cuts(rows + [self.WRITE] * (drawn - 98) + [self.COMMAND])), [8191 + drawn + 1])

    def test_history_is_of_the_last_eight_bytes_of_the_whole_run(self):
        ports = (0x1F0, 0x1F1, 0x172, 0x1F3, 0x1F4, 0x1F5, 0x1F6, 0x176, 0x171, 0x1F2, 0x3F6, 0x1F7)
        seen = []
        original, identity.draw = identity.draw, lambda history: seen.append(history) or 0xFFF
        try:
            list(identity.cuts([(2, port, n, 0) for n, port in enumerate(ports)] + [self.WRITE] * 16400 + [self.COMMAND]
                               + [self.WRITE] * 9000 + [self.COMMAND]))
        finally:
            identity.draw = original
        self.assertEqual(seen, [0x0203040506070809])

    def test_a_trace_is_held_to_it(self):
        rows = [Row(2, 1, 0, 0x3F6)] * 16385
        right = coincide.open(Builder([rows[:16384], rows[16384:]]).bytes())
        right.check_cuts()
        late = Builder([rows])
        early = Builder([rows[:100], rows[100:16384], rows[16384:]])
        for built, offset, what in ((late, late.offsets[0], "must close before event 16384"),
                                    (early, early.offsets[1], "must not close before event 100")):
            with self.assertRaisesRegex(coincide.TraceError, what) as raised:
                coincide.open(built.bytes()).check_cuts()
            self.assertEqual(raised.exception.offset, offset)
        with self.assertRaisesRegex(coincide.TraceError, "was cut"):
            coincide.recover(right.chunks[0].data[:-1]).check_cuts()


if __name__ == "__main__":
    unittest.main()
