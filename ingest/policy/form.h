/*
 * form: texts of a known form, such as the subjects of an identity provider: patterns in which a part can be a name
 * made of certain bytes. For questions that rolechain asks itself; no policy is written like that.
 */
#ifndef ROLECHAIN_INGEST_POLICY_FORM_H
#define ROLECHAIN_INGEST_POLICY_FORM_H

#include <stdbool.h>
#include <stddef.h>

/* FORM_NAME bytes FORM_NAME stands for one or more of these bytes, ranges as in [...] of regular expressions. '*' is
 * any run of bytes; all else, '?' too, stands for itself. */
#define FORM_NAME '\x02'

/* Whether a byte is among those that are written so. */
bool form_has_byte(const char *bytes, size_t length, unsigned char byte);

/* The same for each byte. */
void form_list_bytes(const char *bytes, size_t length, bool has[256]);

/* Where a name ends that begins at `name`; *bytes and *length become what it is made of. */
const char *form_name(const char *name, const char **bytes, size_t *length);

/* Whole-text match. Time is O(form × text). */
bool form_matches(const char *form, const char *text, bool ignoring_case);

#endif
