// The emulator behind the C interface of models: what a scenario tells of it must not depend on the way to it.
#include "conformance/targets/model_target.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "conformance/generated/generated.h"
#include "emu/controller.h"

namespace coincide {
namespace {

/// A drive's medium, as the suite has it.
class HostMedium final : public Medium {
 public:
  HostMedium(const coincide_host& host, unsigned unit, std::uint64_t bytes) : host_(host), unit_(unit), bytes_(bytes) {}
  std::uint64_t sectors() const override { return bytes_ / kSectorBytes; }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    check(host_.read_medium(host_.context, unit_, offset, out.data(), out.size()) == 0, "within the medium");
  }

 private:
  const coincide_host& host_;
  unsigned unit_;
  std::uint64_t bytes_;
};

Board board_of(const coincide_drive* drives, const coincide_host& host) {
  Board board;
  for (unsigned unit = 0; unit < board.devices.size(); ++unit) {
    const coincide_drive& drive = drives[unit];
    if (drive.kind == COINCIDE_NO_DRIVE) continue;
    DeviceConfig device = DeviceConfig::standard(drive.kind == COINCIDE_DISK ? DeviceKind::disk : DeviceKind::packet);
    device.model = drive.model;
    device.serial = drive.serial;
    device.firmware = drive.firmware;
    device.read_only = drive.read_only != 0;
    device.cylinders = drive.cylinders;
    device.heads = drive.heads;
    device.sectors_per_track = drive.sectors_per_track;
    if (drive.bytes != 0) device.medium = std::make_shared<HostMedium>(host, unit, drive.bytes);
    board.devices[unit] = std::move(device);
  }
  return board;
}

/// The emulator as somebody else's model. It has memory of its own, so what a bus master may reach is brought there
/// before it starts.
class Wrapped final : public Observer {
 public:
  Wrapped(const coincide_drive* drives, const coincide_host& host)
      : host_(host), controller_(board_of(drives, host), *Profile::find("spec"), this) {}

  void stimulus(const Event&) override {}
  void answer(std::uint64_t, std::uint64_t, std::span<const std::uint8_t>) override {}
  void observe(const Event& event) override {
    if (event.kind == EventKind::irq) host_.set_irq(host_.context, event.where, static_cast<int>(event.value));
    if (event.kind == EventKind::dma_write)
      host_.write_memory(host_.context, event.detail, event.payload.data(), event.payload.size());
    if (event.kind == EventKind::disk_data)
      host_.write_medium(host_.context, event.unit, event.detail * kSectorBytes, event.payload.data(),
                         event.payload.size());
  }

  Controller& controller() { return controller_; }

  /// A command where the bus master runs already, or its start.
  void before_write(std::uint16_t port, std::uint32_t value) {
    for (const Scope channel : {Scope::primary, Scope::secondary}) {
      const bool runs = (controller_.register_value(register_id(channel, 0)) & 1) != 0;
      if ((runs && (port & 7) == 7) || (port >= 0xc000 && (port & 7) == 0 && (value & 1) != 0)) bring_table(channel);
    }
  }

 private:
  void bring_table(Scope channel) {
    const RegisterId table = register_id(channel, static_cast<unsigned>(ChannelReg::bmidtp));
    std::uint64_t at = controller_.register_value(table) & ~std::uint64_t{3};
    for (unsigned entries = 0; entries < 8192; ++entries, at += 8) {
      std::uint8_t prd[8];
      bring(at, 8);
      if (host_.read_memory(host_.context, at, prd, 8) != 0) return;
      const std::uint64_t address = prd[0] | prd[1] << 8 | prd[2] << 16 | std::uint64_t{prd[3]} << 24;
      const std::uint64_t bytes = prd[4] | prd[5] << 8;
      bring(address & ~std::uint64_t{1}, bytes == 0 ? 65536 : bytes);
      if ((prd[7] & 0x80) != 0 || (bytes == 0 && address == 0)) return;  // or nobody has written one there
    }
  }

  void bring(std::uint64_t address, std::uint64_t bytes) {
    std::vector<std::uint8_t> data(bytes);
    if (host_.read_memory(host_.context, address, data.data(), bytes) == 0) {
      controller_.mem_map(address, bytes);
      controller_.mem_write(address, data);
    } else if (bytes > 1) {
      bring(address, bytes / 2);
      bring(address + bytes / 2, bytes - bytes / 2);
    } else {
      controller_.mem_unmap(address, 1);
    }
  }

