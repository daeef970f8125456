#include "emu/ata/error_log.h"

#include <algorithm>

#include "emu/ata/smart_data.h"

namespace coincide {
namespace {

/// Summary and comprehensive log: twelve bytes a command, 30 of the error; 28-bit values, that is the current halves.
void put_error(std::span<std::uint8_t> out, const LoggedError& error) {
  std::size_t at = 0;
  for (const LoggedCommand& command : error.commands) {
    const TaskFileCopy& t = command.task;
    const std::uint8_t bytes[] = {t.device_control, t.features[0], t.sector_count[0], t.lba_low[0],
                                  t.lba_mid[0],     t.lba_high[0], t.device,          t.command};
    std::copy(std::begin(bytes), std::end(bytes), out.begin() + static_cast<std::ptrdiff_t>(at));
    put_le(out, at + 8, 4, command.milliseconds);
    at += 12;
  }
  const TaskFileCopy& t = error.task;
  const std::uint8_t bytes[] = {0,        t.error, t.sector_count[0], t.lba_low[0], t.lba_mid[0], t.lba_high[0],
                                t.device, t.status};
  std::copy(std::begin(bytes), std::end(bytes), out.begin() + static_cast<std::ptrdiff_t>(at));
  out[at + 27] = static_cast<std::uint8_t>(error.state);
  put_le(out, at + 28, 2, error.power_on_hours);
}

/// Extended comprehensive log: 18 bytes a command, 34 of the error, with both halves of each register.
void put_extended_error(std::span<std::uint8_t> out, const LoggedError& error) {
  std::size_t at = 0;
  for (const LoggedCommand& command : error.commands) {
    const TaskFileCopy& t = command.task;
    const std::uint8_t bytes[] = {t.device_control, t.features[0], t.features[1], t.sector_count[0], t.sector_count[1],
                                  t.lba_low[0],     t.lba_low[1],  t.lba_mid[0],  t.lba_mid[1],      t.lba_high[0],
                                  t.lba_high[1],    t.device,      t.command};
    std::copy(std::begin(bytes), std::end(bytes), out.begin() + static_cast<std::ptrdiff_t>(at));
    put_le(out, at + 14, 4, command.milliseconds);
    at += 18;
  }
  const TaskFileCopy& t = error.task;
  const std::uint8_t bytes[] = {0,
                                t.error,
                                t.sector_count[0],
                                t.sector_count[1],
                                t.lba_low[0],
                                t.lba_low[1],
                                t.lba_mid[0],
                                t.lba_mid[1],
                                t.lba_high[0],
                                t.lba_high[1],
                                t.device,
                                t.status};
  std::copy(std::begin(bytes), std::end(bytes), out.begin() + static_cast<std::ptrdiff_t>(at));
  out[at + 31] = static_cast<std::uint8_t>(error.state);
  put_le(out, at + 32, 2, error.power_on_hours);
}

}  // namespace

TaskFileCopy TaskFileCopy::of(const RegisterFile<DeviceReg>& regs) {
  using R = DeviceReg;
  TaskFileCopy copy;
  copy.features = {regs.byte(R::features), regs.byte(R::features_prev)};
  copy.sector_count = {regs.byte(R::sector_count), regs.byte(R::sector_count_prev)};
  copy.lba_low = {regs.byte(R::lba_low), regs.byte(R::lba_low_prev)};
  copy.lba_mid = {regs.byte(R::lba_mid), regs.byte(R::lba_mid_prev)};
  copy.lba_high = {regs.byte(R::lba_high), regs.byte(R::lba_high_prev)};
  copy.device = regs.byte(R::device);
  copy.device_control = regs.byte(R::device_control);
  copy.command = regs.byte(R::command);
  copy.status = regs.byte(R::status);
  copy.error = regs.byte(R::error);
  return copy;
}

void ErrorLog::command(const TaskFileCopy& task, std::uint32_t milliseconds) {
  std::shift_left(history_.begin(), history_.end(), 1);
  history_.back() = {task, milliseconds};
}

void ErrorLog::hardware_reset(std::uint32_t milliseconds) {
  TaskFileCopy task;
  task.device_control = 0xff;
  command(task, milliseconds);
}

void ErrorLog::error(const TaskFileCopy& task, LoggedState state, std::uint16_t power_on_hours) {
  errors_[count_ % kErrors] = {history_, task, state, power_on_hours};
  ++count_;
}

std::vector<std::uint8_t> ErrorLog::build(const Form& form) const {
  std::vector<std::uint8_t> log(std::size_t{form.slots / form.per_sector} * kLogSectorBytes);
  log[0] = 0x01;  // version
  if (count_ != 0) put_le(log, form.index_at, form.index_bytes, (count_ - 1) % form.slots + 1);
  put_le(log, form.count_at, 2, std::min<std::uint32_t>(count_, 0xffff));
  const std::uint32_t shown = std::min<std::uint32_t>(count_, form.slots);
  for (std::uint32_t number = count_ - shown; number < count_; ++number) {
    const unsigned slot = number % form.slots;
    const std::size_t at = std::size_t{slot / form.per_sector} * kLogSectorBytes + form.first +
                           std::size_t{slot % form.per_sector} * form.bytes;
    form.put(std::span(log).subspan(at, form.bytes), errors_[number % kErrors]);
  }
  seal_sectors(log);
  return log;
}

std::vector<std::uint8_t> ErrorLog::summary() const { return build({5, 5, 90, 2, 1, 1, 452, put_error}); }

std::vector<std::uint8_t> ErrorLog::comprehensive() const { return build({kErrors, 5, 90, 2, 1, 1, 452, put_error}); }

std::vector<std::uint8_t> ErrorLog::extended() const {
  return build({kErrors, 4, 124, 4, 2, 2, 500, put_extended_error});
}

}  // namespace coincide
