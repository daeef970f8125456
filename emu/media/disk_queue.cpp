#include "emu/media/disk_queue.h"

namespace coincide {

void DiskQueue::issue(RequestOwner& owner, FaultPlan& faults, std::uint8_t unit, DiskOp op, std::uint64_t lba,
                      std::uint64_t count_sectors) {
  const DiskRequest request{++last_number_, unit, op, lba, count_sectors};
  const std::uint64_t wait = policy_.kind == CompletionPolicy::Kind::latency ? policy_.latency_ns : 0;
  pending_.push_back(request);
  waiting_.push_back({&owner, &faults, output_.now_ns + wait});
  output_.observe(
      {EventKind::disk_request, static_cast<std::uint8_t>(op), unit, request.number, lba, count_sectors, {}});
}

void DiskQueue::cancel(std::uint8_t unit) {
  for (std::size_t i = pending_.size(); i-- > 0;) {
    if (pending_[i].unit != unit) continue;
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void DiskQueue::end(std::size_t index, const FaultHit& hit) {
  const DiskRequest request = pending_[index];
  RequestOwner* owner = waiting_[index].owner;
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(index));
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
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
  for (const Waiting& w : waiting_) {
    if (w.due_ns <= output_.now_ns) return true;
  }
  return false;
}

void DiskQueue::run_due() {
  if (policy_.kind == CompletionPolicy::Kind::scripted) return;
  for (std::size_t i = 0; i < waiting_.size();) {
    if (waiting_[i].due_ns > output_.now_ns) {
      ++i;
      continue;
    }
    const DiskRequest& request = pending_[i];
    end(i, waiting_[i].faults->strike(request.op, request.lba, request.count_sectors));
    i = 0;  // the end of one request may issue or take back others
  }
}

std::uint64_t DiskQueue::next_due_ns() const {
  std::uint64_t next = ~std::uint64_t{0};
  if (policy_.kind == CompletionPolicy::Kind::scripted) return next;
  for (const Waiting& w : waiting_) {
    if (w.due_ns < next) next = w.due_ns;
  }
  return next;
}

}  // namespace coincide
