#include "emu/media/disk_queue.h"

namespace coincide {

std::uint32_t DiskQueue::issue(std::uint8_t unit, DiskOp op, std::uint64_t lba, std::uint64_t count_sectors) {
  const DiskRequest request{++last_number_, unit, op, lba, count_sectors};
  const std::uint64_t wait = policy_.kind == CompletionPolicy::Kind::latency ? policy_.latency_ns : 0;
  pending_.push_back(request);
  due_ns_.push_back(output_.now_ns + wait);
  output_.observe(
      {EventKind::disk_request, static_cast<std::uint8_t>(op), unit, request.number, lba, count_sectors, {}});
  return request.number;
}

void DiskQueue::cancel(std::uint8_t unit) {
  for (std::size_t i = pending_.size(); i-- > 0;) {
    if (pending_[i].unit != unit) continue;
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    due_ns_.erase(due_ns_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void DiskQueue::withdraw(std::uint32_t number) {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (pending_[i].number != number) continue;
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    due_ns_.erase(due_ns_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void DiskQueue::end(std::size_t index, const FaultHit& hit) {
  const DiskRequest request = pending_[index];
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(index));
  due_ns_.erase(due_ns_.begin() + static_cast<std::ptrdiff_t>(index));
  const Drive& drive = drives_[request.unit];
  RequestOwner* owner = request.op == DiskOp::diagnose && drive.self_test != nullptr ? drive.self_test : drive.owner;
  owner->request_done(request, hit);
}

void DiskQueue::complete(std::uint32_t number, const FaultHit& hit) {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (number == 0 || pending_[i].number == number) {
      end(i, hit);
      return;
    }
  }
}

bool DiskQueue::due_now() const {
  for (const std::uint64_t due_ns : due_ns_) {
    if (due_ns <= output_.now_ns) return true;
  }
  return false;
}

void DiskQueue::run_due() {
  if (policy_.kind == CompletionPolicy::Kind::scripted) return;
  for (std::size_t i = 0; i < pending_.size();) {
    if (due_ns_[i] > output_.now_ns) {
      ++i;
      continue;
    }
    const DiskRequest request = pending_[i];
    end(i, drives_[request.unit].faults->strike(request.op, request.lba, request.count_sectors));
    i = 0;  // the end of one request may issue or take back others
  }
}

std::uint64_t DiskQueue::next_due_ns() const {
  std::uint64_t next = ~std::uint64_t{0};
  if (policy_.kind == CompletionPolicy::Kind::scripted) return next;
  for (const std::uint64_t due_ns : due_ns_) {
    if (due_ns < next) next = due_ns;
  }
  return next;
}

}  // namespace coincide
