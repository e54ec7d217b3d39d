/*
 * Formulas in policy words, minimal and sorted.
 */
#include "graph/constraint/constraint_pool.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define MAXIMUM_ALTERNATIVES 32u

/* ---- one literal */

static void append_key(struct text *text, const struct constraint_key *key)
{
    if (key->hop > 0)
        text_format(text, "hop %u: ", key->hop + 1);
    text_append_string(text, key->name);
}

char *constraint_key_text(const struct constraint_key *key)
{
    struct text text = {0};
    append_key(&text, key);
    return text_release(&text);
}

static void append_value(struct text *text, const struct constraint_atom_data *atom, const char *value)
{
    enum condition_family family = atom->name.op->family;
    bool bare =
        family == CONDITION_BOOL || family == CONDITION_NUMERIC || family == CONDITION_IP || family == CONDITION_DATE;
    double seconds = 0;
    if (family == CONDITION_DATE && condition_parse_date(value, &seconds) && seconds > -6e10 && seconds < 2e11) {
        char date[32];
        struct tm parts;
        time_t when = (time_t)seconds;
        if (gmtime_r(&when, &parts) != NULL && strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0) {
            text_append_string(text, date);
            return;
        }
    }
    if (!bare)
        text_append_char(text, '"');
    for (; *value != '\0'; value++) {
        if (*value == PATTERN_ESCAPE && value[1] != '\0') {
            value++;
            /* A literal star reads as ${*}, the way a policy writes it. */
            if (*value == '*' || *value == '?') {
                text_format(text, "${%c}", *value);
                continue;
            }
        }
        if (!bare && (*value == '"' || *value == '\\'))
            text_append_char(text, '\\');
        text_append_char(text, *value);
    }
    if (!bare)
        text_append_char(text, '"');
}

/* The length of the fixed prefix before the key's own part, shared by all values; 0: some value does not begin with
 * it. */
static size_t fixed_length(const struct constraint_atom_data *atom)
{
    size_t length = strlen(atom->prefix);
    for (uint32_t i = 0; i < atom->value_count; i++)
        if (atom->values[i] == NULL || strncmp(atom->values[i], atom->prefix, length) != 0)
            return 0;
    return length;
}

static void append_values(struct text *text, const struct constraint_atom_data *atom, const char *between)
{
    size_t fixed = fixed_length(atom);
    for (uint32_t i = 0; i < atom->value_count; i++) {
        if (i > 0)
            text_append_string(text, between);
        append_value(text, atom, atom->values[i] + fixed);
    }
    if (atom->value_count == 0)
        text_append_string(text, "(no value)");
}

static void write_null(struct constraint_phrase *phrase, struct text *text, const struct constraint_atom_data *atom,
                       bool negated)
{
    static const char *const one[] = {"x"};
    bool absent = condition_holds(&atom->name, NULL, 0, atom->values, atom->value_count) != negated;
    bool present = condition_holds(&atom->name, one, 1, atom->values, atom->value_count) != negated;
    phrase->has_or = absent && present;
    append_key(text, &atom->key);
    text_append_string(text, absent == present ? (absent ? " present or absent" : " never")
                             : absent          ? " absent"
                                               : " present");
}

static bool is_audience(const struct constraint_key *key)
{
    const char *last = strrchr(key->name, ':');
    return last != NULL && strcmp(last, ":aud") == 0;
}

/* Dates are "at or before" and "at or after". */
static bool is_at_or(const struct condition_operator *op, bool match)
{
    bool inclusive = op->comparison == COMPARE_AT_MOST || op->comparison == COMPARE_AT_LEAST;
    return op->family == CONDITION_DATE && op->comparison != COMPARE_EQUAL && inclusive == match;
}

/* Whether the literal determines that its key is present and which values it can have. */
static bool settles(const struct constraint_pool *pool, constraint literal)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    return atom->key.name != NULL && atom->name.set == CONDITION_SINGLE && atom->name.op->family != CONDITION_NULL &&
           atom->name.op->negated == constraint_node_of(pool, literal)->negated && !atom->name.if_exists;
}

static int64_t key_of(const struct constraint_pool *pool, constraint literal)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    return (int64_t)atom->key.hop << 32 | atom->key_id;
}

/* The keys that literals settle, once per literal. */
struct settled_keys {
    int64_t *keys; /* sorted */
    size_t count;
};

