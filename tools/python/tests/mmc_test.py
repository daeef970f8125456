"""The decoder of an optical drive's replies, on replies written out from the sheet; and packet commands out of a trace."""

import types
import unittest

from coincide import mmc, packets
from coincide.events import Event

DATA_DISC = "0012 0101  0014 0100 00000000  0014 AA00 00000400"


def b(text):
    return bytes.fromhex(text)


class ReplyTest(unittest.TestCase):
    def refuses(self, decode, reply, what, **options):
        with self.assertRaisesRegex(mmc.MmcError, what):
            decode(reply, **options)

    def test_sense(self):
        s = mmc.sense(b("F0 00 03 00000032 0A 00000000 11 05 00 000000"))
        self.assertEqual((s.code, s.information, s.field, s.deferred), ((3, 0x11, 5), 50, None, False))
        s = mmc.sense(b("71 00 05 00000000 0A 00000000 24 00 00 CD0008"))
        self.assertEqual((s.code, s.information, s.field, s.deferred), ((5, 0x24, 0), None, (True, 8, 5), True))
        self.refuses(mmc.sense, b("72" + "00" * 17), "fixed format")
        self.refuses(mmc.sense, b("70" + "00" * 17), "additional length")

    def test_inquiry(self):
        reply = b("05 80 00 21 1F 000000") + b"MAKER   A DVD DRIVE     1.0 "
        self.assertEqual(mmc.inquiry(reply), mmc.Inquiry(5, True, "MAKER", "A DVD DRIVE", "1.0"))
        self.refuses(mmc.inquiry, reply[:35], "shorter than it says")
        self.refuses(mmc.inquiry, reply.replace(b"DVD", b"D\0D"), "printable")

    def test_capacity(self):
        self.assertEqual(mmc.capacity(b("000003FF 00000800")), mmc.Capacity(1024, 2048))

    def test_toc(self):
        first, last, tracks = mmc.toc(b(DATA_DISC))
        self.assertEqual((first, last, [(t.number, t.lba, t.is_data) for t in tracks]), (1, 1, [(1, 0, True), (0xaa, 1024, True)]))
        self.assertEqual(mmc.toc(b("0012 0101  0014 0100 00000200  0014 AA00 00000F31"), msf=True)[2], tracks)
        self.refuses(mmc.toc, b(DATA_DISC)[:-1], "says 20 bytes, has 19")
        self.refuses(mmc.toc, b(DATA_DISC.replace("0400", "FFFF").replace("00000000", "FFFFFFFF")), "addresses out of order")
        self.refuses(mmc.toc, b("000A 0101  0014 0100 00003C00"), "is no time", msf=True)

    def test_full_toc(self):
        entries = ("01 14 00 A0 000000 00 010000", "01 14 00 A1 000000 00 010000", "01 14 00 A2 000000 00 000F31",
                   "01 14 00 01 000000 00 000200")
        toc = mmc.full_toc(b("002E 0101" + "".join(entries)))
        self.assertEqual((toc.first_tracks, toc.last_tracks, toc.lead_outs), ({1: 1}, {1: 1}, {1: 1024}))
        self.assertEqual([(t.number, t.lba, t.session) for t in toc.tracks], [(1, 0, 1)])
        self.refuses(mmc.full_toc, b("000D 0101 01 14 05 A0 000000 00 010000"), "TNO")

    def test_configuration(self):
        reply = b("00000018 0000 0010  0000 03 08 0010 01 00 0008 00 00  001F 01 00")
        got = mmc.configuration(b("00000014") + reply[4:])
        self.assertEqual((got.profile, got.profiles, list(got.features)), (0x10, {0x10: True, 8: False}, [0, 0x1f]))
        self.assertEqual((got.features[0x1f].current, got.features[0x1f].persistent), (True, False))
        self.refuses(mmc.configuration, reply, "says 28 bytes")
        self.refuses(mmc.configuration, b("0000000C 0000 0000  001F 00 00  001E 00 00"), "001Eh after 001Fh")
        self.refuses(mmc.configuration, b("0000000B 0000 0000  0001 00 03 000000"), "no multiple of 4")

    def test_modes_and_page_2a(self):
        page = "2A 14  3B 00 71 13 2B 00 1B90 0000 0200 1B90" + "00" * 6
        got = mmc.modes(b("001C 01 000000 0000" + page))
        self.assertEqual((got.medium_type, list(got.pages)), (1, [0x2a]))
        has = mmc.capabilities(got.pages[0x2a])
        self.assertEqual(has.reads, {"CD-R", "CD-RW", "DVD-ROM", "DVD-R", "DVD-RAM"})
        self.assertEqual(has.does, {"audio play", "Mode 2 Form 1", "Mode 2 Form 2", "multi-session", "CD-DA", "accurate", "C2", "lock",
                                    "locked", "eject"})
        self.assertEqual((has.writes, has.mechanism, has.max_speed, has.current_speed, has.buffer_kb), (set(), 1, 7056, 7056, 512))
        self.refuses(mmc.modes, b("0008 01 000000 0000 2A14"), "cut off")
        self.refuses(mmc.modes, b("000E 01 000000 0008" + "00" * 8), "block descriptor")

    def test_events(self):
        self.assertEqual(mmc.event_status(b("0006 04 10 02 02 0000")), mmc.Event(0x10, (2, True, False)))
        self.assertEqual(mmc.event_status(b("0002 80 10")), mmc.Event(0x10, None))
        self.refuses(mmc.event_status, b("0006 84 10 02 02 0000"), "NEA, and a descriptor")

    def test_disc_track_and_layer(self):
        disc = mmc.disc_information(b("0020 0E 01 01 01 01 20" + "00" * 26))
        self.assertEqual((disc.status, disc.last_session, disc.sessions, disc.tracks_of_last_session), (2, 3, 1, (1, 1)))
        track = mmc.track_information(b("001A 01 01 00 04 01 00 00000000" + "00" * 12 + "00000400"))
        self.assertEqual((track.track, track.control, track.data_mode, track.start, track.size), (1, 4, 1, 0, 1024))
        layer = mmc.dvd_layer(b("0802 0000 01 02 01 00 00030000 0004A11F 00000000") + bytes(2032))
        self.assertEqual((layer.layers, layer.start, layer.end, layer.end_of_layer_0), (1, 0x30000, 0x4a11f, 0))


