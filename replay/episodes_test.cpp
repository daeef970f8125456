#include "replay/episodes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "replay/test_driver.h"

namespace coincide {
namespace {

/// "primary master READ DMA lba=0x100 count=8; ..." of one lane.
std::string told(const Episodes& episodes, unsigned channel) {
  std::string out;
  for (const Episode& episode : episodes.channels[channel]) {
    out += (out.empty() ? "" : "; ") + episode.unit_text() + " " + episode.text();
  }
  return out;
}

constexpr std::string_view kBoard =
    "board disk 0:0 pattern:HD0 sectors=64\nboard disk 0:1 pattern:HD1 sectors=64\nboard disk 1:0 pattern:HD2 "
    "sectors=64\n"
    "enable\n";

Episodes split(std::string_view script) {
  return split_episodes(run_driver(std::string(kBoard) + std::string(script)));
}

TEST_CASE("each Command write is an episode of its channel, with its set-up before it") {
  const EventList events = run_driver(kDriver);
  const Episodes episodes = split_episodes(events);
  CHECK(told(episodes, 0) ==
        "primary master IDENTIFY DEVICE; primary master READ DMA lba=0x100 count=8; primary master WRITE SECTOR(S) "
        "lba=0x200 "
        "count=2; primary master FLUSH CACHE; primary master READ SECTOR(S) lba=0x200 count=1");
  CHECK(told(episodes, 1) == "secondary master READ SECTOR(S) lba=0x10 count=1");
  // The PRD table was written before the bus master was set up: it belongs to the command that uses it.
  const Episode& dma = episodes.channels[0].at(1);
  CHECK(events[dma.events.front()].kind == EventKind::mem_write);
}

TEST_CASE("every stimulus and observation stands in one place; a bus reset in both lanes") {
  EventList events =
      run_driver(std::string(kDriver) + "reset pci\nenable\ninb primary.status\nmem_write 0x1000 0x00\n");
  const Episodes episodes = split_episodes(events);
  std::multiset<std::uint32_t> seen(episodes.function.begin(), episodes.function.end());
  for (const auto& lane : episodes.channels) {
    for (const Episode& episode : lane) seen.insert(episode.events.begin(), episode.events.end());
  }
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    CAPTURE(i);
    CHECK(seen.count(i) == (events[i].kind == EventKind::reset ? 2 : 1));
  }
}

TEST_CASE("a soft reset is an episode, and looking at both signatures belongs to it") {
  const EventList events =
      run_driver(std::string(kBoard) +
                 "srst primary\noutb primary.device 0xa0\ninb primary.lba_mid\n"
                 "outb primary.device 0xb0\ninb primary.lba_mid\ncommand primary 1 IDENTIFY_DEVICE\n");
  const Episodes episodes = split_episodes(events);
  CHECK(told(episodes, 0) == "primary soft reset; primary slave IDENTIFY DEVICE");
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == EventKind::port_read) CHECK(episodes.find(i)->kind == EpisodeKind::soft_reset);
  }
}

TEST_CASE("what a drive does on its own time belongs to the command it had") {
  // The host sets up the next command while the drive still works on the first.
  const EventList events = run_driver(
      "board disk 0:0 pattern:HD0 sectors=64\nboard completion latency 1000\nenable\n"
      "command primary 0 READ_VERIFY_SECTORS lba=0 count=1\noutl primary.bmidtp 0x1000\nclock_step 5000\n");
  const Episodes episodes = split_episodes(events);
  REQUIRE(episodes.channels[0].size() == 2);
  const auto irq = [&](const Episode& episode) {
    return std::any_of(episode.events.begin(), episode.events.end(),
                       [&](std::uint32_t n) { return events[n].kind == EventKind::irq && events[n].value == 1; });
  };
  CHECK(irq(episodes.channels[0][0]));
  CHECK_FALSE(irq(episodes.channels[0][1]));
  CHECK(episodes.channels[0][1].text() == "set-up without a command");
}

TEST_CASE("stopping and clearing the bus master belongs to the command, direction before the table to the next") {
  const Episodes episodes = split(
      "prd 0x1000 (0x20000 0x200 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=0 count=1\n"
      "dma_start primary read\ndma_stop primary\noutb primary.bmis 0x06\n"
      "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 count=1\ndma_start primary read\ndma_stop "
      "primary\n");
  REQUIRE(episodes.channels[0].size() == 2);
  CHECK(episodes.channels[0][0].text() == "READ DMA lba=0x0 count=1");
  CHECK(episodes.channels[0][1].text() == "READ DMA lba=0x1 count=1");
}

TEST_CASE("find leads from an event to its episode") {
  const EventList events = run_driver(kDriver);
  const Episodes episodes = split_episodes(events);
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    if (events[i].kind != EventKind::port_write || events[i].where != 0x1f7) continue;
    const Episode* episode = episodes.find(i);
    REQUIRE(episode != nullptr);
    CHECK(episode->command->opcode == events[i].value);
  }
  CHECK(episodes.find(events.size()) == nullptr);
}

}  // namespace
}  // namespace coincide
