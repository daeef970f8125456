/* The smallest model that is of use: disks that are read and written by PIO, behind a function of the PIIX4's ID whose
 * channels are always decoded. No DMA, no packet devices, no 48-bit addresses: what the suite says of those is right,
 * and what it says of the rest is the example. Build and run it as conformance/targets/model.h says.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/targets/model.h"

enum { BSY = 0x80, DRDY = 0x40, DSC = 0x10, DRQ = 0x08, ERR = 0x01 }; /* Status */
enum { ABRT = 0x04, IDNF = 0x10 };                                    /* Error */
enum { SRST = 0x04, NIEN = 0x02 };                                    /* Device Control */
enum { DATA, ERROR_FEATURES, SECTOR_COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, STATUS_COMMAND };
enum { SECTOR = 512 };

/* One device; both of a channel hear every write to the task file (ATA6-REG-1). */
struct disk {
  int present;
  uint64_t sectors;
  uint8_t task_file[8]; /* ERROR_FEATURES holds Error */
  uint8_t command;      /* whose data are moved while DRQ is set */
  int pending;          /* an interrupt */
  uint8_t buffer[SECTOR];
  unsigned position;
  unsigned left; /* sectors of the command, the one in the buffer included */
  uint8_t identify[SECTOR];
};

struct channel {
  struct disk disks[2];
  uint8_t control;
};

struct machine {
  const struct coincide_host *host;
  struct channel channels[2];
  uint8_t config[256];
};

static struct disk *selected(struct channel *channel) {
  return &channel->disks[channel->disks[0].task_file[DEVICE] >> 4 & 1];
}

static void drive_line(struct machine *machine, unsigned number) {
  struct channel *channel = &machine->channels[number];
  const struct disk *disk = selected(channel);
  machine->host->set_irq(machine->host->context, 14 + number, disk->pending && !(channel->control & NIEN));
}

static void end(struct disk *disk, uint8_t error) {
  disk->task_file[ERROR_FEATURES] = error;
  disk->task_file[STATUS_COMMAND] = DRDY | DSC | (error ? ERR : 0);
  disk->pending = 1;
}

/* A reset ends with the signature and the diagnostic code (ATA6-SIG-1). */
static void sign(struct disk *disk) {
  static const uint8_t signature[8] = {0, 1, 1, 1, 0, 0, 0, DRDY | DSC};
  memcpy(disk->task_file, signature, sizeof signature);
  disk->pending = 0;
  disk->left = 0;
}

static void put_word(uint8_t *words, unsigned number, unsigned value) {
  words[2 * number] = (uint8_t)value;
  words[2 * number + 1] = (uint8_t)(value >> 8);
}

/* Two characters a word, the first in the high byte (ATA6-ID-2). */
static void put_text(uint8_t *words, unsigned first, unsigned characters, const char *text) {
  const size_t length = strlen(text);
  for (unsigned i = 0; i < characters; ++i) words[2 * first + (i ^ 1)] = (uint8_t)(i < length ? text[i] : ' ');
}

static void fill_identify(struct disk *disk, const struct coincide_drive *drive) {
  const uint64_t limit = 0x0fffffff; /* of 28 bits */
  const uint64_t sectors = disk->sectors < limit ? disk->sectors : limit;
  put_word(disk->identify, 0, 0x0040);
  put_text(disk->identify, 10, 20, drive->serial);
  put_text(disk->identify, 23, 8, drive->firmware);
  put_text(disk->identify, 27, 40, drive->model);
  put_word(disk->identify, 49, 0x0200); /* LBA */
  put_word(disk->identify, 60, (unsigned)(sectors & 0xffff));
  put_word(disk->identify, 61, (unsigned)(sectors >> 16));
  put_word(disk->identify, 80, 0x0040); /* ATA/ATAPI-6 */
}

static uint32_t address(const struct disk *disk) {
  const uint8_t *at = disk->task_file;
  return at[LBA_LOW] | (uint32_t)at[LBA_MID] << 8 | (uint32_t)at[LBA_HIGH] << 16 | (uint32_t)(at[DEVICE] & 15) << 24;
}

