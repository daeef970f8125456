#include "emu/ata/legality.h"

namespace coincide {
namespace {

constexpr Outcome outcome_of(Protocol protocol) {
  return static_cast<Outcome>(static_cast<unsigned>(Outcome::non_data) + static_cast<unsigned>(protocol));
}
static_assert(outcome_of(Protocol::diagnostic) == Outcome::diagnostic);

}  // namespace

const char* name_of(Outcome outcome) {
  static constexpr const char* kNames[] = {
      "not answered", "ignored",     "indeterminate", "aborted",      "aborted with signature",
      "non-data",     "PIO data-in", "PIO data-out",  "DMA in",       "DMA out",
      "queued in",    "queued out",  "packet",        "device reset", "diagnostic"};
  return kNames[static_cast<unsigned>(outcome)];
}

bool DeviceOptions::has(Feature feature) const {
  if (feature == Feature::hpa && features.has(Feature::removable)) return false;  // ATA6-HPA-14
  if (feature == Feature::hpa_security && !has(Feature::hpa)) return false;
  return features.has(feature);
}

Outcome legality(const CommandWrite& command, DeviceType type, CommandState state, const DeviceOptions& options) {
  const CommandRow* row =
      find_command(command.opcode, subcommand_of(command.opcode, command.features, command.after_read_native_max));
  const Protocol protocol = row != nullptr ? row->protocol : Protocol::non_data;
  const bool busy = state == CommandState::busy || state == CommandState::drq_in || state == CommandState::drq_out;
  const bool sleeping = state == CommandState::sleeping;
  if (type == DeviceType::absent) {
    // ATA6-ABS-3, ATA6-ABS-6: nobody stands in for Device 0, and Device 0 for Device 1 only with its diagnostic
    // (ATA6-DIAG-6). Asleep it does not even see DEV (ATA6-SEL-11).
    if (!command.dev || protocol != Protocol::diagnostic || sleeping) return Outcome::not_answered;
    return busy ? Outcome::indeterminate : Outcome::diagnostic;
  }
  // §8.9.7, table 20: DEVICE RESET reaches a packet device at any time.
  if (type == DeviceType::packet && protocol == Protocol::device_reset) return Outcome::device_reset;
  if (busy) return Outcome::indeterminate;      // ATA6-PROT-7
  if (sleeping) return Outcome::ignored;        // ATA6-SEL-11
  if (row == nullptr) return Outcome::aborted;  // ATA6-CMD-1
  if (type == DeviceType::packet && row->packet == Support::prohibited_signature) {
    return Outcome::aborted_with_signature;  // §8.15.5.2, §8.34.5.2
  }
  if (!supports(*row, type, options)) return Outcome::aborted;
  if (lba_only(*row) && command.form == AddressForm::chs) return Outcome::aborted;  // ATA6-RW-10
  const bool locked = state == CommandState::locked;
  const bool frozen = state == CommandState::frozen;
  return permits(row->permission, locked, frozen) ? outcome_of(protocol) : Outcome::aborted;
}

}  // namespace coincide
