#include "analyzer/rules/rule_parser.h"

#include "analyzer/rules/rule_words.h"
#include "ingest/policy/context_key.h"
#include "ingest/support/array.h"
#include "ingest/support/likeness.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

const char *const selector_words[] = {"any",   "anyone",       "outside", "administrators", "account",  "ou",
                                      "role",  "user",         "tag",     "service",        "provider", "person",
                                      "group", "organization", NULL};
#define SELECTOR_WORDS (sizeof selector_words / sizeof selector_words[0] - 1)

static const char *const statement_words[] = {"never", "only", "must", "define"};
#define STATEMENT_WORDS (sizeof statement_words / sizeof statement_words[0])

static const char *const tail_words[] = {"unless", "within", "direct", "control"};
#define TAIL_WORDS (sizeof tail_words / sizeof tail_words[0])

/* The statement being parsed. */
struct parser {
    struct rule_file *file;
    struct rule_errors *errors;
    const struct rule_words *words;
    uint32_t at;
    bool failed; /* an error was noted for the statement; one is enough */
};

/* ---- words and errors */

static const struct rule_word *peek(const struct parser *parser)
{
    return parser->at < parser->words->count ? &parser->words->list[parser->at] : NULL;
}

static const struct rule_word *take(struct parser *parser)
{
    return parser->at < parser->words->count ? &parser->words->list[parser->at++] : NULL;
}

static bool word_is(const struct rule_word *word, const char *text)
{
    return word != NULL && !word->quoted && strcmp(word->text, text) == 0;
}

static void note(struct parser *parser, struct rule_place place, char *text)
{
    struct rule_error error = {place, arena_copy_text(&parser->file->arena, text, strlen(text))};
    if (!parser->failed)
        ARRAY_ADD(parser->errors->list, parser->errors->count, parser->errors->room, error);
    parser->failed = true;
    free(text);
}

/* "expected X, not "y"; did you mean z?". word NULL: the statement ends there. */
static bool expected(struct parser *parser, const struct rule_word *word, const char *what, const char *near)
{
    char *found = word == NULL ? memory_text("the end of the rule") : memory_print("\"%s\"", word->text);
    note(parser, word == NULL ? parser->words->end : word->place,
         memory_print("expected %s, not %s%s%s%s", what, found, near != NULL ? "; did you mean " : "",
                      near != NULL ? near : "", near != NULL ? "?" : ""));
    free(found);
    return false;
}

static const char *near_of(const struct rule_word *word, const char *const *names, size_t count)
{
    return word != NULL ? nearest_name(word->text, names, count) : NULL;
}

static bool is_one_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], text) == 0)
            return true;
    return false;
}

/* ---- selectors */

static uint32_t find_definition(const struct rule_file *file, const char *name, size_t length)
{
    for (uint32_t i = 0; i < file->definition_count; i++)
        if (strlen(file->definitions[i].name) == length && memcmp(file->definitions[i].name, name, length) == 0)
            return i;
    return RULE_NONE;
}

static bool unknown_selector(struct parser *parser, const struct rule_word *word)
{
    const struct rule_file *file = parser->file;
    const char **names = memory_zeroed(SELECTOR_WORDS + file->definition_count + 1, sizeof *names);
    size_t count = 0;
    for (; count < SELECTOR_WORDS; count++)
        names[count] = selector_words[count];
    for (uint32_t i = 0; i < file->definition_count; i++)
        names[count++] = file->definitions[i].name;
    expected(parser, word, "a selector (any, role, account …, an ARN or a defined name)", near_of(word, names, count));
    free(names);
    return false;
}

/* "SET:NAME": roles or users of a defined set. */
static bool read_scoped(struct parser *parser, struct selector *selector, struct rule_place place)
{
    const char *colon = strchr(selector->name, ':');
    if (colon == NULL || strncmp(selector->name, "arn:", 4) == 0)
        return true;
    selector->defined = find_definition(parser->file, selector->name, (size_t)(colon - selector->name));
    if (selector->defined == RULE_NONE) {
        note(parser, place,
             memory_print("\"%.*s\" is not defined above", (int)(colon - selector->name), selector->name));
        return false;
    }
    selector->name = colon + 1;
    return true;
}

