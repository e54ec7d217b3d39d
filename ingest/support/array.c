#include "ingest/support/array.h"

size_t array_next_room(size_t room, size_t needed, size_t limit)
{
    size_t next = room < 8 ? 8 : room > limit / 2 ? limit : room * 2;
    if (needed > limit)
        memory_exhausted();
    return next < needed ? needed : next;
}
