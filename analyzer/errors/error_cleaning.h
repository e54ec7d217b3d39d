/*
 * error_cleaning: extracts the message from pasted text: removes boxes and colours of terminals, line breaks, and the
 * escapes of JSON and XML, so that the message reads as AWS wrote it.
 */
#ifndef ROLECHAIN_ANALYZER_ERRORS_ERROR_CLEANING_H
#define ROLECHAIN_ANALYZER_ERRORS_ERROR_CLEANING_H

#include "ingest/support/text.h"

/* Appends the text on one line, with single spaces between words. */
void error_clean(struct text *clean, const char *text, size_t length);

#endif
