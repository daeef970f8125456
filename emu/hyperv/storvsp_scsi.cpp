// EXECUTE_SRB: which unit is asked, and what StorVSP answers itself (sheet 3.5).
#include <algorithm>

#include "emu/hyperv/little_endian.h"
#include "emu/hyperv/storvsp.h"
#include "emu/scsi/reply.h"

namespace coincide::hyperv {
namespace {

constexpr std::uint8_t kInquiry = 0x12;
constexpr std::uint8_t kReportLuns = 0xa0;
constexpr std::size_t kLunEntryBytes = 8;
constexpr std::size_t kAbsentInquiryBytes = 104;

ScsiAddress address_of(const SrbBytes& srb) { return {srb[srb_at::path], srb[srb_at::target], srb[srb_at::lun]}; }

}  // namespace

Lun* StorVsp::find_lun(const ScsiAddress& address) {
  // STORVSP-55
  const auto found = std::find_if(luns_.begin(), luns_.end(), [&](const auto& l) { return l->address() == address; });
  return found == luns_.end() ? nullptr : found->get();
}

void StorVsp::execute_srb(unsigned index, const Packet& packet) {
  Channel& channel = *vmbus_.channel(*this, index);
  if (packet.type == PacketType::transfer_pages) return fail(channel, ChannelError::transfer_pages);  // STORVSP-21
  auto ranges = parse_ranges(packet.ranges, packet.count_ranges);
  if (!ranges) return fail(channel, ChannelError::gpa_ranges);                 // STORVSP-22
  if (ranges->size() > 1) return fail(channel, ChannelError::several_ranges);  // STORVSP-23, STORVSP-50
  StorRequest request;
  request.worker = static_cast<std::uint8_t>(index);
  request.channel = channel.id();
  request.transaction_id = packet.transaction_id;
  const std::size_t given = std::min<std::size_t>(packet.payload.size() - kStorHeadBytes, kSrbBytes);
  request.reply_bytes = static_cast<std::uint32_t>(kStorHeadBytes + given);  // STORVSP-27
  if (!recycled_.empty()) {                                                  // STORVSP-48, STORVSP-49
    request.srb = recycled_.back().srb;
    request.reply_bytes = recycled_.back().reply_bytes;
    recycled_.pop_back();
  }
  std::copy_n(packet.payload.begin() + kStorHeadBytes, given, request.srb.begin());
  const std::uint32_t wanted = request.transfer_bytes();
  if (wanted > (ranges->empty() ? 0 : ranges->front().count_bytes))
    return fail(channel, ChannelError::short_range);  // STORVSP-23
  if (!ranges->empty()) request.range = std::move(ranges->front());
  request.range.count_bytes = wanted;                                                           // STORVSP-50
  if (state_ != StorState::ready) return reply(index, packet, NtStatus::invalid_device_state);  // STORVSP-36
  dispatch(std::move(request));
}

void StorVsp::dispatch(StorRequest request) {
  const std::uint8_t opcode = request.srb[srb_at::cdb];
  if (opcode == kReportLuns) return request_ended(request, report_luns(request));
  ScsiAddress address = address_of(request.srb);
  if (config_.forced_path) address.path = *config_.forced_path;  // IDEACC-08
  if (Lun* lun = find_lun(address)) return lun->queue(std::move(request));
  if (opcode == kInquiry) return request_ended(request, inquiry_of_nothing(request));
  StorEnd end;  // STORVSP-56
  end.srb_status = srb_status::invalid_lun;
  end.scsi_status = static_cast<std::uint8_t>(scsi::Status::check_condition);
  request_ended(request, end);
}

StorEnd StorVsp::send_data(const StorRequest& request, std::span<const std::uint8_t> data) {
  if (!request.may_write_memory() || !vmbus_.memory().write(request.range, 0, data, request.channel))
    return invalid_field();
  StorEnd end;
  end.moved_bytes = static_cast<std::uint32_t>(data.size());
  return end;
}

/// STORVSP-57, IDEACC-09: the units of the request's own path and target, whatever path is forced.
StorEnd StorVsp::report_luns(const StorRequest& request) {
  const ScsiAddress asked = address_of(request.srb);
  scsi::Reply list;
  std::uint32_t count = 0;
  scsi::Reply entries;
  for (const auto& lun : luns_) {
    if (lun->address().path != asked.path || lun->address().target != asked.target) continue;
    entries.u16(lun->address().lun).zeros(kLunEntryBytes - 2);
    ++count;
  }
  list.u32(count * static_cast<std::uint32_t>(kLunEntryBytes)).zeros(4).bytes(entries.data());
  if (request.transfer_bytes() < kLunEntryBytes) return {};
  return send_data(request, list.data().first(std::min<std::size_t>(list.size(), request.transfer_bytes())));
}

/// STORVSP-58
StorEnd StorVsp::inquiry_of_nothing(const StorRequest& request) {
  const std::span cdb = std::span(request.srb).subspan(srb_at::cdb);
  const std::uint32_t allocated = cdb[3] * 256u + cdb[4];
  if (request.transfer_bytes() < allocated || !request.may_write_memory() || allocated < 5) return invalid_field();
  if ((cdb[1] & 1) != 0 || cdb[2] != 0) return invalid_field();
  scsi::Reply data;
  data.bytes({0x7f, 0x00, 0x05, 0x02, 0x63, 0, 0, 0});
  if (request.srb[srb_at::lun] == 0) data.text("Msft", 8).text("Virtual Disk", 16).text("1.0", 4);
  data.zeros(kAbsentInquiryBytes - data.size());
  return send_data(request, data.data().first(std::min<std::size_t>(data.size(), allocated)));
}

}  // namespace coincide::hyperv
