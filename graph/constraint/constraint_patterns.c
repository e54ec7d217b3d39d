/*
 * Patterns against patterns: is there a text that matches these and not those? Each pattern is an automaton; a state of
 * their product is a set of positions in each, and a breadth-first search finds a shortest accepted text.
 */
#include "graph/constraint/constraint_value.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/form.h"
#include "ingest/support/array.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

enum token_type { TOKEN_BYTE, TOKEN_ANY, TOKEN_RUN };

struct token {
    enum token_type type;
    unsigned char byte;
    const char *bytes; /* for ANY and RUN: the bytes that they match; NULL: all */
    size_t byte_count;
    bool fold;     /* letters match regardless of case */
    bool no_colon; /* inside one of the first five fields of an ARN */
};

struct automaton {
    uint32_t demand;
    uint32_t first, count; /* tokens; the states are 0 … count */
};

/* Some of the 256. */
struct bytes {
    uint64_t bits[4];
};

struct product {
    struct token *tokens;
    struct automaton *automata;
    uint32_t token_count, automaton_count;
    uint32_t words;         /* 64-bit words of one joint state, beside the length word */
    uint32_t *state_offset; /* first bit of each automaton */
    uint32_t *owner;        /* of each bit: its automaton */
    bool *accepts, *alive;  /* of each demand, see look_at */
    struct bytes *takes;    /* of each demand, see look_ahead */
    uint8_t class_of[256];  /* per byte: its class; bytes that the same names accept are in one class */
};

#define MAXIMUM_STATES 20000u
#define MAXIMUM_STATE_BYTES (64u << 20)

