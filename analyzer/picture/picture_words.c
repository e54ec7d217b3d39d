#include "analyzer/picture/picture_words.h"
#include "ingest/support/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_WIDTH 26      /* names are broken at a separator beyond this */
#define CONDITION_WIDTH 44 /* conditions are cut beyond this */
#define NAMES_SHOWN 3
#define TOOLTIP_LINES 40

const char *words_keep(struct arena *arena, struct text *text)
{
    const char *kept = arena_copy_text(arena, text->data != NULL ? text->data : "", text->length);

    text_free(text);
    return kept;
}

const char *words_format(struct arena *arena, const char *format, ...)
{
    struct text text = {0};
    va_list arguments;

    va_start(arguments, format);
    text_append_arguments(&text, format, arguments);
    va_end(arguments);
    return words_keep(arena, &text);
}

const char *words_account(struct arena *arena, const struct model *model, uint32_t account)
{
    const struct model_account *a = &model->accounts[account];
    const char *name = a->name && a->name[0] ? a->name : a->alias;
    struct text text = {0};

    if (name && name[0]) {
        text_append_printable(&text, name);
        text_append_string(&text, " (");
        text_append_printable(&text, a->id);
        text_append_string(&text, ")");
    } else {
        text_append_printable(&text, a->id);
    }
    return words_keep(arena, &text);
}

/* A name, broken into lines after a separator. */
static void append_broken(struct text *out, const char *name)
{
    struct text clean = {0};
    const char *line, *end;

    text_append_printable(&clean, name);
    line = clean.data ? clean.data : "";
    end = line + strlen(line);
    while (end - line > LINE_WIDTH) {
        const char *cut = NULL;
        for (const char *p = line + 8; p < line + LINE_WIDTH; p++) {
            if (strchr("-_./:@+=, ", *p))
                cut = p + 1;
        }
        if (!cut || end - cut < 4)
            break;
        text_append(out, line, (size_t)(cut - line));
        text_append_char(out, '\n');
        line = cut;
    }
    text_append_string(out, line);
    text_free(&clean);
}

/* What one node is called: the last part of its ARN. */
static const char *short_name(const struct edges *edges, uint32_t vertex)
{
    const struct caller *caller = &edges->nodes[vertex];

    if (caller->principal != MODEL_NONE)
        return edges->model->principals[caller->principal].name;
    if (caller->kind == CALLER_ANYONE)
        return "anyone";
    if (caller->name && caller->name[0])
        return caller->name;
    if (caller_is_federated(caller)) {
        const char *slash = strchr(caller->text, '/');
        return slash && strncmp(caller->text, "arn:", 4) == 0 ? slash + 1 : caller->text;
    }
    return caller->text;
}

static void append_account(struct text *out, const struct edges *edges, const struct caller *caller)
{
    const struct model_account *account =
        caller->account_index == MODEL_NONE ? NULL : &edges->model->accounts[caller->account_index];
    const char *name = !account ? "" : account->name && account->name[0] ? account->name : account->alias;

    text_append_printable(out, name && name[0] ? name : "account");
    text_append_char(out, '\n');
    text_append_printable(out, account ? account->id : caller->text);
    if (!account || account->detail == ACCOUNT_NOT_EXPORTED)
        text_append_string(out, account && account->in_organization == FACT_YES  ? "\nnot exported"
                                : account && account->in_organization == FACT_NO ? "\noutside the organization"
                                                                                 : "\nnot in the exports");
}

/* "3 users, 12 roles". */
static void append_counts(struct text *out, const struct edges *edges, const uint32_t *vertices, uint32_t count)
{
    static const struct {
        enum caller_kind kind;
        const char *one, *many;
    } words[] = {
        {CALLER_USER, "user", "users"},
        {CALLER_ROLE, "role", "roles"},
        {CALLER_ROLE_SESSION, "role session", "role sessions"},
        {CALLER_ROOT_USER, "root user", "root users"},
        {CALLER_FEDERATED_USER, "federated user", "federated users"},
        {CALLER_SERVICE, "service", "services"},
        {CALLER_SAML_PROVIDER, "SAML provider", "SAML providers"},
        {CALLER_WEB_IDENTITY, "identity provider", "identity providers"},
        {CALLER_ACCOUNT, "account", "accounts"},
        {CALLER_ORGANIZATION, "organization", "organizations"},
        {CALLER_ACCOUNTS_LIKE, "number pattern", "number patterns"},
        {CALLER_ORGANIZATIONS_LIKE, "organization pattern", "organization patterns"},
        {CALLER_KNOWN_LATER, "principal known later", "principals known later"},
        {CALLER_UNIQUE_ID, "unique id", "unique ids"},
        {CALLER_ANYONE, "anyone", "anyone"},
    };
    const char *separator = "";

    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < count; i++)
            n += edges->nodes[vertices[i]].kind == words[k].kind;
        if (n > 0) {
            text_format(out, "%s%u %s", separator, n, n == 1 ? words[k].one : words[k].many);
            separator = ", ";
        }
    }
}