static struct settled_keys settled_keys_of(const struct constraint_pool *pool, const constraint *literals,
                                           uint32_t count)
{
    struct settled_keys settled = {memory_zeroed(count, sizeof *settled.keys), 0};
    for (uint32_t i = 0; i < count; i++)
        if (settles(pool, literals[i]))
            settled.keys[settled.count++] = key_of(pool, literals[i]);
    if (settled.count > 1)
        qsort(settled.keys, settled.count, sizeof *settled.keys, order_ids);
    return settled;
}

/* Whether a literal other than this one settles its key; this one is in the list. */
static bool settled_by_another(const struct constraint_pool *pool, const struct settled_keys *settled,
                               constraint literal)
{
    int64_t key = key_of(pool, literal);
    size_t at = order_lower_bound(&key, settled->keys, settled->count, sizeof key, order_ids) + settles(pool, literal);
    return at < settled->count && settled->keys[at] == key;
}

/* Writes it in words; presence is omitted if another literal settles the key. */
static void write_condition(struct constraint_phrase *phrase, struct text *text,
                            const struct constraint_atom_data *atom, bool negated, bool settled)
{
    const struct condition_operator *op = atom->name.op;
    bool match = op->negated == negated;
    bool absent = condition_holds(&atom->name, NULL, 0, atom->values, atom->value_count) != negated;
    bool may_be_absent = !atom->about->always;
    bool wild = false;
    for (uint32_t i = 0; i < atom->value_count; i++)
        wild = wild || pattern_has_wildcard(atom->values[i]);
    if (atom->name.set == CONDITION_FOR_ALL_VALUES)
        text_append_string(text, negated ? "some " : "every ");
    else if (atom->name.set == CONDITION_FOR_ANY_VALUE)
        text_append_string(text, negated ? "no " : "some ");
    if (atom->name.set == CONDITION_FOR_ANY_VALUE && negated)
        match = !match;
    /* A plain operator asks whether one of several values matches. */
    bool among = atom->name.set == CONDITION_SINGLE && atom->about->multivalued;
    if (among) {
        text_append_string(text, match ? "some " : "no ");
        match = true;
    }
    if (op->family == CONDITION_BOOL && !match && atom->value_count == 1) {
        append_key(text, &atom->key);
        text_append_string(text, strcasecmp(atom->values[0], "true") == 0 ? " = false" : " = true");
    } else {
        /* The compared text begins with the prefix, and some value does not show that. */
        if (fixed_length(atom) < strlen(atom->prefix))
            text_format(text, "\"%s\" + ", atom->prefix);
        append_key(text, &atom->key);
        const struct condition_operator *as = op->glob && !wild ? &condition_operators[OPERATOR_STRING_EQUALS] : op;
        text_format(text, " %s ", match ? as->symbol : as->not_symbol);
        append_values(text, atom, match ? " or " : " nor ");
        phrase->has_or = (match && atom->value_count > 1) || is_at_or(as, match);
        phrase->asks_for_audience = match && !as->glob && !as->folds_case && is_audience(&atom->key);
    }
    if (atom->name.set == CONDITION_SINGLE && !among && may_be_absent && !settled) {
        phrase->has_or = phrase->has_or || absent;
        if (absent)
            text_append_string(text, " or absent");
        else if (!match && op->family != CONDITION_BOOL)
            text_append_string(text, ", present");
    }
}

static struct constraint_phrase literal_phrase(const struct constraint_pool *pool, constraint literal, bool settled)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    bool negated = constraint_node_of(pool, literal)->negated;
    struct constraint_phrase phrase = {.unknown_identity =
                                           atom->key.name == NULL && atom->fact == FACT_OF_IDENTITY && !negated};
    struct text text = {0};
    if (atom->key.name == NULL)
        text_format(&text, "%s%s", negated ? "not: " : "", atom->values[0]);
    else if (atom->name.op->family == CONDITION_NULL)
        write_null(&phrase, &text, atom, negated);
    else
        write_condition(&phrase, &text, atom, negated, settled);
    phrase.words = text_release(&text);
    return phrase;
}

/* ---- alternatives, made minimal */

struct alternative_list {
    struct constraint_pool *pool;
    constraint items[MAXIMUM_ALTERNATIVES];
    uint32_t count;
};

static bool collect(constraint alternative, void *context)
{
    struct alternative_list *list = context;
    list->items[list->count++] = alternative;
    return list->count <= MAXIMUM_ALTERNATIVES;
}

