/*
 * json_memory: memory for jansson's values, which are many, small and short-lived: a finding in JSON is made of
 * thousands.
 *
 * Small pieces come from free lists by size, one set a thread, and go back there; they stay with the program until it
 * ends, and a set passes from a thread that ends to one that begins. A value may be freed by another thread than made
 * it. Larger pieces come from memory.h.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_MEMORY_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_MEMORY_H

/* Lets jansson allocate here, in all threads: before the first value is made, at the start of a program. Nothing that
 * jansson makes fails for want of memory from then on. Text that jansson hands out (json_dumps) must not be passed to
 * free: see json_words. */
void json_memory_install(void);

#endif
