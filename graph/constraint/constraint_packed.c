/*
 * Formulas as text that can be read back: in prefix order, with texts behind their lengths.
 *
 *     formula    T | F | &COUNT;formula… | |COUNT;formula… | !literal | literal
 *     literal    ?KIND;text           a fact
 *                ^KIND;text text      a fact that names the subject between these
 *                =operator key prefix COUNT;value…
 *                @literal            the same in the next call; is not read back
 *     text       LENGTH;bytes
 *
 * The children of AND and OR are sorted by their text, so that a formula has the same text whatever was made before it.
 */
#include "graph/constraint/constraint_pool.h"

#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

/* Formulas of policies are a few levels deep; rolechain does not write deeper ones. */
#define DEEPEST 256u

/* ---- writing */

static void put_number(struct text *text, size_t number)
{
    char digits[24], *first = digits + sizeof digits;
    *--first = ';';
    do
        *--first = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    text_append(text, first, (size_t)(digits + sizeof digits - first));
}

static void put_text(struct text *text, const char *string)
{
    size_t length = strlen(string);
    put_number(text, length);
    text_append(text, string, length);
}

/* `subject`: the part left out of facts; or NULL. */
static void put_fact(const struct constraint_atom_data *atom, const char *subject, struct text *text)
{
    const char *named = subject != NULL && subject[0] != '\0' ? strstr(atom->values[0], subject) : NULL;
    text_append_char(text, named != NULL ? '^' : '?');
    put_number(text, (size_t)atom->fact);
    if (named == NULL) {
        put_text(text, atom->values[0]);
        return;
    }
    size_t before = (size_t)(named - atom->values[0]);
    put_number(text, before);
    text_append(text, atom->values[0], before);
    put_text(text, named + strlen(subject));
}

static void put_literal(const struct constraint_pool *pool, constraint literal, const char *subject, struct text *text)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    if (constraint_node_of(pool, literal)->negated)
        text_append_char(text, '!');
    if (atom->key.name == NULL) {
        put_fact(atom, subject, text);
        return;
    }
    char *name = condition_name_text(&atom->name);
    for (uint32_t i = 0; i < atom->key.hop; i++)
        text_append_char(text, '@');
    text_append_char(text, '=');
    put_text(text, name);
    put_text(text, atom->key.name);
    put_text(text, atom->prefix);
    put_number(text, atom->value_count);
    for (uint32_t i = 0; i < atom->value_count; i++)
        put_text(text, atom->values[i]);
    free(name);
}

/* A child's text within the whole text. */
struct packed_part {
    const char *bytes;
    size_t length;
};

static int compare_parts(const void *a, const void *b)
{
    const struct packed_part *x = a, *y = b;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->bytes, y->bytes, shorter);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static void put_formula(const struct constraint_pool *pool, constraint formula, const char *subject, struct text *text);

static void put_children(const struct constraint_pool *pool, const struct constraint_node *node, const char *subject,
                         struct text *text)
{
    struct packed_part few[16], *parts = node->child_count <= 16 ? few : memory_get(node->child_count * sizeof *parts);
    struct text own = {0};
    size_t start = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        put_formula(pool, node->children[i], subject, &own);
        parts[i].length = own.length - start;
        start = own.length;
    }
    start = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        parts[i].bytes = own.data + start;
        start += parts[i].length;
    }
    qsort(parts, node->child_count, sizeof *parts, compare_parts);
    text_append_char(text, node->type == NODE_AND ? '&' : '|');
    put_number(text, node->child_count);
    for (uint32_t i = 0; i < node->child_count; i++)
        text_append(text, parts[i].bytes, parts[i].length);
    text_free(&own);
    if (parts != few)
        free(parts);
}

static void put_formula(const struct constraint_pool *pool, constraint formula, const char *subject, struct text *text)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    switch (node->type) {
    case NODE_FALSE:
    case NODE_TRUE:
        text_append_char(text, node->type == NODE_TRUE ? 'T' : 'F');
        break;
    case NODE_LITERAL:
        put_literal(pool, formula, subject, text);
        break;
    case NODE_AND:
    case NODE_OR:
        put_children(pool, node, subject, text);
        break;
    }
}

char *constraint_pack_about(const struct constraint_pool *pool, constraint formula, const char *subject)
{
    struct text text = {0};
    put_formula(pool, formula, subject, &text);
    return text_release(&text);
}

char *constraint_pack(const struct constraint_pool *pool, constraint formula)
{
    return constraint_pack_about(pool, formula, NULL);
}

bool constraint_has_facts(const struct constraint_pool *pool, constraint formula)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    bool any = node->type == NODE_LITERAL && constraint_atom_of(pool, formula)->key.name == NULL;
    for (uint32_t i = 0; i < node->child_count && !any; i++)
        any = constraint_has_facts(pool, node->children[i]);
    return any;
}

/* ---- alone */

struct packed_child {
    char *packed;
    constraint child;
};

static int compare_children(const void *a, const void *b)
{
    return strcmp(((const struct packed_child *)a)->packed, ((const struct packed_child *)b)->packed);
}

static constraint copy_formula(const struct constraint_pool *pool, constraint formula, struct constraint_pool *to);

static constraint copy_literal(const struct constraint_pool *pool, constraint literal, struct constraint_pool *to)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    constraint copy = atom->key.name == NULL ? constraint_fact_of(to, atom->fact, atom->values[0])
                                             : constraint_atom_in_hop(to, &atom->name, atom->key, atom->prefix,
                                                                      atom->values, atom->value_count);
    return constraint_node_of(pool, literal)->negated ? constraint_not(to, copy) : copy;
}

