#include "emu/ata/write_cache.h"

#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {

std::uint64_t WriteCache::Entry::sectors() const { return data.size() / kSectorBytes; }

bool WriteCache::store(std::uint64_t lba, std::span<const std::uint8_t> data) {
  if (data.size() > kMaxBytes - bytes_) return false;
  entries_.push_back({lba, {data.begin(), data.end()}});
  bytes_ += data.size();
  write_next();
  return true;
}

void WriteCache::patch(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  for (const Entry& entry : entries_) {  // a later write lies over an earlier one
    const std::uint64_t begin = entry.lba * kSectorBytes;
    const std::uint64_t from = std::max(begin, offset);
    const std::uint64_t to = std::min<std::uint64_t>(begin + entry.data.size(), offset + bytes.size());
    if (from >= to) continue;
    std::copy_n(entry.data.begin() + static_cast<std::ptrdiff_t>(from - begin), to - from,
                bytes.begin() + static_cast<std::ptrdiff_t>(from - offset));
  }
}

template <class Fn>
void WriteCache::each_overlap(std::uint64_t offset, std::uint64_t count_bytes, Fn fn) {
  for (Entry& entry : entries_) {
    const std::uint64_t begin = entry.lba * kSectorBytes;
    const std::uint64_t from = std::max(begin, offset);
    const std::uint64_t to = std::min(begin + entry.data.size(), offset + count_bytes);
    if (from >= to) continue;
    fn(std::span(entry.data).subspan(static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - from)),
       static_cast<std::size_t>(from - offset));
  }
}

void WriteCache::follow(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  each_overlap(offset, bytes.size(), [&](std::span<std::uint8_t> cached, std::size_t at) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), cached.size(), cached.begin());
  });
}

void WriteCache::follow(std::uint64_t offset, std::uint64_t count_bytes, std::uint8_t value) {
  each_overlap(offset, count_bytes,
               [&](std::span<std::uint8_t> cached, std::size_t) { std::fill(cached.begin(), cached.end(), value); });
}

void WriteCache::write_next() {
  if (request_ != 0 || failed_ || entries_.empty()) return;
  request_ = disk_.issue(DiskOp::write, entries_.front().lba, entries_.front().sectors());
}

void WriteCache::drop_front(std::uint64_t sectors) {
  Entry& entry = entries_.front();
  const std::uint64_t dropped = std::min(sectors, entry.sectors()) * kSectorBytes;
  bytes_ -= dropped;
  if (dropped == entry.data.size()) {
    entries_.erase(entries_.begin());
    return;
  }
  entry.lba += dropped / kSectorBytes;
  entry.data.erase(entry.data.begin(), entry.data.begin() + static_cast<std::ptrdiff_t>(dropped));
}

void WriteCache::written(const FaultHit& end) {
  const std::uint32_t number = request_;
  request_ = 0;
  if (stale_) {
    stale_ = false;
    return write_next();
  }
  const Entry& entry = entries_.front();
  const bool named = end.outcome == DiskOutcome::uncorrectable || end.outcome == DiskOutcome::not_found;
  // The data have crossed the cable long ago: `crc` says nothing of this write.
  const bool ended_well = end.outcome == DiskOutcome::done || end.outcome == DiskOutcome::crc;
  std::uint64_t good = ended_well ? entry.sectors() : 0;
  if (named && end.lba > entry.lba) good = std::min(end.lba - entry.lba, entry.sectors());
  if (good != 0) {
    disk_.commit(number, entry.lba, std::span(entry.data).first(static_cast<std::size_t>(good * kSectorBytes)));
    drop_front(good);
  }
  if (!ended_well && !entries_.empty()) failed_ = {end.outcome, entries_.front().lba};
  if (flushing_ && (entries_.empty() || failed_)) return end_flush();
  write_next();
}

bool WriteCache::flush() {
  if (entries_.empty()) return false;
  flushing_ = true;
  if (failed_) {
    end_flush();
  } else {
    write_next();
  }
  return true;
}

void WriteCache::end_flush() {
  flushing_ = false;
  if (!failed_) return disk_.cache_flushed();
  // ATA6-FLUSH-2: the bad sector is given up; the next FLUSH CACHE goes on after it.
  const FaultHit failure = *failed_;
  failed_.reset();
  drop_front(1);
  disk_.cache_failed(failure);
}

void WriteCache::resume() { write_next(); }

void WriteCache::drain() {
  for (const Entry& entry : entries_) disk_.commit(request_, entry.lba, entry.data);
  clear();
}

void WriteCache::clear() {
  entries_.clear();
  bytes_ = 0;
  stale_ = request_ != 0;
  flushing_ = false;
  failed_.reset();
}

}  // namespace coincide