static bool read_tag(struct parser *parser, struct selector *selector, const struct rule_word *word)
{
    const char *equals = strchr(selector->name, '=');
    if (equals == NULL || equals == selector->name)
        return expected(parser, word, "a tag as KEY=VALUE", NULL);
    selector->value = equals + 1;
    selector->name = arena_copy_text(&parser->file->arena, selector->name, (size_t)(equals - selector->name));
    return true;
}

static const char *const argument_words[] = {
    [SELECT_ACCOUNT] = "an account's number, alias or name",
    [SELECT_OU] = "the ID or name of an organizational unit",
    [SELECT_ROLE] = "a role as ACCOUNT/NAME",
    [SELECT_USER] = "a user as ACCOUNT/NAME",
    [SELECT_TAG] = "a tag as KEY=VALUE",
    [SELECT_SERVICE] = "a service such as lambda.amazonaws.com",
    [SELECT_PROVIDER] = "an identity provider",
    [SELECT_PERSON] = "a person's name",
    [SELECT_GROUP] = "a group's name",
    [SELECT_ORGANIZATION] = "an organization's ID",
};

/* The name after the selector's word. *comma: whether a comma follows. */
static bool read_argument(struct parser *parser, struct selector *selector, bool *comma)
{
    const struct rule_word *word = peek(parser);
    if (word == NULL || *comma || word->text[0] == '\0' || word_is(word, "->"))
        return expected(parser, *comma ? NULL : word, argument_words[selector->kind], NULL);
    parser->at++;
    *comma = word->comma;
    selector->name = word->text;
    if (selector->kind == SELECT_TAG)
        return read_tag(parser, selector, word);
    return (selector->kind != SELECT_ROLE && selector->kind != SELECT_USER) ||
           read_scoped(parser, selector, word->place);
}

static bool read_selector(struct parser *parser, struct selector *selector, bool *comma)
{
    const struct rule_word *word = take(parser);
    *selector = (struct selector){.name = "", .defined = RULE_NONE, .number = parser->file->selector_count++};
    if (word_is(word, "optional") && !word->comma) {
        selector->optional = true;
        word = take(parser);
    }
    if (word == NULL || word->quoted || word->text[0] == '\0')
        return unknown_selector(parser, word);
    selector->place = word->place;
    *comma = word->comma;
    for (size_t i = 0; i < SELECTOR_WORDS; i++)
        if (strcmp(word->text, selector_words[i]) == 0) {
            selector->kind = (enum selector_kind)i;
            return i <= SELECT_ADMINISTRATORS || read_argument(parser, selector, comma);
        }
    selector->name = word->text;
    selector->kind = SELECT_ARN;
    if (strncmp(word->text, "arn:", 4) == 0)
        return true;
    selector->kind = SELECT_DEFINED;
    selector->defined = find_definition(parser->file, word->text, strlen(word->text));
    return selector->defined != RULE_NONE || unknown_selector(parser, word);
}

static bool read_list(struct parser *parser, struct selector **list, uint32_t *count, uint32_t *room)
{
    bool comma = true;
    while (comma) {
        struct selector selector;
        comma = false;
        if (!read_selector(parser, &selector, &comma))
            return false;
        ARRAY_ADD(*list, *count, *room, selector);
    }
    return true;
}

static bool read_selection(struct parser *parser, struct selection *selection)
{
    if (!read_list(parser, &selection->list, &selection->count, &selection->room))
        return false;
    if (!word_is(peek(parser), "except"))
        return true;
    parser->at++;
    return read_list(parser, &selection->without, &selection->without_count, &selection->without_room);
}

static void free_selection(struct selection *selection)
{
    free(selection->list);
    free(selection->without);
}

/* ---- the end of a rule */

