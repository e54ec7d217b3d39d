/*
 * The possible values of one key. A demand says about one value of the key whether some policy value of an atom must
 * match it. Values are found by trying every value that could make a difference: those in the policy, the bounds of
 * number and address ranges, and for patterns constraint_patterns.c. All are checked by the operators of condition.c,
 * so that known and unknown keys follow the same rules.
 */
#include "graph/constraint/constraint_value.h"

#include "graph/policy/pattern.h"
#include "ingest/support/array.h"
#include "ingest/support/order.h"
#include "ingest/support/text.h"
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool demand_holds(const struct value_search *search, const struct value_demand *demand, const char *value)
{
    const struct constraint_atom_data *atom = demand->atom;
    const char *full = constraint_full_value(search->pool, atom, value);
    if (atom->plain)
        return (bsearch(&full, atom->values, atom->value_count, sizeof full, order_texts) != NULL) == demand->match;
    for (uint32_t i = 0; i < atom->value_count; i++)
        if (condition_matches(atom->name.op, full, atom->values[i]))
            return demand->match;
    return !demand->match;
}

/* Whether the key can have the value at all. */
static bool in_domain(const struct value_search *search, const char *value)
{
    const struct context_key *about = search->about;
    size_t length = strlen(value);
    if ((int)length < about->shortest || (about->longest > 0 && (int)length > about->longest))
        return false;
    if (about->domain == KEY_BOOL)
        return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
    if (about->domain == KEY_INTEGER) {
        double number = 0;
        return condition_parse_number(value, &number) && number >= 0 && floor(number) == number;
    }
    if (about->alphabet != NULL)
        for (size_t i = 0; i < length; i++)
            if (!context_key_allows_byte(about, (unsigned char)value[i]))
                return false;
    return true;
}

bool constraint_value_accepted(const struct value_search *search, const char *value)
{
    if (!in_domain(search, value))
        return false;
    for (uint32_t i = 0; i < search->demand_count; i++)
        if (!demand_holds(search, &search->demands[i], value))
            return false;
    return true;
}

/* ---- candidates */

struct candidates {
    const char **values;
    uint32_t count, room;
};

static void add_candidate(struct candidates *candidates, const char *value)
{
    ARRAY_ADD(candidates->values, candidates->count, candidates->room, value);
}

static void add_copy(struct value_search *search, struct candidates *candidates, const char *value)
{
    add_candidate(candidates, intern_string(&search->pool->strings, value));
}

/* The policy value as a request value: literal escapes undone, the atom's prefix taken off. NULL if the prefix is not
 * there. */
static const char *concrete(struct value_search *search, const struct constraint_atom_data *atom, const char *value)
{
    size_t length = strlen(value), prefix = strlen(atom->prefix), used = 0;
    char *text = arena_allocate(&search->pool->arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        if (value[i] == PATTERN_ESCAPE && i + 1 < length)
            i++;
        text[used++] = value[i];
    }
    return strncmp(text, atom->prefix, prefix) == 0 ? text + prefix : NULL;
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One point on every value of the policy, and one in every gap between them on the number line. */
static void add_number_candidates(struct value_search *search, struct candidates *candidates,
                                  enum condition_family family)
{
    bool dates = family == CONDITION_DATE;
    size_t count = 0, total = 0;
    for (uint32_t i = 0; i < search->demand_count; i++)
        total += search->demands[i].atom->value_count;
    double *edges = memory_get(total * sizeof *edges);
    for (uint32_t i = 0; i < search->demand_count; i++) {
        const struct constraint_atom_data *atom = search->demands[i].atom;
        for (uint32_t j = 0; j < atom->value_count; j++)
            if (dates ? condition_parse_date(atom->values[j], &edges[count])
                      : condition_parse_number(atom->values[j], &edges[count]))
                count++;
    }
    qsort(edges, count, sizeof *edges, compare_numbers);
    char text[64];
    for (size_t i = 0; i < count; i++) {
        double points[4] = {edges[i] - 1, edges[i], edges[i] + 1,
                            i + 1 < count ? edges[i] + (edges[i + 1] - edges[i]) / 2 : edges[i]};
        for (size_t j = 0; j < 4; j++) {
            snprintf(text, sizeof text, dates ? "%.3f" : "%.17g", points[j]);
            add_copy(search, candidates, text);
        }
    }
    free(edges);
}

static void add_address(struct value_search *search, struct candidates *candidates, const unsigned char *address,
                        bool v6)
{
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(v6 ? AF_INET6 : AF_INET, address, text, sizeof text) != NULL)
        add_copy(search, candidates, text);
}