static void set_address(struct disk *disk, uint32_t lba) {
  disk->task_file[LBA_LOW] = (uint8_t)lba;
  disk->task_file[LBA_MID] = (uint8_t)(lba >> 8);
  disk->task_file[LBA_HIGH] = (uint8_t)(lba >> 16);
  disk->task_file[DEVICE] = (uint8_t)((disk->task_file[DEVICE] & 0xf0) | (lba >> 24 & 15));
}

static int is_write(const struct disk *disk) { return disk->command == 0x30; }

/* DRQ for the next sector; of a read it interrupts, of a write all but the first do (ATA6-PIO-IN-2, ATA6-PIO-OUT-1,
 * ATA6-PIO-OUT-2). */
static void next_sector(struct machine *machine, unsigned unit, struct disk *disk, int first) {
  disk->position = 0;
  if (!is_write(disk))
    machine->host->read_medium(machine->host->context, unit, (uint64_t)address(disk) * SECTOR, disk->buffer, SECTOR);
  disk->task_file[STATUS_COMMAND] = DRDY | DSC | DRQ;
  disk->pending = !(is_write(disk) && first);
}

/* The last word of the sector in the buffer has moved. */
static void sector_moved(struct machine *machine, unsigned unit, struct disk *disk) {
  disk->task_file[STATUS_COMMAND] = DRDY | DSC;
  if (disk->command == 0xec) return;
  if (is_write(disk))
    machine->host->write_medium(machine->host->context, unit, (uint64_t)address(disk) * SECTOR, disk->buffer, SECTOR);
  if (--disk->left == 0) {
    if (is_write(disk)) end(disk, 0);
    return;
  }
  set_address(disk, address(disk) + 1);
  if (address(disk) >= disk->sectors) return end(disk, IDNF);
  next_sector(machine, unit, disk, 0);
}

static void run_command(struct machine *machine, unsigned number, uint8_t command) {
  struct channel *channel = &machine->channels[number];
  if (command == 0x90) { /* EXECUTE DEVICE DIAGNOSTIC: both devices, and device 0 is selected */
    sign(&channel->disks[0]);
    sign(&channel->disks[1]);
    channel->disks[0].pending = 1;
    return;
  }
  struct disk *disk = selected(channel);
  const unsigned unit = 2 * number + (unsigned)(disk - channel->disks);
  disk->pending = 0;
  disk->command = command;
  if (command == 0xec) {
    memcpy(disk->buffer, disk->identify, SECTOR);
    disk->position = 0;
    disk->task_file[STATUS_COMMAND] = DRDY | DSC | DRQ;
    disk->pending = 1;
  } else if ((command == 0x20 || command == 0x30) && (disk->task_file[DEVICE] & 0x40) != 0) {
    disk->left = disk->task_file[SECTOR_COUNT] ? disk->task_file[SECTOR_COUNT] : 256;
    disk->task_file[ERROR_FEATURES] = 0;
    if (address(disk) >= disk->sectors) return end(disk, IDNF);
    next_sector(machine, unit, disk, 1);
  } else {
    end(disk, ABRT);
  }
}

static uint16_t data_word(struct machine *machine, unsigned number, int write, uint16_t value) {
  struct disk *disk = selected(&machine->channels[number]);
  if ((disk->task_file[STATUS_COMMAND] & DRQ) == 0) return 0xffff;
  uint8_t *at = &disk->buffer[disk->position];
  if (write) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
  }
  value = (uint16_t)(at[0] | at[1] << 8);
  disk->position += 2;
  if (disk->position == SECTOR)
    sector_moved(machine, 2 * number + (unsigned)(disk - machine->channels[number].disks), disk);
  return value;
}

/* The channel whose block of ports this is, and the register; -1: another port. Register 8 is Alternate Status. */
static int decode(uint16_t port, unsigned *reg) {
  *reg = port == 0x3f6 || port == 0x376 ? 8 : port & 7;
  if ((port & 0xfff8) == 0x1f0 || port == 0x3f6) return 0;
  if ((port & 0xfff8) == 0x170 || port == 0x376) return 1;
  return -1;
}

