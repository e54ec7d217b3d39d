/*
 * Formulas in policy words, minimal and sorted, and as JSON.
 */
#include "graph/constraint/constraint_pool.h"

#include "graph/policy/pattern.h"
#include "ingest/support/json_build.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define MAXIMUM_ALTERNATIVES 32u

/* ---- one literal */

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

static void append_values(struct text *text, const struct constraint_atom_data *atom, const char *between)
{
    for (uint32_t i = 0; i < atom->value_count; i++) {
        if (i > 0)
            text_append_string(text, between);
        append_value(text, atom, atom->values[i]);
    }
    if (atom->value_count == 0)
        text_append_string(text, "(no value)");
}

static void append_null(struct text *text, const struct constraint_atom_data *atom, bool negated)
{
    static const char *const one[] = {"x"};
    bool absent = condition_holds(&atom->name, NULL, 0, atom->values, atom->value_count) != negated;
    bool present = condition_holds(&atom->name, one, 1, atom->values, atom->value_count) != negated;
    text_format(text, "%s %s", atom->key,
                absent == present ? (absent ? "present or absent" : "never")
                : absent          ? "absent"
                                  : "present");
}

/* Whether another of the literals says of the key that it is there and what it is. */
static bool settled_by_another(const struct constraint_pool *pool, constraint literal, const constraint *literals,
                               uint32_t count)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_atom_data *other = constraint_atom_of(pool, literals[i]);
        bool negated = constraint_node_of(pool, literals[i])->negated;
        if (literals[i] != literal && other->key != NULL && other->key_id == atom->key_id &&
            other->name.set == CONDITION_SINGLE && other->name.op->family != CONDITION_NULL &&
            other->name.op->negated == negated && !other->name.if_exists)
            return true;
    }
    return false;
}

/* In words; presence need not be said when it is settled. */
static char *literal_words(const struct constraint_pool *pool, constraint literal, bool settled)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    bool negated = constraint_node_of(pool, literal)->negated;
    struct text text = {0};
    if (atom->key == NULL) {
        text_append_string(&text, negated ? "not: " : "");
        text_append_string(&text, atom->values[0]);
        return text_release(&text);
    }
    const struct condition_operator *op = atom->name.op;
    if (op->family == CONDITION_NULL) {
        append_null(&text, atom, negated);
        return text_release(&text);
    }
    bool match = op->negated == negated;
    bool absent = condition_holds(&atom->name, NULL, 0, atom->values, atom->value_count) != negated;
    bool may_be_absent = !atom->about->always;
    bool wild = false;
    for (uint32_t i = 0; i < atom->value_count; i++)
        wild = wild || pattern_has_wildcard(atom->values[i]);
    if (atom->name.set == CONDITION_FOR_ALL_VALUES)
        text_append_string(&text, negated ? "some " : "every ");
    else if (atom->name.set == CONDITION_FOR_ANY_VALUE)
        text_append_string(&text, negated ? "no " : "some ");
    if (atom->name.set == CONDITION_FOR_ANY_VALUE && negated)
        match = !match;
    /* A plain operator looks for one among several values. */
    bool among = atom->name.set == CONDITION_SINGLE && atom->about->multivalued;
    if (among) {
        text_append_string(&text, match ? "some " : "no ");
        match = true;
    }
    if (op->family == CONDITION_BOOL && !match && atom->value_count == 1) {
        text_format(&text, "%s = %s", atom->key, strcasecmp(atom->values[0], "true") == 0 ? "false" : "true");
    } else {
        text_append_string(&text, atom->key);
        const struct condition_operator *as = op->glob && !wild ? &condition_operators[OPERATOR_STRING_EQUALS] : op;
        text_format(&text, " %s ", match ? as->symbol : as->not_symbol);
        /* The prefix that is fixed is not the caller's to see: it is part of what is compared. */
        if (atom->prefix[0] != '\0')
            text_format(&text, "(after \"%s\") ", atom->prefix);
        append_values(&text, atom, match ? " or " : " nor ");
    }
    if (atom->name.set == CONDITION_SINGLE && !among && may_be_absent && !settled) {
        if (absent)
            text_append_string(&text, " or absent");
        else if (!match && op->family != CONDITION_BOOL)
            text_append_string(&text, ", present");
    }
    return text_release(&text);
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

