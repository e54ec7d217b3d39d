/*
 * interrupt: handles Ctrl-C, SIGTERM and SIGHUP. The program ends at once and by the signal, so that shells see it
 * (exit status 130 for Ctrl-C); half-written files are removed first. Only while something has to be undone first (a
 * database transaction) is the first signal deferred, for two seconds at most; a second signal is not.
 */
#ifndef ROLECHAIN_ANALYZER_COMMAND_LINE_INTERRUPT_H
#define ROLECHAIN_ANALYZER_COMMAND_LINE_INTERRUPT_H

#include <stdbool.h>

/* Call once, at the start. Ignored signals (nohup) stay ignored. */
void interrupt_install(void);

/* A file to remove on interruption, until it is disowned. The path must stay valid until then. At most four at a
 * time. */
void interrupt_own_file(const char *path);
void interrupt_disown_file(const char *path);

/* Tells whether there is a progress line to erase on interruption. */
void interrupt_bar(bool shown);

/* Erases that line, if there is one. */
void interrupt_wipe_bar(void);

/* From here until interrupt_release, a first signal only makes the returned value nonzero (its number). */
const volatile int *interrupt_hold(void);

/* Signals end the program again. A signal that came in between is dropped, so check for it first. */
void interrupt_release(void);

/* Ends the program as the deferred signal would have. */
_Noreturn void interrupt_end(void);

#endif
