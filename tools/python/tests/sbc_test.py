"""The decoder of a SCSI disk's replies, on replies written out from the sheet."""

import unittest
import uuid

from coincide import sbc

INQUIRY = "00 00 05 02 63 00 00 02"
LIMITS = "00 B0 003C 00 00 0000 00000000 00000000 00000000 FFFFFFFF 00001000 00000001 80000000 0000000000004000"
IDENTIFICATION = ("00 83 0030  01 01 00 18" + b"Msft    ".hex() + "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"
                  "01 03 00 10 60022480 A0A1A2A3A4A5 AAABACADAEAF")


def b(text):
    return bytes.fromhex(text)


class ReplyTest(unittest.TestCase):
    def refuses(self, decode, reply, what, **options):
        with self.assertRaisesRegex(sbc.SbcError, what):
            decode(reply, **options)

    def test_inquiry(self):
        reply = b(INQUIRY) + b"Msft    Virtual Disk    1.0 " + bytes(68)
        self.assertEqual(sbc.inquiry(reply), sbc.Inquiry(0, 5, True, "Msft", "Virtual Disk", "1.0"))
        self.refuses(sbc.inquiry, reply[:-1], "says 104 bytes, has 103")
        self.refuses(sbc.inquiry, reply[:35], "fewer than 36")
        self.refuses(sbc.inquiry, reply.replace(b"Msft", b"Ms\0t"), "vendor: .* printable")
        self.refuses(sbc.inquiry, b"\x7f" + reply[1:], "qualifier")

    def test_pages(self):
        self.assertEqual(sbc.supported_pages(b("00 00 0007 00 83 B0 B1 B2 CE CF")), [0, 0x83, 0xb0, 0xb1, 0xb2, 0xce, 0xcf])
        self.refuses(sbc.supported_pages, b("00 00 0003 00 B0 83"), "out of order")
        self.refuses(sbc.supported_pages, b("00 00 0001 83"), "begin with itself")
        self.refuses(sbc.supported_pages, b("00 80 0001 00"), "page 80h in place of 00h")
        self.refuses(sbc.supported_pages, b("00 00 0002 00"), "says 6 bytes, has 5")
        self.assertEqual(sbc.serial_number(b("00 80 0003 414243")), "ABC")
        self.assertEqual(sbc.vital_product_data(b("00 CE 0004 01010000")), (0xce, b("01010000")))

    def test_identification(self):
        vendor, naa = sbc.identification(b(IDENTIFICATION))
        self.assertEqual((vendor.code_set, vendor.kind, vendor.association, vendor.value[:8]), (1, 1, 0, b"Msft    "))
        self.assertEqual((naa.kind, naa.value), (3, b("60022480A0A1A2A3A4A5AAABACADAEAF")))
        self.refuses(sbc.identification, b("00 83 0005 01 03 00 02 60"), "cut off")
        self.refuses(sbc.identification, b("00 83 000C 01 03 00 08 6002248000000000"), "wrong length")

    def test_limits(self):
        got = sbc.block_limits(b(LIMITS) + bytes(20))
        self.assertEqual(got, sbc.BlockLimits(0, 0, 0xffffffff, 4096, 1, 0, 16384))
        self.assertIsNone(sbc.block_limits(b(LIMITS.replace("80000000", "00000000")) + bytes(20)).unmap_alignment)
        self.refuses(sbc.block_limits, b("00 B0 000C") + bytes(12), "12 bytes after")
        self.refuses(sbc.block_limits, b(LIMITS) + bytes(19) + b"\1", "reserved")

    def test_characteristics_and_provisioning(self):
        self.assertEqual(sbc.rotation_rate(b("00 B1 003C 0001") + bytes(58)), 1)
        self.assertEqual(sbc.rotation_rate(b("00 B1 003C 1C20") + bytes(58)), 7200)
        self.refuses(sbc.rotation_rate, b("00 B1 003C 0002") + bytes(58), "no rotation rate")
        self.assertEqual(sbc.provisioning(b("00 B2 0004 01 80 02 00")), sbc.Provisioning(1, True, False, False, 2))
        self.refuses(sbc.provisioning, b("00 B2 0004 01 80 0A 00"), "reserved")

    def test_pages_of_hyper_v(self):
        reply = b("00 8F 0024 0000 0020 4D1F8384 00000008 00000000 00000000 0000000000020000 0000000000020000")
        self.assertEqual(sbc.copy_offload(reply), sbc.CopyOffload(131072, 131072))
        reply = b("00 CF 0014 01000000 158FA989 28C9 8B4D 94CD EF51FAA99D33")
        self.assertEqual(sbc.virtual_disk(reply), uuid.UUID("89a98f15-c928-4d8b-94cd-ef51faa99d33"))

    def test_capacity(self):
        self.assertEqual(sbc.capacity10(b("0000270F 00000200")), sbc.Capacity(10000, 512))
        self.assertIsNone(sbc.capacity10(b("FFFFFFFF 00000200")).blocks)
        self.refuses(sbc.capacity10, b("0000270F 00000201"), "block of 513")
        reply = b("0000001234567899 00000200 00 03 8000") + bytes(16)
        self.assertEqual(sbc.capacity16(reply), sbc.Capacity(0x123456789a, 512, 3, True))
        self.refuses(sbc.capacity16, reply[:-1], "not 32")
        self.refuses(sbc.capacity16, reply[:14] + b"\x40" + reply[15:], "LBPRZ without")

    def test_lba_status(self):
        reply = b("00000024 00000000 0000000000000009 FFFFFFFF 00000000 0000000100000008 00000007 00000000")
        self.assertEqual(sbc.lba_status(reply), [(9, 0xffffffff, 0), (0x100000008, 7, 0)])
        self.refuses(sbc.lba_status, reply[:-1], "says 40 bytes, has 39")
        self.refuses(sbc.lba_status, reply.replace(b("0100000008"), b("0100000009")), "out of order")

    def test_modes(self):
        page = "08 0A 04" + "00" * 9
        got = sbc.modes(b("0F 00 90 00" + page))
        self.assertEqual((got.write_protected, got.fua, list(got.pages)), (True, True, [8]))
        self.assertTrue(sbc.write_cache(got.pages[8]))
        got = sbc.modes(b("0012 00 10 0000 0000" + page), ten=True)
        self.assertEqual((got.write_protected, got.fua, len(got.pages[8])), (False, True, 10))
        self.refuses(sbc.modes, b("0E 00 10 00" + page), "says 15 bytes, has 16")
        self.refuses(sbc.modes, b("0F 00 10 00 08 0B" + "00" * 10), "cut off")
        self.refuses(sbc.modes, b("0B 00 10 08" + "00" * 8), "block descriptor")

    def test_reservations(self):
        self.assertEqual(sbc.keys(b("00000002 00000008 0102030405060708")), (2, [0x0102030405060708]))
        self.refuses(sbc.keys, b("00000002 00000007 01020304050607"), "whole number of 8")
        self.assertEqual(sbc.reservation(b("00000002 00000000")), (2, None))
        held = "00000002 00000010 0102030405060708 00000000 00 05 0000"
        self.assertEqual(sbc.reservation(b(held)), (2, (0x0102030405060708, 5)))
        self.refuses(sbc.reservation, b(held.replace("00 05", "00 15")), "scope")
        self.refuses(sbc.reservation, b(held.replace("00 05", "00 04")), "type 4")
        self.refuses(sbc.reservation, b(held.replace("00 05", "00 07")), "all registrants hold")
        got = sbc.reservation_capabilities(b("0008 05 81 EA01 0000"))
        self.assertEqual((got.all_target_ports, got.can_persist, got.persists, got.types), (True, True, True, frozenset(sbc.TYPES)))
        self.assertIsNone(sbc.reservation_capabilities(b("0008 05 00 EA01 0000")).types)
        self.refuses(sbc.reservation_capabilities, b("0008 04 81 EA01 0000"), "persists what it cannot")

    def test_full_status(self):
        reply = b("00000003 0000001C 0102030405060708 00000000 03 06 00000000 0001 00000004 AABBCCDD")
        self.assertEqual(sbc.full_status(reply), (3, [sbc.Registrant(0x0102030405060708, True, True, 6, 1, b("AABBCCDD"))]))
        idle = reply[:20] + b"\0\0" + reply[22:]
        self.assertEqual((sbc.full_status(idle)[1][0].holder, sbc.full_status(idle)[1][0].kind), (False, None))
        self.refuses(sbc.full_status, reply[:31] + b"\5" + reply[32:], "cut off")

    def test_luns(self):
        self.assertEqual(sbc.luns(b("00000010 00000000 0000000000000000 0003000000000000")), [0, 3])
        self.refuses(sbc.luns, b("00000010 00000000 0003000000000000 0000000000000000"), "out of order")
        self.refuses(sbc.luns, b("00000008 00000000 4003000000000000"), "way of addressing")


if __name__ == "__main__":
    unittest.main()