class PacketsTest(unittest.TestCase):
    def test_packets_and_their_data(self):
        rows = []

        def row(kind, where=0, value=0, payload=b"", unit=0, width=1):
            rows.append(Event(len(rows), kind, width, unit, where, 0, value, 0, len(payload), payload))

        def command(features, limit):
            row(packets.PORT_WRITE, 0x176, 0xb0)
            row(packets.PORT_WRITE, 0x171, features)
            row(packets.PORT_WRITE, 0x174, limit & 0xff)
            row(packets.PORT_WRITE, 0x175, limit >> 8)
            row(packets.PORT_WRITE, 0x177, 0xa0)

        row(packets.PORT_READ_BLOCK, 0x170, 1, b"before any", width=2)
        command(0, 0x1234)
        row(packets.PORT_WRITE_BLOCK, 0x170, 5, bytes(range(10)), width=2)
        row(packets.PORT_WRITE, 0x170, 0x0b0a, width=2)
        row(packets.PORT_READ, 0x170, 0x2211, width=2)
        row(packets.PORT_READ, 0x177, 0x58)
        row(packets.PORT_READ_BLOCK, 0x170, 1, b"in", width=2)
        row(packets.PORT_READ_BLOCK, 0x1f0, 1, b"another's", width=2)
        command(1, 2)
        row(packets.PORT_WRITE_BLOCK, 0x170, 6, bytes(12), width=2)
        row(packets.DMA_READ, 0x2000, 3, b"out", unit=1)
        row(packets.DMA_WRITE, 0x2000, 4, b"here", unit=0)
        got = list(packets.packets(types.SimpleNamespace(events=lambda: iter(rows))))
        self.assertEqual([(p.channel, p.device, p.dma, p.limit) for p in got], [(1, 1, False, 0x1234), (1, 1, True, 2)])
        self.assertEqual([(p.cdb, p.data_in, p.data_out) for p in got],
                         [(bytes(range(12)), b"\x11\x22in", b""), (bytes(12), b"", b"out")])


if __name__ == "__main__":
    unittest.main()