/* Steps an address by one; false when it wraps around. */
static bool step_address(unsigned char *address, int bytes, bool up)
{
    for (int i = bytes - 1; i >= 0; i--) {
        address[i] = (unsigned char)(up ? address[i] + 1 : address[i] - 1);
        if (address[i] != (up ? 0x00 : 0xFF))
            return true;
    }
    return false;
}

/* The first and last address of every network, and their outer neighbours: since networks are nested or disjoint, each
 * region between them contains one of these. */
static void add_address_candidates(struct value_search *search, struct candidates *candidates)
{
    for (uint32_t i = 0; i < search->demand_count; i++) {
        const struct constraint_atom_data *atom = search->demands[i].atom;
        for (uint32_t j = 0; j < atom->value_count; j++) {
            struct condition_network network;
            if (!condition_parse_network(atom->values[j], &network))
                continue;
            int bytes = network.v6 ? 16 : 4;
            unsigned char first[16], last[16];
            for (int k = 0; k < bytes; k++) {
                int kept = network.bits - 8 * k;
                unsigned mask = kept >= 8 ? 0xFFu : kept <= 0 ? 0u : 0xFFu << (8 - kept);
                first[k] = (unsigned char)(network.address[k] & mask);
                last[k] = (unsigned char)((network.address[k] | ~mask) & 0xFFu);
            }
            add_address(search, candidates, first, network.v6);
            add_address(search, candidates, last, network.v6);
            if (step_address(first, bytes, false))
                add_address(search, candidates, first, network.v6);
            if (step_address(last, bytes, true))
                add_address(search, candidates, last, network.v6);
        }
    }
    add_candidate(candidates, "203.0.113.7");
    add_candidate(candidates, "2001:db8::7");
}

/* ---- one value, then the key */

static enum constraint_answer try_all(const struct value_search *search, const struct candidates *candidates,
                                      const char **value)
{
    for (uint32_t i = 0; i < candidates->count; i++)
        if (constraint_value_accepted(search, candidates->values[i])) {
            *value = candidates->values[i];
            return CONSTRAINT_YES;
        }
    return CONSTRAINT_NO;
}

