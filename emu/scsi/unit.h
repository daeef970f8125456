// A SCSI logical unit as its transport sees it: ATAPI's PACKET protocol and StorVSP serve the same units. Nothing of
// ATA and nothing of VMBus stands here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "emu/snapshot.h"

namespace coincide::scsi {

enum class Direction : std::uint8_t { none, in, out };
enum class Status : std::uint8_t {
  good = 0x00,
  check_condition = 0x02,
  reservation_conflict = 0x18,  ///< no sense goes with it
  task_aborted = 0x40,
};
/// What the sense of a command that failed does not say; a transport with a status of its own asks (srb_status.h).
enum class Ending : std::uint8_t {
  plain,
  buffer_too_small,  ///< the transport's buffer does not hold the data
  medium,            ///< the medium said so, not a check of the command
  invalid,           ///< a check of the command, whatever the sense
};

/// Sense data of the last command that ended with CHECK CONDITION. ATAPI shows the key in Error bits 7:4.
struct Sense {
  std::uint8_t key = 0;
  std::uint8_t asc = 0;
  std::uint8_t ascq = 0;

  template <class Archive>
  void fields(Archive& archive) {
    archive(key, asc, ascq);
  }
};

/// The transport's side. A unit calls these inside Unit::command, Unit::resume, or when a disk request ends; never more
/// than one of them for one call.
class Initiator {
 public:
  virtual ~Initiator() = default;
  /// `bytes` (1 to kMaxPiece) of data-in are ready: read them with Unit::take, then call Unit::resume.
  virtual void data_in(std::uint32_t bytes) = 0;
  /// The unit wants `bytes` (1 to kMaxPiece) of data-out: give them with Unit::give, then call Unit::resume.
  virtual void data_out(std::uint32_t bytes) = 0;
  /// The command has ended.
  virtual void done(Status status, const Sense& sense) = 0;
  /// Most bytes that it passes on at a time: what is read from a medium comes in pieces of so many whole blocks.
  virtual std::uint32_t piece_limit() const { return ~std::uint32_t{0}; }
  /// True if the data of the present command move over a link that checks them by CRC, so that a disk request can end
  /// with that error (4/08/03).
  virtual bool link_checks_data() const { return false; }
};

class Unit {
 public:
  /// Most bytes of one piece of data; longer transfers come in several.
  static constexpr std::uint32_t kMaxPiece = 64 * 1024;

  virtual ~Unit() = default;
  /// Begins a command. `cdb` is 6 to 16 bytes. `data_limit`: bytes that the transport can move for it (all ones: no
  /// limit).
  virtual void command(std::span<const std::uint8_t> cdb, std::uint64_t data_limit) = 0;
  /// Bytes of the present piece, from its start or after what was taken (given) before.
  virtual void take(std::span<std::uint8_t> out) = 0;
  virtual void give(std::span<const std::uint8_t> in) = 0;
  /// The present piece has moved; or the host broke off (`all` = false): then the command ends with Initiator::done.
  virtual void resume(bool all) = 0;
  /// The same, but the link's check says that the bytes of the piece did not arrive as they were sent: the command ends
  /// with CHECK CONDITION.
  virtual void link_failed() { resume(false); }
  /// Direction of the command under way, known when command() has begun it.
  virtual Direction direction() const = 0;
  /// About the last command that ended.
  virtual Ending ending() const { return Ending::plain; }
  /// About the last command, if it was good: the bytes that it says it moved, where these are not those that it did.
  virtual std::optional<std::uint32_t> claimed_bytes() const { return std::nullopt; }
  /// Takes back the command under way; nothing is called any more (reset, DEVICE RESET, SRST).
  virtual void cancel() = 0;
  /// Hard reset or power cycle: unit attention 29h; operating modes to their initial state as the standard says.
  virtual void reset(bool power_on) = 0;
  /// A medium lies where it can be used.
  virtual bool medium_present() const { return true; }
  /// Peripheral device type of INQUIRY byte 0 (ATA6-IDP-3).
  virtual std::uint8_t device_type() const = 0;
  /// Stimuli: a medium comes, the eject button is pressed, a medium is taken out by force.
  virtual void medium_inserted(std::uint32_t index) = 0;
  virtual void eject_pressed() = 0;
  virtual void medium_removed() = 0;

  virtual void save(SnapshotWriter& archive) = 0;
  virtual void restore(SnapshotReader& archive) = 0;
};

}  // namespace coincide::scsi
