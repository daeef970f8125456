// Each reset in the middle of each thing: no interrupt, the signature, and a device that works (ATA6 §9.2, §9.3,
// §9.12).
#include "conformance/generated/generated.h"

namespace coincide::generated {
namespace {

struct Middle {
  std::string_view name;
  bool packet;
  std::string_view lines;
};
constexpr Middle kMiddles[] = {
    {"idle", false, ""},
    {"pending-interrupt", false, "command primary 0 READ_VERIFY_SECTORS lba=0x10 count=1"},
    {"error", false, "command primary 0 READ_VERIFY_SECTORS lba=0x4000 count=1"},
    {"pio-in", false, "command primary 0 READ_SECTORS lba=0x10 count=3\nwait_drq primary\nins primary.data 2 100"},
    {"pio-in-between", false, "command primary 0 READ_SECTORS lba=0x10 count=3\npio_in primary 1"},
    {"pio-out", false,
     "command primary 0 WRITE_SECTORS lba=0x10 count=3\nwait_drq primary\nouts primary.data 2 fill 0xee 100"},
    {"multiple", false,
     "command primary 0 SET_MULTIPLE_MODE count=4\nwait_ready primary\ncommand primary 0 READ_MULTIPLE lba=0x10 "
     "count=8\n"
     "wait_drq primary\nins primary.data 2 300"},
    {"dma-waits", false, "command primary 0 READ_DMA lba=0x10 count=1"},
    {"dma-write-waits", false, "command primary 0 WRITE_DMA lba=0x10 count=1"},
    {"short-table", false,
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=0x10 count=2\n"
     "dma_start primary read\ndma_stop primary"},
    {"identify", false, "command primary 0 IDENTIFY_DEVICE\nwait_drq primary\nins primary.data 2 10"},
    {"packet-idle", true, ""},
    {"packet-cdb", true,
     "command primary 0 PACKET features=0 mid=0xfe high=0xff\nwait_drq primary\noutw primary.data 0x0028"},
    {"packet-data", true, "packet primary 0 0x12000000240000000000 limit=12\nwait_drq primary\nins primary.data 2 3"},
    {"packet-status", true, "packet primary 0 0x12000000240000000000\npacket_in primary 36"},
    {"packet-error", true, "packet primary 0 0xff0000000000"},
    {"packet-dma-waits", true, "packet primary 0 0x12000000240000000000 dma=1"},
};

struct Reset {
  std::string_view name;
  std::string_view lines;
  std::string_view interrupt_rule;
  bool packet_only;
};
constexpr Reset kResets[] = {
    {"srst", "srst primary", "ATA6-INT-14 ATA6-INT-20", false},
    {"srst-masked",
     "outb primary.device_control 0x06\nclock_step 5000\noutb primary.device_control 0x02\nclock_step 2000000\n"
     "wait_ready primary\noutb primary.device_control 0x00",
     "ATA6-INT-14 ATA6-INT-20", false},
    {"hardware", "reset pci\nenable", "ATA6-INT-13 ATA6-INT-20", false},
    {"device-reset", "outb primary.device 0xa0\noutb primary.command 0x08", "ATA6-INT-20 ATA6-INT-12", true},
};

std::string reset_case(const Middle& middle, const Reset& reset, bool slave) {
  Lines out;
  out.line("# {} in the middle of: {}{} (ATA6 §9).", reset.name, middle.name,
           slave ? ", with a Device 1 beside it" : "");
  out.line("board {} 0:0 {}", middle.packet ? "cdrom" : "disk",
           middle.packet ? "pattern:CD0 sectors=4096" : "pattern:HD0 sectors=16384");
  if (slave) out.line("board disk 0:1 pattern:HD1 sectors=16384");
  out.line("enable");
  if (middle.packet) {
    out.line("packet primary 0 0x030000001200").line("packet_in primary 18").line("inb primary.status");
  }
  if (!middle.lines.empty()) out.line("{}", middle.lines);
  out.line("clear_counts").line("{}", reset.lines).line("wait_ready primary");
  out.expect(reset.interrupt_rule, "irq 14 0");
  out.expect("ATA6-INT-20", "edges 14 0");
  const bool device_reset = reset.packet_only;
  if (middle.packet) {
    out.expect(device_reset ? "ATAPI-RST-3 ATAPI-RST-2" : "ATAPI-RST-3", "inb primary.status & 0x89 == 0x00");
  } else {
    out.expect("ATA6-STAT-10", "inb primary.status & 0x89 == 0x00");
  }
  out.expect("ATA6-SIG-1", "inb primary.error & 0x7f == 0x01");
  out.expect("ATA6-SIG-1", "inb primary.sector_count == 0x01").expect("ATA6-SIG-1", "inb primary.lba_low == 0x01");
  const std::string_view rule = middle.packet ? "ATA6-SIG-2" : "ATA6-SIG-1";
  out.expect(rule, "inb primary.lba_mid == {}", middle.packet ? "0x14" : "0x00");
  out.expect(rule, "inb primary.lba_high == {}", middle.packet ? "0xeb" : "0x00");
  // And it works.
  out.line("clear_counts");
  if (middle.packet) {
    out.line("command primary 0 IDENTIFY_PACKET_DEVICE").line("pio_in primary 1");
    out.expect("ATA6-PIO-IN-5", "edges 14 1");
  } else {
    out.line("command primary 0 READ_SECTORS lba=0x20 count=2").line("pio_in primary 2");
    out.expect("ATA6-ADDR-1", "buffer pattern HD0 0x20 2").expect("ATA6-PIO-IN-2", "edges 14 2");
    out.line("command primary 0 READ_SECTORS lba=0x10 count=3").line("pio_in primary 3");
    out.expect("ATA6-ADDR-1", "buffer pattern HD0 0x10 3");
  }
  return out.take();
}

}  // namespace

void add_resets(Cases& out) {
  for (const Middle& middle : kMiddles) {
    for (const Reset& reset : kResets) {
      if (reset.packet_only && !middle.packet) continue;
      for (const bool slave : {false, true}) {
        out.push_back({fmt::format("resets/{}-{}{}", reset.name, middle.name, slave ? "-two" : ""),
                       reset_case(middle, reset, slave)});
      }
    }
  }
}

}  // namespace coincide::generated
