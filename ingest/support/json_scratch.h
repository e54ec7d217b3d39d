/*
 * json_scratch: memory for jansson values that live as long as one function call.
 *
 * Between begin and end, what this thread asks jansson for comes out of one block and is given back at once; what does
 * not fit, and what is allocated at other times, comes from memory.h. A policy document becomes dozens of small
 * values that are gone a moment later: this halves what they cost.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_SCRATCH_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_SCRATCH_H

/* Lets jansson allocate here and in memory.h, from now on and in all threads; begin does so too. At the start of a
 * program, so that nothing that jansson makes fails for want of memory. */
void json_scratch_install(void);

/* Not nested. Text that jansson hands out in between (json_dumps) must not be passed to free. */
void json_scratch_begin(void);

/* No value made since begin may be alive. */
void json_scratch_end(void);

#endif