static void append_single(struct text *out, const struct edges *edges, uint32_t vertex)
{
    const struct caller *caller = &edges->nodes[vertex];

    switch (caller->kind) {
    case CALLER_ACCOUNT:
        append_account(out, edges, caller);
        return;
    case CALLER_ORGANIZATION:
        append_broken(out, caller->text);
        if (caller_is_own_members(edges->model, caller))
            text_append_string(out, "\naccounts not exported");
        return;
    case CALLER_ACCOUNTS_LIKE:
    case CALLER_ORGANIZATIONS_LIKE:
        text_append_string(out, caller->kind == CALLER_ACCOUNTS_LIKE ? "accounts like\n" : "organizations like\n");
        append_broken(out, caller->text);
        return;
    case CALLER_ROOT_USER:
        text_append_string(out, "root user");
        return;
    case CALLER_ROLE_SESSION:
        append_broken(out, short_name(edges, vertex));
        text_append_string(out, "\nsession ");
        append_broken(out, caller->session ? caller->session : "");
        return;
    default:
        append_broken(out, short_name(edges, vertex));
    }
}

/* How many bytes all names begin with, cut back to a separator. */
static size_t common_prefix(const struct edges *edges, const uint32_t *vertices, uint32_t count)
{
    const char *first = short_name(edges, vertices[0]);
    size_t length = strlen(first);

    for (uint32_t i = 1; i < count; i++) {
        const char *name = short_name(edges, vertices[i]);
        size_t n = 0;
        while (n < length && name[n] == first[n])
            n++;
        length = n;
    }
    if (length < strlen(first)) {
        while (length > 0 && !strchr("-_./", first[length - 1]))
            length--;
    }
    return length;
}

const char *words_node(struct arena *arena, const struct edges *edges, const uint32_t *vertices, uint32_t count,
                       bool account)
{
    struct text text = {0};
    size_t prefix;

    if (account && edges->nodes[vertices[0]].account_index != MODEL_NONE) {
        const struct caller *caller = &edges->nodes[vertices[0]];
        append_account(&text, edges, caller);
        if (caller->kind != CALLER_ACCOUNT || count > 1) {
            text_append_char(&text, '\n');
            append_counts(&text, edges, vertices, count);
        }
        return words_keep(arena, &text);
    }
    if (count == 1) {
        append_single(&text, edges, vertices[0]);
        return words_keep(arena, &text);
    }
    prefix = common_prefix(edges, vertices, count);
    if (prefix >= 3) {
        const char *first = short_name(edges, vertices[0]);
        char *shared = memory_text_part(first, prefix);
        append_broken(&text, shared);
        free(shared);
        text_append_string(&text, first[prefix] ? "*\n" : "\n");
    } else if (count <= NAMES_SHOWN + 1) {
        for (uint32_t i = 0; i < count; i++) {
            text_append_string(&text, i > 0 ? "\n" : "");
            append_broken(&text, short_name(edges, vertices[i]));
        }
        return words_keep(arena, &text);
    } else {
        for (uint32_t i = 0; i < NAMES_SHOWN - 1; i++) {
            append_broken(&text, short_name(edges, vertices[i]));
            text_append_string(&text, ",\n");
        }
        text_append_string(&text, "… ");
    }
    append_counts(&text, edges, vertices, count);
    if (edges->nodes[vertices[0]].account_index != edges->nodes[vertices[count - 1]].account_index &&
        edges->nodes[vertices[0]].name) {
        uint32_t accounts = 1;
        for (uint32_t i = 1; i < count; i++)
            accounts += edges->nodes[vertices[i]].account_index != edges->nodes[vertices[i - 1]].account_index;
        text_format(&text, "\nin %u accounts", accounts);
    }
    return words_keep(arena, &text);
}