/* Whether some value meets all demands, and which. */
static enum constraint_answer find_value(struct value_search *search, const char **value)
{
    struct candidates candidates = {0};
    bool finite = search->about->domain == KEY_BOOL, texts = true, only_texts = true;
    unsigned families = 0;
    if (finite) {
        add_candidate(&candidates, "true");
        add_candidate(&candidates, "false");
    }
    for (uint32_t d = 0; d < search->demand_count; d++) {
        const struct constraint_atom_data *atom = search->demands[d].atom;
        enum condition_family family = atom->name.op->family;
        families |= 1u << family;
        bool text = family == CONDITION_STRING || family == CONDITION_ARN || family == CONDITION_BOOL ||
                    family == CONDITION_BINARY;
        texts = texts || text;
        only_texts = only_texts && text;
        bool literal = text;
        for (uint32_t i = 0; i < atom->value_count; i++) {
            const char *plain = concrete(search, atom, atom->values[i]);
            /* A network is not an address; the regions of networks are tried below. */
            if (plain != NULL && family != CONDITION_IP && !atom->name.op->form)
                add_candidate(&candidates, plain);
            literal =
                literal && !(atom->name.op->glob && pattern_has_wildcard(atom->values[i])) && !atom->name.op->form;
        }
        /* If the value must be one of finitely many, nothing else needs to be tried. Operators that ignore case allow
         * more spellings than the written one, and another demand or the key's alphabet may require one of them. */
        bool as_written = !atom->name.op->folds_case || (search->demand_count == 1 && search->about->alphabet == NULL);
        finite = finite || (search->demands[d].match && literal && as_written);
    }
    if (families & (1u << CONDITION_NUMERIC))
        add_number_candidates(search, &candidates, CONDITION_NUMERIC);
    if (families & (1u << CONDITION_DATE))
        add_number_candidates(search, &candidates, CONDITION_DATE);
    if (families & (1u << CONDITION_IP) || search->about->domain == KEY_ADDRESS)
        add_address_candidates(search, &candidates);
    if (search->demand_count == 0 || search->about->domain == KEY_TIME || search->about->domain == KEY_TEXT)
        add_candidate(&candidates, search->about->domain == KEY_ADDRESS ? "203.0.113.7"
                                   : search->about->domain == KEY_TEXT  ? "any"
                                                                        : "1800000000");
    enum constraint_answer answer = try_all(search, &candidates, value);
    free(candidates.values);
    if (answer == CONSTRAINT_YES || finite)
        return answer;
    if (only_texts)
        return constraint_value_by_patterns(search, value);
    /* If there are only numbers, only dates or only addresses, every region was tried; mixed with text, the regions are
     * unknown. */
    bool one_family = (families & (families - 1)) == 0;
    return one_family || search->about->domain == KEY_ADDRESS ? CONSTRAINT_NO : CONSTRAINT_UNDECIDED;
}

static bool negates(const struct constraint_pool *pool, constraint literal)
{
    return pool->nodes[literal].negated;
}

static bool holds_when_absent(const struct constraint_pool *pool, constraint literal)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    return condition_holds(&atom->name, NULL, 0, atom->values, atom->value_count) != negates(pool, literal);
}

/* What a literal says about a present key. */
enum reading { READS_PRESENCE, READS_EVERY, READS_SOME };

static enum reading read_literal(const struct constraint_pool *pool, constraint literal, bool multivalued,
                                 struct value_demand *demand)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    bool negated = negates(pool, literal), op_negated = atom->name.op->negated;
    *demand = (struct value_demand){atom, op_negated == negated};
    if (atom->name.op->family == CONDITION_NULL)
        return READS_PRESENCE;
    if (!multivalued)
        return READS_EVERY;
    bool every = atom->name.set == CONDITION_FOR_ALL_VALUES || (atom->name.set == CONDITION_SINGLE && op_negated);
    return every != negated ? READS_EVERY : READS_SOME;
}

/* The demand that the value has the key's form. */
static struct value_demand demand_of_form(const struct context_key *about, struct constraint_atom_data *atom)
{
    *atom = (struct constraint_atom_data){
        .name = condition_plain(OPERATOR_STRING_LIKE), .prefix = "", .values = about->forms, .about = about};
    while (about->forms[atom->value_count] != NULL)
        atom->value_count++;
    return (struct value_demand){atom, true};
}

/* The value with a star for each part that is only known after deployment. If the operator has no wildcards, other
 * stars are escaped. */
static const char *loosened(struct constraint_pool *pool, const struct condition_operator *op, const char *value)
{
    struct text text = {0};
    text_append_string(&text, "");
    for (const char *end; *value != '\0'; value = end) {
        end = context_key_put_off_end(value);
        bool plain = end == NULL && !op->glob && (*value == '*' || *value == '?' || *value == PATTERN_ESCAPE);
        if (plain)
            text_append_char(&text, PATTERN_ESCAPE);
        text_append_char(&text, (char)(end != NULL ? '*' : *value));
        end = end != NULL ? end : value + 1;
    }
    const char *result = intern_string(&pool->strings, text.data);
    text_free(&text);
    return result;
}

/* A demand for values that are only known after deployment can be met by any value of their shape; not being such a
 * value is no demand. False: nothing is demanded. */
