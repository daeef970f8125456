# Copies IN to OUT with the fault in it; fails if the line it alters is not there exactly once any more.
file(READ ${IN} text)
set(sound [[      if (last_) {
        // BMIDE-37, BMIDE-61; BMIDE-64: a drive that wants more waits, and nothing interrupts.
        set_status(status() & ~unsigned{bmis::ACTIVE});
]])
set(faulty [[      if (last_) {
]])
string(FIND "${text}" "${sound}" first)
string(FIND "${text}" "${sound}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${IN}: the line that the seeded fault alters has moved; see tools/seeded_fault/seed.cmake")
endif()
string(REPLACE "${sound}" "${faulty}" text "${text}")
file(WRITE ${OUT} "${text}")
