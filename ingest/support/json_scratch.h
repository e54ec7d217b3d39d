/*
 * json_scratch: memory for jansson values that live as long as one function call.
 *
 * Between begin and end, what this thread asks jansson for comes out of one block and is given back at once; what does
 * not fit, and what is allocated at other times, comes from malloc as always. A policy document becomes dozens of small
 * values that are gone a moment later: this halves what they cost.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_SCRATCH_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_SCRATCH_H

/* Not nested. Text that jansson hands out in between (json_dumps) must not be passed to free. */
void json_scratch_begin(void);

/* No value made since begin may be alive. */
void json_scratch_end(void);

#endif
