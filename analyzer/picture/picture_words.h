/*
 * picture_words: the texts in a picture. Strings live in the arena.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_PICTURE_WORDS_H
#define ROLECHAIN_ANALYZER_PICTURE_PICTURE_WORDS_H

#include "analyzer/picture/fold.h"
#include "ingest/support/text.h"

/* Moves a text into the arena and frees it. */
const char *words_keep(struct arena *arena, struct text *text);
const char *words_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "production (444455556666)", or the bare id. */
const char *words_account(struct arena *arena, const struct model *model, uint32_t account);

/* Of the vertices (nodes of the edges, ascending) that are drawn as one; `account`: they stand for a whole account. */
const char *words_node(struct arena *arena, const struct edges *edges, const uint32_t *vertices, uint32_t count,
                       bool account);
const char *words_node_tooltip(struct arena *arena, const struct edges *edges, const uint32_t *vertices,
                               uint32_t count);

/* A stable id for DOT and SVG. */
const char *words_node_id(struct arena *arena, const struct edges *edges, const uint32_t *vertices, uint32_t count);

/* What an arc demands: a line or two for the label, everything for the tooltip. */
const char *words_condition(struct arena *arena, const struct edges *edges, const struct arc *arc);
const char *words_condition_tooltip(struct arena *arena, const struct edges *edges, const struct arc *arc);

#endif
