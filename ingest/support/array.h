/*
 * array: growing arrays. An array is three variables of its owner: the elements (NULL at first), their number, and the
 * number that there is room for (0 at first); the numbers can have any unsigned type.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_ARRAY_H
#define ROLECHAIN_INGEST_SUPPORT_ARRAY_H

#include "ingest/support/memory.h"
#include <string.h>

/* The new room for at least `needed` elements when there was room for `room`: at least doubled, so that appending costs
 * constant time on average; at most `limit` (out of memory beyond). */
size_t array_next_room(size_t room, size_t needed, size_t limit);

/* Makes room for `needed` elements in total; new ones are not initialised. */
#define ARRAY_RESERVE(array, needed, room)                                                                             \
    do {                                                                                                               \
        if ((room) < (needed)) {                                                                                       \
            (room) = (__typeof__(room))array_next_room((room), (needed), (size_t)(__typeof__(room))-1);                \
            (array) = memory_resize((array), (room), sizeof *(array));                                                 \
        }                                                                                                              \
    } while (0)

/* Adds an element at the end: ARRAY_ADD(list, count, room, value). */
#define ARRAY_ADD(array, count, room, ...)                                                                             \
    do {                                                                                                               \
        ARRAY_RESERVE((array), (size_t)(count) + 1, (room));                                                           \
        (array)[(count)++] = (__VA_ARGS__);                                                                            \
    } while (0)

/* Frees unused room, once the array no longer grows. */
#define ARRAY_FIT(array, count, room)                                                                                  \
    do {                                                                                                               \
        if ((room) > (count) && (count) > 0) {                                                                         \
            (room) = (count);                                                                                          \
            (array) = memory_resize((array), (room), sizeof *(array));                                                 \
        }                                                                                                              \
    } while (0)

/* Makes room for the element at `index`; new elements are zeroed. */
#define ARRAY_REACH(array, index, room)                                                                                \
    do {                                                                                                               \
        if ((room) <= (index)) {                                                                                       \
            size_t array_before_ = (room);                                                                             \
            ARRAY_RESERVE((array), (size_t)(index) + 1, (room));                                                       \
            memset((array) + array_before_, 0, ((room)-array_before_) * sizeof *(array));                              \
        }                                                                                                              \
    } while (0)

#endif
