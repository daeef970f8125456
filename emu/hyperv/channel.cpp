#include "emu/hyperv/channel.h"

namespace coincide::hyperv {

void Channel::offer(std::uint32_t id) {
  id_ = id;
  state_ = ChannelState::offered;
  error_ = ChannelError::none;
}

void Channel::withdraw(ChannelState state) {
  close();
  state_ = state;
  if (state == ChannelState::absent) id_ = 0;
}

bool Channel::open(const HostMemory& memory, const PageRange& pages, std::uint32_t downstream_page,
                   std::uint32_t target_vp) {
  const std::uint64_t count = pages.pages.size();
  // VMBUS-01: whole pages; VMBUS-02: each ring has one at least. A hole among them is refused here too.
  if (pages.offset_bytes != 0 || pages.count_bytes % kPageBytes != 0 || count != pages.count_bytes / kPageBytes)
    return false;
  if (downstream_page == 0 || downstream_page >= count || !memory.covers(pages)) return false;
  const auto part = [&](std::uint64_t first, std::uint64_t end) {
    PageRange range{static_cast<std::uint32_t>((end - first) * kPageBytes), 0, {}};
    range.pages.assign(pages.pages.begin() + static_cast<std::ptrdiff_t>(first),
                       pages.pages.begin() + static_cast<std::ptrdiff_t>(end));
    return range;
  };
  incoming.set_channel(id_);
  outgoing.set_channel(id_);
  if (!incoming.attach(part(0, downstream_page)) || !outgoing.attach(part(downstream_page, count))) return false;
  target_vp_ = target_vp;
  error_ = ChannelError::none;
  state_ = ChannelState::open;
  return true;
}

void Channel::close() {
  if (!is_open()) return;
  state_ = ChannelState::offered;
  incoming.detach();
  outgoing.detach();
}

void Channel::fail(ChannelError error) {
  if (!running()) return;
  state_ = ChannelState::failed;
  error_ = error;
}

void Channel::fail_with_ring() { fail(incoming.error() != ChannelError::none ? incoming.error() : outgoing.error()); }

void Channel::interrupt() {
  if (target_vp_ == kNoInterrupts) return;
  output_.observe({EventKind::vmbus_interrupt, 0, 0, id_, 0, target_vp_, {}});
}

}  // namespace coincide::hyperv
