// A board: which chip, how much RAM, which devices sit where with which media, and when their requests end.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "emu/features.h"
#include "emu/media/fault_plan.h"
#include "emu/media/medium.h"
#include "emu/media/optical.h"

namespace coincide {

/// Which member of the family the function is (piix4-ide.md 0.3, 1.7). PIIX3 has no Ultra DMA registers.
enum class Chip : std::uint8_t { piix4, piix3 };

struct RamRange {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
};

/// When disk requests end (DESIGN determinism contract 3).
struct CompletionPolicy {
  enum class Kind : std::uint8_t { immediate, latency, scripted };
  Kind kind = Kind::immediate;
  std::uint64_t latency_ns = 0;  ///< for Kind::latency
};

/// A medium that can be put into a drive.
struct MediumConfig {
  MediumPtr medium;
  std::string name;  ///< as DeviceConfig::medium_name
  std::string hash;  ///< as DeviceConfig::medium_hash
  bool read_only = false;
  std::vector<DiscTrack> tracks{};  ///< as DeviceConfig::medium_tracks
};

enum class DeviceKind : std::uint8_t { none, disk, packet };

/// How a packet device tells that it is ready for the packet (IDENTIFY PACKET DEVICE word 0 bits 6:5).
enum class PacketDrq : std::uint8_t { microprocessor = 0, interrupt = 1, accelerated = 2 };

/// What a device is allowed to choose, the board chooses. Later feature sets add fields here.
struct DeviceConfig {
  DeviceKind kind = DeviceKind::none;
  MediumPtr medium;
  std::string medium_name;               ///< how the board names it, e.g. "pattern:HD0" or "recipe:hd0"
  std::string medium_hash;               ///< content hash (XXH3-128, hex) of files and recipes; empty for pure patterns
  std::vector<DiscTrack> medium_tracks;  ///< how the tracks of a CUE sheet lie in it; none: one data track over all
  bool read_only = false;
  std::string model = "COINCIDE DISK";  ///< IDENTIFY words 27-46, at most 40 ASCII characters
  std::string serial = "COINCIDE0";     ///< words 10-19, at most 20
  std::string firmware = "1.0";         ///< words 23-26, at most 8
  std::uint16_t cylinders = 0;          ///< default translation; 0 = computed (ATA6-CHS-4)
  std::uint8_t heads = 16;
  std::uint8_t sectors_per_track = 63;
  std::uint8_t multiple_limit = 16;   ///< word 47 bits 7:0, a power of two, 1-128
  std::uint8_t multiple_default = 0;  ///< block size in force after power-on; 0 = off
  bool lba48 = true;                  ///< 48-bit Address feature set
  bool write_cache = true;
  bool write_back = false;  ///< writes end in the cache (emu/ata/write_cache.h); else on the medium
  bool look_ahead = true;
  bool fua = false;  ///< WRITE DMA FUA EXT (3Dh), an ATA/ATAPI-7 command
  bool power_management = true;
  FeatureList features = FeatureList::standard();  ///< everything else that a disk may choose
  std::uint8_t max_udma = 5;                       ///< highest Ultra DMA mode, FFh = none
  std::uint8_t queue_depth = 32;                   ///< Overlap: released commands at a time, 1-32
  std::uint8_t card_type = 1;                      ///< Media Card Pass Through: 1 SD, 2 MMC, 3 SD IO, 4 Smart Media
  bool accelerator = false;                        ///< the disk has a StorVSP channel over VMBus as well
  std::uint16_t accelerator_depth = 256;           ///< SRBs that it takes at a time, at least 1
  // What the disk says of itself on that channel, which is not IDENTIFY's (IDEACC-21).
  std::string scsi_serial;         ///< page 80h, at most 252 ASCII characters; empty: no such page
  std::uint64_t scsi_sectors = 0;  ///< size limit; 0 = none
  bool scsi_unmap = true;          ///< UNMAP, pages B0h to B2h
  bool scsi_odx = false;           ///< page 8Fh
  bool scsi_lba_status = false;    ///< GET LBA STATUS
  bool scsi_reservations = false;  ///< PERSISTENT RESERVE IN and OUT
  bool scsi_write_cache = true;    ///< as MODE SENSE has it
  bool power_eject = true;         ///< removable media: the drive itself can eject
  std::uint8_t packet_bytes = 12;  ///< packet devices: 12 or 16
  PacketDrq packet_drq = PacketDrq::accelerated;
  std::uint16_t byte_count_default = 0;  ///< word 125: limit in place of 0; 0 = such a command aborts
  std::vector<Fault> faults;
  std::vector<MediumConfig> media;  ///< further media for this drive, index 1 and up; index 0 is the one above

  /// What a device of a kind has when its board line says nothing.
  static DeviceConfig standard(DeviceKind kind) {
    DeviceConfig config;
    config.kind = kind;
    if (kind == DeviceKind::packet) {
      config.model = "COINCIDE DVD-ROM";
      config.features = FeatureList();
      config.max_udma = 2;
      config.queue_depth = 1;
    }
    return config;
  }
};

struct Board {
  Chip chip = Chip::piix4;
  std::uint8_t pci_device = 1;  ///< device number on bus 0, 0-31, for configuration mechanism #1; the function is 1
  std::vector<RamRange> ram{{0, 64u << 20}};
  std::array<DeviceConfig, 4> devices;  ///< by unit = 2 * channel + device
  CompletionPolicy completion;
  bool int13 = false;  ///< the enlightened ports 1E0h and 160h are there (openvmm-ide.md 8)
};

}  // namespace coincide
