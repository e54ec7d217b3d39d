/*
 * fit: how wide a text is, and what is left of one that has no room. Widths are those of Helvetica and a little more,
 * so that a text also fits in the fonts that stand before and behind it in the list of a drawing.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FIT_H
#define ROLECHAIN_ANALYZER_PICTURE_FIT_H

#include "ingest/support/arena.h"
#include <stddef.h>

/* In pixels, of a text of that size. */
double fit_width(const char *text, double size);

/* The text made printable; where it is too wide first without its generated parts (family.h), then cut in the middle:
 * prefix and suffix carry the meaning of a name. Lives in the arena. */
const char *fit_name(struct arena *arena, const char *text, double size, double width);

/* The same of a sentence: cut at its end. */
const char *fit_sentence(struct arena *arena, const char *text, double size, double width);

#endif
