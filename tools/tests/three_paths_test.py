"""One disk by three ways: the same 1,000 requests through the ports, the enlightened INT13 ports and the ring of the
accelerator leave the same bytes on the medium, and each run replays bit for bit."""

import os
import pathlib
import random
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
COINCIDE = os.environ.get("COINCIDE") or str(TOP / "build/release/bin/coincide")

SECTORS = 4096
REQUESTS = 1000
TABLE, PACKET, DATA, RINGS = 0x1000, 0x2000, 0x100000, 0x400000
BOARD = f"board disk 0:0 pattern:HD0 sectors={SECTORS} accelerator=on\nboard int13\n"


def workload(seed=20):
    """(operation, LBA, sectors, tag of what is written), from a fixed seed. A tenth runs over the end of the disk."""
    choose = random.Random(seed)
    for number in range(REQUESTS):
        operation = choose.choices(("read", "write", "flush", "beyond"), (45, 40, 5, 10))[0]
        sectors = choose.choice((1, 1, 2, 3, 8, 17, 64, 128))
        lba = choose.randrange(SECTORS - sectors + 1)
        if operation == "beyond":
            lba, sectors = SECTORS - choose.randrange(sectors), sectors
        yield operation, lba, sectors, f"{number % 36:X}"[-1] + f"{number // 26 % 26 + 10:X}"[-1] + chr(65 + number % 26)


class Content:
    """What the disk holds, as (tag, index) of the pattern of each sector."""

    def __init__(self):
        self.sectors = [("HD0", lba) for lba in range(SECTORS)]

    def write(self, lba, sectors, tag):
        self.sectors[lba : lba + sectors] = [(tag, n) for n in range(sectors)]

    def runs(self, lba, sectors):
        """(first LBA, tag, first index, count) of the runs that a pattern describes."""
        at = lba
        while at < lba + sectors:
            tag, index = self.sectors[at]
            end = at + 1
            while end < lba + sectors and self.sectors[end] == (tag, index + end - at):
                end += 1
            yield at, tag, index, end - at
            at = end


def prd(sectors):
    bytes_left, at, entries = sectors * 512, DATA, []
    while bytes_left:
        size = min(bytes_left, 0x10000)
        bytes_left -= size
        entries.append(f"({at:#x} {size:#x}{'' if bytes_left else ' EOT'})")
        at += size
    return f"prd {TABLE:#x} {' '.join(entries)}"


class Ports:
    start = "enable\n"

    @staticmethod
    def move(operation, lba, sectors):
        direction = "write" if operation == "write" else "read"
        name = "WRITE_DMA" if operation == "write" else "READ_DMA"
        return (f"{prd(sectors)}\ndma_prepare primary {TABLE:#x} {direction}\ncommand primary 0 {name} lba={lba} count={sectors}\n"
                f"dma_start primary {direction}\nwait irq 14 1\ninb primary.bmis\n")

    good = "expect inb primary.status & 0xa9 == 0x00\ndma_stop primary\n"
    bad = "expect inb primary.status & 0x01 == 0x01\ndma_stop primary\n"
    flush = "command primary 0 FLUSH_CACHE\nwait_ready primary\nexpect inb primary.status & 0x01 == 0\n"


class Int13:
    start = "enable\n"

    @staticmethod
    def move(operation, lba, sectors):
        opcode = "0x35" if operation == "write" else "0x25"
        return f"{prd(sectors)}\nint13 primary 0 {PACKET:#x} {opcode} lba={lba} count={sectors} buffer={TABLE:#x}\n"

    good = f"expect deferred primary 0\nexpect readb {PACKET + 3:#x} & 0x01 == 0\n"
    bad = f"expect deferred primary 0\nexpect readb {PACKET + 3:#x} & 0x01 == 1\n"
    flush = "command primary 0 FLUSH_CACHE\nwait_ready primary\nexpect inb primary.status & 0x01 == 0\n"


class Ring:
    start = f"vmbus connect\nvmbus open 0:0 {RINGS:#x}\nstor_ready 0:0\nscsi 0:0 0x000000000000\nreceive 0:0\n"

    @staticmethod
    def move(operation, lba, sectors):
        opcode, way = ("2a", "out") if operation == "write" else ("28", "in")
        return f"scsi 0:0 0x{opcode}00{lba:08x}00{sectors:04x}00 {way} {DATA:#x} {sectors * 512}\nreceive 0:0\n"

    good = "expect reply scsi_status == 0\n"
    bad = "expect reply scsi_status == 2\nexpect reply sense == 0x052100\n"
    flush = "scsi 0:0 0x35000000000000000000\nreceive 0:0\nexpect reply scsi_status == 0\n"


def script(path):
    content = Content()
    lines = [BOARD, path.start]
    for operation, lba, sectors, tag in workload():
        if operation == "flush":
            lines.append(path.flush)
            continue
        if operation == "write":
            lines.append(f"mem_write {DATA:#x} pattern {tag} 0 {sectors}\n")
            content.write(lba, sectors, tag)
        lines.append(path.move(operation, lba, sectors))
        lines.append(path.bad if operation == "beyond" else path.good)
        if operation == "read":
            for at, found, index, count in content.runs(lba, sectors):
                lines.append(f"expect mem {DATA + (at - lba) * 512:#x} pattern {found} {index} {count}\n")
    for at, found, index, count in content.runs(0, SECTORS):
        lines.append(f"expect medium 0:0 {at} pattern {found} {index} {count}\n")
    return "".join(lines)


class ThreePathsTest(unittest.TestCase):
    def test_the_same_requests_leave_the_same_disk_and_replay(self):
        kinds = [operation for operation, *_ in workload()]
        self.assertEqual(len(kinds), REQUESTS)
        for kind in ("read", "write", "flush", "beyond"):
            self.assertGreater(kinds.count(kind), 30, kind)
        with tempfile.TemporaryDirectory() as directory:
            for path in (Ports, Int13, Ring):
                with self.subTest(path.__name__):
                    source = pathlib.Path(directory, path.__name__ + ".script")
                    source.write_text(script(path), encoding="ascii")
                    trace = str(source.with_suffix(".trace"))
                    recorded = subprocess.run([COINCIDE, "record", str(source), "-o", trace], capture_output=True, text=True,
                                              timeout=300, check=False)
                    self.assertEqual((recorded.returncode, recorded.stderr), (0, ""), recorded.stdout[-800:])
                    replayed = subprocess.run([COINCIDE, "replay", trace], capture_output=True, text=True, timeout=300, check=False)
                    self.assertEqual((replayed.returncode, replayed.stderr), (0, ""), replayed.stdout[-800:])


if __name__ == "__main__":
    unittest.main()
