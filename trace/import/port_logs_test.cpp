// kvm_pio text and qtest logs: the sources that see ports.
#include "trace/import/import_test.h"

using namespace coincide;

namespace {

std::string kvm(const std::string& event) { return "  qemu-30021   [000] .....  3831.044082: " + event + "\n"; }

}  // namespace

TEST_CASE("kvm_pio: of string I/O the first element is known and the rest is marked as not seen") {
  const Capture capture = imported("# tracer: nop\n" + kvm("kvm_pio: pio_write at 0x1f7 size 1 count 1 val 0xec ") +
                                   kvm("kvm_pio: pio_read at 0x1f0 size 2 count 3 val 0x40 (...)") +
                                   kvm("kvm_pio: pio_write at 0x1f0 size 2 count 2 val 0x1234 (...)") +
                                   kvm("kvm_pio: pio_read at 0x60 size 1 count 1 val 0x40 "));
  CHECK(brief(capture) == "w1f7.1=ec R1f0.2*3=400000000000/4 W1f0.2*2=34120000");
  CHECK(capture.unknown_output == std::vector<std::size_t>{2});
  CHECK(left_out(capture, "accesses to ports of other devices") == 1);
}

TEST_CASE("kvm_pio: each change of a line appears several times and counts once") {
  const Capture capture = imported(
      kvm("kvm_pio: pio_write at 0x1f7 size 1 count 1 val 0xec ") + kvm("kvm_set_irq: gsi 14 level 1 source 0") +
      kvm("kvm_pic_set_irq: chip 1 pin 6 (edge|masked)") + kvm("kvm_set_irq: gsi 14 level 1 source 0") +
      kvm("kvm_set_irq: gsi 14 level 0 source 0") + kvm("kvm_set_irq: gsi 14 level 0 source 0") +
      kvm("kvm_pio: pio_read at 0x1f7 size 1 count 1 val 0x50 "));
  CHECK(brief(capture) == "w1f7.1=ec irq14=1 r1f7.1=50 irq14=0");
}

TEST_CASE("port logs: the IDE function is found among all that the guest looks at, and only it is fed") {
  const Capture capture = imported(kvm("kvm_pio: pio_write at 0xcf8 size 4 count 1 val 0x80001800 ") +
                                   kvm("kvm_pio: pio_read at 0xcfc size 4 count 1 val 0x100e8086 ") +
                                   kvm("kvm_pio: pio_write at 0xcf8 size 4 count 1 val 0x80003900 ") +
                                   kvm("kvm_pio: pio_read at 0xcfc size 4 count 1 val 0x71118086 ") +
                                   kvm("kvm_pio: pio_write at 0xcf8 size 4 count 1 val 0x80003920 ") +
                                   kvm("kvm_pio: pio_write at 0xcfc size 4 count 1 val 0xd000 ") +
                                   kvm("kvm_pio: pio_write at 0xd002 size 1 count 1 val 0x4 ") +
                                   kvm("kvm_pio: pio_write at 0xe9 size 1 count 1 val 0x68 ") +
                                   kvm("kvm_pio: pio_write at 0xe9 size 1 count 1 val 0xa "));
  CHECK(brief(capture) == "wcf8.4=80003900 rcfc.4=71118086 wcf8.4=80003920 wcfc.4=d000 wd002.1=4 note=con: h");
  CHECK(capture.pci_device == 7);
  CHECK(capture.device_id == 0x7111);
  CHECK(left_out(capture, "configuration accesses to other functions") == 1);
}

