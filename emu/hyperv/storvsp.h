// StorVSP: the SCSI controller that a guest reaches over VMBus (storvsp.tsv). One primary channel, which goes through
// the initialisation, and as many subchannels as the controller offers; behind them logical units.
//
// All of it is one worker without a clock of its own. It looks at a channel when the guest opens or signals it, and
// when a command has ended; then it goes on until there is nothing left to do. A unit runs one command at a time.
//
// storvsp.cpp            rings, packets, completions
// storvsp_protocol.cpp   the operations, by state
// storvsp_scsi.cpp       SRBs: which unit, what is answered without one
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "emu/hyperv/lun.h"
#include "emu/hyperv/vmbus.h"
#include "emu/profile.h"

namespace coincide::hyperv {

struct StorVspConfig {
  OfferInfo offer;
  /// Every SRB's path is this one, whatever the guest says (IDEACC-08).
  std::optional<std::uint8_t> forced_path;
  std::uint16_t max_subchannels = 0;
  std::uint16_t queue_depth = 256;  ///< SRBs of a channel at a time, at least 1 (STORVSP-61)
  Profile profile;
};

/// The offer of the accelerator of an IDE device, and of a SCSI controller.
OfferInfo ide_offer(std::uint8_t channel, std::uint8_t device);
OfferInfo scsi_offer(const Guid& instance_id, std::uint16_t order = 0);

/// How far the initialisation has come. Numbers are part of the trace format (register protocol_state).
enum class StorState : std::uint8_t { begin, query_version, query_properties, end_initialization, ready };

class StorVsp final : public ChannelDevice, private LunHost {
 public:
  /// Its registers are observed under `scope`. Vmbus::add is the caller's.
  StorVsp(Output& output, Vmbus& vmbus, Scope scope, StorVspConfig config);

  /// A unit appears at an address that has none: the caller attaches its unit, then says rescan().
  Lun& add_lun(const ScsiAddress& address);
  void remove_lun(const ScsiAddress& address);
  /// Tells the guest that units came or went (STORVSP-44).
  void rescan();
  /// Power cycle, after Vmbus::reset.
  void reset();

  const OfferInfo& offer() const override { return config_.offer; }
  std::uint16_t max_subchannels() const override { return config_.max_subchannels; }
  void channel_opened(unsigned index) override;
  void channel_closed(unsigned index) override;
  void channel_signalled(unsigned index) override;

  StorState state() const { return state_; }
  const RegisterFile<AcceleratorReg>& registers() const { return regs_; }

  template <class Archive>
  void fields(Archive& archive) {
    archive(state_, version_number_, subchannels_asked_, workers_, recycled_, regs_);
    for (auto& lun : luns_) archive(*lun);
    if constexpr (!Archive::kSaving) {
      version_ = find_stor_version(version_number_);
      bool good = state_ <= StorState::ready && (version_ != nullptr || state_ <= StorState::query_version) &&
                  workers_.size() == config_.max_subchannels + 1u;
      for (auto& lun : luns_) good = good && lun->workers_below(workers_.size());
      if (!good) {
        for (auto& lun : luns_) lun->forget();
        archive.fail();
        state_ = StorState::begin;
        workers_.assign(config_.max_subchannels + 1u, {});
      }
    }
  }

 private:
  /// A completion that waits for room.
  struct Reply {
    std::uint64_t transaction_id = 0;
    std::vector<std::uint8_t> payload;

    template <class Archive>
    void fields(Archive& archive) {
      archive(transaction_id, payload);
      if constexpr (!Archive::kSaving) {
        if (payload.size() > kStorHeadBytes + kSrbBytes) archive.fail();
      }
    }
  };
  struct Worker {
    std::vector<Reply> finished;  ///< SRBs that have ended, oldest first
    bool rescan = false;

    template <class Archive>
    void fields(Archive& archive) {
      archive(finished, rescan);
    }
  };
  /// What a request structure keeps of its last use (quirk openvmm-storvsp-recycled-requests).
  struct Recycled {
    SrbBytes srb{};
    std::uint32_t reply_bytes = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(srb, reply_bytes);
      if constexpr (!Archive::kSaving) {
        if (reply_bytes < kStorHeadBytes || reply_bytes > kStorHeadBytes + kSrbBytes) {
          archive.fail();
          reply_bytes = kStorHeadBytes;
        }
      }
    }
  };
  struct OperationRow {
    StorOperation operation;
    std::uint32_t least_bytes;  ///< of the payload, head included (STORVSP-19)
    void (StorVsp::*run)(unsigned index, const Packet& packet);
  };
  static std::span<const OperationRow> operations();

  // storvsp.cpp
  void run();
  bool serve(unsigned index);
  bool send_finished(Channel& channel, Worker& worker, bool& blocked);
  bool read_requests(Channel& channel, unsigned index);
  bool commit(Channel& channel);
  void fail(Channel& channel, ChannelError error);
  void take_packet(Channel& channel, unsigned index, const Packet& packet);
  void reply(unsigned index, const Packet& request, NtStatus status, std::span<const std::uint8_t> payload = {});
  std::uint32_t outstanding(unsigned index) const;
  void show();
  bool has(Quirk quirk) const { return config_.profile.has(quirk); }

  // storvsp_protocol.cpp
  bool expects(unsigned index, const Packet& packet, StorState state);
  void begin_initialization(unsigned index, const Packet& packet);
  void query_protocol_version(unsigned index, const Packet& packet);
  void query_properties(unsigned index, const Packet& packet);
  void create_sub_channels(unsigned index, const Packet& packet);
  void end_initialization(unsigned index, const Packet& packet);
  void reset_units(unsigned index, const Packet& packet);
  void send_rescan(Channel& channel);

  // storvsp_scsi.cpp
  void execute_srb(unsigned index, const Packet& packet);
  void dispatch(StorRequest request);
  StorEnd report_luns(const StorRequest& request);
  StorEnd inquiry_of_nothing(const StorRequest& request);
  StorEnd send_data(const StorRequest& request, std::span<const std::uint8_t> data);
  Lun* find_lun(const ScsiAddress& address);

  void lun_awake() override { run(); }
  void request_ended(const StorRequest& request, const StorEnd& end) override;
  HostMemory& host_memory() override { return vmbus_.memory(); }

  Vmbus& vmbus_;
  StorVspConfig config_;
  RegisterFile<AcceleratorReg> regs_;
  StorState state_ = StorState::begin;
  std::uint16_t version_number_ = 0;
  const StorVersion* version_ = nullptr;  ///< that of version_number_
  bool subchannels_asked_ = false;        ///< before END_INITIALIZATION, which allows it once (STORVSP-34)
  std::vector<Worker> workers_;           ///< by channel index
  std::vector<Recycled> recycled_;
  std::vector<std::unique_ptr<Lun>> luns_;  ///< by address
  bool running_ = false;                    ///< run() is under way: whoever calls it again is heard by it
};

}  // namespace coincide::hyperv
