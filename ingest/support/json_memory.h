/*
 * json_memory: an allocator for jansson's values, which are many, small and short-lived: one finding in JSON consists
 * of thousands.
 *
 * Small pieces come from free lists by size, one set per thread, and go back there. They are kept until the program
 * ends; the set of a thread that ends passes to one that starts. A value may be freed by another thread than the one
 * that made it. Larger pieces come from memory.h.
 */
#ifndef ROLECHAIN_INGEST_SUPPORT_JSON_MEMORY_H
#define ROLECHAIN_INGEST_SUPPORT_JSON_MEMORY_H

/* Makes jansson allocate here, in all threads. Call it at the start of the program, before the first value is made.
 * From then on nothing that jansson makes fails for lack of memory. Text returned by jansson (json_dumps) must not be
 * passed to free: see json_words. */
void json_memory_install(void);

#endif
