// Names of what a command asks for through its other registers, as the standard writes them. The emulator does not need
// them; whoever prints a command does. All are empty where the standard (or, for transfer modes, ATA/ATAPI-7) has no
// name.
#pragma once

#include <cstdint>
#include <string_view>

namespace coincide {

/// SET FEATURES, by Features (ATA6 r3a table 44).
std::string_view set_features_name(std::uint8_t features);
/// SET FEATURES 03h, by Sector Count (table 45).
std::string_view transfer_mode_name(std::uint8_t mode);
/// SMART EXECUTE OFF-LINE IMMEDIATE, by LBA Low (table 51).
std::string_view self_test_name(std::uint8_t number);

}  // namespace coincide
