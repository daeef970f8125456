// INQUIRY, REQUEST SENSE, TEST UNIT READY.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {
constexpr std::uint64_t kQemuFirstEntry = 28;  ///< QEMU's page 83h: head of the page, and an entry with its 20 bytes
}  // namespace

/// OVMM-DVD-33: it changes nothing.
void OpticalUnit::test_unit_ready() { good(); }  // MMC-TUR-1: the row of the table says what it needs

void OpticalUnit::request_sense() {
  // What a command left; else what waits to be told. It is gone then (MMC-SENSE-2, MMC-UA-3).
  const bool keeps = has(Quirk::qemu_sense) && sense_.key != SenseKey::unit_attention;
  SenseData data = keeps ? sense_ : std::exchange(sense_, {});
  if (data.empty()) {
    if (const auto attention = take_attention()) data = *attention;
  }
  told_ = data;
  if (has(Quirk::qemu_sense)) data = SenseData(SenseCode{data.key, data.asc, 0}).with_information(0);
  send(Reply().bytes(data.bytes()), cdb_[4]);
}

void OpticalUnit::inquiry() {
  const bool vital_product_data = (cdb_[1] & 1) != 0;
  const std::uint8_t page = cdb_[2];
  const std::uint64_t allocation_length = cdb_.u16(3);
  if (!vital_product_data) {
    if (page != 0) return fail_field(2);  // MMC-INQ-2
    Reply reply;
    reply.bytes({device_type(), 0x80, 0x00, 0x21, 0x1f, 0, 0, 0});
    reply.text(config_.vendor, 8).text(config_.product, 16).text(config_.revision, 4);
    return send(reply, allocation_length);
  }
  const bool has_serial = !config_.serial.empty();
  Reply reply;
  reply.bytes({device_type(), page, 0});
  if (page == 0x00) {
    reply.bytes({static_cast<std::uint8_t>(has_serial ? 3 : 2), 0x00});
    if (has_serial) reply.bytes({0x80});
    reply.bytes({0x83});
  } else if (page == 0x80 && has_serial) {
    reply.bytes({20}).text(config_.serial, 20);
  } else if (page == 0x83 && has(Quirk::qemu_inquiry) && allocation_length < kQemuFirstEntry) {
    return fail(SenseCode{SenseKey::illegal_request, 0x4b, 0x00});
  } else if (page == 0x83) {
    // One designator: ASCII, T10 vendor identification and what the vendor makes of it.
    reply.bytes({28, 0x02, 0x01, 0, 24}).text(config_.vendor, 8).text(config_.product, 16);
  } else {
    return fail_field(2);  // MMC-INQ-1
  }
  send(reply, allocation_length);
}

}  // namespace coincide::scsi