static constraint copy_children(const struct constraint_pool *pool, const struct constraint_node *node,
                                struct constraint_pool *to)
{
    constraint result = constraint_of(node->type == NODE_AND);
    struct packed_child *children = memory_zeroed(node->child_count, sizeof *children);
    for (uint32_t i = 0; i < node->child_count; i++)
        children[i] = (struct packed_child){constraint_pack(pool, node->children[i]), node->children[i]};
    qsort(children, node->child_count, sizeof *children, compare_children);
    for (uint32_t i = 0; i < node->child_count; i++) {
        result = constraint_combine(to, node->type, result, copy_formula(pool, children[i].child, to));
        free(children[i].packed);
    }
    free(children);
    return result;
}

static constraint copy_formula(const struct constraint_pool *pool, constraint formula, struct constraint_pool *to)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    if (node->type == NODE_TRUE || node->type == NODE_FALSE)
        return formula;
    return node->type == NODE_LITERAL ? copy_literal(pool, formula, to) : copy_children(pool, node, to);
}

struct constraint_pool *constraint_alone(const struct constraint_pool *pool, constraint formula, constraint *alone)
{
    struct constraint_pool *own = constraint_pool_new();
    *alone = copy_formula(pool, formula, own);
    return own;
}

/* ---- reading */

struct unpacking {
    struct constraint_pool *pool;
    const char *at, *end;
    const char *subject; /* NULL: none */
    bool about;          /* some fact contains it */
    bool broken;
};

/* A number and the character after it; 0 and broken: there is none, or it is larger than the rest can contain. */
static size_t take_number(struct unpacking *work)
{
    size_t number = 0;
    const char *first = work->at;
    while (work->at < work->end && *work->at >= '0' && *work->at <= '9' && number <= (size_t)(work->end - first))
        number = number * 10 + (size_t)(*work->at++ - '0');
    bool good = work->at > first && work->at < work->end && *work->at == ';' && number < (size_t)(work->end - first);
    work->broken = work->broken || !good;
    work->at += good;
    return good ? number : 0;
}

static const char *take_text(struct unpacking *work)
{
    size_t length = take_number(work);
    if (work->broken || length > (size_t)(work->end - work->at)) {
        work->broken = true;
        return "";
    }
    const char *text = arena_copy_text(&work->pool->arena, work->at, length);
    work->at += length;
    return text;
}

static constraint take_fact(struct unpacking *work)
{
    size_t kind = take_number(work);
    const char *text = take_text(work);
    if (kind > FACT_UNDECIDED)
        work->broken = true;
    return work->broken ? CONSTRAINT_FALSE : constraint_fact_of(work->pool, (enum constraint_fact)kind, text);
}

static constraint take_fact_about(struct unpacking *work)
{
    size_t kind = take_number(work);
    const char *before = take_text(work), *behind = take_text(work);
    work->broken = work->broken || kind > FACT_UNDECIDED || work->subject == NULL;
    if (work->broken)
        return CONSTRAINT_FALSE;
    struct text text = {0};
    text_format(&text, "%s%s%s", before, work->subject, behind);
    constraint fact = constraint_fact_of(work->pool, (enum constraint_fact)kind, text.data);
    text_free(&text);
    work->about = true;
    return fact;
}

static constraint take_condition(struct unpacking *work)
{
    struct condition_name name;
    if (!condition_name_parse(take_text(work), &name))
        work->broken = true;
    const char *key = take_text(work), *prefix = take_text(work);
    size_t count = take_number(work);
    const char **values = memory_zeroed(count, sizeof *values);
    for (size_t i = 0; i < count && !work->broken; i++)
        values[i] = take_text(work);
    constraint result = work->broken ? CONSTRAINT_FALSE
                                     : constraint_atom_in_hop(work->pool, &name, (struct constraint_key){key, 0},
                                                              prefix, values, count);
    free(values);
    return result;
}

static constraint take_formula(struct unpacking *work, uint32_t depth)
{
    char sign = '\0';
    if (work->at < work->end)
        sign = *work->at++;
    if (work->broken || depth > DEEPEST)
        sign = '\0';
    switch (sign) {
    case 'T':
        return CONSTRAINT_TRUE;
    case 'F':
        return CONSTRAINT_FALSE;
    case '!':
        return constraint_not(work->pool, take_formula(work, depth + 1));
    case '?':
        return take_fact(work);
    case '^':
        return take_fact_about(work);
    case '=':
        return take_condition(work);
    case '&':
    case '|': {
        constraint result = constraint_of(sign == '&');
        size_t count = take_number(work);
        for (size_t i = 0; i < count && !work->broken; i++)
            result =
                constraint_combine(work->pool, sign == '&' ? NODE_AND : NODE_OR, result, take_formula(work, depth + 1));
        return result;
    }
    default:
        work->broken = true;
        return CONSTRAINT_FALSE;
    }
}

bool constraint_unpack_about(struct constraint_pool *pool, const char *packed, const char *subject, constraint *formula,
                             bool *about)
{
    struct unpacking work = {.pool = pool, .at = packed, .end = packed + strlen(packed), .subject = subject};
    *formula = take_formula(&work, 0);
    *about = work.about;
    return !work.broken && work.at == work.end;
}

bool constraint_unpack(struct constraint_pool *pool, const char *packed, constraint *formula)
{
    bool about;
    return constraint_unpack_about(pool, packed, NULL, formula, &about);
}
