"""What a disk says of itself, decoded by the tools that people use on real ones: hdparm reads IDENTIFY DEVICE, skdump
(libatasmart) reads IDENTIFY DEVICE and SMART data. Each script runs on the emulator; the sectors are those of its recording.

smartctl takes no file, so it is not here: skdump is the independent reader of SMART.
"""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # where hdparm and skdump stand, for users without these in PATH
HDPARM = shutil.which("hdparm", path=PATH)
SKDUMP = shutil.which("skdump", path=PATH)

BOARD = "board disk 0:0 pattern:HD0 sectors=16384\nenable\n"
IDENTIFY = "identify primary 0\n"
SMART_KEY = "mid=0x4f high=0xc2"
HOUR_NS = 3600 * 10**9
PASSWORD = bytes(2) + b"secret".ljust(32) + bytes(478)


def sectors(statements, board=BOARD):
    """The sectors that a script reads through the Data register, in order."""
    with tempfile.TemporaryDirectory() as directory:
        script, trace = pathlib.Path(directory, "s.script"), pathlib.Path(directory, "s.trace")
        script.write_text(board + statements, encoding="utf-8")
        ran = subprocess.run([COINCIDE, "record", script, "-o", trace], capture_output=True, text=True, check=False)
        if ran.returncode:
            raise AssertionError(f"record ended with {ran.returncode}:\n{statements}\n{ran.stdout}{ran.stderr}")
        shown = subprocess.run([COINCIDE, "show", trace, "--json"], capture_output=True, text=True, check=True)
    events = [json.loads(line) for line in shown.stdout.splitlines()]
    return [bytes.fromhex(event["payload"]) for event in events if event.get("kind") == "port_read_block"]


def put(command, data):
    """Statements that give a command its one sector."""
    return f"command primary 0 {command}\npio_out primary 0x{data.hex()}\nexpect inb primary.status & 0x89 == 0\n"


def smart(subcommand, log=0):
    return f"command primary 0 0xb0 features={subcommand} count=1 low={log} {SMART_KEY}\npio_in primary 1\n"


def word(sector, index):
    return struct.unpack_from("<H", sector, 2 * index)[0]


@unittest.skipUnless(HDPARM, "hdparm is not installed (tools/setup installs it)")
class Hdparm(unittest.TestCase):
    """`hdparm --Istdin`."""

    def decode(self, statements, board=BOARD):
        """Lines of what hdparm prints, blanks folded: `* NAME` is a feature that is on, `NAME` one that is off."""
        words = struct.unpack("<256H", sectors(statements + IDENTIFY, board)[-1])
        rows = [" ".join(f"{value:04x}" for value in words[at : at + 8]) for at in range(0, 256, 8)]
        ran = subprocess.run([HDPARM, "--Istdin"], input="\n".join(rows) + "\n", capture_output=True, text=True, check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), ran.stdout)
        return [" ".join(line.split()) for line in ran.stdout.splitlines()]

    def test_names_every_feature_set_of_the_standard_disk(self):
        lines = self.decode("")
        for line in ("ATA device, with non-removable media", "Model Number: COINCIDE DISK", "Supported: 6 5 4",
                     "LBA48 user addressable sectors: 16384", "Checksum: correct", "PIO: pio0 pio1 pio2 pio3 pio4",
                     "* SMART feature set", "Security Mode feature set", "* Power Management feature set", "* Write cache",
                     "* Look-ahead", "* Host Protected Area feature set", "* WRITE_BUFFER command", "* READ_BUFFER command",
                     "* NOP cmd", "* DOWNLOAD_MICROCODE", "Advanced Power Management feature set",
                     "SET_MAX security extension", "Automatic Acoustic Management feature set", "* 48-bit Address feature set",
                     "* Device Configuration Overlay feature set", "* Mandatory FLUSH_CACHE", "* FLUSH_CACHE_EXT",
                     "* SMART error logging", "* SMART self-test", "* General Purpose Logging feature set"):
            self.assertIn(line, lines)

    def test_shows_no_feature_that_a_board_takes_away(self):
        board = BOARD.replace("sectors=16384", "sectors=16384 features=-smart,-security,-hpa,-dco lba48=off")
        text = "\n".join(self.decode("", board))
        for absent in ("SMART feature set", "Security Mode", "Host Protected Area", "Configuration Overlay", "48-bit Address"):
            self.assertNotIn(absent, text)

    def test_shows_the_state_of_security(self):
        set_password = put("SECURITY_SET_PASSWORD", PASSWORD)
        for statements, expected in (
                ("", ["supported", "not enabled", "not locked", "not frozen"]),
                (set_password, ["supported", "enabled", "not locked", "not frozen"]),
                (set_password + "reset power\nclock_step 1000000000\nenable\n", ["supported", "enabled", "locked", "not frozen"]),
                ("command primary 0 SECURITY_FREEZE_LOCK\n", ["supported", "not enabled", "not locked", "frozen"]),
                (set_password + put("SECURITY_DISABLE_PASSWORD", PASSWORD), ["supported", "not enabled", "not locked", "not frozen"])):
            lines = self.decode(statements)
            at = next(number for number, line in enumerate(lines) if line.startswith("Master password revision code"))
            self.assertEqual(lines[at + 1 : at + 5], expected, statements)

    def test_shows_the_end_that_set_max_address_hides(self):
        hide = "command primary 0 READ_NATIVE_MAX_ADDRESS lba=0\ncommand primary 0 SET_MAX_ADDRESS lba=8191 count=0\n"
        self.assertIn("LBA user addressable sectors: 8192", self.decode(hide))

    def test_shows_what_the_overlay_takes_away(self):
        overlay = bytearray(sectors("command primary 0 DEVICE_CONFIGURATION_IDENTIFY\npio_in primary 1\n")[0])
        self.assertEqual((overlay[510], sum(overlay) % 256), (0xa5, 0))
        # Word 7 (ATA6 r3a table 23): bit 0 SMART, bit 3 Security, bit 6 AAM, bit 7 HPA. Word 2 bits 5:0: Ultra DMA modes.
        struct.pack_into("<H", overlay, 14, word(overlay, 7) & ~0x0040)
        struct.pack_into("<H", overlay, 4, word(overlay, 2) & ~0x0038)
        overlay[511] = -sum(overlay[:511]) % 256
        lines = self.decode(put("DEVICE_CONFIGURATION_SET", bytes(overlay)))
        self.assertNotIn("Automatic Acoustic Management feature set", lines)
        self.assertTrue(any(line.endswith("udma0 udma1 udma2") for line in lines), lines)
        self.assertIn("* SMART feature set", lines)