TEST_CASE("qtest log: answers belong to the oldest request that waits, lines to what raised them") {
  const Capture capture = imported(
      "[I 0.000000] OPENED\n"
      "[R +0.01] outb 0x1f7 0xec\n"
      "[R +0.01] inb 0x1f7\n"
      "[S +0.01] IRQ raise 14\n"
      "[S +0.01] OK\n"
      "[S +0.01] IRQ lower 14\n"
      "[S +0.01] OK 0x0058\n"
      "[R +0.01] outb 0x1f7 0xe7\n"
      "[S +0.01] OK\n"
      "[R +0.01] inb 0x1f7\n"
      "[S +0.01] IRQ raise 14\n"
      "[S +0.01] IRQ lower 14\n"
      "[S +0.01] OK 0x0050\n"
      "[R +0.01] endianness\n"
      "[S +0.01] OK little\n");
  CHECK(brief(capture) == "w1f7.1=ec irq14=1 r1f7.1=58 irq14=0 w1f7.1=e7 irq14=1 r1f7.1=50 irq14=0");
}

TEST_CASE("qtest log: memory, clock, refused requests, and a last request that got no answer") {
  const Capture capture = imported(
      "[R +0.01] write 0x1000 0x4 0x0102\n[S +0.01] OK\n"
      "[R +0.01] read 0x1000 0x4\n[S +0.01] OK 0x01020000\n"
      "[R +0.01] readw 0x1000\n[S +0.01] OK 0x0000000000000201\n"
      "[R +0.01] clock_step\n[S +0.01] OK 100\n"
      "[R +0.01] clock_step 50\n[S +0.01] OK 150\n"
      "[R +0.01] readl 0xfec00000\n[S +0.01] OK 0x0000000000000000\n"
      "[R +0.01] inb 0x3f6\n[S +0.01] FAIL no\n"
      "[R +0.01] inb 0x1f7\n");
  CHECK(brief(capture) == "mw1000=01020000 mr1000=01020000 mr1000=0102 clock=100 clock=50 r1f7.1=0/ff");
  CHECK(left_out(capture, "accesses to memory-mapped devices") == 1);
  CHECK(left_out(capture, "requests that the peer refused") == 1);
}

TEST_CASE("qtest log: what is wrong is told with its line") {
  CHECK(import_error("[R +0.01] inb\n") == "log:1: not a valid inb command");
  CHECK(import_error("[R +0.01] inb 0x10000\n") == "log:1: not a valid inb command");
  CHECK(import_error("[S +0.01] OK\n") == "log:1: an answer to no request");
  CHECK(import_error("[R +0.01] inb 0x1f7\n[S +0.01] OK little\n") == "log:2: not an answer to inb");
  CHECK(import_error("[R +0.01] read 0 4\n[S +0.01] OK 0x0102\n") == "log:2: not an answer to read");
}

TEST_CASE("bare qtest commands: every access is a stimulus, and no answer is known") {
  const Capture capture = imported(
      "# found by a fuzzer\n"
      "outl 0xcf8 0x80000904\n"
      "outw 0x1f0 0x1ffff\n"
      "inl 0x170\n"
      "write 0x0 0x3 0x01020304\n"
      "b64write 16 2 AQI=\n"
      "memset 0x20 2 7\n"
      "read 0 3\n"
      "clock_step\n");
  CHECK(brief(capture) ==
        "wcf8.4=80000904 w1f0.2=ffff r170.4=0/ffffffff mw0=010203 mw10=0102 mw20=0707 mr0= clock=1000000");
  CHECK(capture.events[6].value == 3);
  CHECK(capture.sees == 0);
  CHECK(import_error("outb 0x1f7 0xec\nfrobnicate\n") == "log:2: unknown qtest command 'frobnicate'");
  CHECK(import_error("outb 0x1f7 0xec\nread 0 0x10000000\n") == "log:2: a memory access of more than 64 MiB");
}

TEST_CASE("what is no capture is told so") {
  CHECK(import_error("") == "log: is empty");
  CHECK(import_error("hello world\n") == "log: no capture in a known format (QEMU trace log, kvm_pio, qtest)");
  CHECK(looks_like_log("[I 0.0] OPENED\n"));
  CHECK_FALSE(looks_like_log("outb 0x1f7 0xec\n"));
}