  const coincide_host& host_;
  Controller controller_;
};

Wrapped& wrapped(void* machine) { return *static_cast<Wrapped*>(machine); }

coincide_model model_of_emulator() {
  coincide_model model{};
  model.version = COINCIDE_MODEL_VERSION;
  model.name = "wrapped";
  model.pci_device_id = 0x7111;
  model.has_optical = 1;
  model.create = [](const coincide_drive* drives, const coincide_host* host) -> void* {
    return new Wrapped(drives, *host);
  };
  model.destroy = [](void* machine) { delete static_cast<Wrapped*>(machine); };
  model.reset = [](void* machine, coincide_reset_kind kind) {
    wrapped(machine).controller().reset(kind == COINCIDE_PCI_RESET ? ResetKind::pci : ResetKind::power_cycle);
  };
  model.read_port = [](void* machine, std::uint16_t port, unsigned width) {
    return wrapped(machine).controller().port_read(port, width).value;
  };
  model.write_port = [](void* machine, std::uint16_t port, unsigned width, std::uint32_t value) {
    wrapped(machine).before_write(port, value);
    wrapped(machine).controller().port_write(port, width, value);
  };
  model.read_config = [](void* machine, unsigned offset, unsigned width) {
    return wrapped(machine).controller().config_read(static_cast<std::uint8_t>(offset), width).value;
  };
  model.write_config = [](void* machine, unsigned offset, unsigned width, std::uint32_t value) {
    wrapped(machine).controller().config_write(static_cast<std::uint8_t>(offset), width, value);
  };
  model.advance = [](void* machine, std::uint64_t ns) { wrapped(machine).controller().clock_advance(ns); };
  return model;
}

TEST_CASE("the emulator behind the C interface conforms, wherever a scenario can be run through it") {
  auto scenarios = load_scenarios(COINCIDE_SOURCE_DIR "/conformance/scenarios");
  REQUIRE_MESSAGE(scenarios.ok(), scenarios.error().line());
  auto generated = generated_scenarios();
  REQUIRE(generated.ok());
  std::vector<const Scenario*> chosen;
  for (const Scenario& scenario : *scenarios) chosen.push_back(&scenario);
  for (std::size_t i = 0; i < generated->size(); i += 5) chosen.push_back(&(*generated)[i]);  // a part: -O0 is slow
  const coincide_model model = model_of_emulator();
  const auto target = ModelTarget::over(model);
  REQUIRE_MESSAGE(target.ok(), target.error().line());
  CHECK((*target)->name() == "model:wrapped");
  const auto result = run_scenarios(chosen, **target);
  REQUIRE_MESSAGE(result.ok(), result.error().line());
  CHECK(result->scenarios > 650);
  for (const Finding& finding : result->findings) {
    if (finding.kind == Finding::Kind::not_judged) continue;
    FAIL_CHECK(finding.place, ": ", finding.text, ": expected ", finding.expected, ", actual ", finding.actual);
  }
}

/// A drive that needs time for the block behind a word of data, and a bus master that needs time, whose interrupt bit
/// is set from the beginning.
struct Slow {
  std::uint64_t left_ns = 0;
  std::uint32_t status = 0;  ///< meanwhile
};

coincide_model slow_model() {
  coincide_model model{};
  model.version = COINCIDE_MODEL_VERSION;
  model.name = "slow";
  model.pci_device_id = 0x7111;
  model.create = [](const coincide_drive*, const coincide_host*) -> void* { return new Slow; };
  model.destroy = [](void* machine) { delete static_cast<Slow*>(machine); };
  model.reset = [](void*, coincide_reset_kind) {};
  model.read_port = [](void* machine, std::uint16_t port, unsigned) -> std::uint32_t {
    Slow& slow = *static_cast<Slow*>(machine);
    if (port == 0x1f0) slow = {3'000'000, 0xd0};
    const bool runs = slow.left_ns != 0;
    if (port == 0xc002) return runs ? 0x05 : 0x04;
    return runs ? slow.status : 0x50;
  };
  model.write_port = [](void* machine, std::uint16_t port, unsigned, std::uint32_t value) {
    if (port == 0xc000 && (value & 1) != 0) *static_cast<Slow*>(machine) = {3'000'000, 0x58};
  };
  model.read_config = [](void*, unsigned, unsigned) -> std::uint32_t { return 0; };
  model.write_config = [](void*, unsigned, unsigned, std::uint32_t) {};
  model.advance = [](void* machine, std::uint64_t ns) {
    auto& left = static_cast<Slow*>(machine)->left_ns;
    left -= std::min(left, ns);
  };
  return model;
}

std::uint64_t failures_with_slow_model(const std::string& text) {
  const auto script = parse_script(text, "t", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  const coincide_model model = slow_model();
  const auto target = ModelTarget::over(model);
  REQUIRE_MESSAGE(target.ok(), target.error().line());
  const auto outcome = (*target)->run(*script);
  REQUIRE_MESSAGE(outcome.ok(), outcome.error().line());
  return outcome->failures();
}

TEST_CASE("a transfer that starts under an old interrupt is waited for") {
  CHECK(failures_with_slow_model("outb 0xc000 9\nexpect inb 0xc002 & 1 == 0\n") == 0);
}

TEST_CASE("the block behind the last word of one is waited for") {
  CHECK(failures_with_slow_model("inw 0x1f0\nexpect inb 0x1f7 & 0x80 == 0\n") == 0);
  CHECK(failures_with_slow_model("expect ins 0x1f0 2 2 0xd000d000\nexpect inb 0x1f7 & 0x80 == 0\n") == 0);
}

TEST_CASE("what a model lacks is told by name") {
  const auto refused = [](auto&& change) {
    coincide_model model = model_of_emulator();
    change(model);
    return ModelTarget::over(model).error().line();
  };
  CHECK(refused([](coincide_model& m) { m.version = 7; }) ==
        "wrapped: was built for version 7 of model.h, and this is 1");
  CHECK(refused([](coincide_model& m) { m.pci_device_id = 0x1234; }) ==
        "wrapped: is device 1234h, and 7010h (PIIX3) and 7111h (PIIX4) are known");
  CHECK(refused([](coincide_model& m) { m.write_config = nullptr; }) == "wrapped: has no function 'write_config'");
  CHECK(ModelTarget::load("/dev/null").error().place == "/dev/null");
}

}  // namespace
}  // namespace coincide
