#include "trace/message.h"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "trace/error.h"
#include "trace/trace.capnp.h"
#include "trace/utf8.h"

namespace coincide {
namespace {

template <class Message, class Fill>
MessageBytes canonical(Fill fill) {
  capnp::MallocMessageBuilder builder;
  auto root = builder.initRoot<Message>();
  fill(root);
  const kj::Array<capnp::word> words = capnp::canonicalize(root.asReader());
  const auto bytes = words.asBytes();
  return {bytes.begin(), bytes.end()};
}

/// Reads with the library; nullopt if it finds a bad pointer, for which it has exceptions only.
template <class Message, class Read>
auto guarded(ByteSpan stream, Read read) -> decltype(read(std::declval<typename Message::Reader>())) {
  check(reinterpret_cast<std::uintptr_t>(stream.data()) % 8 == 0, "messages are aligned");
  if (stream.size() < 16 || stream.size() % 8 != 0) return std::nullopt;
  capnp::ReaderOptions options;
  options.traversalLimitInWords = stream.size() / 8 + 64;
  options.nestingLimit = 8;
  try {
    capnp::FlatArrayMessageReader reader(
        kj::arrayPtr(reinterpret_cast<const capnp::word*>(stream.data()), stream.size() / 8), options);
    return read(reader.getRoot<Message>());
  } catch (const kj::Exception&) {
    return std::nullopt;
  }
}

/// Decodes with `read`, and holds the bytes against what a writer would have made of the same content.
template <class Message, class Value, class Read>
std::optional<Value> decode(ByteSpan stream, Read read) {
  return guarded<Message>(stream, [&](typename Message::Reader in) -> std::optional<Value> {
    Value value;
    if (!read(in, value)) return std::nullopt;
    const MessageBytes again = encode(value);
    const ByteSpan message = stream.subspan(8);
    if (!std::equal(again.begin(), again.end(), message.begin(), message.end())) return std::nullopt;
    return value;
  });
}

std::string text(capnp::Text::Reader reader) { return {reader.begin(), reader.end()}; }
ByteSpan bytes_of(capnp::Data::Reader reader) { return {reader.begin(), reader.size()}; }
capnp::Data::Reader data_of(const std::vector<std::uint8_t>& bytes) { return {bytes.data(), bytes.size()}; }

void append(std::vector<std::uint8_t>& to, const Digest& digest) {
  to.insert(to.end(), digest.bytes.begin(), digest.bytes.end());
}

}  // namespace

MessageBytes encode(const TraceHeader& header) {
  return canonical<schema::Header>([&](schema::Header::Builder& out) {
    out.setFormatVersion(header.format_version);
    out.setSees(header.sees);
    if (!header.board.empty()) out.setBoard(as_trace_text(header.board));
    if (!header.profile.empty()) out.setProfile(as_trace_text(header.profile));
  });
}

std::optional<std::uint16_t> peek_format_version(ByteSpan stream) {
  return guarded<schema::Header>(
      stream, [](schema::Header::Reader in) { return std::optional<std::uint16_t>(in.getFormatVersion()); });
}

std::optional<TraceHeader> decode_header(ByteSpan stream) {
  return decode<schema::Header, TraceHeader>(stream, [](schema::Header::Reader in, TraceHeader& out) {
    out.format_version = in.getFormatVersion();
    out.sees = in.getSees();
    out.board = text(in.getBoard());
    out.profile = text(in.getProfile());
    return true;
  });
}

MessageBytes encode(const Provenance& provenance) {
  return canonical<schema::Provenance>([&](schema::Provenance::Builder& out) {
    if (!provenance.tool.empty()) out.setTool(as_trace_text(provenance.tool));
    if (!provenance.who.empty()) out.setWho(as_trace_text(provenance.who));
    if (!provenance.when.empty()) out.setWhen(as_trace_text(provenance.when));
    if (!provenance.source.empty()) out.setSource(as_trace_text(provenance.source));
    if (!provenance.source_hash.empty()) out.setSourceHash(as_trace_text(provenance.source_hash));
    if (!provenance.authority.empty()) out.setAuthority(as_trace_text(provenance.authority));
    if (!provenance.note.empty()) out.setNote(as_trace_text(provenance.note));
  });
}

std::optional<Provenance> decode_provenance(ByteSpan stream) {
  return decode<schema::Provenance, Provenance>(stream, [](schema::Provenance::Reader in, Provenance& out) {
    out = {text(in.getTool()),       text(in.getWho()),       text(in.getWhen()), text(in.getSource()),
           text(in.getSourceHash()), text(in.getAuthority()), text(in.getNote())};
    return true;
  });
}

MessageBytes encode(const TraceIndex& index) {
  return canonical<schema::Index>([&](schema::Index::Builder& out) {
    out.setEvents(index.events);
    out.setEndTime(index.end_time_ns);
    const auto count = static_cast<unsigned>(index.chunks.size());
    if (count == 0) return;
    auto offsets = out.initOffsets(count);
    auto events = out.initFirstEvents(count);
    auto times = out.initFirstTimes(count);
    std::vector<std::uint8_t> hashes;
    std::vector<std::uint8_t> chains;
    hashes.reserve(std::size_t{count} * 16);
    chains.reserve(std::size_t{count} * 16);
    for (unsigned i = 0; i < count; ++i) {
      const ChunkInfo& chunk = index.chunks[i];
      offsets.set(i, chunk.offset);
      events.set(i, chunk.first_event);
      times.set(i, chunk.first_time_ns);
      append(hashes, chunk.hash);
      append(chains, chunk.chain);
    }
    out.setHashes(data_of(hashes));
    out.setChains(data_of(chains));
  });
}

std::optional<TraceIndex> decode_index(ByteSpan stream) {
  return decode<schema::Index, TraceIndex>(stream, [](schema::Index::Reader in, TraceIndex& out) {
    const auto offsets = in.getOffsets();
    const auto events = in.getFirstEvents();
    const auto times = in.getFirstTimes();
    const ByteSpan hashes = bytes_of(in.getHashes());
    const ByteSpan chains = bytes_of(in.getChains());
    // The digests take real bytes of the frame, so this count cannot be made up.
    const std::size_t count = hashes.size() / 16;
    if (hashes.size() % 16 != 0 || chains.size() != hashes.size()) return false;
    if (offsets.size() != count || events.size() != count || times.size() != count) return false;
    out.events = in.getEvents();
    out.end_time_ns = in.getEndTime();
    out.chunks.resize(count);
    for (unsigned i = 0; i < count; ++i) {
      const std::size_t at = std::size_t{i} * 16;
      out.chunks[i] = {offsets[i], events[i], times[i], Digest::from(hashes.subspan(at, 16)),
                       Digest::from(chains.subspan(at, 16))};
    }
    return true;
  });
}

MessageBytes encode(const TraceTrailer& trailer) {
  return canonical<schema::Trailer>([&](schema::Trailer::Builder& out) {
    out.setEvents(trailer.events);
    out.setChunks(trailer.chunks);
    out.setIndexOffset(trailer.index_offset);
    out.setName(capnp::Data::Reader(trailer.name.bytes.data(), trailer.name.bytes.size()));
  });
}

std::optional<TraceTrailer> decode_trailer(ByteSpan stream) {
  return decode<schema::Trailer, TraceTrailer>(stream, [](schema::Trailer::Reader in, TraceTrailer& out) {
    const ByteSpan name = bytes_of(in.getName());
    if (name.size() != 16) return false;
    out = {in.getEvents(), in.getChunks(), in.getIndexOffset(), Digest::from(name)};
    return true;
  });
}

}  // namespace coincide
