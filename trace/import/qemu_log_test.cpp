#include "trace/import/qemu_log.h"

#include "trace/import/import_test.h"

using namespace coincide;

namespace {

std::string mr(const char* direction, const char* addr, const char* value, int size, const char* name = "ide") {
  return std::string("memory_region_ops_") + direction + " cpu 0 mr 0x55 addr 0x" + addr + " value 0x" + value +
         " size " + std::to_string(size) + " name '" + name + "'\n";
}
std::string rd(const char* addr, const char* value, int size = 1) { return mr("read", addr, value, size); }
std::string wr(const char* addr, const char* value, int size = 1) { return mr("write", addr, value, size); }
std::string gsi(int level) { return "x86_gsi_interrupt GSI interrupt #14 level:" + std::to_string(level) + "\n"; }

}  // namespace

TEST_CASE("accesses come from memory_region_ops lines; ide_ lines that tell them again are not read twice") {
  const Capture capture = imported(
      "30041@1795329314.690061:ide_ioport_read IDE PIO rd @ 0x1f7 (Status); val 0x50; bus 0x55 IDEState 0x56\n"
      "30041@1795329314.690062:" +
      rd("1f7", "50") + "30041@1795329314.690063:" + wr("1f6", "a0") +
      "30041@1795329314.690064:ide_ioport_write IDE PIO wr @ 0x1f6 (Device/Head); val 0xa0; bus 0x55 IDEState 0x56\n"
      "30041@1795329314.690065:" +
      mr("read", "c002", "4", 1, "piix-bmdma") + "30041@1795329314.690066:" +
      mr("write", "c004", "3531000", 4, "bmdma") + "30041@1795329314.690067:" + mr("read", "60", "1", 1, "i8042-data"));
  CHECK(brief(capture) == "r1f7.1=50 w1f6.1=a0 rc002.1=4 wc004.4=3531000");
  CHECK(left_out(capture, "accesses to other devices") == 1);
  CHECK(capture.lines == std::vector<std::uint32_t>{2, 3, 5, 6});
}

TEST_CASE(
    "without memory_region_ops lines the ide_ lines tell the accesses, and bmdma_ lines are left out and counted") {
  const Capture capture = imported(
      "ide_ioport_write IDE PIO wr @ 0x1f7 (Command); val 0xec; bus 0x55 IDEState 0x56\n"
      "ide_exec_cmd IDE exec cmd: bus 0x55; state 0x56; cmd 0xec\n"
      "ide_status_read IDE PIO rd @ 0x3f6 (Alt Status); val 0x58; bus 0x55; IDEState 0x56\n"
      "ide_data_readw IDE PIO rd @ 0x1f0 (Data: Word); val 0x0040; bus 0x55; IDEState 0x56\n"
      "ide_data_readw IDE PIO rd @ 0x1f0 (Data: Word); val 0x0010; bus 0x55; IDEState 0x56\n"
      "bmdma_read bmdma: readb 0x2 : 0x04\n");
  CHECK(brief(capture) == "w1f7.1=ec r3f6.1=58 R1f0.2*2=40001000");
  CHECK(left_out(capture, "bus-master accesses whose line does not tell the channel") == 1);
}

TEST_CASE("a byte read of the Data register is one byte, although the model logs the word that it takes") {
  const Capture capture = imported(
      "ide_data_readw IDE PIO rd @ 0x1f0 (Data: Word); val 0x1234; bus 0x55; IDEState 0x56\n"
      "ide_ioport_read IDE PIO rd @ 0x1f0 (Data); val 0x34; bus 0x55 IDEState 0x56\n"
      "ide_data_readw IDE PIO rd @ 0x1f0 (Data: Word); val 0x5678; bus 0x55; IDEState 0x56\n");
  CHECK(brief(capture) == "r1f0.1=34 r1f0.2=5678");
}

TEST_CASE("data words that follow each other are one string access, cut at 512 bytes and at anything in between") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += rd("1f0", "aa55", 2);
  text += rd("3f6", "50") + rd("1f0", "1", 2) + rd("1f0", "2", 2) + wr("1f0", "3", 2) + wr("1f0", "4", 2) +
          rd("1f0", "5", 4);
  const Capture capture = imported(text);
  REQUIRE(capture.events.size() == 6);
  CHECK(capture.events[0].value == 256);
  CHECK(capture.events[0].payload.size() == 512);
  CHECK(capture.events[1].value == 44);
  CHECK(brief(capture.events[2]) == "r3f6.1=50");
  CHECK(brief(capture.events[3]) == "R1f0.2*2=01000200");
  CHECK(brief(capture.events[4]) == "W1f0.2*2=03000400");
  CHECK(brief(capture.events[5]) == "r1f0.4=5");
}

TEST_CASE("only changes of the interrupt line count; a fall before a Status read is that read's doing") {
  CHECK(brief(imported(gsi(0) + wr("1f7", "ec") + gsi(0) + gsi(1) + gsi(1) + gsi(0) + rd("1f7", "58") + gsi(0))) ==
        "w1f7.1=ec irq14=1 r1f7.1=58 irq14=0");
}

