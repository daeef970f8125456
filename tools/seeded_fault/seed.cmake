# Copies IN to OUT with the fault in it; fails if the line it alters is not there exactly once any more.
file(READ ${IN} text)
# The end of a table (BMIDE-37, BMIDE-61): the engine forgets to go idle.
set(sound [[
        set_status(status() & ~unsigned{bmis::ACTIVE});
]])
set(faulty "\n")
string(FIND "${text}" "${sound}" first)
string(FIND "${text}" "${sound}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${IN}: the line that the seeded fault alters has moved; see tools/seeded_fault/seed.cmake")
endif()
string(REPLACE "${sound}" "${faulty}" text "${text}")
file(WRITE ${OUT} "${text}")