class Smart(unittest.TestCase):
    """SMART data and logs."""

    def skdump(self, before, *options):
        """skdump reads a row of (tag, big-endian length, data); SMST is 1 for a disk in good health."""
        identify, data, thresholds = sectors(before + IDENTIFY + smart("0xd0") + smart("0xd1"))
        parts = ((b"IDFY", identify), (b"SMST", struct.pack(">I", 1)), (b"SMDT", data), (b"SMTH", thresholds))
        blob = b"".join(tag + struct.pack(">I", len(part)) + part for tag, part in parts)
        with tempfile.NamedTemporaryFile() as file:
            file.write(blob)
            file.flush()
            ran = subprocess.run([SKDUMP, *options, f"--load={file.name}"], capture_output=True, text=True, check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), ran.stdout)
        return ran.stdout

    def test_every_sector_has_its_checksum(self):
        logs = "".join(smart("0xd5", log) for log in (1, 2, 6))
        for number, sector in enumerate(sectors(smart("0xd0") + smart("0xd1") + logs)):
            self.assertEqual((len(sector), sum(sector) % 256), (512, 0), f"sector {number}")

    @unittest.skipUnless(SKDUMP, "skdump is not installed (tools/setup installs libatasmart-bin)")
    def test_skdump_reads_attributes_and_capabilities(self):
        text = self.skdump("")
        for line in ("Model: [COINCIDE DISK]", "Serial: [COINCIDE0]", "SMART Available: yes", "SMART Disk Health Good: yes",
                     "Short/Extended Self-Test Available: yes", "Percent Self-Test Remaining: 0%", "Power Cycles: 1",
                     "Overall Status: GOOD"):
            self.assertIn(line, text)

    @unittest.skipUnless(SKDUMP, "skdump is not installed (tools/setup installs libatasmart-bin)")
    def test_skdump_counts_hours_and_power_cycles(self):
        cycle = "reset power\nclock_step 1000000000\nenable\n"
        self.assertEqual(self.skdump(cycle * 2, "--power-cycle").strip(), "3")
        self.assertEqual(self.skdump(f"clock_step {5 * HOUR_NS}\n", "--power-on").strip(), str(5 * 3600 * 1000))


if __name__ == "__main__":
    unittest.main()