static uint32_t literals_of(const struct constraint_pool *pool, const constraint *conjunction,
                            const constraint **literals)
{
    const struct constraint_node *node = constraint_node_of(pool, *conjunction);
    if (node->type == NODE_AND) {
        *literals = node->children;
        return node->child_count;
    }
    *literals = conjunction;
    return node->type == NODE_LITERAL ? 1 : 0;
}

static void minimize(struct alternative_list *list, constraint formula)
{
    struct constraint_pool *pool = list->pool;
    for (uint32_t i = 0; i < list->count; i++)
        list->items[i] = constraint_shorten(pool, list->items[i], formula);
    for (uint32_t i = 0; i < list->count;) {
        constraint others = CONSTRAINT_FALSE;
        for (uint32_t j = 0; j < list->count; j++)
            if (j != i)
                others = constraint_or(pool, others, list->items[j]);
        if (constraint_implies(pool, list->items[i], others) == CONSTRAINT_YES) {
            memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof list->items[0]);
            list->count--;
        } else {
            i++;
        }
    }
}

/* ---- printing */

static void add_phrase(struct constraint_phrases *phrases, struct constraint_phrase phrase)
{
    ARRAY_ADD(phrases->items, phrases->count, phrases->room, phrase);
}

static void add_words(struct constraint_phrases *phrases, char *words)
{
    add_phrase(phrases, (struct constraint_phrase){.words = words});
}

void constraint_phrases_free(struct constraint_phrases *phrases)
{
    for (uint32_t i = 0; i < phrases->count; i++)
        free(phrases->items[i].words);
    free(phrases->items);
    *phrases = (struct constraint_phrases){0};
}

static int compare_phrases(const void *a, const void *b)
{
    return strcmp(((const struct constraint_phrase *)a)->words, ((const struct constraint_phrase *)b)->words);
}

/* Sorted, each once. */
static void sort_phrases(struct constraint_phrases *phrases)
{
    uint32_t kept = 0;
    if (phrases->count > 1)
        qsort(phrases->items, phrases->count, sizeof *phrases->items, compare_phrases);
    for (uint32_t i = 0; i < phrases->count; i++)
        if (kept > 0 && strcmp(phrases->items[kept - 1].words, phrases->items[i].words) == 0)
            free(phrases->items[i].words);
        else
            phrases->items[kept++] = phrases->items[i];
    phrases->count = kept;
}

enum joint { JOINT_AND, JOINT_OR };

/* "a or b", sorted. Takes ownership of the phrases. */
static struct constraint_phrase join_phrases(struct constraint_phrases *phrases, enum joint joint, bool parentheses)
{
    struct constraint_phrase whole = {.unknown_identity = phrases->count == 1 && phrases->items[0].unknown_identity};
    bool several = phrases->count > 1;
    struct text text = {0};
    sort_phrases(phrases);
    text_append_string(&text, parentheses && several ? "(" : "");
    for (uint32_t i = 0; i < phrases->count; i++) {
        const struct constraint_phrase *phrase = &phrases->items[i];
        text_append_string(&text, i == 0 ? "" : joint == JOINT_AND ? " and " : " or ");
        text_append_string(&text, phrase->words);
        whole.has_or = whole.has_or || phrase->has_or || (joint == JOINT_OR && i > 0);
        whole.asks_for_audience = whole.asks_for_audience || phrase->asks_for_audience;
    }
    text_append_string(&text, parentheses && several ? ")" : "");
    constraint_phrases_free(phrases);
    whole.words = text_release(&text);
    return whole;
}

/* The literals that are not in `without`; both lists are sorted. */
static void add_literals(const struct constraint_pool *pool, const constraint *literals, uint32_t count,
                         const constraint *without, uint32_t without_count, struct constraint_phrases *phrases)
{
    struct settled_keys settled = settled_keys_of(pool, literals, count);
    for (uint32_t i = 0, j = 0; i < count; i++) {
        while (j < without_count && without[j] < literals[i])
            j++;
        if (j == without_count || without[j] != literals[i])
            add_phrase(phrases, literal_phrase(pool, literals[i], settled_by_another(pool, &settled, literals[i])));
    }
    free(settled.keys);
}

