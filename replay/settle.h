// Where a capture's disk requests end.
//
// The device of a capture took its time, and the log does not say when it was done, only what the guest saw of it. Our
// drive issues a numbered request and waits. So the imported stimuli are run once on a controller whose requests wait
// for disk_complete, and one is put in right before the first place where the capture shows that the device was further
// than ours. The result is a trace that needs no guessing to replay.
//
// These rules say when a completion is placed. They never say what it does: the outcome is always "done", and all that
// follows from it is the controller's own doing, to be compared.
//
//  S1  A rise of the interrupt line: the device of that channel was done.
//  S2  A Status or Alternate Status read with BSY=0 where ours is still busy. During a DMA command BSY=0 with DRQ=1
//  says
//      only that the transfer goes on (ATA6-DMA-1).
//  S3  Any other command block register that reads as no busy Status would (ATA6-SEL-5).
//  S4  An access to the Data register: hosts make them only with DRQ=1 (ATA6-REG-7).
//  S5  A write to the command block: hosts make them only with BSY=0 (ATA6-REG-6), the Command register included.
//  S6  A bus-master status read that shows more of the transfer than ours: INT=1, or ACTIVE=0.
//  S7  A look at memory that a transfer filled.
//  S8  The end of the capture: what was written reaches the medium.
//  S9  A write to the command block while a packet command of ours still has data for the host: the capture's drive had
//      none, or less, and its host went on. Ours would ignore the write (ATA6-SEL-6) and all that follows with it, so
//      the data are read first, unseen. Under the profile of the capture's own source this never happens.
//
// Where several requests wait on a channel (both devices test themselves after a reset) the oldest ends first, until
// the place no longer shows more than ours.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "emu/board.h"
#include "emu/profile.h"
#include "replay/capture_board.h"
#include "trace/event_list.h"
#include "trace/import/capture.h"

namespace coincide {

struct Settled {
  EventList events;
  std::vector<std::uint32_t> lines;  ///< of the source, by event; 0 for what was put in. Empty if the input had none
  std::uint64_t completions = 0;
  std::uint64_t drained = 0;  ///< reads put in by S9
};

/// Besides placing completions, fills in what the log could not show so that the stimuli are whole:
/// * looks at memory after a transfer are cut to the bytes that the command transfers;
/// * without PRD tables in the log, a table of the command's own size stands where BMIDTP points;
/// * a packet of which the log shows no more than the opcode reads as many blocks as the log shows data of, or, if the
///   log shows that it failed, blocks beyond the end of the disc;
/// * media events get their unit and medium, or go if the board does not say them;
/// * data that nobody knows (an unknown medium; sectors written with bytes the log does not show) are marked as not
///   seen wherever they are read again.
Settled settle_capture(const Capture& capture, const CaptureBoard& board, const Profile& profile);

/// The same stimuli with completions placed anew: a capture that was settled under another profile may issue other
/// requests under this one.
Settled settle_again(const EventList& events, std::span<const std::uint32_t> lines, const Board& board,
                     const Profile& profile);

}  // namespace coincide