static bool loosen(struct constraint_pool *pool, struct value_demand *demand)
{
    const struct constraint_atom_data *atom = demand->atom;
    bool put_off = false, shaped = atom->name.op->family == CONDITION_ARN ||
                                   (atom->name.op->family == CONDITION_STRING && !atom->name.op->folds_case);
    for (uint32_t i = 0; i < atom->value_count; i++)
        put_off = put_off || (atom->values[i] != NULL && context_key_is_put_off(atom->values[i]));
    if (!put_off || !demand->match)
        return !put_off;
    const char **values = arena_allocate_array(&pool->arena, atom->value_count, sizeof *values);
    struct constraint_atom_data *copy = arena_allocate(&pool->arena, sizeof *copy);
    *copy = *atom;
    copy->name = condition_plain(atom->name.op->family == CONDITION_ARN ? OPERATOR_ARN_LIKE : OPERATOR_STRING_LIKE);
    for (uint32_t i = 0; i < atom->value_count; i++)
        values[i] = !shaped ? "*" : atom->values[i] != NULL ? loosened(pool, atom->name.op, atom->values[i]) : NULL;
    copy->values = values;
    copy->plain = false;
    demand->atom = copy;
    return true;
}

struct key_answer constraint_key_decide(struct constraint_pool *pool, const constraint *literals, uint32_t count)
{
    struct key_answer result = {.satisfiable = CONSTRAINT_NO};
    const struct constraint_atom_data *first = constraint_atom_of(pool, literals[0]);
    bool multivalued = first->about->multivalued, sets = false, present = true;
    result.may_be_absent = !first->about->always;
    for (uint32_t i = 0; i < count; i++) {
        const struct constraint_atom_data *atom = constraint_atom_of(pool, literals[i]);
        result.may_be_absent = result.may_be_absent && holds_when_absent(pool, literals[i]);
        sets = sets || atom->name.set != CONDITION_SINGLE;
        static const char *const some[] = {"x"};
        if (atom->name.op->family == CONDITION_NULL)
            present = present && condition_holds(&atom->name, some, 1, atom->values, atom->value_count) !=
                                     negates(pool, literals[i]);
    }
    multivalued = multivalued || (sets && context_key_may_be_list(first->about));

    struct value_demand *demands = memory_get(((size_t)count * 2 + 2) * sizeof *demands);
    struct value_demand *some = demands + count + 2;
    const char **values = arena_allocate_array(&pool->arena, (size_t)count + 1, sizeof *values);
    uint32_t every_count = 0, some_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct value_demand demand;
        enum reading reading = read_literal(pool, literals[i], multivalued, &demand);
        if (reading != READS_PRESENCE && !loosen(pool, &demand))
            continue;
        if (reading == READS_EVERY)
            demands[every_count++] = demand;
        else if (reading == READS_SOME)
            some[some_count++] = demand;
    }
    struct constraint_atom_data form;
    if (first->about->forms != NULL)
        demands[every_count++] = demand_of_form(first->about, &form);
    struct value_search search = {pool, first->about, demands, every_count};
    enum constraint_answer answer = present ? CONSTRAINT_YES : CONSTRAINT_NO;
    for (uint32_t i = 0; answer != CONSTRAINT_NO && (i < some_count || i == 0); i++) {
        if (some_count > 0)
            demands[every_count] = some[i];
        search.demand_count = every_count + (some_count > 0 ? 1 : 0);
        const char *value = NULL;
        enum constraint_answer one = find_value(&search, &value);
        if (one == CONSTRAINT_NO || one == CONSTRAINT_UNDECIDED)
            answer = one;
        else
            values[result.value_count++] = value;
    }
    free(demands);
    result.may_be_present = answer != CONSTRAINT_NO;
    result.values = values;
    if (answer != CONSTRAINT_YES)
        result.value_count = 0;
    result.satisfiable = result.may_be_absent ? CONSTRAINT_YES : answer;
    return result;
}
