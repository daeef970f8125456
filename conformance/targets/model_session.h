// A model behind conformance/targets/model.h as a script's target, with the memory, the media and the interrupt lines
// that the suite has for it. The model's registers from within and its requests are not seen, so they are not judged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "conformance/targets/model.h"
#include "conformance/targets/peer_session.h"
#include "emu/board.h"
#include "emu/bus/memory.h"
#include "emu/media/overlay.h"

namespace coincide {

class ModelSession final : public PeerSession {
 public:
  /// Powers a machine on. `model` must outlive it.
  ModelSession(const coincide_model& model, const Board& board);
  ModelSession(const ModelSession&) = delete;
  ModelSession& operator=(const ModelSession&) = delete;
  ~ModelSession() override;

  /// False: the model could not make such a machine, and nothing may be asked of this.
  bool made() const { return machine_ != nullptr; }

  std::optional<bool> irq(unsigned line) const override { return lines_[line & 1].level; }
  std::optional<std::uint64_t> counter(Counter counter) const override;
  void clear_counters() override;
  bool read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  struct Line {
    bool level = false;
    std::uint64_t rises = 0;
  };

  coincide_host host();
  std::uint32_t read_port(std::uint32_t port, unsigned width) override;
  void write_port(std::uint32_t port, unsigned width, std::uint32_t value) override;
  std::uint32_t read_config(std::uint32_t offset, unsigned width) override;
  void write_config(std::uint32_t offset, unsigned width, std::uint32_t value) override;
  void memory(const Event& stimulus) override;
  void advance(std::uint64_t ns) override;
  void reset(ResetKind kind) override;
  bool work(unsigned look) override;
  /// Configuration mechanism #1: true if CONFADD names the IDE function.
  bool addresses_function() const;

  const coincide_model& model_;
  std::uint8_t pci_device_;
  GuestMemory memory_;
  std::vector<Overlay> media_;  ///< by unit
  std::array<Line, 2> lines_;   ///< 14 and 15
  std::uint32_t config_address_ = 0;
  coincide_host host_;
  void* machine_ = nullptr;
};

}  // namespace coincide