/* A formula too large to split is written as it is. */
static struct constraint_phrase outline(const struct constraint_pool *pool, constraint formula, uint32_t depth)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    if (node->type == NODE_LITERAL)
        return literal_phrase(pool, formula, false);
    uint32_t shown = node->child_count > 8 ? 8 : node->child_count;
    if (depth > 2 || node->child_count == 0)
        return (struct constraint_phrase){.words = memory_text(node->type == NODE_TRUE    ? "always"
                                                               : node->type == NODE_FALSE ? "never"
                                                                                          : "further conditions")};
    struct constraint_phrases phrases = {0};
    for (uint32_t i = 0; i < shown; i++)
        add_phrase(&phrases, outline(pool, node->children[i], depth + 1));
    if (shown < node->child_count)
        add_words(&phrases, memory_print("%u more", node->child_count - shown));
    return join_phrases(&phrases, node->type == NODE_AND ? JOINT_AND : JOINT_OR, depth > 0);
}

static struct constraint_phrases phrases_of_outline(const struct constraint_pool *pool, constraint formula)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    uint32_t count = node->type == NODE_AND ? node->child_count : 1;
    struct constraint_phrases phrases = {0};
    for (uint32_t i = 0; i < count && i < 32; i++)
        add_phrase(&phrases, outline(pool, node->type == NODE_AND ? node->children[i] : formula, 0));
    if (count > 32)
        add_words(&phrases, memory_text("further conditions"));
    return phrases;
}

/* The literals of the first alternative that all others have too; returns how many. */
static uint32_t find_common(const struct alternative_list *list, constraint *common)
{
    const constraint *first, *other;
    uint32_t count = literals_of(list->pool, &list->items[0], &first), common_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool everywhere = true;
        for (uint32_t j = 1; j < list->count && everywhere; j++) {
            uint32_t others = literals_of(list->pool, &list->items[j], &other);
            everywhere = bsearch(&first[i], other, others, sizeof *other, order_numbers) != NULL;
        }
        if (everywhere)
            common[common_count++] = first[i];
    }
    return common_count;
}

/* What all alternatives have in common, then what each has in addition. */
static struct constraint_phrases phrases_of_alternatives(const struct alternative_list *list)
{
    const struct constraint_pool *pool = list->pool;
    const constraint *literals;
    struct constraint_phrases phrases = {0}, alternatives = {0};
    constraint *common = memory_get(literals_of(pool, &list->items[0], &literals) * sizeof *common);
    uint32_t common_count = find_common(list, common);
    add_literals(pool, common, common_count, NULL, 0, &phrases);
    for (uint32_t j = 0; list->count > 1 && j < list->count; j++) {
        struct constraint_phrases own = {0};
        uint32_t count = literals_of(pool, &list->items[j], &literals);
        add_literals(pool, literals, count, common, common_count, &own);
        add_phrase(&alternatives, join_phrases(&own, JOINT_AND, true));
    }
    if (list->count > 1)
        add_phrase(&phrases, join_phrases(&alternatives, JOINT_OR, false));
    free(common);
    return phrases;
}

/* The pool must contain nothing else, since the order decides which of two equivalent literals is left out. */
static struct constraint_phrases phrases_of(struct constraint_pool *pool, constraint formula)
{
    struct alternative_list list = {.pool = pool};
    struct constraint_phrases phrases = {0};
    if (!constraint_alternatives(pool, formula, MAXIMUM_ALTERNATIVES, collect, &list)) {
        phrases = phrases_of_outline(pool, formula);
    } else {
        minimize(&list, formula);
        if (list.count > 0)
            phrases = phrases_of_alternatives(&list);
        else
            add_words(&phrases, memory_text("never"));
    }
    sort_phrases(&phrases);
    return phrases;
}

/* Whether there is only one way to write it. */
static bool is_simple(const struct constraint_pool *pool, constraint formula)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    return formula <= CONSTRAINT_TRUE || node->type == NODE_LITERAL;
}

struct constraint_phrases constraint_phrases(struct constraint_pool *pool, constraint formula)
{
    if (formula == CONSTRAINT_TRUE)
        return (struct constraint_phrases){0};
    if (is_simple(pool, formula))
        return phrases_of(pool, formula);
    struct constraint_pool *own = constraint_alone(pool, formula, &formula);
    struct constraint_phrases phrases = phrases_of(own, formula);
    constraint_pool_free(own);
    return phrases;
}

json_t *constraint_words(struct constraint_pool *pool, constraint formula)
{
    struct constraint_phrases phrases = constraint_phrases(pool, formula);
    json_t *list = json_array();
    for (uint32_t i = 0; i < phrases.count; i++)
        json_add(list, json_text(phrases.items[i].words));
    constraint_phrases_free(&phrases);
    return list;
}
