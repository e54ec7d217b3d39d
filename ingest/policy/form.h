/*
 * form: texts of a known form, such as the subjects of an identity provider: patterns in which a part can be a name
 * with a given set of bytes. Used for rolechain's own questions; policies cannot contain forms.
 */
#ifndef ROLECHAIN_INGEST_POLICY_FORM_H
#define ROLECHAIN_INGEST_POLICY_FORM_H

#include <stdbool.h>
#include <stddef.h>

/* FORM_NAME bytes FORM_NAME matches one or more of these bytes, with ranges as in [...] of regular expressions. '*'
 * matches any run of bytes; everything else, '?' included, matches itself. */
#define FORM_NAME '\x02'

/* Whether the byte is in a set written that way. */
bool form_has_byte(const char *bytes, size_t length, unsigned char byte);

/* The same for each byte. */
void form_list_bytes(const char *bytes, size_t length, bool has[256]);

/* For a name that begins at `name`: returns its end; *bytes and *length are set to its byte set. */
const char *form_name(const char *name, const char **bytes, size_t *length);

/* Whole-text match. Time is O(form × text). */
bool form_matches(const char *form, const char *text, bool ignoring_case);

#endif
