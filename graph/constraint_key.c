/*
 * What one key can be. A demand says of one value of the key whether some policy value of an atom must match it. Values
 * are found by trying every value that could make a difference: the policy's own ones, the edges of number and address
 * ranges, and for patterns a search through the product of their automata. All of them are checked by the operators of
 * condition.c, so that known and unknown keys follow the same rules.
 */
#include "graph/constraint_pool.h"

#include "graph/pattern.h"
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One value must match (or must not match) one of the atom's policy values. */
struct demand {
    const struct constraint_atom_data *atom;
    bool match;
};

struct search {
    struct constraint_pool *pool;
    const struct context_key *about;
    const struct demand *demands;
    uint32_t demand_count;
    const char *const *excluded;
    uint32_t excluded_count;
};

static const char *join(struct constraint_pool *pool, const char *prefix, const char *value)
{
    if (prefix[0] == '\0')
        return value;
    size_t length = strlen(prefix), rest = strlen(value);
    char *text = arena_allocate(&pool->arena, length + rest + 1);
    if (text == NULL) {
        pool->failed = true;
        return value;
    }
    memcpy(text, prefix, length);
    memcpy(text + length, value, rest);
    return text;
}

static bool demand_holds(const struct search *search, const struct demand *demand, const char *value)
{
    const struct constraint_atom_data *atom = demand->atom;
    const char *full = join(search->pool, atom->prefix, value);
    for (uint32_t i = 0; i < atom->value_count; i++)
        if (atom->name.op->matches(full, atom->values[i]))
            return demand->match;
    return !demand->match;
}

/* Whether the key can have the value at all. */
static bool in_domain(const struct search *search, const char *value)
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
    for (uint32_t i = 0; i < search->excluded_count; i++)
        if (strcmp(value, search->excluded[i]) == 0)
            return false;
    return true;
}

static bool acceptable(const struct search *search, const char *value)
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
    uint32_t count, capacity;
    bool failed;
};

static void add_candidate(struct search *search, struct candidates *candidates, const char *value)
{
    if (candidates->count == candidates->capacity) {
        uint32_t capacity = candidates->capacity == 0 ? 16 : candidates->capacity * 2;
        const char **grown = realloc(candidates->values, capacity * sizeof *grown);
        if (grown == NULL) {
            candidates->failed = search->pool->failed = true;
            return;
        }
        candidates->values = grown;
        candidates->capacity = capacity;
    }
    candidates->values[candidates->count++] = value;
}

static void add_copy(struct search *search, struct candidates *candidates, const char *value)
{
    const char *copy = intern_string(&search->pool->strings, value);
    if (copy == NULL)
        candidates->failed = search->pool->failed = true;
    else
        add_candidate(search, candidates, copy);
}

/* The policy value as a request value: literal escapes undone, the atom's prefix taken off. NULL if the prefix is not
 * there. */
static const char *concrete(struct search *search, const struct constraint_atom_data *atom, const char *value)
{
    size_t length = strlen(value), prefix = strlen(atom->prefix), used = 0;
    char *text = arena_allocate(&search->pool->arena, length + 1);
    if (text == NULL) {
        search->pool->failed = true;
        return NULL;
    }
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

/* One point on every edge and one in every gap of the number line that the policy values cut. */
static void add_number_candidates(struct search *search, struct candidates *candidates, enum condition_family family)
{
    bool dates = family == CONDITION_DATE;
    size_t count = 0, total = 0;
    for (uint32_t i = 0; i < search->demand_count; i++)
        total += search->demands[i].atom->value_count;
    double *edges = malloc((total + 1) * sizeof *edges);
    if (edges == NULL) {
        candidates->failed = search->pool->failed = true;
        return;
    }
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

static void add_address(struct search *search, struct candidates *candidates, const unsigned char *address, bool v6)
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

/* First and last address of every network and the ones beside it: networks nest or are apart, so each region between
 * them has one of these. */
static void add_address_candidates(struct search *search, struct candidates *candidates)
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
                unsigned char mask = kept >= 8 ? 0xFF : kept <= 0 ? 0 : (unsigned char)(0xFF << (8 - kept));
                first[k] = network.address[k] & mask;
                last[k] = (unsigned char)(network.address[k] | (unsigned char)~mask);
            }
            add_address(search, candidates, first, network.v6);
            add_address(search, candidates, last, network.v6);
            if (step_address(first, bytes, false))
                add_address(search, candidates, first, network.v6);
            if (step_address(last, bytes, true))
                add_address(search, candidates, last, network.v6);
        }
    }
    add_candidate(search, candidates, "203.0.113.7");
    add_candidate(search, candidates, "2001:db8::7");
}

