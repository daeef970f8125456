// A device model as a target of the conformance suite, in one process with it: for any model that C can call.
//
// A shared library exports `coincide_get_model`, and the suite does the rest:
//
//   cc -shared -fPIC -I coincide -o mine.so mine.c
//   coincide conform --target model:./mine.so
//
// conformance/targets/example/pio_disk.c is a small one. The suite is the host: it has the memory, the media and the
// interrupt lines, and calls the model for each access, one at a time; with `--jobs N` it has N machines at a time,
// each in a thread of its own. A model may do its work within the access that asks for it, or later, when `advance`
// gives it time: while it shows BSY, or a bus master that is active, the suite gives it up to 20 ms of virtual time.
// Ports and offsets are those that a PC sees (rules PIIX4-IO-*, PIIX4-CFG-*). Configuration mechanism #1 (CF8h, CFCh)
// is the suite's: the model sees accesses to its own configuration space alone.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Goes up when a structure below changes; a library that was built for another is refused. */
#define COINCIDE_MODEL_VERSION 1

enum coincide_drive_kind { COINCIDE_NO_DRIVE = 0, COINCIDE_DISK = 1, COINCIDE_OPTICAL = 2 };
enum coincide_reset_kind { COINCIDE_PCI_RESET = 0, COINCIDE_POWER_CYCLE = 1 };

/* What is connected at one of the four places. Where a model has a choice that is not told of here, it is free. */
struct coincide_drive {
  enum coincide_drive_kind kind;
  const char *model;    /* IDENTIFY words 27-46, at most 40 characters (ATA6-ID-2) */
  const char *serial;   /* words 10-19, at most 20 */
  const char *firmware; /* words 23-26, at most 8 */
  uint64_t bytes;       /* of the medium, whole sectors of 512; 0: an optical drive without one */
  int read_only;
  uint16_t cylinders; /* default translation; 0: the drive's choice (ATA6-CHS-4) */
  uint8_t heads;
  uint8_t sectors_per_track;
};

/* What the suite does for the model. `context` goes back with each call. Functions that return int give 0 if all was
 * done and -1 if nothing was. */
struct coincide_host {
  void *context;
  /* Bytes of a drive's medium; unit = 2 * channel + device. -1: beyond its end, or no medium. */
  int (*read_medium)(void *context, unsigned unit, uint64_t offset, void *data, size_t bytes);
  int (*write_medium)(void *context, unsigned unit, uint64_t offset, const void *data, size_t bytes);
  /* Guest memory, as a bus master reaches it. -1: no memory answers at some byte of it (master abort). */
  int (*read_memory)(void *context, uint64_t address, void *data, size_t bytes);
  int (*write_memory)(void *context, uint64_t address, const void *data, size_t bytes);
  /* The level of the interrupt line, 14 or 15, is now 0 or 1. Telling the same level again does no harm. */
  void (*set_irq)(void *context, unsigned line, int level);
};

struct coincide_model {
  uint32_t version; /* COINCIDE_MODEL_VERSION */
  const char *name;
  uint16_t pci_device_id; /* 7111h PIIX4, 7010h PIIX3: which registers the suite expects */
  int has_optical;        /* 0: scenarios with an optical drive are skipped */

  /* A machine that has just been powered on, with drives[unit], unit = 2 * channel + device. `drives` does not outlive
   * the call; `host` outlives the machine. NULL: it cannot be made, and the scenario is skipped. */
  void *(*create)(const struct coincide_drive drives[4], const struct coincide_host *host);
  void (*destroy)(void *machine);
  void (*reset)(void *machine, enum coincide_reset_kind kind);

  /* One access of 1, 2 or 4 bytes to an I/O port. Of a read the bytes above the width do not count; where nothing
   * decodes, a read gives all ones. */
  uint32_t (*read_port)(void *machine, uint16_t port, unsigned width);
  void (*write_port)(void *machine, uint16_t port, unsigned width, uint32_t value);
  /* The same for configuration space of the IDE function, offset 00h-FFh. */
  uint32_t (*read_config)(void *machine, unsigned offset, unsigned width);
  void (*write_config)(void *machine, unsigned offset, unsigned width, uint32_t value);

  /* Nanoseconds go by. NULL: the model has no time; scenarios that let more than 20 ms pass are skipped, and less is as
   * if it had gone by. */
  void (*advance)(void *machine, uint64_t nanoseconds);
};

/* What the library exports: its model, which must live as long as the library is loaded. NULL: there is none. */
const struct coincide_model *coincide_get_model(void);

#ifdef __cplusplus
}
#endif