static void free_texts(char **texts, uint32_t count)
{
    for (uint32_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

/* Joins texts with a word between, sorted. Takes the texts. */
static char *join_sorted(char **texts, uint32_t count, const char *between, bool parentheses)
{
    struct text text = {0};
    qsort(texts, count, sizeof *texts, order_texts);
    if (parentheses && count > 1)
        text_append_char(&text, '(');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(texts[i], texts[i - 1]) == 0)
            continue;
        if (i > 0)
            text_append_string(&text, between);
        text_append_string(&text, texts[i]);
    }
    if (parentheses && count > 1)
        text_append_char(&text, ')');
    free_texts(texts, count);
    return text_release(&text);
}

/* The literals of an alternative that are not common to all, as one text. */
static char *alternative_words(const struct constraint_pool *pool, constraint alternative, const constraint *common,
                               uint32_t common_count, bool alone)
{
    const constraint *literals;
    uint32_t count = literals_of(pool, &alternative, &literals), used = 0;
    char **texts = calloc((size_t)count + 1, sizeof *texts);
    if (texts == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool shared = false;
        for (uint32_t j = 0; j < common_count; j++)
            shared = shared || common[j] == literals[i];
        if (!shared)
            texts[used++] = literal_words(pool, literals[i], settled_by_another(pool, literals[i], literals, count));
    }
    return join_sorted(texts, used, " and ", !alone);
}

/* Words of a formula too large to take apart: its outline as it stands. */
static char *outline(const struct constraint_pool *pool, constraint formula, uint32_t depth)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    if (node->type == NODE_LITERAL)
        return literal_words(pool, formula, false);
    uint32_t shown = node->child_count > 8 ? 8 : node->child_count;
    if (depth > 2 || node->child_count == 0)
        return strdup(node->type == NODE_TRUE ? "always" : node->type == NODE_FALSE ? "never" : "further conditions");
    char **texts = calloc((size_t)shown + 1, sizeof *texts);
    if (texts == NULL)
        return NULL;
    for (uint32_t i = 0; i < shown; i++)
        texts[i] = outline(pool, node->children[i], depth + 1);
    for (uint32_t i = 0; i < shown; i++)
        if (texts[i] == NULL) {
            free_texts(texts, shown);
            return NULL;
        }
    if (shown < node->child_count) {
        struct text more = {0};
        text_format(&more, "%u more", node->child_count - shown);
        texts[shown++] = text_release(&more);
    }
    return join_sorted(texts, shown, node->type == NODE_AND ? " and " : " or ", depth > 0);
}

static bool append_text(json_t *list, char *text)
{
    bool done = text != NULL && json_array_append_new(list, json_string(text)) == 0;
    free(text);
    return done;
}

static int compare_json_texts(const void *a, const void *b)
{
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

static json_t *sorted(json_t *list)
{
    size_t count = json_array_size(list);
    json_t **items = calloc(count + 1, sizeof *items);
    json_t *result = json_array();
    if (items == NULL || result == NULL) {
        free(items);
        json_decref(list);
        return result;
    }
    for (size_t i = 0; i < count; i++)
        items[i] = json_array_get(list, i);
    qsort(items, count, sizeof *items, compare_json_texts);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !json_equal(items[i], items[i - 1]))
            json_array_append(result, items[i]);
    free(items);
    json_decref(list);
    return result;
}

static json_t *words_of_outline(struct constraint_pool *pool, constraint formula)
{
    json_t *list = json_array();
    const struct constraint_node *node = constraint_node_of(pool, formula);
    uint32_t count = node->type == NODE_AND ? node->child_count : 1;
    for (uint32_t i = 0; i < count && i < 32; i++)
        append_text(list, outline(pool, node->type == NODE_AND ? node->children[i] : formula, 0));
    if (count > 32)
        append_text(list, strdup("further conditions"));
    return sorted(list);
}