TEST_CASE("a rise before a data read is that read's doing if the same thread logged it") {
  const std::string prefix1 = "1@1.000001:";
  const std::string prefix2 = "2@1.000001:";
  CHECK(brief(imported(prefix1 + rd("1f0", "1", 2) + prefix1 + gsi(1) + prefix1 + rd("1f0", "2", 2))) ==
        "R1f0.2*2=01000200 irq14=1");
  CHECK(brief(imported(prefix1 + rd("1f0", "1", 2) + prefix2 + gsi(1) + prefix1 + rd("1f0", "2", 2))) ==
        "r1f0.2=1 irq14=1 r1f0.2=2");
}

TEST_CASE("lines of the slave interrupt controller are lines 14 and 15 on machines without GSIs") {
  CHECK(brief(imported(wr("177", "ec") + "pic_set_irq master 0 irq 7 level 1\npic_set_irq master 1 irq 6 level 1\n")) ==
        "w177.1=ec irq15=1");
}

TEST_CASE("what the bus master will find in memory stands before the write that starts it") {
  const Capture capture = imported(mr("write", "c000", "1", 1, "piix-bmdma") +
                                   "bmdma_write bmdma: writeb 0x0 : 0x01\nbmdma_cmd_writeb val: 0x00000001\n"
                                   "x_dma_start ch=0 dir=frommem prdt=0x00001000\n"
                                   "x_prd ch=0 idx=0 at=0x00001000 addr=0x00002000 ctl=0x80000004\n"
                                   "x_mem ch=0 out gpa=0x00002000 len=4 data=01020304\n" +
                                   gsi(1));
  CHECK(brief(capture) == "mw1000=0020000004000080 mw2000=01020304 wc000.1=1 irq14=1");
  CHECK(capture.dma_tables_known);
}

TEST_CASE("memory after a transfer is one look where the pieces join, and knows what it is the result of") {
  const Capture capture = imported(mr("read", "c002", "4", 1, "piix-bmdma") +
                                   "x_dma_done ch=0 seen=status bytes=516 changed=0..300\n"
                                   "x_mem ch=0 after gpa=0x00003000 len=4 data=01020304\n"
                                   "x_mem ch=0 after gpa=0x00003004 len=2 fill=00\n"
                                   "x_mem ch=0 after gpa=0x00005000 len=2 data=0506\n"
                                   "x_mem ch=0 after gpa=0xf0000000 len=508 unmapped\n");
  CHECK(brief(capture) == "rc002.1=4 mr3000=010203040000 mr5000=0506");
  REQUIRE(capture.dma_results.size() == 2);
  CHECK(capture.dma_results[0].event == 1);
  CHECK(capture.dma_results[0].changed_end == 301);
  CHECK(capture.dma_results[1].offset == 6);
  CHECK(left_out(capture, "bytes of PRD areas outside RAM") == 508);
}

TEST_CASE("configuration space: device number, chip, other functions left out") {
  const Capture capture = imported(
      "pci_cfg_read piix3-ide 00:0a.1 @0x0 -> 0x70108086\n"
      "pci_cfg_read e1000 00:03.0 @0x0 -> 0x100e8086\n"
      "pci_cfg_write piix3-ide 00:0a.1 @0x4 <- 0x5\n");
  CHECK(brief(capture) == "cr0.4=70108086 cw4.2=5");
  CHECK(capture.device_id == 0x7010);
  CHECK(capture.pci_device == 10);
  CHECK(left_out(capture, "configuration accesses to other functions") == 1);
}

TEST_CASE("comments are notes in their place; machine resets before the first access are power-on, later ones RST#") {
  CHECK(brief(imported("bmdma_reset \n# con: hello\n" + rd("1f7", "50") + "bmdma_reset \nbmdma_reset \n" +
                       rd("1f7", "50"))) == "note=con: hello r1f7.1=50 reset r1f7.1=50");
}

TEST_CASE("a line of a known event that cannot be read is an error with its line; unknown lines are counted") {
  CHECK(import_error(rd("1f7", "50") + "memory_region_ops_read cpu 0 addr\n") == "log:2: not a memory_region_ops line");
  CHECK(import_error("x_prd ch=0 idx=0 at=0x1 addr=0x2 ctl=0x3\n") ==
        "log:1: an x_prd line that follows no start of the bus master");
  CHECK(import_error(wr("1f7", "ec") + gsi(1).substr(0, 30) + "\n") == "log:2: not an x86_gsi_interrupt line");
  CHECK(import_error("ide_reset IDEstate 0x55\n") == "log: no access to a PIIX IDE function in this QEMU trace log");
  const Capture capture = imported(rd("1f7", "50") + "ide_new_thing 1\nqemu: warning\n");
  CHECK(left_out(capture, "lines of event ide_new_thing") == 1);
  CHECK(left_out(capture, "lines that are no trace event") == 1);
}
