// What the small messages of a trace say (FORMAT.md sections 3 and 7), and their canonical bytes. Chunks, which have to
// be fast, are in chunk.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trace/bytes.h"
#include "trace/digest.h"

namespace coincide {

inline constexpr std::uint16_t kFormatVersion = 1;

/// What the source of a run could observe. Numbers of bits are part of the format.
namespace sees {
inline constexpr std::uint64_t read_values = 1u << 0;    ///< what port and configuration reads returned
inline constexpr std::uint64_t open_bits = 1u << 1;      ///< which bits of those the standard leaves open
inline constexpr std::uint64_t block_data = 1u << 2;     ///< the bytes of string input
inline constexpr std::uint64_t write_data = 1u << 3;     ///< the bytes of string output
inline constexpr std::uint64_t registers = 1u << 4;      ///< register_change
inline constexpr std::uint64_t irq = 1u << 5;            ///< irq
inline constexpr std::uint64_t config = 1u << 6;         ///< config_read, config_write
inline constexpr std::uint64_t memory = 1u << 7;         ///< mem_read, mem_write
inline constexpr std::uint64_t dma_addresses = 1u << 8;  ///< dma_read, dma_write: address, length, PRD
inline constexpr std::uint64_t dma_bytes = 1u << 9;      ///< their payloads
inline constexpr std::uint64_t disk_requests = 1u << 10;
inline constexpr std::uint64_t disk_data = 1u << 11;
inline constexpr std::uint64_t bus_faults = 1u << 12;
inline constexpr std::uint64_t deferred = 1u << 13;  ///< port_write_deferred, port_write_done
inline constexpr std::uint64_t vmbus = 1u << 14;     ///< vmbus_interrupt, vmbus_read, vmbus_write
inline constexpr std::uint64_t time = 1u << 15;      ///< virtual time
/// The emulator sees everything.
inline constexpr std::uint64_t everything = (1u << 16) - 1;
}  // namespace sees

/// What a run is of. All of it enters the run's name.
struct TraceHeader {
  std::string board;    ///< canonical text lines, each ended by LF
  std::string profile;  ///< empty: the emulator did not make this run
  std::uint64_t sees = sees::everything;
  std::uint16_t format_version = kFormatVersion;
  bool operator==(const TraceHeader&) const = default;
};

/// Where a file came from. Enters nothing; `when` is filled only by who was told to, so that runs repeat exactly.
struct Provenance {
  std::string tool;  ///< what wrote the events: program and version
  std::string who;
  std::string when;         ///< RFC 3339
  std::string source;       ///< file or address that the events were made from
  std::string source_hash;  ///< its XXH3-128, 32 hexadecimal digits
  std::string authority;    ///< "rule", "peer NAME VERSION", "capture NAME"
  std::string note;
  bool operator==(const Provenance&) const = default;
};

/// One chunk, as the index knows it.
struct ChunkInfo {
  std::uint64_t offset = 0;         ///< of its frame in the file
  std::uint64_t first_event = 0;    ///< number of its first event
  std::uint64_t first_time_ns = 0;  ///< virtual time of its first event
  Digest hash;
  Digest chain;  ///< after this chunk
  bool operator==(const ChunkInfo&) const = default;
};

struct TraceIndex {
  std::vector<ChunkInfo> chunks;
  std::uint64_t events = 0;
  std::uint64_t end_time_ns = 0;  ///< virtual time of the last event
  bool operator==(const TraceIndex&) const = default;
};

struct TraceTrailer {
  std::uint64_t events = 0;
  std::uint64_t chunks = 0;
  std::uint64_t index_offset = 0;
  Digest name;  ///< the last chain
  bool operator==(const TraceTrailer&) const = default;
};

/// A message's canonical bytes, without segment table. Whole words.
using MessageBytes = std::vector<std::uint8_t>;
MessageBytes encode(const TraceHeader& header);
MessageBytes encode(const Provenance& provenance);
MessageBytes encode(const TraceIndex& index);
MessageBytes encode(const TraceTrailer& trailer);

/// Reads a message whose frame was found good. `stream` is Cap'n Proto's segment table and the message, aligned to 8
/// bytes. nullopt for anything but the canonical bytes of such a message; memory taken is at most a small multiple
/// of stream.size().
/// Of a header, also of one that decode_header refuses because a later version wrote it.
std::optional<std::uint16_t> peek_format_version(ByteSpan stream);
std::optional<TraceHeader> decode_header(ByteSpan stream);
std::optional<Provenance> decode_provenance(ByteSpan stream);
std::optional<TraceIndex> decode_index(ByteSpan stream);
std::optional<TraceTrailer> decode_trailer(ByteSpan stream);

}  // namespace coincide