const char *words_node_tooltip(struct arena *arena, const struct edges *edges, const uint32_t *vertices, uint32_t count)
{
    struct text text = {0};

    for (uint32_t i = 0; i < count && i < TOOLTIP_LINES; i++) {
        const struct caller *caller = &edges->nodes[vertices[i]];
        if (i > 0)
            text_append_char(&text, '\n');
        text_append_printable(&text, caller->kind == CALLER_ANYONE ? "anyone in AWS" : caller->text);
    }
    if (count > TOOLTIP_LINES)
        text_format(&text, "\n… and %u more", count - TOOLTIP_LINES);
    return words_keep(arena, &text);
}

const char *words_node_id(struct arena *arena, const struct edges *edges, const uint32_t *vertices, uint32_t count)
{
    const struct caller *caller = &edges->nodes[vertices[0]];
    struct text text = {0};

    if (count > 1)
        text_format(&text, "%u × ", count);
    if (caller->kind != CALLER_USER && caller->kind != CALLER_ROLE)
        text_format(&text, "%s:", caller_kind_word(caller->kind));
    text_append_printable(&text, caller->text);
    return words_keep(arena, &text);
}

/* "sts:ExternalId = …" without the key's family: what is before the last colon of the key. */
static const char *without_family(const char *word)
{
    size_t key = strcspn(word, " ");
    const char *start = word;

    if (key < strlen(word)) {
        for (const char *p = word; p < word + key; p++) {
            if (*p == ':')
                start = p + 1;
        }
    }
    return start;
}

static void append_cut(struct text *out, const char *word)
{
    struct text clean = {0};
    size_t length;

    text_append_printable(&clean, word);
    length = clean.length;
    if (length > CONDITION_WIDTH) {
        length = CONDITION_WIDTH;
        while (length > 0 && ((unsigned char)clean.data[length] & 0xc0) == 0x80)
            length--;
    }
    if (length > 0)
        text_append(out, clean.data, length);
    if (length < clean.length)
        text_append_string(out, "…");
    text_free(&clean);
}

const char *words_condition(struct arena *arena, const struct edges *edges, const struct arc *arc)
{
    struct text text = {0};

    if (arc->sure > 0 || arc->conditional == 0)
        return "";
    if (arc->residual == FOLD_VARIOUS)
        return "various conditions";
    struct constraint_phrases phrases = constraint_phrases(edges->pool, arc->residual);
    /* The audience of a token says little: every provider for AWS has the same. It is shown when nothing else is. That
     * identity policies were not exported shows in the caller's outline. */
    for (uint32_t i = 0, shown = 0; i < phrases.count; i++) {
        const struct constraint_phrase *phrase = &phrases.items[i];
        if ((phrases.count > 1 && phrase->asks_for_audience) || phrase->unknown_identity)
            continue;
        if (shown++ > 0)
            text_append_char(&text, '\n');
        if (shown > 2) {
            text_append_string(&text, "…");
            break;
        }
        append_cut(&text, without_family(phrase->words));
    }
    constraint_phrases_free(&phrases);
    return words_keep(arena, &text);
}

const char *words_condition_tooltip(struct arena *arena, const struct edges *edges, const struct arc *arc)
{
    struct text text = {0};

    if (arc->sure + arc->conditional > 1)
        text_format(&text, "%u edges, %u of them conditional", arc->sure + arc->conditional, arc->conditional);
    if (arc->conditional > 0 && arc->residual != FOLD_VARIOUS) {
        struct constraint_phrases phrases = constraint_phrases(edges->pool, arc->residual);
        for (uint32_t i = 0; i < phrases.count && i < TOOLTIP_LINES; i++) {
            if (text.length > 0)
                text_append_char(&text, '\n');
            text_append_string(&text, i == 0 ? "if " : "and ");
            text_append_printable(&text, phrases.items[i].words);
        }
        constraint_phrases_free(&phrases);
    }
    return words_keep(arena, &text);
}
