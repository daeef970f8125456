// Names of what goes over VMBus, as scripts and listings write them: control messages, operations of StorVSP, and the
// status numbers of its packets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coincide {

/// "OpenChannel"; "message 99" for a type without a name.
std::string vmbus_message_name(std::uint32_t type);
std::optional<std::uint32_t> find_vmbus_message(std::string_view name);

/// "EXECUTE_SRB"; "operation 99".
std::string stor_operation_name(std::uint32_t operation);
std::optional<std::uint32_t> find_stor_operation(std::string_view name);

/// "SUCCESS", "INVALID_DEVICE_STATE"; hexadecimal for a status without a name.
std::string nt_status_name(std::uint32_t status);
std::optional<std::uint32_t> find_nt_status(std::string_view name);

}  // namespace coincide