/* KEY = VALUE, with or without white space around the sign. */
static bool read_key(struct parser *parser, struct demand *demand, const struct rule_word *word)
{
    const char *equals = strchr(word->text, '=');
    char nearest[128];
    demand->kind = DEMAND_KEY;
    demand->key = word->text;
    if (equals != NULL) {
        demand->key = arena_copy_text(&parser->file->arena, word->text, (size_t)(equals - word->text));
        demand->value = equals + 1;
    } else if (word_is(peek(parser), "=")) {
        parser->at++;
        const struct rule_word *value = take(parser);
        if (value == NULL)
            return expected(parser, NULL, "a value of the condition key", NULL);
        demand->value = value->text;
    }
    if (demand->value == NULL || demand->key[0] == '\0') {
        static const char *const words[] = {"mfa", "external-id"};
        return expected(parser, word, "a condition (mfa, external-id or KEY = VALUE)", near_of(word, words, 2));
    }
    if (context_key_is_known(demand->key))
        return true;
    const char *near = context_key_nearest(demand->key, nearest, sizeof nearest);
    return expected(parser, word, "a condition key of AWS", near);
}

static bool read_demand(struct parser *parser, struct demand *demand, const struct rule_word *unless)
{
    const struct rule_word *word = take(parser);
    demand->place = unless->place;
    if (word == NULL)
        return expected(parser, NULL, "a condition (mfa, external-id or KEY = VALUE)", NULL);
    if (word_is(word, "mfa"))
        demand->kind = DEMAND_MFA;
    else if (word_is(word, "external-id"))
        demand->kind = DEMAND_EXTERNAL_ID;
    else
        return read_key(parser, demand, word);
    return true;
}

static bool read_hops(struct parser *parser, struct rule *rule)
{
    const struct rule_word *number = take(parser), *word;
    char *end = NULL;
    unsigned long hops =
        number != NULL && number->text[0] >= '1' && number->text[0] <= '9' ? strtoul(number->text, &end, 10) : 0;
    if (hops == 0 || *end != '\0' || hops > 1000)
        return expected(parser, number, "a number of hops from 1 to 1000", NULL);
    word = take(parser);
    if (!word_is(word, "hops") && !word_is(word, "hop"))
        return expected(parser, word, "\"hops\"", NULL);
    rule->max_hops = (uint32_t)hops;
    return true;
}

static bool twice(struct parser *parser, const struct rule_word *word)
{
    note(parser, word->place, memory_print("the rule already says so: \"%s\"", word->text));
    return false;
}

static bool read_tail_word(struct parser *parser, struct rule *rule, const struct rule_word *word)
{
    if (word_is(word, "unless") && (rule->kind == RULE_NEVER || rule->kind == RULE_ONLY))
        return rule->unless.kind != DEMAND_NONE ? twice(parser, word) : read_demand(parser, &rule->unless, word);
    if (word_is(word, "within"))
        return rule->max_hops != 0 ? twice(parser, word) : read_hops(parser, rule);
    if (word_is(word, "direct") && rule->max_hops == 0) {
        rule->max_hops = 1;
        return true;
    }
    if (word_is(word, "control") && !rule->control) {
        rule->control = true;
        return true;
    }
    if (word_is(word, "direct") || word_is(word, "control"))
        return twice(parser, word);
    if (word_is(word, "unless"))
        return expected(parser, word, "within, direct, control or the end of the rule", NULL);
    return expected(parser, word, "unless, within, direct, control or the end of the rule",
                    near_of(word, tail_words, TAIL_WORDS));
}

/* ---- statements */

static const char *statement_text(const struct parser *parser)
{
    struct text text = {0};
    for (uint32_t i = 0; i < parser->words->count; i++) {
        const struct rule_word *word = &parser->words->list[i];
        text_format(&text, "%s%s%s%s%s", i > 0 ? " " : "", word->quoted ? "\"" : "", word->text,
                    word->quoted ? "\"" : "", word->comma ? "," : "");
    }
    return text_keep(&text, &parser->file->arena);
}

static void read_rule(struct parser *parser, enum rule_kind kind, struct rule_place place)
{
    struct rule_file *file = parser->file;
    struct rule rule = {.kind = kind, .place = place};
    if (kind == RULE_MUST && (word_is(peek(parser), "some") || word_is(peek(parser), "surely")))
        rule.kind = word_is(take(parser), "some") ? RULE_MUST_SOME : RULE_MUST_SURELY;
    bool good = read_selection(parser, &rule.from);
    if (good && !word_is(peek(parser), "->")) {
        static const char *const words[] = {"->", "except"};
        const struct rule_word *word = peek(parser);
        good =
            expected(parser, word, "\"->\"", word != NULL && strlen(word->text) > 2 ? near_of(word, words, 2) : NULL);
    }
    parser->at++;
    good = good && read_selection(parser, &rule.to);
    while (good && peek(parser) != NULL)
        good = read_tail_word(parser, &rule, take(parser));
    rule.text = statement_text(parser);
    if (good) {
        ARRAY_ADD(file->rules, file->rule_count, file->rule_room, rule);
        return;
    }
    free_selection(&rule.from);
    free_selection(&rule.to);
}

