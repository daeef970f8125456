#include "replay/vmbus_text.h"

#include <fmt/format.h>

#include <span>

namespace coincide {
namespace {

struct NameRow {
  std::uint32_t number;
  std::string_view name;
};

constexpr NameRow kMessages[] = {
    {1, "OfferChannel"},    {2, "RescindChannelOffer"}, {3, "RequestOffers"},          {4, "AllOffersDelivered"},
    {5, "OpenChannel"},     {6, "OpenResult"},          {7, "CloseChannel"},           {8, "GpadlHeader"},
    {9, "GpadlBody"},       {10, "GpadlCreated"},       {11, "GpadlTeardown"},         {12, "GpadlTorndown"},
    {13, "RelIdReleased"},  {14, "InitiateContact"},    {15, "VersionResponse"},       {16, "Unload"},
    {17, "UnloadComplete"}, {22, "ModifyChannel"},      {24, "ModifyChannelResponse"},
};

constexpr NameRow kOperations[] = {
    {1, "COMPLETE_IO"},
    {2, "REMOVE_DEVICE"},
    {3, "EXECUTE_SRB"},
    {4, "RESET_LUN"},
    {5, "RESET_ADAPTER"},
    {6, "RESET_BUS"},
    {7, "BEGIN_INITIALIZATION"},
    {8, "END_INITIALIZATION"},
    {9, "QUERY_PROTOCOL_VERSION"},
    {10, "QUERY_PROPERTIES"},
    {11, "ENUMERATE_BUS"},
    {12, "FC_HBA_DATA"},
    {13, "CREATE_SUB_CHANNELS"},
    {14, "EVENT_NOTIFICATION"},
};

constexpr NameRow kStatus[] = {
    {0x00000000, "SUCCESS"},           {0x80000005, "BUFFER_OVERFLOW"},
    {0x80000011, "DEVICE_BUSY"},       {0xc0000001, "UNSUCCESSFUL"},
    {0xc000000d, "INVALID_PARAMETER"}, {0xc0000010, "INVALID_DEVICE_REQUEST"},
    {0xc0000059, "REVISION_MISMATCH"}, {0xc000009d, "DEVICE_NOT_CONNECTED"},
    {0xc00000b5, "IO_TIMEOUT"},        {0xc00000c0, "DEVICE_DOES_NOT_EXIST"},
    {0xc0000120, "CANCELLED"},         {0xc0000184, "INVALID_DEVICE_STATE"},
    {0xc0000185, "IO_DEVICE_ERROR"},
};

std::optional<std::uint32_t> find_number(std::span<const NameRow> rows, std::string_view name) {
  for (const NameRow& row : rows) {
    if (row.name == name) return row.number;
  }
  return std::nullopt;
}

std::string_view find_name(std::span<const NameRow> rows, std::uint32_t number) {
  for (const NameRow& row : rows) {
    if (row.number == number) return row.name;
  }
  return {};
}

}  // namespace

std::string vmbus_message_name(std::uint32_t type) {
  const auto name = find_name(kMessages, type);
  return name.empty() ? fmt::format("message {}", type) : std::string(name);
}
std::optional<std::uint32_t> find_vmbus_message(std::string_view name) { return find_number(kMessages, name); }

std::string stor_operation_name(std::uint32_t operation) {
  const auto name = find_name(kOperations, operation);
  return name.empty() ? fmt::format("operation {}", operation) : std::string(name);
}
std::optional<std::uint32_t> find_stor_operation(std::string_view name) { return find_number(kOperations, name); }

std::string nt_status_name(std::uint32_t status) {
  const auto name = find_name(kStatus, status);
  return name.empty() ? fmt::format("status {:08X}h", status) : std::string(name);
}
std::optional<std::uint32_t> find_nt_status(std::string_view name) { return find_number(kStatus, name); }

}  // namespace coincide
