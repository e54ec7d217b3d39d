/*
 * fit: measures and shortens texts. Widths are those of Helvetica plus a small margin, so that a text also fits in the
 * other fonts of a drawing's font list.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_FIT_H
#define ROLECHAIN_ANALYZER_PICTURE_FIT_H

#include "ingest/support/arena.h"
#include <stddef.h>

/* In pixels, at that font size. */
double fit_width(const char *text, double size);

/* The printable text. If it is too wide, its generated parts (family.h) are dropped first, then it is cut in the
 * middle: prefix and suffix carry the meaning of a name. Lives in the arena. */
const char *fit_name(struct arena *arena, const char *text, double size, double width);

/* The same for a sentence, which is cut at its end. */
const char *fit_sentence(struct arena *arena, const char *text, double size, double width);

#endif
