/*
 * json_scratch: memory for jansson values that live as long as one function call.
 *
 * Between begin and end, allocations that this thread makes through jansson come from one block that is freed at once;
 * what does not fit, and everything allocated at other times, comes from memory.h. A policy document becomes dozens of
 * small values that live for a moment: this halves their cost.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_SCRATCH_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_SCRATCH_H

/* Lets jansson allocate here and in memory.h, from now on and in all threads; begin does so too. At the start of a
 * program, so that nothing that jansson makes fails for want of memory. */
void json_scratch_install(void);

/* Not nested. Text that jansson hands out in between (json_dumps) must not be passed to free. */
void json_scratch_begin(void);

/* No value made since begin may still be in use. */
void json_scratch_end(void);

#endif