static void tokenize(struct product *product, uint32_t demand, const struct constraint_atom_data *atom,
                     const char *value)
{
    const struct condition_operator *op = atom->name.op;
    bool arn = op->family == CONDITION_ARN;
    struct automaton *automaton = &product->automata[product->automaton_count++];
    *automaton = (struct automaton){demand, product->token_count, 0};
    if (arn && strcmp(value, "*") == 0)
        value = "arn:*:*:*:*:*";
    int colons = 0;
    for (const char *at = value; *at != '\0'; at++) {
        struct token token = {
            .type = TOKEN_BYTE, .byte = (unsigned char)*at, .fold = op->folds_case, .no_colon = arn && colons < 5};
        if (op->form && *at == FORM_NAME) {
            at = form_name(at, &token.bytes, &token.byte_count) - 1;
            token.type = TOKEN_ANY;
            product->tokens[product->token_count++] = token;
            token.type = TOKEN_RUN;
        } else if (*at == PATTERN_ESCAPE && at[1] != '\0')
            token.byte = (unsigned char)*++at;
        else if (op->glob && *at == '*')
            token.type = TOKEN_RUN;
        else if (op->glob && !op->form && *at == '?')
            token.type = TOKEN_ANY;
        if (token.type == TOKEN_BYTE && token.byte == ':')
            colons++;
        product->tokens[product->token_count++] = token;
    }
    automaton->count = product->token_count - automaton->first;
    /* An ARN pattern with fewer than six fields matches nothing: give it a byte that never occurs. */
    if (arn && colons < 5)
        product->tokens[automaton->first] = (struct token){.type = TOKEN_BYTE, .no_colon = true};
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
        return token->bytes == NULL || form_has_byte(token->bytes, token->byte_count, byte);
    unsigned char a = token->byte, b = byte;
    if (token->fold) {
        a = (unsigned char)(a >= 'A' && a <= 'Z' ? a + 32 : a);
        b = (unsigned char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
    }
    return a == b;
}

/* A run may also be empty: then its successor is active at once. */
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

/* The positions after the byte. Few bits of a state are set. */
static void step(const struct product *product, const uint64_t *from, unsigned char byte, uint64_t *to)
{
    memset(to, 0, product->words * sizeof *to);
    for (uint32_t word = 0; word < product->words; word++)
        for (uint64_t bits = from[word]; bits != 0; bits &= bits - 1) {
            uint32_t bit = word * 64 + (uint32_t)__builtin_ctzll(bits), index = product->owner[bit];
            uint32_t position = bit - product->state_offset[index];
            const struct automaton *automaton = &product->automata[index];
            const struct token *token = &product->tokens[automaton->first + position];
            if (position < automaton->count && token_takes(token, byte))
                enter(product, index, to, token->type == TOKEN_RUN ? position : position + 1);
        }
}

/* The state in which each automaton has read its atom's prefix; `spare` is another one of the same size. */
static void begin(const struct value_search *search, const struct product *product, uint64_t *state, uint64_t *spare)
{
    size_t size = product->words * sizeof *state;
    uint64_t *from = spare, *to = spare + product->words + 1;
    for (uint32_t i = 0; i < product->automaton_count; i++) {
        const char *prefix = search->demands[product->automata[i].demand].atom->prefix;
        memset(from, 0, size);
        for (enter(product, i, from, 0); *prefix != '\0'; prefix++) {
            step(product, from, (unsigned char)*prefix, to);
            memcpy(from, to, size);
        }
        for (uint32_t word = 0; word < product->words; word++)
            state[word] |= from[word];
    }
}

/* For each demand, whether a pattern matches if the string ends here, and whether one still can. */
static void look_at(const struct value_search *search, const struct product *product, const uint64_t *state)
{
    memset(product->accepts, 0, search->demand_count * sizeof *product->accepts);
    memset(product->alive, 0, search->demand_count * sizeof *product->alive);
    for (uint32_t word = 0; word < product->words; word++)
        for (uint64_t bits = state[word]; bits != 0; bits &= bits - 1) {
            uint32_t bit = word * 64 + (uint32_t)__builtin_ctzll(bits), index = product->owner[bit];
            const struct automaton *automaton = &product->automata[index];
            product->alive[automaton->demand] = true;
            if (bit - product->state_offset[index] == automaton->count)
                product->accepts[automaton->demand] = true;
        }
}

/* Whether a string that ends here meets all demands. */
static bool state_accepts(const struct value_search *search, const struct product *product, const uint64_t *state)
{
    look_at(search, product, state);
    for (uint32_t d = 0; d < search->demand_count; d++)
        if (product->accepts[d] != search->demands[d].match)
            return false;
    return true;
}

/* Whether a longer string still can. */
static bool state_hopeful(const struct value_search *search, const struct product *product, const uint64_t *state)
{
    look_at(search, product, state);
    for (uint32_t d = 0; d < search->demand_count; d++)
        if (search->demands[d].match && !product->alive[d])
            return false;
    return true;
}

struct queue_entry {
    uint32_t parent;
    uint32_t depth;
    unsigned char byte;
};

struct frontier {
    uint64_t *states; /* width words each; the last one is the length, counted up to the shortest allowed */
    struct queue_entry *entries;
    struct hash_index index; /* of the states */
    uint32_t width;
    uint32_t count, room, limit;
    size_t state_room; /* words */
};

static uint64_t *state_at(const struct frontier *frontier, uint32_t number)
{
    return &frontier->states[(size_t)number * frontier->width];
}

/* False: there are too many. */
static bool frontier_add(struct frontier *frontier, const uint64_t *state, struct queue_entry entry)
{
    size_t size = frontier->width * sizeof *state;
    uint64_t hash = hash_bytes(state, size);
    struct hash_probe probe = hash_index_probe(hash);
    for (uint32_t known; (known = hash_index_next(&frontier->index, &probe)) != HASH_INDEX_NONE;)
        if (memcmp(state_at(frontier, known), state, size) == 0)
            return true;
    if (frontier->count == frontier->limit)
        return false;
    hash_index_add(&frontier->index, hash, frontier->count);
    ARRAY_RESERVE(frontier->states, ((size_t)frontier->count + 1) * frontier->width, frontier->state_room);
    memcpy(state_at(frontier, frontier->count), state, size);
    ARRAY_ADD(frontier->entries, frontier->count, frontier->room, entry);
    return true;
}

static const char *spell(struct value_search *search, const struct frontier *frontier, uint32_t index)
{
    uint32_t length = frontier->entries[index].depth;
    char *text = arena_allocate(&search->pool->arena, (size_t)length + 1);
    for (uint32_t at = length; at > 0; index = frontier->entries[index].parent)
        text[--at] = (char)frontier->entries[index].byte;
    return text;
}

/* The bytes that this token distinguishes. */
static void name_byte(const struct token *token, bool named[256])
{
    if (token->no_colon)
        named[':'] = true;
    if (token->type != TOKEN_BYTE)
        return;
    named[token->byte] = true;
    if (token->fold && token->byte >= 'a' && token->byte <= 'z')
        named[token->byte - 32] = true;
    if (token->fold && token->byte >= 'A' && token->byte <= 'Z')
        named[token->byte + 32] = true;
}

static bool is_same_name(const struct token *a, const struct token *b)
{
    return a->byte_count == b->byte_count && memcmp(a->bytes, b->bytes, a->byte_count) == 0;
}

/* Two bytes stay in one class if the name matches both or neither. */
static void split_classes(uint8_t class_of[256], const struct token *name)
{
    bool has[256];
    uint8_t classes[256][2] = {{0}}, count = 0;
    form_list_bytes(name->bytes, name->byte_count, has);
    for (int byte = 1; byte < 256; byte++) {
        uint8_t *class = &classes[class_of[byte]][has[byte]];
        if (*class == 0)
            *class = ++count;
        class_of[byte] = *class;
    }
}

#define NAMES_KEPT 8u

static void classify_bytes(struct product *product)
{
    const struct token *met[NAMES_KEPT];
    uint32_t count = 0;
    for (uint32_t i = 0; i < product->token_count; i++) {
        const struct token *token = &product->tokens[i];
        uint32_t same = 0;
        if (token->bytes == NULL)
            continue;
        while (same < count && same < NAMES_KEPT && !is_same_name(met[same], token))
            same++;
        if (same < count && same < NAMES_KEPT)
            continue;
        split_classes(product->class_of, token);
        met[count++ % NAMES_KEPT] = token;
    }
}

/* The bytes that make a difference: those in the patterns, and of all others one for each set of names that match it.
 */
static uint32_t relevant_bytes(const struct value_search *search, const struct product *product, unsigned char *bytes)
{
    bool named[256] = {false}, taken[256] = {false};
    for (uint32_t i = 0; i < product->token_count; i++) {
        if (product->tokens[i].type == TOKEN_BYTE && product->tokens[i].byte != 0 && product->tokens[i].bytes == NULL)
            name_byte(&product->tokens[i], named);
    }
    static const char others[] = "x0aAbcdefghijklmnopqrstuvwyzBCDEFGHIJKLMNOPQRSTUVWXYZ123456789-_.,=@+/:~!";
    uint32_t count = 0;
    for (const char *at = others; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        bool *met = &taken[product->class_of[byte]];
        if (named[byte] || *met || !context_key_allows_byte(search->about, byte))
            continue;
        *met = true;
        bytes[count++] = byte;
    }
    for (int byte = 1; byte < 256; byte++)
        if (named[byte] && context_key_allows_byte(search->about, (unsigned char)byte))
            bytes[count++] = (unsigned char)byte;
    return count;
}

/* What is known about the bytes that can follow a state. */
struct ahead {
    bool named[256];    /* bytes that are distinguished: all others lead to one state */
    bool by_class;      /* or to one per class */
    struct bytes takes; /* what all demands that must be met accept, possibly more */
};

static void take_byte(struct bytes *bytes, unsigned char byte)
{
    bytes->bits[byte / 64] |= (uint64_t)1 << byte % 64;
}

static void take_token(struct bytes *bytes, const struct token *token)
{
    if (token->type != TOKEN_BYTE) {
        memset(bytes, 0xFF, sizeof *bytes);
        return;
    }
    bool letter = (token->byte >= 'a' && token->byte <= 'z') || (token->byte >= 'A' && token->byte <= 'Z');
    take_byte(bytes, token->byte);
    if (token->fold && letter)
        take_byte(bytes, token->byte ^ 0x20);
}

static bool is_taken(const struct ahead *ahead, unsigned char byte)
{
    return (ahead->takes.bits[byte / 64] >> byte % 64 & 1) != 0;
}

static void look_ahead(const struct value_search *search, const struct product *product, const uint64_t *state,
                       struct ahead *ahead)
{
    memset(ahead->named, 0, sizeof ahead->named);
    memset(&ahead->takes, 0xFF, sizeof ahead->takes);
    memset(product->takes, 0, search->demand_count * sizeof *product->takes);
    ahead->by_class = false;
    for (uint32_t word = 0; word < product->words; word++)
        for (uint64_t bits = state[word]; bits != 0; bits &= bits - 1) {
            uint32_t bit = word * 64 + (uint32_t)__builtin_ctzll(bits), index = product->owner[bit];
            const struct automaton *automaton = &product->automata[index];
            uint32_t position = bit - product->state_offset[index];
            const struct token *token = &product->tokens[automaton->first + position];
            if (position == automaton->count)
                continue;
            name_byte(token, ahead->named);
            ahead->by_class = ahead->by_class || token->bytes != NULL;
            take_token(&product->takes[automaton->demand], token);
        }
    for (uint32_t d = 0; d < search->demand_count; d++)
        for (uint32_t i = 0; i < 4 && search->demands[d].match; i++)
            ahead->takes.bits[i] &= product->takes[d].bits[i];
}

/* A search under way. */
struct walk {
    struct value_search *search;
    const struct product *product;
    struct frontier *frontier;
    unsigned char bytes[256]; /* see relevant_bytes */
    uint32_t byte_count;
    uint64_t *state, *next; /* as in a frontier */
};

/* Adds what can follow the state with that number. False: there are too many states. */
static bool go_on(struct walk *walk, uint32_t number)
{
    const struct value_search *search = walk->search;
    const struct product *product = walk->product;
    uint32_t depth = walk->frontier->entries[number].depth;
    bool tried[256] = {false};
    struct ahead ahead;
    look_ahead(search, product, walk->state, &ahead);
    for (uint32_t i = 0; i < walk->byte_count; i++) {
        unsigned char byte = walk->bytes[i];
        bool *other = &tried[ahead.by_class ? product->class_of[byte] : 0];
        if (!is_taken(&ahead, byte) || (!ahead.named[byte] && *other))
            continue;
        *other = *other || !ahead.named[byte];
        step(product, walk->state, byte, walk->next);
        if (!state_hopeful(search, product, walk->next))
            continue;
        walk->next[product->words] =
            (int)depth + 1 < search->about->shortest ? depth + 1 : (uint64_t)search->about->shortest;
        if (!frontier_add(walk->frontier, walk->next, (struct queue_entry){number, depth + 1, byte}))
            return false;
    }
    return true;
}

static enum constraint_answer walk_states(struct walk *walk, const char **value)
{
    struct value_search *search = walk->search;
    struct frontier *frontier = walk->frontier;
    bool refused = false;
    if (!frontier_add(frontier, walk->state, (struct queue_entry){0, 0, 0}))
        return CONSTRAINT_UNDECIDED;
    for (uint32_t number = 0; number < frontier->count; number++) {
        memcpy(walk->state, state_at(frontier, number), frontier->width * sizeof *walk->state);
        int depth = (int)frontier->entries[number].depth;
        if (state_accepts(search, walk->product, walk->state) && depth >= search->about->shortest) {
            *value = spell(search, frontier, number);
            if (constraint_value_accepted(search, *value))
                return CONSTRAINT_YES;
            refused = true;
        }
        if ((search->about->longest == 0 || depth < search->about->longest) && !go_on(walk, number))
            return CONSTRAINT_UNDECIDED;
    }
    /* Texts that differ only in what no pattern tests were not all tried. */
    return refused ? CONSTRAINT_UNDECIDED : CONSTRAINT_NO;
}

static void join_automata(const struct value_search *search, struct product *product)
{
    uint32_t bits = 0;
    for (uint32_t d = 0; d < search->demand_count; d++) {
        const struct constraint_atom_data *atom = search->demands[d].atom;
        for (uint32_t i = 0; i < atom->value_count; i++) {
            tokenize(product, d, atom, atom->values[i]);
            uint32_t last = product->automaton_count - 1, end = bits + product->automata[last].count + 1;
            for (product->state_offset[last] = bits; bits < end; bits++)
                product->owner[bits] = last;
        }
    }
    product->words = bits / 64 + 1;
}

static enum constraint_answer search_together(struct value_search *search, const char **value)
{
    size_t tokens = 0, automata = 0;
    for (uint32_t d = 0; d < search->demand_count; d++) {
        const struct constraint_atom_data *atom = search->demands[d].atom;
        for (uint32_t i = 0; i < atom->value_count; i++, automata++)
            tokens += strlen(atom->values[i]) + 14;
    }
    struct product product = {.tokens = memory_zeroed(tokens + 1, sizeof *product.tokens),
                              .automata = memory_zeroed(automata + 1, sizeof *product.automata),
                              .state_offset = memory_zeroed(automata + 1, sizeof *product.state_offset),
                              .owner = memory_zeroed(tokens + automata + 1, sizeof *product.owner),
                              .accepts = memory_zeroed(search->demand_count, sizeof *product.accepts),
                              .alive = memory_zeroed(search->demand_count, sizeof *product.alive),
                              .takes = memory_zeroed(search->demand_count, sizeof *product.takes)};
    join_automata(search, &product);
    classify_bytes(&product);
    struct frontier frontier = {.width = product.words + 1, .limit = MAXIMUM_STATES};
    size_t state_bytes = frontier.width * sizeof *frontier.states;
    if (state_bytes * frontier.limit > MAXIMUM_STATE_BYTES)
        frontier.limit = (uint32_t)(MAXIMUM_STATE_BYTES / state_bytes);
    uint64_t *states = memory_zeroed((size_t)frontier.width * 3, sizeof *states);
    struct walk walk = {search, &product, &frontier, {0}, 0, states, states + frontier.width};
    walk.byte_count = relevant_bytes(search, &product, walk.bytes);
    begin(search, &product, walk.state, walk.next);
    enum constraint_answer answer = walk_states(&walk, value);
    free(states);
    free(product.tokens);
    free(product.automata);
    free(product.state_offset);
    free(product.owner);
    free(product.accepts);
    free(product.alive);
    free(product.takes);
    free(frontier.states);
    free(frontier.entries);
    hash_index_free(&frontier.index);
    return answer;
}

/* For a text that must match one of many patterns, there are too many sets of patterns that it may still match; so the
 * patterns are tried one after the other. */
#define TRIED_TOGETHER 8u

/* The shortest text of a single pattern is what stands between its stars, if that can be a value. */
static bool find_alone(const struct value_search *search, const char **value)
{
    const struct constraint_atom_data *atom = search->demands[0].atom;
    if (search->demand_count != 1 || !search->demands[0].match || atom->value_count != 1 || atom->prefix[0] != '\0' ||
        atom->name.op->folds_case || strpbrk(atom->values[0], "?$") != NULL)
        return false;
    char *alone = memory_text(atom->values[0]), *end = alone;
    for (const char *from = alone; *from != '\0'; from++)
        if (*from != '*')
            *end++ = *from;
    *end = '\0';
    bool good = end - alone >= search->about->shortest && constraint_value_accepted(search, alone);
    if (good)
        *value = arena_copy_text(&search->pool->arena, alone, (size_t)(end - alone));
    free(alone);
    return good;
}

enum constraint_answer constraint_value_by_patterns(struct value_search *search, const char **value)
{
    if (find_alone(search, value))
        return CONSTRAINT_YES;
    uint32_t widest = 0, count = TRIED_TOGETHER;
    for (uint32_t i = 0; i < search->demand_count; i++)
        if (search->demands[i].match && search->demands[i].atom->value_count > count) {
            widest = i;
            count = search->demands[i].atom->value_count;
        }
    if (count == TRIED_TOGETHER)
        return search_together(search, value);
    struct value_demand *demands = memory_get(search->demand_count * sizeof *demands);
    memcpy(demands, search->demands, search->demand_count * sizeof *demands);
    struct constraint_atom_data one = *demands[widest].atom;
    struct value_search alone = {search->pool, search->about, demands, search->demand_count};
    enum constraint_answer answer = CONSTRAINT_NO;
    one.value_count = 1;
    demands[widest].atom = &one;
    for (uint32_t i = 0; i < count && answer != CONSTRAINT_YES; i++, one.values++) {
        enum constraint_answer of_this = search_together(&alone, value);
        answer = of_this == CONSTRAINT_NO ? answer : of_this;
    }
    free(demands);
    return answer;
}
