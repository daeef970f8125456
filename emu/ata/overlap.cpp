#include "emu/ata/overlap.h"

#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {

using namespace interrupt_reason;

void Overlap::reset(ResetKind /*kind*/) {
  discard();
  serving_ = false;
  disk_.regs().set(DeviceReg::release_interrupt, 0);
  disk_.regs().set(DeviceReg::service_interrupt, 0);
}

void Overlap::software_reset(bool revert) {
  discard();
  serving_ = false;
  if (!revert) return;  // ATA6-SRST-5
  disk_.regs().set(DeviceReg::release_interrupt, 0);
  disk_.regs().set(DeviceReg::service_interrupt, 0);
}

bool Overlap::live(std::uint8_t tag) const {
  return std::any_of(queue_.begin(), queue_.end(), [&](const Released& r) { return r.tag == tag; });
}

bool Overlap::any_ready() const {
  return std::any_of(queue_.begin(), queue_.end(), [](const Released& r) { return r.request == 0; });
}

void Overlap::show() {
  disk_.regs().set(DeviceReg::queued_commands, queue_.size());
  disk_.set_service(any_ready());
}

void Overlap::discard() {
  for (const Released& released : queue_) {
    if (released.request != 0) disk_.withdraw(released.request);
  }
  queue_.clear();
  show();
}

bool Overlap::admits(const CommandRow* row) {
  const bool queued = row != nullptr && row->set == FeatureSet::overlap;
  disk_.define_service(queued || !queue_.empty());
  if (queue_.empty() || queued) return true;
  if (row != nullptr && row->opcode == 0x00) return true;  // NOP has its own say: ATA6-NOP-2
  discard();                                               // ATA6-OVL-7
  return false;
}

void Overlap::start(const CommandRow& row) {
  RegisterFile<DeviceReg>& regs = disk_.regs();
  const auto tag = static_cast<std::uint8_t>(regs.byte(DeviceReg::sector_count) >> tag_shift);  // ATA6-OVL-5
  const bool interrupts = regs.get(DeviceReg::release_interrupt) != 0;
  regs.set(DeviceReg::tag, tag);
  serving_ = true;
  // ATA6-OVL-6: a tag that is in use takes the queue with it. More commands than word 75 tells are as wrong.
  if (live(tag) || queue_.size() >= disk_.config().queue_depth) return disk_.abort();
  if (!interrupts && row.opcode != 0xcc) return disk_.abort();  // ATA6-OVL-15
  Transfer transfer;
  if (!disk_.prepare(row, transfer)) return;
  if (!interrupts) return data_phase(transfer, {});
  serving_ = false;
  const std::uint32_t request = transfer.access == MediaAccess::read
                                    ? disk_.issue(DiskOp::read, transfer.lba, transfer.remaining)
                                    : disk_.issue(DiskOp::seek, transfer.lba, 0);
  queue_.push_back({tag, request, {}, transfer});
  show();
  // ATA6-OVL-16: REL=1, I/O=0, C/D=0; ATA6-INT-7
  regs.set(DeviceReg::sector_count, static_cast<unsigned>(tag) << tag_shift | REL);
  disk_.release_bus();
}

bool Overlap::owns(std::uint32_t request) const {
  return request != 0 &&
         std::any_of(queue_.begin(), queue_.end(), [&](const Released& r) { return r.request == request; });
}

void Overlap::request_done(std::uint32_t request, const FaultHit& end) {
  const auto it = std::find_if(queue_.begin(), queue_.end(), [&](const Released& r) { return r.request == request; });
  Released released = *it;
  queue_.erase(it);
  released.request = 0;
  released.end = end;
  queue_.push_back(released);
  const bool asked = disk_.service_asked();
  show();
  // ATA6-OVL-4, ATA6-INT-8: one interrupt until SERV has gone back to 0. A busy device tells it when it is done.
  if (!asked) disk_.request_service();
}

void Overlap::service() {
  const auto it = std::find_if(queue_.begin(), queue_.end(), [](const Released& r) { return r.request == 0; });
  serving_ = true;
  if (it == queue_.end()) return disk_.abort();  // nothing asked for it
  const Released released = *it;
  queue_.erase(it);
  show();
  disk_.regs().set(DeviceReg::tag, released.tag);
  data_phase(released.transfer, released.end);
}

void Overlap::data_phase(const Transfer& transfer, const FaultHit& end) {
  const bool read = transfer.access == MediaAccess::read;
  const std::uint64_t tag = disk_.regs().get(DeviceReg::tag);
  // ATA6-OVL-16: REL=0, C/D=0. ATA6-OVL-9: no interrupt says so, SERVICE interrupt or not. ATA6-OVL-10: it goes
  // through to the end.
  disk_.regs().set(DeviceReg::sector_count, tag << tag_shift | (read ? IO : 0u));
  disk_.run_queued(transfer, end);
}

unsigned Overlap::ended(unsigned open_after, bool error) {
  if (!serving_) return open_after;
  serving_ = false;
  if (error) discard();  // ATA6-OVL-8, ATA6-OVL-6
  // ATA6-OVL-16: REL=0, I/O=1, C/D=1
  disk_.regs().set(DeviceReg::sector_count, disk_.regs().get(DeviceReg::tag) << tag_shift | IO | CD);
  return open_after & ~unsigned{Disk::Open::kOpenCount};
}

}  // namespace coincide
