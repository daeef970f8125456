"""What an optical drive reads and says of itself, taken out of recordings by the Python package and held against others:
an ISO image that xorriso made comes back byte for byte, xorriso finds its files in what was read, and the replies are decoded
by sg_inq, sg_vpd and sg_decode_sense (sg3-utils) where these take a file, else by coincide.mmc, which knows the sheet alone.
"""

import filecmp
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools/python"))

import coincide  # noqa: E402  pylint: disable=wrong-import-position
from coincide import mmc, packets  # noqa: E402  pylint: disable=wrong-import-position

COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
XORRISO = shutil.which("xorriso", path=PATH)
SG_TOOLS = {name: shutil.which(name, path=PATH) for name in ("sg_inq", "sg_vpd", "sg_decode_sense")}

BLOCK = 2048
HEAR_OF_RESET = "packet secondary 0 0x03000000120000000000\npacket_in secondary 18\ninb secondary.status\n"
ENDS_WELL = "expect inb secondary.status & 0x89 == 0\n"
DVD = "pattern:DVD sectors=2000000"


def run_packets(statements, medium, directory, hear=True):
    """Runs a script on a drive with `medium` and returns its packet commands (that of the reset's report left out)."""
    script, trace = pathlib.Path(directory, "s.script"), pathlib.Path(directory, "s.trace")
    script.write_text(f"board cdrom 1:0 {medium}\nenable\n{HEAR_OF_RESET if hear else ''}{statements}", encoding="utf-8")
    ran = subprocess.run([COINCIDE, "record", script, "-o", trace], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise AssertionError(f"record ended with {ran.returncode}:\n{statements}\n{ran.stdout}{ran.stderr}")
    return list(packets.packets(coincide.open(trace)))[1 if hear else 0 :]


def reply(cdb, count, medium=DVD, before="", hear=True):
    """The reply to one packet command that ends well, `before` it others."""
    with tempfile.TemporaryDirectory() as directory:
        statements = f"{before}packet secondary 0 0x{cdb}\npacket_in secondary {count}\n{ENDS_WELL}"
        return run_packets(statements, medium, directory, hear)[-1].data_in


def read_10(first, count):
    return b"\x28\0" + first.to_bytes(4, "big") + b"\0" + count.to_bytes(2, "big") + b"\0"


def read_12(first, count):
    return b"\xa8\0" + first.to_bytes(4, "big") + count.to_bytes(4, "big") + b"\0\0"


def read_cd(first, count, fields=0x10):
    return b"\xbe\0" + first.to_bytes(4, "big") + count.to_bytes(3, "big") + bytes([fields, 0, 0])


def sectors_in(_first, count):
    return f"packet_in secondary {2352 * count}\n"


def blocks_in(_first, count):
    return f"packet_in secondary {BLOCK * count}\n"


def blocks_by_dma(_first, _count):
    return "dma_start secondary read\nwait irq 15 1\ndma_stop secondary\n"


def table_of_regions(_first, count):
    """Regions of 64 KiB (whose count is 0) at 1 MiB, and the rest."""
    sizes = [0] * (count // 32) + ([BLOCK * (count % 32)] if count % 32 else [])
    ends = [""] * (len(sizes) - 1) + [" EOT"]
    table = " ".join(f"({0x100000 + 0x10000 * n:#x} {size}{end})" for n, (size, end) in enumerate(zip(sizes, ends)))
    return f"prd 0x1000 {table}\ndma_prepare secondary 0x1000 read\n"


@unittest.skipUnless(XORRISO, "xorriso is not installed (tools/setup installs it)")
class IsoTest(unittest.TestCase):
    """An image that xorriso made, read whole in each way there is."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        here = pathlib.Path(cls.directory.name)
        cls.tree = here / "tree"
        (cls.tree / "folder").mkdir(parents=True)
        source = random.Random(4)
        for name, size in (("readme.txt", 100), ("folder/one block", BLOCK), ("folder/odd", 77_777), ("large", 500_001)):
            (cls.tree / name).write_bytes(source.randbytes(size))
        cls.iso = here / "disc.iso"
        subprocess.run([XORRISO, "-as", "mkisofs", "-quiet", "-r", "-J", "-V", "COINCIDE", "-o", cls.iso, cls.tree],
                       capture_output=True, check=True)
        cls.image = cls.iso.read_bytes()
        cls.blocks = len(cls.image) // BLOCK

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def read(self, most, cdb, after, before=None, fields=""):
        """All blocks, `most` a command: what stands `before` it, the command (`fields` on its line), what comes `after`."""
        statements = ""
        for first in range(0, self.blocks, most):
            count = min(most, self.blocks - first)
            statements += before(first, count) if before else ""
            statements += f"packet secondary 0 0x{cdb(first, count).hex()}{fields}\n{after(first, count)}{ENDS_WELL}"
        return run_packets(statements, f'image:"{self.iso}"', self.directory.name)

    def holds(self, found):
        self.assertGreater(len(found), 1)
        self.assertEqual(len(self.image), self.blocks * BLOCK)
        self.assertTrue(b"".join(packet.data_in for packet in found) == self.image, "what was read is not the image")

    def test_read_10(self):
        self.holds(self.read(100, read_10, blocks_in))

    def test_read_12(self):
        self.holds(self.read(90, read_12, blocks_in))

    def test_read_cd_user_data(self):
        self.holds(self.read(70, read_cd, blocks_in))

    def test_read_10_by_dma(self):
        found = self.read(80, read_10, blocks_by_dma, before=table_of_regions, fields=" dma=1")
        self.assertTrue(all(packet.dma for packet in found))
        self.holds(found)

    def test_whole_sectors_of_read_cd_hold_the_blocks_and_their_addresses(self):
        found = self.read(50, lambda first, count: read_cd(first, count, 0xf8), sectors_in)
        raw = b"".join(packet.data_in for packet in found)
        self.assertEqual(len(raw), 2352 * self.blocks)
        for lba in range(self.blocks):
            sector = raw[2352 * lba : 2352 * (lba + 1)]
            msf = [10 * (byte >> 4) + (byte & 15) for byte in sector[12:15]]  # BCD
            self.assertEqual((sector[:12], mmc.lba_of_msf(*msf), sector[15]), (b"\0" + b"\xff" * 10 + b"\0", lba, 1))
            self.assertEqual(sector[16 : 16 + BLOCK], self.image[BLOCK * lba : BLOCK * (lba + 1)])

    def test_xorriso_finds_the_files_in_what_was_read(self):
        again, out = pathlib.Path(self.directory.name, "again.iso"), pathlib.Path(self.directory.name, "out")
        again.write_bytes(b"".join(packet.data_in for packet in self.read(90, read_12, blocks_in)))
        subprocess.run([XORRISO, "-osirrox", "on", "-indev", again, "-extract", "/", out], capture_output=True, check=True)
        names = [str(path.relative_to(self.tree)) for path in self.tree.rglob("*") if path.is_file()]
        self.assertEqual(filecmp.cmpfiles(self.tree, out, names, shallow=False), (names, [], []))

    def test_sizes_agree(self):
        statements = "".join(f"packet secondary 0 0x{cdb}\npacket_in secondary {count}\n{ENDS_WELL}" for cdb, count in (
            ("25000000000000000000", 8), ("43000000000000001400", 20), ("43020000000000001400", 20), ("43020200000000003000", 48),
            ("52010000000100002400", 36)))
        size, toc, toc_msf, full, track = (
            packet.data_in for packet in run_packets(statements, f'image:"{self.iso}"', self.directory.name))
        self.assertEqual(mmc.capacity(size), mmc.Capacity(self.blocks, BLOCK))
        self.assertEqual(mmc.toc(toc), mmc.toc(toc_msf, msf=True))
        self.assertEqual([(t.number, t.lba) for t in mmc.toc(toc)[2]], [(1, 0), (0xaa, self.blocks)])
        self.assertEqual(mmc.full_toc(full).lead_outs, {1: self.blocks})
        self.assertEqual(mmc.track_information(track).size, self.blocks)


class SheetTest(unittest.TestCase):
    """Replies, decoded by coincide.mmc."""

    def test_toc_of_a_cd(self):
        first, last, tracks = mmc.toc(reply("43000000000000001400", 20, "pattern:CD0 sectors=4096"))
        self.assertEqual((first, last), (1, 1))
        self.assertEqual([(t.number, t.adr, t.is_data, t.lba) for t in tracks], [(1, 1, True, 0), (0xaa, 1, True, 1024)])
        self.assertEqual(mmc.toc(reply("43000100000000000c00", 12, "pattern:CD0 sectors=4096"))[2], tracks[:1])

    def test_toc_of_a_dvd(self):
        first, last, tracks = mmc.toc(reply("43000000000000001400", 20))
        self.assertEqual((first, last, tracks[-1].lba), (1, 1, 500_000))

    def test_configuration(self):
        for medium, profile, current in ((DVD, 0x10, 0x1f), ("pattern:CD0 sectors=4096", 8, 0x1e), ("none", 0, None)):
            with self.subTest(medium):
                head = reply("46000000000000000800", 8, medium)
                length = 4 + int.from_bytes(head[:4], "big")
                got = mmc.configuration(reply(f"46000000000000{length:04x}00", length, medium))
                self.assertEqual(got.profile, profile)
                self.assertEqual(got.profiles, {0x10: profile == 0x10, 8: profile == 8})
                for code in (0x1e, 0x1f):
                    self.assertEqual(got.features[code].current, code == current)
                self.assertEqual(got.features[0x10].current, profile != 0)
                self.assertEqual(got.features[1].data, bytes([0, 0, 0, 2]))  # physical interface: ATAPI
                self.assertEqual(got.features[3].data[0], 0x29)  # tray, eject, lock
                for code in (0, 1, 2, 3, 0x100, 0x105):
                    self.assertTrue(got.features[code].persistent and got.features[code].current, hex(code))

    def capabilities(self, medium=DVD, before=""):
        modes = mmc.modes(reply("5a002a00000000001e00", 30, medium, before))
        return modes.medium_type, mmc.capabilities(modes.pages[0x2a])

    def test_capabilities_page(self):
        _, has = self.capabilities()
        self.assertLessEqual({"CD-R", "CD-RW", "DVD-ROM"}, has.reads)
        self.assertEqual((has.writes, has.mechanism), (set(), 1))
        self.assertLessEqual({"lock", "eject", "Mode 2 Form 1", "Mode 2 Form 2", "multi-session"}, has.does)
        self.assertNotIn("locked", has.does)
        self.assertEqual(has.max_speed, has.current_speed)
        self.assertEqual(self.capabilities("none")[0], 0x70)

    def test_capabilities_page_shows_lock_and_speed(self):
        _, has = self.capabilities(before="packet secondary 0 0x1e0000000100\npacket secondary 0 0xbb0002c0ffff000000000000\n")
        self.assertIn("locked", has.does)
        self.assertEqual(has.current_speed, 0x2c0)

    def test_all_pages(self):
        head = reply("5a003f00000000000800", 8)
        length = 2 + int.from_bytes(head[:2], "big")
        modes = mmc.modes(reply(f"5a003f00000000{length:04x}00", length))
        self.assertEqual([code for code in (1, 0x0d, 0x0e, 0x1a, 0x2a) if code not in modes.pages], [])
        self.assertEqual(list(modes.pages), sorted(modes.pages))
        self.assertEqual(modes.pages[0x0d][2:6], bytes([0, 60, 0, 75]))

    def test_events(self):
        self.assertEqual(mmc.event_status(reply("4a010000100000000800", 8)).media, (0, True, False))
        self.assertEqual(mmc.event_status(reply("4a010000100000000800", 8, before="media_eject 1:0\n")).media, (3, False, True))
        self.assertIsNone(mmc.event_status(reply("4a010000800000000800", 4)).media)

    def test_disc_and_its_layers(self):
        disc = mmc.disc_information(reply("51000000000000002200", 34))
        self.assertEqual((disc.status, disc.last_session, disc.sessions, disc.disc_type), (2, 3, 1, 0))
        layer = mmc.dvd_layer(reply("ad0000000000000008040000", 2052))
        self.assertEqual((layer.layers, layer.end - layer.start + 1), (1, 500_000))
        two = mmc.dvd_layer(reply("ad0000000000000008040000", 2052, "pattern:DVD sectors=12000000"))
        self.assertEqual((two.layers, two.start), (2, 0x30000))
        # Opposite track path: the second layer ends near where the complement of the first's end lies.
        first = two.end_of_layer_0 - two.start + 1
        self.assertEqual(first + two.end - (~two.end_of_layer_0 & 0xffffff) + 1, 3_000_000)

    def test_inquiry(self):
        got = mmc.inquiry(reply("12000000240000000000", 36, hear=False))
        self.assertEqual(got, mmc.Inquiry(5, True, "COINCIDE", "DVD-ROM", "1.0"))

    def test_sense_names_the_field(self):
        before = "packet secondary 0 0x5a003e00000000001e00\n"
        got = mmc.sense(reply("03000000120000000000", 18, before=before))
        self.assertEqual((got.code, got.field[:2]), ((5, 0x24, 0), (True, 2)))


@unittest.skipUnless(all(SG_TOOLS.values()), "sg3-utils is not installed (tools/setup installs it)")
class Sg3UtilsTest(unittest.TestCase):
    """Replies, decoded by those of the sg3-utils that read a file: they have no such way for pages of MODE SENSE and features."""

    def decode(self, data, tool, *options):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            ran = subprocess.run([SG_TOOLS[tool], *(option.replace("FILE", file.name) for option in options)], stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), ran.stdout)
        return " ".join(ran.stdout.split())

    def test_sg_inq(self):
        text = self.decode(reply("12000000240000000000", 36), "sg_inq", "--raw", "--inhex=FILE")
        for words in ("PQual=0", "PDT=5", "RMB=1", "Vendor identification: COINCIDE", "Product identification: DVD-ROM",
                      "Product revision level: 1.0", "Peripheral device type: cd/dvd", "length=36 (0x24)"):
            self.assertIn(words, text)

    def test_sg_vpd(self):
        for page, count, words in (
                ("00", 7, "Supported VPD pages [sv] Unit serial number [sn] Device identification [di]"),
                ("80", 24, "Unit serial number: COINCIDE0"),
                ("83", 32, "designator type: T10 vendor identification, code set: ASCII vendor id: COINCIDE vendor specific: DVD-ROM")):
            data = reply(f"1201{page}00{count:02x}0000000000", count)
            self.assertIn(words, self.decode(data, "sg_vpd", f"--page=0x{page}", "--raw", "--inhex=FILE"))

    def test_sg_decode_sense(self):
        for before, words in (
                ("packet secondary 0 0x5a003e00000000001e00\n", ("Illegal Request", "Invalid field in cdb", "byte 2 bit 5")),
                ("packet secondary 0 0x2b00ffffffff00000000\n", ("Illegal Request", "Logical block address out of range")),
                ("media_eject 1:0\npacket secondary 0 0x00\n", ("Not Ready", "Medium not present - tray open")),
                ("media_eject 1:0\nmedia_insert 1:0\n", ("Unit Attention", "medium may have changed")),
                ("packet secondary 0 0x1e0000000100\npacket secondary 0 0x1b0000000200\n",
                 ("Illegal Request", "Medium removal prevented"))):
            text = self.decode(reply("03000000120000000000", 18, before=before), "sg_decode_sense", "--binary=FILE")
            for word in words:
                self.assertIn(word, text)


if __name__ == "__main__":
    unittest.main()
