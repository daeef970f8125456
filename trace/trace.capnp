@0x9294e86264d97d63;
# Messages of the Coincide trace container. FORMAT.md beside this file says how they stand in frames, which bytes
# they must have, and what readers check. "Must" below is a contract that readers hold files to.
#
# Numbers of fields never change and are never used again. A field is only added together with a new
# Header.formatVersion.

annotation namespace @0xb9c6f99ebf805f2c (file) :Text;
$namespace("coincide::schema");
# Cap'n Proto's own C++ namespace annotation, declared here by its number: so this file has no import and loads
# wherever it lies.

struct Header {
  # What the run is of: all of it is hashed, so nothing of the machine or the day may stand here.
  formatVersion @0 :UInt16;
  # 1. Readers refuse a greater number.
  sees @1 :UInt64;
  # Bit set: what the source of this run could observe (table in FORMAT.md). A kind of observation whose bit is
  # 0 says nothing by its absence.
  board @2 :Text;
  # The board: UTF-8 text lines, each ended by LF, in the canonical order and spelling of the board printer.
  profile @3 :Text;
  # Name of the set of quirks that the run was made with; "spec" has none. Empty: not made by the emulator.
}

struct Provenance {
  # Where the file came from. Outside identity: may be changed, added or removed without renaming the run.
  # Every text may be empty.
  tool @0 :Text;
  # What wrote the events: program and version.
  who @1 :Text;
  # Person or organisation.
  when @2 :Text;
  # RFC 3339 date or time. Writers fill it only when told to, so that recording twice gives equal files.
  source @3 :Text;
  # File or address that the events were made from.
  sourceHash @4 :Text;
  # XXH3-128 of that file, 32 hexadecimal digits.
  authority @5 :Text;
  # Who vouches for it as a golden: "rule", "peer NAME VERSION" or "capture NAME".
  note @6 :Text;
  # Anything else.
}

struct Chunk {
  # A stretch of events as columns: element n of each list is of the chunk's n-th event. `kind` is always there
  # and not empty; its length is the number of rows. Every other list is either null, which stands for all
  # zeros, or as long as `kind` and not all zeros. Meaning of the columns by kind: table "Events" in FORMAT.md.
  kind @0 :List(UInt8);
  # Must not be 0.
  width @1 :List(UInt8);
  where @2 :List(UInt32);
  value @3 :List(UInt64);
  detail @4 :List(UInt64);
  unit @5 :List(UInt8);
  payloadLength @6 :List(UInt32);
  # Bytes of each event's payload, at most 1 MiB each. The payload of row n starts in the blob where the
  # payload of row n - 1 ends; the first at 0.
  payloadHash @7 :Data;
  # XXH3-128 digest (16 bytes) of the blob; null if and only if payloadLength is null. Keeps its value when the blob is
  # stripped.
  timeDelta @8 :List(UInt64);
  # Virtual nanoseconds since the row before, also across chunks; of the run's first row, since 0.
}

struct Index {
  # Where the chunks are. All lists have one element a chunk (hashes and chains: 16 bytes a chunk), in file order.
  # All are null when there is no chunk.
  events @0 :UInt64;
  # Rows of all chunks together.
  endTime @1 :UInt64;
  # Virtual time of the last row; 0 without rows.
  offsets @2 :List(UInt64);
  # File offset of the chunk's frame.
  firstEvents @3 :List(UInt64);
  # Number of the chunk's first event; events count from 0. The first is 0, and each is greater than the one before.
  firstTimes @4 :List(UInt64);
  # Virtual time of the chunk's first event, its own timeDelta included.
  hashes @5 :Data;
  # Chunk hash digests.
  chains @6 :Data;
  # Chain digests, each after its chunk; the last one names the run.
}

struct Trailer {
  events @0 :UInt64;
  chunks @1 :UInt64;
  indexOffset @2 :UInt64;
  # File offset of the index frame. Never 0, so the trailer always has the same size.
  name @3 :Data;
  # Digest that names the run: the last chain, 16 bytes.
}
