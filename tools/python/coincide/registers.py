"""Names of registers by the number that `where` of a register_change gives (FORMAT.md, appendix)."""

import functools

#: (name, width in bytes) of each register by its number, for the PCI function, a channel, a device, a disk's VMBus channel.
FUNCTION = (
    ("PCICMD", 2), ("PCISTS", 2), ("MLT", 1), ("BMIBA", 4), ("IDETIM primary", 2), ("IDETIM secondary", 2),
    ("SIDETIM", 1), ("UDMACTL", 1), ("UDMATIM", 2), ("CONFADD", 4),
)
CHANNEL = (("BMIC", 1), ("BMIS", 1), ("BMIDTP", 4), ("INTRQ", 1))
DEVICE = (
    ("Status", 1), ("Error", 1), ("Features", 1), ("Features previous", 1), ("Sector Count", 1),
    ("Sector Count previous", 1), ("LBA Low", 1), ("LBA Low previous", 1), ("LBA Mid", 1), ("LBA Mid previous", 1),
    ("LBA High", 1), ("LBA High previous", 1), ("Device", 1), ("Device Control", 1), ("Command", 1),
    ("interrupt pending", 1), ("PIO mode", 1), ("DMA mode", 1), ("multiple count", 1), ("power mode", 1),
    ("standby timer", 1), ("logical heads", 1), ("logical sectors", 1), ("write cache", 1), ("look-ahead", 1),
    ("APM level", 1), ("AAM level", 1), ("release interrupt", 1), ("SERVICE interrupt", 1), ("revert on reset", 1),
    ("security state", 1), ("security attempts", 1), ("max LBA", 8), ("native max LBA", 8), ("SET MAX state", 1),
    ("DCO state", 1), ("SMART enabled", 1), ("SMART autosave", 1), ("media status notification", 1), ("media state", 1),
    ("sense key", 1), ("sense ASC", 1), ("sense ASCQ", 1), ("byte count limit", 2), ("interrupt reason", 1), ("tag", 1),
    ("security level", 1), ("master revision", 2), ("SET MAX attempts", 1), ("non-volatile max LBA", 8),
    ("SMART off-line status", 1), ("SMART self-test status", 1), ("Power-Up In Standby", 1), ("spin-up needed", 1),
    ("CFA power mode", 1), ("media card enabled", 1), ("queued commands", 1), ("8-bit PIO", 1),
)

ACCELERATOR = (("channel state", 1), ("channel error", 1), ("protocol state", 1), ("protocol version", 2),
               ("outstanding requests", 2))

#: What stands before a register's name, and the registers, by scope.
SCOPES = {
    0: ("", FUNCTION), 1: ("primary ", CHANNEL), 2: ("secondary ", CHANNEL), 4: ("primary master ", DEVICE),
    5: ("primary slave ", DEVICE), 6: ("secondary master ", DEVICE), 7: ("secondary slave ", DEVICE),
    8: ("primary master VMBus ", ACCELERATOR), 9: ("primary slave VMBus ", ACCELERATOR),
    10: ("secondary master VMBus ", ACCELERATOR), 11: ("secondary slave VMBus ", ACCELERATOR),
}


@functools.cache
def register_name(where):
    """The register's name in full, such as "primary slave LBA Low"; None for a number that has none."""
    scope, number = divmod(where, 1 << 16)
    before, registers = SCOPES.get(scope, ("", ()))
    if number < len(registers):
        return before + registers[number][0]
    if scope == 0 and 256 <= number < 512:
        return f"config byte {number - 256:02X}h"
    return None
