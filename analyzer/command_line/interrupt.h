/*
 * interrupt: what Ctrl-C, SIGTERM and SIGHUP do. The program ends at once and by the signal, so that shells see it
 * (exit status 130 for Ctrl-C); files that are half written are removed first. Only while something must be undone
 * first (a database transaction) is the first signal deferred, for two seconds at most; a second one is not.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_INTERRUPT_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_INTERRUPT_H

#include <stdbool.h>

/* Once, at the start. Signals that are ignored (nohup) stay so. */
void interrupt_install(void);

/* A file that an interruption removes, until it is disowned. The path must stay valid until then. At most four at a
 * time. */
void interrupt_own_file(const char *path);
void interrupt_disown_file(const char *path);

/* Whether an interruption has a line of progress to wipe. */
void interrupt_bar(bool shown);

/* Wipes that line, if there is one. */
void interrupt_wipe_bar(void);

/* From here on a first signal only makes the answer non-zero (its number), until interrupt_release. */
const volatile int *interrupt_hold(void);

/* Signals end the program again. A signal that came in between is dropped, so the caller checks for it first. */
void interrupt_release(void);

/* Ends the program as the deferred signal would have. */
_Noreturn void interrupt_end(void);

#endif