json_t *constraint_words(struct constraint_pool *pool, constraint formula)
{
    if (formula == CONSTRAINT_TRUE)
        return json_array();
    struct alternative_list *list = calloc(1, sizeof *list);
    if (list == NULL)
        return NULL;
    list->pool = pool;
    bool complete = constraint_alternatives(pool, formula, MAXIMUM_ALTERNATIVES, collect, list);
    if (!complete) {
        free(list);
        return words_of_outline(pool, formula);
    }
    minimize(list, formula);
    json_t *result = json_array();
    bool done = result != NULL;
    if (list->count == 0) {
        json_array_append_new(result, json_string("never"));
    } else {
        const constraint *first, *other;
        uint32_t count = literals_of(pool, &list->items[0], &first), common_count = 0;
        constraint *common = calloc((size_t)count + 1, sizeof *common);
        done = done && common != NULL;
        for (uint32_t i = 0; done && i < count; i++) {
            bool everywhere = true;
            for (uint32_t j = 1; j < list->count && everywhere; j++) {
                uint32_t others = literals_of(pool, &list->items[j], &other);
                everywhere = false;
                for (uint32_t k = 0; k < others; k++)
                    everywhere = everywhere || other[k] == first[i];
            }
            if (everywhere) {
                common[common_count++] = first[i];
            }
        }
        for (uint32_t i = 0; done && i < common_count; i++)
            done = append_text(
                result, literal_words(pool, common[i], settled_by_another(pool, common[i], common, common_count)));
        if (done && list->count > 1) {
            char **texts = calloc(list->count, sizeof *texts);
            done = texts != NULL;
            for (uint32_t j = 0; done && j < list->count; j++) {
                texts[j] = alternative_words(pool, list->items[j], common, common_count, false);
                if (texts[j] == NULL)
                    texts[j] = strdup("");
            }
            done = done && append_text(result, join_sorted(texts, list->count, " or ", false));
        }
        free(common);
    }
    free(list);
    if (!done) {
        json_decref(result);
        return NULL;
    }
    return sorted(result);
}

/* ---- JSON */

static json_t *literal_json(const struct constraint_pool *pool, constraint literal)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    json_t *object = json_object();
    if (atom->key == NULL) {
        json_object_set_new(object, "fact", json_string(atom->values[0]));
    } else {
        char *name = condition_name_text(&atom->name);
        json_put(object, "operator", json_text(name));
        free(name);
        json_object_set_new(object, "key", json_string(atom->key));
        json_t *values = json_array();
        for (uint32_t i = 0; i < atom->value_count; i++) {
            struct text value = {0};
            for (const char *at = atom->values[i]; *at != '\0'; at++) {
                if (*at != PATTERN_ESCAPE || at[1] == '\0') {
                    text_append_char(&value, *at);
                    continue;
                }
                at++;
                if (*at == '*' || *at == '?')
                    text_format(&value, "${%c}", *at);
                else
                    text_append_char(&value, *at);
            }
            json_array_append_new(values, json_string(value.data != NULL ? value.data : ""));
            text_free(&value);
        }
        json_object_set_new(object, "values", values);
        if (atom->prefix[0] != '\0')
            json_object_set_new(object, "prefix", json_string(atom->prefix));
    }
    if (!constraint_node_of(pool, literal)->negated)
        return object;
    json_t *negation = json_object();
    json_object_set_new(negation, "not", object);
    return negation;
}

json_t *constraint_json(struct constraint_pool *pool, constraint formula)
{
    const struct constraint_node *node = constraint_node_of(pool, formula);
    if (node->type == NODE_TRUE || node->type == NODE_FALSE)
        return json_boolean(node->type == NODE_TRUE);
    if (node->type == NODE_LITERAL)
        return literal_json(pool, formula);
    json_t *object = json_object(), *children = json_array();
    for (uint32_t i = 0; i < node->child_count; i++)
        json_array_append_new(children, constraint_json(pool, node->children[i]));
    json_object_set_new(object, node->type == NODE_AND ? "all" : "any", children);
    return object;
}