static bool read_name(struct parser *parser, struct definition *definition)
{
    const struct rule_word *name = take(parser);
    if (name == NULL || name->quoted || name->comma || strpbrk(name->text, ":=\"") != NULL || name->text[0] == '\0')
        return expected(parser, name, "a name for the set", NULL);
    definition->name = name->text;
    bool ours = is_one_of(name->text, selector_words, SELECTOR_WORDS) ||
                is_one_of(name->text, statement_words, STATEMENT_WORDS) ||
                is_one_of(name->text, tail_words, TAIL_WORDS) || strcmp(name->text, "except") == 0 ||
                strcmp(name->text, "optional") == 0 || strcmp(name->text, "some") == 0 ||
                strcmp(name->text, "surely") == 0 || strcmp(name->text, "->") == 0;
    if (ours)
        note(parser, name->place, memory_print("\"%s\" is a word of the language; choose another name", name->text));
    else if (find_definition(parser->file, name->text, strlen(name->text)) != RULE_NONE)
        note(parser, name->place, memory_print("\"%s\" is defined already", name->text));
    return !parser->failed;
}

static void read_definition(struct parser *parser)
{
    struct rule_file *file = parser->file;
    struct definition definition = {0};
    bool good = read_name(parser, &definition);
    if (good && !word_is(peek(parser), "="))
        good = expected(parser, peek(parser), "\"=\"", NULL);
    parser->at++;
    good = good && read_selection(parser, &definition.selection);
    if (good && peek(parser) != NULL) {
        static const char *const words[] = {"except"};
        good = expected(parser, peek(parser), "a comma, except or the end of the definition",
                        near_of(peek(parser), words, 1));
    }
    /* A definition with an error still defines its name, so that rules that use it are not errors too. */
    if (definition.name != NULL &&
        (good || find_definition(file, definition.name, strlen(definition.name)) == RULE_NONE))
        ARRAY_ADD(file->definitions, file->definition_count, file->definition_room, definition);
    else
        free_selection(&definition.selection);
}

static void read_statement(const struct rule_words *words, void *context)
{
    struct parser *parser = context;
    parser->words = words;
    parser->at = 0;
    parser->failed = false;
    for (uint32_t i = 0; i < words->count; i++)
        if (words->list[i].open)
            note(parser, words->list[i].place, memory_text("expected a closing quote on this line"));
    const struct rule_word *word = take(parser);
    if (word_is(word, "never"))
        read_rule(parser, RULE_NEVER, word->place);
    else if (word_is(word, "only"))
        read_rule(parser, RULE_ONLY, word->place);
    else if (word_is(word, "must"))
        read_rule(parser, RULE_MUST, word->place);
    else if (word_is(word, "define"))
        read_definition(parser);
    else
        expected(parser, word, "define, never, only or must", near_of(word, statement_words, STATEMENT_WORDS));
}

bool rules_parse(const char *text, size_t length, struct rule_file *file, struct rule_errors *errors)
{
    struct parser parser = {.file = file, .errors = errors};
    *errors = (struct rule_errors){0};
    rule_words_read(text, length, &file->arena, read_statement, &parser);
    return errors->count == 0;
}

void rule_errors_free(struct rule_errors *errors)
{
    free(errors->list);
    *errors = (struct rule_errors){0};
}

void rule_file_free(struct rule_file *file)
{
    for (uint32_t i = 0; i < file->rule_count; i++) {
        free_selection(&file->rules[i].from);
        free_selection(&file->rules[i].to);
    }
    for (uint32_t i = 0; i < file->definition_count; i++)
        free_selection(&file->definitions[i].selection);
    free(file->rules);
    free(file->definitions);
    arena_free(&file->arena);
    *file = (struct rule_file){0};
}
