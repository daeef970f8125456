"""Damage: a trace cut at any byte, or with any bit flipped, is reported at its place, and what is whole still reads."""

import unittest

import coincide

from . import build


def places(frames):
    """(first byte, byte behind, where damage there is reported, number of the chunk or None) of every part."""
    at = chunk = 0
    for frame in frames:
        kind = frame[16]
        stored, blob = (int.from_bytes(frame[n : n + 8], "little") for n in (24, 32))
        number = chunk if kind == build.CHUNK else None
        yield at, at + 88, at, number
        section = at + 88
        for size in (stored, blob):
            yield section, section + size, section, number
            for pad in range(section + size, section + size + -size % 8):
                yield pad, pad + 1, pad, number
            section += size + -size % 8
        chunk += kind == build.CHUNK
        at += len(frame)


class DamageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.frames = build.Builder(build.sample_chunks(), origin=build.provenance("test"),
                                   chunk={0: {"zstd_blob": True}, 1: {"zstd_message": True}}).frames
        cls.whole = b"".join(cls.frames)
        cls.events = [list(chunk.events()) for chunk in coincide.open(cls.whole).chunks]
        cls.places = list(places(cls.frames))

    def recovered(self, data):
        return [list(chunk.events()) for chunk in coincide.recover(data).chunks]

    def test_cut_at_any_byte(self):
        ends, starts = [], []
        at = 0
        for frame in self.frames:
            starts.append(at)
            at += len(frame)
            ends.append(at)
        for size in range(len(self.whole)):
            with self.assertRaises(coincide.TraceError) as raised:
                coincide.open(self.whole[:size])
            # The first byte of the frame that is not whole.
            self.assertEqual(raised.exception.offset, max(start for start in starts if start <= size), size)
            if size < ends[0]:
                with self.assertRaises(coincide.TraceError):
                    coincide.recover(self.whole[:size])
            else:
                whole = sum(end <= size for end in ends[2:5])
                self.assertEqual(self.recovered(self.whole[:size]), self.events[:whole], size)

    def test_any_bit_flipped(self):
        data = bytearray(self.whole)
        header_end, checked = len(self.frames[0]), 0
        for first, behind, reported, chunk in self.places:
            for bit in range(8 * first, 8 * behind):
                data[bit // 8] ^= 1 << bit % 8
                with self.assertRaises(coincide.TraceError) as raised:
                    coincide.open(data)
                self.assertEqual(raised.exception.offset, reported, f"bit {bit % 8} of byte {bit // 8}")
                checked += 1
                if bit % 8 == bit // 8 % 8:  # what still reads, once a byte
                    if first < header_end:
                        with self.assertRaises(coincide.TraceError):
                            coincide.recover(data)
                    else:
                        # With index and trailer whole all other chunks read, also those behind the damage.
                        good = [events for n, events in enumerate(self.events) if n != chunk]
                        trace = coincide.recover(data)
                        self.assertEqual([list(c.events()) for c in trace.chunks], good, f"byte {bit // 8}")
                        self.assertEqual((trace.name, trace.damage.offset), (None, reported))
                data[bit // 8] ^= 1 << bit % 8
        self.assertEqual(checked, 8 * len(self.whole))

    def test_chunks_behind_damage_keep_their_chains(self):
        data = bytearray(self.whole)
        whole = coincide.open(self.whole)
        data[whole.chunks[0].offset + 90] ^= 1
        self.assertEqual([(c.chain, c.hash, c.first_time) for c in coincide.recover(data).chunks],
                         [(c.chain, c.hash, c.first_time) for c in whole.chunks[1:]])

    def test_without_index_only_what_stands_before_the_damage_reads(self):
        data = bytearray(self.whole[: -len(self.frames[-1])])
        data[coincide.open(self.whole).chunks[1].offset + 90] ^= 1
        self.assertEqual(self.recovered(data), self.events[:1])

    def test_bytes_put_in_and_left_out(self):
        for at in range(0, len(self.whole), 7):
            for data in (self.whole[:at] + b"\0" + self.whole[at:], self.whole[:at] + self.whole[at + 1 :],
                         self.whole[:at] + self.whole[at + 8 :], self.whole[:at] + bytes(8) + self.whole[at:]):
                with self.assertRaises(coincide.TraceError) as raised:
                    coincide.open(data)
                changed = next((n for n, pair in enumerate(zip(data, self.whole)) if pair[0] != pair[1]), len(data))
                self.assertLessEqual(raised.exception.offset, changed)

    def test_a_bad_provenance_or_snapshot_hides_no_chunk(self):
        built = build.Builder(build.sample_chunks(), origin=build.provenance("test"))
        plain, frames = built.bytes(), built.frames
        provenance, (chunk_0, chunk_1, _) = len(frames[0]), built.offsets
        index = len(plain) - len(frames[-1]) - len(frames[-2])
        snapshot = build.frame(build.SNAPSHOT, b"any word")
        more = plain[:chunk_1] + snapshot + plain[chunk_1:]
        index_of_more, chunk_behind = index + len(snapshot), chunk_1 + len(snapshot)
        for what, data, flips, found, damage in (
            ("by the index", plain, [provenance + 90], [0, 1, 2], provenance + 88),
            ("by the index, a chunk too", plain, [provenance + 90, chunk_0 + 90], [1, 2], provenance + 88),
            ("by the index, the head", plain, [provenance, chunk_0 + 90], [1, 2], provenance),
            ("by scan", plain, [provenance + 90, index], [0, 1, 2], provenance + 88),
            ("by scan, a chunk too", plain, [provenance + 90, chunk_1, index], [0], provenance + 88),
            ("by scan, the head", plain, [provenance, index], [], provenance),
            ("snapshot by scan", more, [chunk_1 + 90, index_of_more], [0, 1, 2], chunk_1 + 88),
            ("both by scan", more, [provenance + 90, chunk_1 + 90, index_of_more], [0, 1, 2], provenance + 88),
            ("snapshot and chunk by scan", more, [chunk_1 + 90, chunk_behind + 90, index_of_more], [0], chunk_1 + 88),
            ("snapshot's head by scan", more, [chunk_1, index_of_more], [0], chunk_1),
        ):
            with self.subTest(what):
                data = bytearray(data)
                for at in flips:
                    data[at] ^= 1
                self.assertEqual(self.recovered(data), [self.events[n] for n in found])
                trace = coincide.recover(data)
                self.assertEqual((trace.damage.offset, trace.name), (damage, None))
                self.assertEqual(trace.provenance is None, provenance in (damage, damage - 88))
                with self.assertRaises(coincide.TraceError) as raised:
                    coincide.open(data)
                self.assertEqual(raised.exception.offset, damage)

    def test_of_several_things_wrong_in_a_frame_the_first_in_order_is_told(self):
        # A chunk's frame with padding behind both sections, not in its place (behind the index).
        rows = [build.Row(64, payload=b"x" * 50) for _ in range(21)]
        fields, blob = build.chunk_fields(rows)
        content = build.message([], [build.numbers(8, [1])] + fields[1:])  # kind is not of bytes: bad to decode
        packed = build.zstandard.ZstdCompressor().compress(content)
        data = bytearray(build.frame(build.CHUNK, content, blob[:-1], zstd_message=True))
        message_end, blob_at = 88 + len(packed), 88 + len(packed) + -len(packed) % 8
        self.assertTrue(message_end < blob_at and blob_at + len(blob) - 1 < len(data), "both sections have padding")
        head, last = build.Builder().frames[0], len(data) - 1

        def told(*frames):
            with self.assertRaises(coincide.TraceError) as raised:
                coincide.open(b"".join(frames))
            return raised.exception.offset - len(head)

        self.assertEqual(told(head, data), 88)
        for flip, due in ((last, last), (blob_at, blob_at), (blob_at - 1, blob_at - 1), (message_end, message_end),
                          (message_end - 1, 88)):
            data[flip] ^= 1
            self.assertEqual(told(head, data), due)
        out_of_place = [build.Builder().frames[1], data]
        self.assertEqual(told(head, *out_of_place), len(out_of_place[0]))
        data[87] ^= 1
        self.assertEqual(told(head, data), 0)

    def test_what_a_message_says_is_told_before_its_blob_and_before_what_stood_before_it(self):
        late, bad = [build.Row(17, delta=2**63), build.Row(64, payload=b"hi")], {7: build.data(bytes(16))}
        far = [build.Row(17, delta=2**64 - 1), build.Row(64, delta=2**63, payload=b"hi")]
        for rows, pointers, blob_first in ((late, bad, True), (late, {}, False), (far, bad, False), (far, {}, False)):
            built = build.Builder([late[:1], rows], chunk={1: {"pointers": pointers}})
            with self.assertRaises(coincide.TraceError) as raised:
                coincide.open(built.bytes())
            blob_at = len(built.frames[2]) - 8
            self.assertEqual(raised.exception.offset, built.offsets[1] + (blob_at if blob_first else 88))

    def test_an_index_that_lies_is_found_out(self):
        chunks = build.sample_chunks()
        good = build.Builder(chunks)
        offsets = good.offsets
        for lie, found in (
            ({"offsets": [offsets[2]] * 3}, [0]), ({"offsets": [2**63] * 3}, [0]), ({"offsets": [offsets[0]] * 3}, [0]),
            ({"offsets": offsets[::-1]}, [0]), ({"hashes": bytes(range(48))}, [0]), ({"firstTimes": [2**64 - 1] * 3}, [0]),
            ({"offsets": []}, [0]), ({"firstTimes": offsets[:2]}, [0]), ({"chains": b"1" * 47}, [0]),
            ({"hashes": good.hashes[0]}, [0]), ({"events": 2, "endTime": 1}, [0, 2]),
        ):
            built = build.Builder(chunks, index=lie)
            with self.subTest(lie):
                trace = coincide.recover(built.bytes())
                self.assertEqual([list(chunk.events()) for chunk in trace.chunks], self.events)
                self.assertIn("of the index", trace.damage.what)
                # With a chunk damaged only the index leads behind it.
                data = bytearray(built.bytes())
                data[offsets[1] + 90] ^= 1
                self.assertEqual(self.recovered(data), [self.events[n] for n in found])

    def test_a_trailer_that_lies_is_found_out(self):
        chunks = build.sample_chunks()
        good = build.Builder(chunks)
        index = len(good.bytes()) - len(good.frames[-1]) - len(good.frames[-2])
        for offset, found in ((index, [0, 2]), (good.offsets[0], [0]), (0, [0]), (2**64 - 1, [0]), (index + 8, [0])):
            data = bytearray(build.Builder(chunks, trailer={"indexOffset": offset}).bytes())
            data[good.offsets[1] + 90] ^= 1
            self.assertEqual(self.recovered(data), [self.events[n] for n in found], offset)


if __name__ == "__main__":
    unittest.main()