/* ---- patterns: breadth-first search through the product of the automata */

enum token_type { TOKEN_BYTE, TOKEN_ANY, TOKEN_RUN };

struct token {
    enum token_type type;
    unsigned char byte;
    bool fold;     /* letters match in either case */
    bool no_colon; /* inside one of the first five fields of an ARN */
};

struct automaton {
    uint32_t demand;
    uint32_t first, count; /* tokens; the states are 0 … count */
};

struct product {
    struct token *tokens;
    struct automaton *automata;
    uint32_t token_count, automaton_count;
    uint32_t words;         /* 64-bit words of one joint state, beside the length word */
    uint32_t *state_offset; /* first bit of each automaton */
};

#define MAXIMUM_STATES 20000u
#define MAXIMUM_STATE_BYTES (64u << 20)

static void tokenize(struct product *product, uint32_t demand, const struct constraint_atom_data *atom,
                     const char *value)
{
    const struct condition_operator *op = atom->name.op;
    bool arn = op->family == CONDITION_ARN,
         fold = strstr(op->name, "IgnoreCase") != NULL || op->family == CONDITION_BOOL;
    struct automaton *automaton = &product->automata[product->automaton_count++];
    *automaton = (struct automaton){demand, product->token_count, 0};
    if (arn && strcmp(value, "*") == 0)
        value = "arn:*:*:*:*:*";
    int colons = 0;
    for (const char *at = value; *at != '\0'; at++) {
        struct token token = {TOKEN_BYTE, (unsigned char)*at, fold, arn && colons < 5};
        if (*at == PATTERN_ESCAPE && at[1] != '\0')
            token.byte = (unsigned char)*++at;
        else if (op->glob && *at == '*')
            token.type = TOKEN_RUN;
        else if (op->glob && *at == '?')
            token.type = TOKEN_ANY;
        if (token.type == TOKEN_BYTE && token.byte == ':')
            colons++;
        product->tokens[product->token_count++] = token;
    }
    automaton->count = product->token_count - automaton->first;
    /* An ARN pattern with fewer than six fields matches nothing: give it a byte that never comes. */
    if (arn && colons < 5)
        product->tokens[automaton->first] = (struct token){TOKEN_BYTE, 0, false, true};
}

static bool get_bit(const uint64_t *state, uint32_t bit)
{
    return (state[bit / 64] >> (bit % 64) & 1) != 0;
}

