// What a recording shows of the four units: which are disks and what they say of themselves, which are packet
// devices. It looks at answers only (the source's, not ours).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "trace/event_list.h"

namespace coincide {

struct UnitEvidence {
  /// It answered: Status was read with DRDY set after a command to it.
  bool answers = false;
  /// It posted the packet signature (LBA Mid 14h, LBA High EBh: ATA6-SIG-2), or gave data for IDENTIFY PACKET DEVICE.
  bool packet = false;
  /// The first IDENTIFY DEVICE data that the source shows whole.
  std::optional<std::array<std::uint16_t, 256>> identify;
  /// The first IDENTIFY PACKET DEVICE data that the source shows whole.
  std::optional<std::array<std::uint16_t, 256>> identify_packet;
  /// The first standard INQUIRY data, up to the revision.
  std::optional<std::array<std::uint8_t, 36>> inquiry;
  /// Sectors of 512 bytes of its first medium, as the answer to READ CAPACITY says; 0 if it was not asked.
  std::uint64_t capacity_sectors = 0;
  /// One past the highest sector that a 28- or 48-bit command named.
  std::uint64_t sectors_named = 0;

  bool disk() const { return !packet && (answers || identify.has_value()); }
};

std::array<UnitEvidence, 4> survey_units(const EventList& events);

/// Characters of IDENTIFY words first..last, without the padding (ATA6-ID-2).
std::string identify_text(const std::array<std::uint16_t, 256>& words, unsigned first, unsigned last);

}  // namespace coincide