static uint32_t read_port(void *self, uint16_t port, unsigned width) {
  struct machine *machine = self;
  unsigned reg;
  const int number = decode(port, &reg);
  if (number < 0) return ~0u;
  struct channel *channel = &machine->channels[number];
  if (reg == DATA) {
    uint32_t value = data_word(machine, (unsigned)number, 0, 0);
    if (width == 4) value |= (uint32_t)data_word(machine, (unsigned)number, 0, 0) << 16;
    drive_line(machine, (unsigned)number);
    return value;
  }
  struct disk *disk = selected(channel);
  /* Device 0 answers for a device 1 that is not there (PIIX4-IO-20); with no device the bus floats. */
  if (!disk->present) {
    if (!channel->disks[0].present) return ~0u;
    if (reg >= STATUS_COMMAND) return 0;
    disk = &channel->disks[0];
  }
  if (reg == 8) return disk->task_file[STATUS_COMMAND];
  const uint32_t value = disk->task_file[reg];
  if (reg == STATUS_COMMAND) disk->pending = 0; /* ATA6-REG-3 */
  drive_line(machine, (unsigned)number);
  return value;
}

static void write_port(void *self, uint16_t port, unsigned width, uint32_t value) {
  struct machine *machine = self;
  unsigned reg;
  const int number = decode(port, &reg);
  if (number < 0) return;
  struct channel *channel = &machine->channels[number];
  if (reg == DATA) {
    data_word(machine, (unsigned)number, 1, (uint16_t)value);
    if (width == 4) data_word(machine, (unsigned)number, 1, (uint16_t)(value >> 16));
  } else if (reg == 8) {
    for (unsigned i = 0; i < 2 && (value & SRST) != 0; ++i) {
      sign(&channel->disks[i]);
      channel->disks[i].task_file[STATUS_COMMAND] = BSY;
    }
    for (unsigned i = 0; i < 2 && (channel->control & SRST) != 0 && (value & SRST) == 0; ++i) sign(&channel->disks[i]);
    channel->control = (uint8_t)value;
  } else if (reg == STATUS_COMMAND) {
    if (value == 0x90 || selected(channel)->present) run_command(machine, (unsigned)number, (uint8_t)value);
  } else if (reg != ERROR_FEATURES) { /* no command of these has a feature */
    for (unsigned i = 0; i < 2; ++i) channel->disks[i].task_file[reg] = (uint8_t)value;
  }
  drive_line(machine, (unsigned)number);
}

static uint32_t read_config(void *self, unsigned offset, unsigned width) {
  const struct machine *machine = self;
  uint32_t value = 0;
  for (unsigned i = 0; i < width && offset + i < sizeof machine->config; ++i)
    value |= (uint32_t)machine->config[offset + i] << (8 * i);
  return value;
}

static void write_config(void *self, unsigned offset, unsigned width, uint32_t value) {
  (void)self, (void)offset, (void)width, (void)value; /* nothing here can be changed */
}

static void reset(void *self, enum coincide_reset_kind kind) {
  static const uint8_t head[12] = {0x86, 0x80, 0x11, 0x71, 1, 0, 0x80, 0x02, 0, 0x80, 1, 1};
  struct machine *machine = self;
  (void)kind;
  memcpy(machine->config, head, sizeof head);
  for (unsigned i = 0; i < 4; ++i) sign(&machine->channels[i / 2].disks[i % 2]);
  for (unsigned i = 0; i < 2; ++i) {
    machine->channels[i].control = 0;
    drive_line(machine, i);
  }
}

static void *create(const struct coincide_drive drives[4], const struct coincide_host *host) {
  struct machine *machine = calloc(1, sizeof *machine);
  if (machine == NULL) return NULL;
  machine->host = host;
  for (unsigned unit = 0; unit < 4; ++unit) {
    struct disk *disk = &machine->channels[unit / 2].disks[unit % 2];
    disk->present = drives[unit].kind == COINCIDE_DISK;
    disk->sectors = drives[unit].bytes / SECTOR;
    if (disk->present) fill_identify(disk, &drives[unit]);
  }
  reset(machine, COINCIDE_POWER_CYCLE);
  return machine;
}

const struct coincide_model *coincide_get_model(void) {
  static const struct coincide_model model = {
      .version = COINCIDE_MODEL_VERSION,
      .name = "PIO disk",
      .pci_device_id = 0x7111,
      .create = create,
      .destroy = free,
      .reset = reset,
      .read_port = read_port,
      .write_port = write_port,
      .read_config = read_config,
      .write_config = write_config,
  };
  return &model;
}
