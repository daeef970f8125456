// A StorVSP controller with its guest for unit tests: disks of 1 MiB at the addresses that are asked for.
#pragma once

#include <map>
#include <memory>

#include "emu/hyperv/test_bus.h"
#include "emu/media/disk_queue.h"
#include "emu/media/pattern.h"
#include "emu/scsi/disk_unit.h"

namespace coincide::hyperv::testing {

/// Sectors in memory.
class MemoryStore final : public BlockStore {
 public:
  explicit MemoryStore(std::uint64_t sectors) : bytes(sectors * kSectorBytes) {}
  std::uint64_t sectors() const override { return bytes.size() / kSectorBytes; }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
  }
  void write(std::uint64_t offset, std::span<const std::uint8_t> in) override {
    std::copy(in.begin(), in.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  void fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value) override {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(first_sector * kSectorBytes), count_sectors * kSectorBytes,
                value);
  }
  Bytes bytes;
};

inline constexpr std::uint64_t kRings = 0x100000;
inline constexpr std::uint64_t kSubRings = 0x180000;
inline constexpr std::uint64_t kBuffer = 0x40000;

inline Profile profile_of(std::initializer_list<Quirk> quirks) {
  Profile profile;
  for (const Quirk quirk : quirks) profile.set(quirk, true);
  // So that the first command of a test is the one that it is about.
  profile.set(Quirk::openvmm_scsi_no_reset_attention, true);
  return profile;
}

/// An answer of StorVSP, by its fields.
struct Answer {
  bool there = false;
  GuestPacket packet;
  std::uint32_t word(std::size_t at) const { return load_le<std::uint32_t>(packet.payload, at); }
  std::uint32_t operation() const { return word(0); }
  std::uint32_t status() const { return word(8); }
  std::uint8_t srb(std::size_t at) const { return packet.payload.at(kStorHeadBytes + at); }
  std::uint8_t srb_status() const { return srb(srb_at::srb_status); }
  std::uint32_t moved() const { return word(kStorHeadBytes + srb_at::transfer_bytes); }
  /// Key, code and qualifier of the autosense.
  std::uint32_t sense() const {
    const std::size_t at = srb_at::sense;
    return std::uint32_t{srb(at + 2)} << 16 | std::uint32_t{srb(at + 12)} << 8 | srb(at + 13);
  }
};

class TestController {
 public:
  struct Options {
    StorVspConfig config;
    CompletionPolicy::Kind completion = CompletionPolicy::Kind::immediate;
    std::uint32_t ring_bytes = 4 * kPageBytes;
  };
  static Options scsi(std::uint16_t subchannels = 0, std::initializer_list<Quirk> quirks = {}) {
    Options options;
    options.config.offer = scsi_offer({0x1234, 1, 2, {3}});
    options.config.max_subchannels = subchannels;
    options.config.profile = profile_of(quirks);
    return options;
  }

  explicit TestController(Options options)
      : queue(bus.output, {options.completion, 0}),
        vsp(bus.output, bus.vmbus, Scope::accelerator0, options.config),
        profile_(options.config.profile) {
    bus.vmbus.add(vsp);
    bus.settle = [this] {
      if (queue.due()) queue.run_due();
    };
    rings.address = kRings;
    rings.up_bytes = rings.down_bytes = options.ring_bytes;
    bus.guest.contact(0x50003);
    bus.guest.request_offers();
    bus.guest.open(rings, bus.guest.offers()[0]);
  }

  /// A disk of 2048 sectors; its requests have unit number `unit`.
  MemoryStore& add_disk(ScsiAddress address, std::uint8_t unit, std::vector<Fault> faults = {}) {
    stores_.push_back(std::make_unique<MemoryStore>(2048));
    faults_.push_back(std::make_unique<FaultPlan>(std::move(faults)));
    Lun& lun = vsp.add_lun(address);
    scsi::DiskUnitConfig config;
    config.profile = profile_;
    auto disk = std::make_unique<scsi::DiskUnit>(lun.initiator(), bus.output, queue, unit, *stores_.back(), config);
    queue.attach(unit, *disk, *faults_.back());
    lun.attach(std::move(disk));
    return *stores_.back();
  }

  Answer take(GuestRings& from) {
    const auto packet = bus.guest.receive(from);
    bus.settle();
    return packet ? Answer{true, *packet} : Answer{};
  }
  Answer take() { return take(rings); }
  Answer ask(GuestRings& of, std::span<const std::uint8_t> packet) {
    bus.guest.send(of, packet);
    bus.settle();
    return take(of);
  }
  Answer ask(StorOperation operation, std::initializer_list<std::uint8_t> payload = {}, std::uint32_t bytes = 64) {
    return ask(rings,
               GuestDriver::in_band(next_transaction_++, GuestDriver::stor_packet(operation, Bytes(payload), bytes)));
  }
  void send(const GuestCommand& command) {
    bus.guest.send_command(rings, command, next_transaction_++);
    bus.settle();
  }
  Answer run(const GuestCommand& command) {
    send(command);
    return take();
  }
  /// Goes through the initialisation.
  void negotiate(std::uint16_t version = 0x0600) {
    ask(StorOperation::begin_initialization);
    ask(StorOperation::query_protocol_version,
        {static_cast<std::uint8_t>(version), static_cast<std::uint8_t>(version >> 8)});
    ask(StorOperation::query_properties);
    ask(StorOperation::end_initialization);
  }
  ChannelError error() { return bus.vmbus.channel(vsp, 0)->error(); }
  void end_request(DiskOutcome outcome = DiskOutcome::done, std::uint32_t number = 0) {
    queue.complete(number, {outcome, 0});
  }

  TestBus bus;
  DiskQueue queue;
  StorVsp vsp;
  GuestRings rings;

 private:
  Profile profile_;
  std::vector<std::unique_ptr<MemoryStore>> stores_;
  std::vector<std::unique_ptr<FaultPlan>> faults_;
  std::uint64_t next_transaction_ = 0;
};

/// Commands as upstream's tests send them.
inline GuestCommand transfer10(std::uint8_t opcode, std::uint32_t lba, std::uint32_t bytes, std::uint64_t buffer,
                               ScsiAddress address = {}) {
  GuestCommand command;
  command.cdb = {opcode,
                 0,
                 0,
                 0,
                 static_cast<std::uint8_t>(lba >> 8),
                 static_cast<std::uint8_t>(lba),
                 0,
                 0,
                 static_cast<std::uint8_t>(bytes / kSectorBytes),
                 0};
  command.address = address;
  command.data_in = opcode == 0x28 ? 1 : 0;
  command.transfer_bytes = bytes;
  command.buffer = buffer;
  return command;
}
inline GuestCommand data_in(Bytes cdb, std::uint32_t bytes, ScsiAddress address = {}) {
  return {std::move(cdb), address, 1, bytes, kBuffer, 64};
}

}  // namespace coincide::hyperv::testing