static void set_bit(uint64_t *state, uint32_t bit)
{
    state[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static bool token_takes(const struct token *token, unsigned char byte)
{
    if (token->no_colon && byte == ':' && token->type != TOKEN_BYTE)
        return false;
    if (token->type != TOKEN_BYTE)
        return true;
    unsigned char a = token->byte, b = byte;
    if (token->fold) {
        a = (unsigned char)(a >= 'A' && a <= 'Z' ? a + 32 : a);
        b = (unsigned char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
    }
    return a == b;
}

/* A run may also be empty: its successor is reached at once. */
static void enter(const struct product *product, uint32_t index, uint64_t *state, uint32_t position)
{
    const struct automaton *automaton = &product->automata[index];
    for (;;) {
        set_bit(state, product->state_offset[index] + position);
        if (position == automaton->count || product->tokens[automaton->first + position].type != TOKEN_RUN)
            return;
        position++;
    }
}

static void step(const struct product *product, const uint64_t *from, unsigned char byte, uint64_t *to)
{
    memset(to, 0, product->words * sizeof *to);
    for (uint32_t i = 0; i < product->automaton_count; i++) {
        const struct automaton *automaton = &product->automata[i];
        for (uint32_t position = 0; position < automaton->count; position++) {
            if (!get_bit(from, product->state_offset[i] + position))
                continue;
            const struct token *token = &product->tokens[automaton->first + position];
            if (!token_takes(token, byte))
                continue;
            enter(product, i, to, token->type == TOKEN_RUN ? position : position + 1);
        }
    }
}

static bool automaton_accepts(const struct product *product, const uint64_t *state, uint32_t index)
{
    return get_bit(state, product->state_offset[index] + product->automata[index].count);
}

static bool automaton_alive(const struct product *product, const uint64_t *state, uint32_t index)
{
    for (uint32_t position = 0; position <= product->automata[index].count; position++)
        if (get_bit(state, product->state_offset[index] + position))
            return true;
    return false;
}

/* Whether a string that ends here meets all demands; *hopeless if no longer one can either. */
static bool state_accepts(const struct search *search, const struct product *product, const uint64_t *state,
                          bool *hopeless)
{
    bool accepts = true;
    *hopeless = false;
    for (uint32_t d = 0; d < search->demand_count; d++) {
        bool any = false, alive = false;
        for (uint32_t i = 0; i < product->automaton_count; i++) {
            if (product->automata[i].demand != d)
                continue;
            any = any || automaton_accepts(product, state, i);
            alive = alive || automaton_alive(product, state, i);
        }
        accepts = accepts && any == search->demands[d].match;
        if (search->demands[d].match && !alive)
            *hopeless = true;
    }
    return accepts;
}

struct queue_entry {
    uint32_t parent;
    uint32_t depth;
    unsigned char byte;
};

struct frontier {
    uint64_t *states; /* words + 1 each: the last word is the length, up to the shortest that is allowed */
    struct queue_entry *entries;
    uint32_t *slots;
    uint32_t count, limit, slot_count;
};

static bool frontier_add(const struct product *product, struct frontier *frontier, const uint64_t *state,
                         struct queue_entry entry)
{
    uint32_t width = product->words + 1;
    uint64_t hash = 1469598103934665603u;
    for (uint32_t i = 0; i < width; i++)
        hash = (hash ^ state[i]) * 0x9E3779B97F4A7C15u ^ hash >> 29;
    uint32_t at = (uint32_t)(hash ^ hash >> 32) & (frontier->slot_count - 1);
    for (; frontier->slots[at] != 0; at = (at + 1) & (frontier->slot_count - 1))
        if (memcmp(&frontier->states[(size_t)(frontier->slots[at] - 1) * width], state, width * sizeof *state) == 0)
            return true;
    if (frontier->count == frontier->limit)
        return false;
    memcpy(&frontier->states[(size_t)frontier->count * width], state, width * sizeof *state);
    frontier->entries[frontier->count] = entry;
    frontier->slots[at] = ++frontier->count;
    return true;
}

static const char *spell(struct search *search, const struct frontier *frontier, uint32_t index)
{
    uint32_t length = frontier->entries[index].depth;
    char *text = arena_allocate(&search->pool->arena, (size_t)length + 1);
    if (text == NULL) {
        search->pool->failed = true;
        return NULL;
    }
    for (uint32_t at = length; at > 0; index = frontier->entries[index].parent)
        text[--at] = (char)frontier->entries[index].byte;
    return text;
}

/* The bytes that make a difference: those the patterns name, and one or two that none names. */
static uint32_t relevant_bytes(const struct search *search, const struct product *product, unsigned char *bytes)
{
    bool named[256] = {false};
    for (uint32_t i = 0; i < product->token_count; i++) {
        const struct token *token = &product->tokens[i];
        if (token->type != TOKEN_BYTE || token->byte == 0)
            continue;
        named[token->byte] = true;
        if (token->fold && token->byte >= 'a' && token->byte <= 'z')
            named[token->byte - 32] = true;
        if (token->fold && token->byte >= 'A' && token->byte <= 'Z')
            named[token->byte + 32] = true;
        if (token->no_colon)
            named[':'] = true;
    }
    static const char others[] = "x0aAbcdefghijklmnopqrstuvwyzBCDEFGHIJKLMNOPQRSTUVWXYZ123456789-_.,=@+/:~!";
    uint32_t count = 0;
    for (const char *at = others; *at != '\0'; at++)
        if (!named[(unsigned char)*at] && context_key_allows_byte(search->about, (unsigned char)*at)) {
            bytes[count++] = (unsigned char)*at;
            break;
        }
    for (int byte = 1; byte < 256; byte++)
        if (named[byte] && context_key_allows_byte(search->about, (unsigned char)byte))
            bytes[count++] = (unsigned char)byte;
    return count;
}

static enum constraint_answer walk(struct search *search, const struct product *product, struct frontier *frontier,
                                   const char **value)
{
    unsigned char bytes[256];
    uint32_t byte_count = relevant_bytes(search, product, bytes), width = product->words + 1;
    uint64_t *state = calloc(width, sizeof *state);
    if (state == NULL) {
        search->pool->failed = true;
        return CONSTRAINT_UNDECIDED;
    }
    /* Start: each automaton has read its atom's prefix. */
    for (uint32_t i = 0; i < product->automaton_count; i++)
        enter(product, i, state, 0);
    const char *prefix = search->demands[0].atom->prefix;
    uint64_t *next = calloc(width, sizeof *next);
    enum constraint_answer answer = CONSTRAINT_NO;
    if (next == NULL) {
        search->pool->failed = true;
        answer = CONSTRAINT_UNDECIDED;
    }
    for (; answer == CONSTRAINT_NO && *prefix != '\0'; prefix++) {
        step(product, state, (unsigned char)*prefix, next);
        memcpy(state, next, product->words * sizeof *state);
    }
    if (answer == CONSTRAINT_NO)
        frontier_add(product, frontier, state, (struct queue_entry){0, 0, 0});
    for (uint32_t head = 0; answer == CONSTRAINT_NO && head < frontier->count; head++) {
        memcpy(state, &frontier->states[(size_t)head * width], width * sizeof *state);
        uint32_t depth = frontier->entries[head].depth;
        bool hopeless = false;
        if (state_accepts(search, product, state, &hopeless) && (int)depth >= search->about->shortest) {
            const char *text = spell(search, frontier, head);
            if (text != NULL && acceptable(search, text)) {
                *value = text;
                answer = CONSTRAINT_YES;
                break;
            }
        }
        if (hopeless || (search->about->longest > 0 && (int)depth >= search->about->longest))
            continue;
        for (uint32_t i = 0; i < byte_count; i++) {
            step(product, state, bytes[i], next);
            next[product->words] =
                (int)depth + 1 < search->about->shortest ? depth + 1 : (uint64_t)search->about->shortest;
            if (!frontier_add(product, frontier, next, (struct queue_entry){head, depth + 1, bytes[i]})) {
                answer = CONSTRAINT_UNDECIDED;
                break;
            }
        }
    }
    free(state);
    free(next);
    return answer;
}

static enum constraint_answer search_patterns(struct search *search, const char **value)
{
    size_t tokens = 0, automata = 0;
    for (uint32_t d = 0; d < search->demand_count; d++) {
        const struct constraint_atom_data *atom = search->demands[d].atom;
        /* One prefix for all: atoms of one key differ in it only if they compare different parts of it. */
        if (atom->prefix != search->demands[0].atom->prefix)
            return CONSTRAINT_UNDECIDED;
        for (uint32_t i = 0; i < atom->value_count; i++, automata++)
            tokens += strlen(atom->values[i]) + 14;
    }
    struct product product = {0};
    struct frontier frontier = {.slot_count = 65536};
    enum constraint_answer answer = CONSTRAINT_UNDECIDED;
    product.tokens = calloc(tokens + 1, sizeof *product.tokens);
    product.automata = calloc(automata + 1, sizeof *product.automata);
    product.state_offset = calloc(automata + 1, sizeof *product.state_offset);
    if (product.tokens == NULL || product.automata == NULL || product.state_offset == NULL)
        goto failed;
    uint32_t bits = 0;
    for (uint32_t d = 0; d < search->demand_count; d++) {
        const struct constraint_atom_data *atom = search->demands[d].atom;
        for (uint32_t i = 0; i < atom->value_count; i++) {
            tokenize(&product, d, atom, atom->values[i]);
            product.state_offset[product.automaton_count - 1] = bits;
            bits += product.automata[product.automaton_count - 1].count + 1;
        }
    }
    product.words = bits / 64 + 1;
    frontier.limit = MAXIMUM_STATES;
    size_t state_bytes = (size_t)(product.words + 1) * sizeof *frontier.states;
    if (state_bytes * frontier.limit > MAXIMUM_STATE_BYTES)
        frontier.limit = (uint32_t)(MAXIMUM_STATE_BYTES / state_bytes);
    frontier.states = malloc(((size_t)frontier.limit + 1) * state_bytes);
    frontier.entries = malloc(((size_t)frontier.limit + 1) * sizeof *frontier.entries);
    frontier.slots = calloc(frontier.slot_count, sizeof *frontier.slots);
    if (frontier.states == NULL || frontier.entries == NULL || frontier.slots == NULL)
        goto failed;
    answer = walk(search, &product, &frontier, value);
    goto done;
failed:
    search->pool->failed = true;
done:
    free(product.tokens);
    free(product.automata);
    free(product.state_offset);
    free(frontier.states);
    free(frontier.entries);
    free(frontier.slots);
    return answer;
}

/* ---- one value, then the key */

static enum constraint_answer try_all(const struct search *search, const struct candidates *candidates,
                                      const char **value)
{
    for (uint32_t i = 0; i < candidates->count; i++)
        if (acceptable(search, candidates->values[i])) {
            *value = candidates->values[i];
            return CONSTRAINT_YES;
        }
    return CONSTRAINT_NO;
}

/* Whether some value meets all demands, and which. */
static enum constraint_answer find_value(struct search *search, const char **value)
{
    struct candidates candidates = {0};
    bool finite = search->about->domain == KEY_BOOL, texts = true, only_texts = true;
    unsigned families = 0;
    if (finite) {
        add_candidate(search, &candidates, "true");
        add_candidate(search, &candidates, "false");
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
            /* A network is no address: the regions of networks are tried below. */
            if (plain != NULL && family != CONDITION_IP)
                add_candidate(search, &candidates, plain);
            literal = literal && !(atom->name.op->glob && pattern_has_wildcard(atom->values[i]));
        }
        bool folds = strstr(atom->name.op->name, "IgnoreCase") != NULL || family == CONDITION_BOOL;
        /* A value that must be one of finitely many: nothing else needs to be tried. Folding operators have more
         * spellings than the written one. */
        finite = finite || (search->demands[d].match && literal && (!folds || search->demand_count == 1));
    }
    if (families & (1u << CONDITION_NUMERIC))
        add_number_candidates(search, &candidates, CONDITION_NUMERIC);
    if (families & (1u << CONDITION_DATE))
        add_number_candidates(search, &candidates, CONDITION_DATE);
    if (families & (1u << CONDITION_IP) || search->about->domain == KEY_ADDRESS)
        add_address_candidates(search, &candidates);
    if (search->demand_count == 0 || search->about->domain == KEY_TIME)
        add_candidate(search, &candidates,
                      search->about->domain == KEY_ADDRESS ? "203.0.113.7"
                      : search->about->domain == KEY_TEXT  ? "any"
                                                           : "1800000000");
    enum constraint_answer answer = try_all(search, &candidates, value);
    free(candidates.values);
    if (answer == CONSTRAINT_YES || finite || candidates.failed)
        return answer;
    if (only_texts)
        return search_patterns(search, value);
    /* Numbers, dates and addresses alone are cut into regions that were all tried; mixed with text the regions are not
     * known. */
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

/* What a literal says of a present key. */
enum reading { READS_PRESENCE, READS_EVERY, READS_SOME };

static enum reading read_literal(const struct constraint_pool *pool, constraint literal, bool multivalued,
                                 struct demand *demand)
{
    const struct constraint_atom_data *atom = constraint_atom_of(pool, literal);
    bool negated = negates(pool, literal), op_negated = atom->name.op->negated;
    *demand = (struct demand){atom, op_negated == negated};
    if (atom->name.op->family == CONDITION_NULL)
        return READS_PRESENCE;
    if (!multivalued)
        return READS_EVERY;
    bool every = atom->name.set == CONDITION_FOR_ALL_VALUES || (atom->name.set == CONDITION_SINGLE && op_negated);
    return every != negated ? READS_EVERY : READS_SOME;
}

struct key_answer constraint_key_decide(struct constraint_pool *pool, const constraint *literals, uint32_t count,
                                        const char *const *excluded, uint32_t excluded_count)
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
    enum key_class class = first->about->class;
    multivalued = multivalued || (sets && (class == KEY_PROVIDER || class == KEY_UNRECOGNIZED));

    struct demand *demands = malloc(((size_t)count + 1) * sizeof *demands);
    struct demand *some = malloc(((size_t)count + 1) * sizeof *some);
    const char **values = arena_allocate_array(&pool->arena, (size_t)count + 1, sizeof *values);
    if (demands == NULL || some == NULL || values == NULL) {
        pool->failed = true;
        free(demands);
        free(some);
        return result;
    }
    uint32_t every_count = 0, some_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct demand demand;
        enum reading reading = read_literal(pool, literals[i], multivalued, &demand);
        if (reading == READS_EVERY)
            demands[every_count++] = demand;
        else if (reading == READS_SOME)
            some[some_count++] = demand;
    }
    struct search search = {pool, first->about, demands, every_count, excluded, excluded_count};
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
    free(some);
    result.may_be_present = answer != CONSTRAINT_NO;
    result.values = values;
    if (answer != CONSTRAINT_YES)
        result.value_count = 0;
    result.satisfiable = result.may_be_absent ? CONSTRAINT_YES : answer;
    return result;
}
