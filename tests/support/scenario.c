#include "tests/support/scenario.h"

#include "ingest/support/text.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words */

struct line {
    struct scenario *scenario;
    const char *at;
    unsigned number;
};

static bool fail(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct line *line, const char *format, ...)
{
    char message[384];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (line->scenario->error[0] == '\0')
        snprintf(line->scenario->error, sizeof line->scenario->error, "line %u: %s", line->number, message);
    return false;
}

static const char *keep(struct scenario *scenario, const char *text, size_t length)
{
    const char *copy = arena_copy_text(&scenario->arena, text, length);
    return copy != NULL ? copy : "";
}

/* $A → 111111111111, $M → 999999999999 */
static const char *expand(struct scenario *scenario, const char *text, size_t length)
{
    struct text out = {0};
    text_append(&out, "", 0);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '$' && i + 1 < length && ((text[i + 1] >= 'A' && text[i + 1] <= 'H') || text[i + 1] == 'M')) {
            for (int j = 0; j < 12; j++)
                text_append_char(&out, text[i + 1] == 'M' ? '9' : (char)('1' + text[i + 1] - 'A'));
            i++;
        } else {
            text_append_char(&out, text[i]);
        }
    }
    const char *copy = keep(scenario, out.data, out.length);
    text_free(&out);
    return copy;
}

static const char *account_id(struct scenario *scenario, char letter)
{
    char text[] = {'$', letter, '\0'};
    return expand(scenario, text, 2);
}

/* The next word, "" at the end; quotes stay in it. */
static const char *word(struct line *line)
{
    line->at += strspn(line->at, " ");
    const char *start = line->at;
    bool quoted = false;
    for (; *line->at != '\0' && (quoted || *line->at != ' '); line->at++)
        if (*line->at == '"')
            quoted = !quoted;
    return keep(line->scenario, start, (size_t)(line->at - start));
}

static bool next_is(struct line *line, const char *wanted)
{
    const char *before = line->at;
    if (strcmp(word(line), wanted) == 0)
        return true;
    line->at = before;
    return false;
}

static const char *partition_of(struct scenario *scenario, char letter)
{
    const char *partition = json_string_value(json_object_get(scenario->partitions, account_id(scenario, letter)));
    return partition != NULL ? partition : "aws";
}

/* "user:A/path/name" → ARN; anything else is itself. */
static const char *principal_text(struct scenario *scenario, const char *text)
{
    static const struct {
        const char *prefix, *format;
    } forms[] = {
        {"user:", "arn:%s:iam::%s:user/%s"},          {"role:", "arn:%s:iam::%s:role/%s"},
        {"group:", "arn:%s:iam::%s:group/%s"},        {"session:", "arn:%s:sts::%s:assumed-role/%s"},
        {"saml:", "arn:%s:iam::%s:saml-provider/%s"}, {"oidc:", "arn:%s:iam::%s:oidc-provider/%s"},
        {"policy:", "arn:%s:iam::%s:policy/%s"},
    };
    char arn[2048];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t length = strlen(forms[i].prefix);
        if (strncmp(text, forms[i].prefix, length) == 0 && isupper((unsigned char)text[length]) &&
            text[length + 1] == '/') {
            snprintf(arn, sizeof arn, forms[i].format, partition_of(scenario, text[length]),
                     account_id(scenario, text[length]), text + length + 2);
            return expand(scenario, arn, strlen(arn));
        }
    }
    if (strncmp(text, "root:", 5) == 0 && text[6] == '\0') {
        snprintf(arn, sizeof arn, "arn:%s:iam::%s:root", partition_of(scenario, text[5]),
                 account_id(scenario, text[5]));
        return keep(scenario, arn, strlen(arn));
    }
    if (strncmp(text, "account:", 8) == 0 && text[9] == '\0')
        return account_id(scenario, text[8]);
    if (strcmp(text, "anyone") == 0)
        return "*";
    if (strncmp(text, "service:", 8) == 0 || strncmp(text, "federated:", 10) == 0)
        text = strchr(text, ':') + 1;
    return expand(scenario, text, strlen(text));
}

/* "a,"b c",d" → array */
static json_t *list(struct scenario *scenario, const char *text)
{
    json_t *array = json_array();
    while (*text != '\0') {
        const char *item;
        if (*text == '"') {
            size_t length = strcspn(text + 1, "\"");
            item = expand(scenario, text + 1, length);
            text += length + 2;
        } else {
            size_t length = strcspn(text, ",");
            item = principal_text(scenario, keep(scenario, text, length));
            text += length;
        }
        json_array_append_new(array, json_string(item));
        if (*text == ',')
            text++;
    }
    return array;
}

/* ---- statements */

static const char *principal_member(const char *written)
{
    if (strncmp(written, "service:", 8) == 0)
        return "Service";
    if (strncmp(written, "saml:", 5) == 0 || strncmp(written, "oidc:", 5) == 0 ||
        strncmp(written, "federated:", 10) == 0)
        return "Federated";
    return "AWS";
}

static json_t *principals(struct scenario *scenario, const char *text)
{
    json_t *object = json_object();
    char *copy = strdup(text), *state = NULL;
    for (char *item = strtok_r(copy, ",", &state); item != NULL; item = strtok_r(NULL, ",", &state)) {
        json_t *values = json_object_get(object, principal_member(item));
        if (values == NULL) {
            values = json_array();
            json_object_set_new(object, principal_member(item), values);
        }
        json_array_append_new(values, json_string(principal_text(scenario, item)));
    }
    free(copy);
    return object;
}

static void conditions(struct line *line, json_t *statement)
{
    json_t *condition = json_object();
    do {
        const char *operator_name = word(line), *key = word(line), *values = word(line);
        json_t *block = json_object_get(condition, operator_name);
        if (block == NULL) {
            block = json_object();
            json_object_set_new(condition, operator_name, block);
        }
        if (values[0] == '\0' || json_object_get(block, key) != NULL)
            fail(line, "a condition is OPERATOR KEY VALUES, each operator and key once");
        json_object_set_new(block, key, list(line->scenario, values));
    } while (next_is(line, "and"));
    json_object_set_new(statement, "Condition", condition);
}

/* NULL: an error. */
static json_t *statement(struct line *line, bool resource)
{
    line->at += strspn(line->at, " ");
    if (*line->at == '{') {
        json_error_t error;
        json_t *raw = json_loads(expand(line->scenario, line->at, strlen(line->at)), 0, &error);
        line->at += strlen(line->at);
        if (raw == NULL)
            fail(line, "%s", error.text);
        return raw;
    }
    json_t *object = json_object();
    const char *effect = word(line);
    if (strcmp(effect, "allow") != 0 && strcmp(effect, "deny") != 0) {
        fail(line, "expected allow or deny, not \"%s\"", effect);
        json_decref(object);
        return NULL;
    }
    json_object_set_new(object, "Effect", json_string(effect[0] == 'a' ? "Allow" : "Deny"));
    bool not_action = next_is(line, "not-action");
    json_object_set_new(object, not_action ? "NotAction" : "Action", list(line->scenario, word(line)));
    if (next_is(line, "on")) {
        bool negated = next_is(line, "not");
        json_object_set_new(object, negated ? "NotResource" : "Resource", list(line->scenario, word(line)));
    } else if (resource) {
        json_object_set_new(object, "Resource", json_string("*"));
    }
    if (next_is(line, "from")) {
        bool negated = next_is(line, "not");
        json_object_set_new(object, negated ? "NotPrincipal" : "Principal", principals(line->scenario, word(line)));
    }
    if (next_is(line, "if"))
        conditions(line, object);
    const char *rest = word(line);
    if (rest[0] != '\0')
        fail(line, "\"%s\" was not expected in a statement", rest);
    return object;
}

static json_t *add_statement(struct line *line, json_t *holder, const char *member, bool resource)
{
    json_t *policy = json_object_get(holder, member);
    if (policy == NULL) {
        policy = json_pack("{s:s, s:[]}", "Version", "2012-10-17", "Statement");
        json_object_set_new(holder, member, policy);
    }
    json_t *added = statement(line, resource);
    json_array_append_new(json_object_get(policy, "Statement"), added != NULL ? added : json_object());
    line->scenario->last_policy = policy;
    return policy;
}

/* ---- lines */

static json_t *account(struct scenario *scenario, char letter)
{
    const char *id = account_id(scenario, letter);
    json_t *found = json_object_get(scenario->accounts, id);
    if (found == NULL) {
        found = json_pack("{s:[], s:[], s:[], s:{}}", "user", "role", "group", "policies");
        json_object_set_new(scenario->accounts, id, found);
    }
    return found;
}

static bool read_principal(struct line *line, const char *kind)
{
    const char *name = word(line), *last;
    char arn[1024], path[512] = "/";
    struct scenario *scenario = line->scenario;
    if (!isupper((unsigned char)name[0]) || name[1] != '/')
        return fail(line, "expected ACCOUNT/NAME, not \"%s\"", name);
    last = strrchr(name, '/');
    if (last > name + 1)
        snprintf(path, sizeof path, "%.*s/", (int)(last - name - 1), name + 1);
    snprintf(arn, sizeof arn, "arn:%s:iam::%s:%s%s%s", partition_of(scenario, name[0]), account_id(scenario, name[0]),
             kind, path, last + 1);
    json_t *of = account(scenario, name[0]);
    char unique[64];
    size_t count = json_array_size(json_object_get(of, kind));
    snprintf(unique, sizeof unique, "%s%c%013zu",
             kind[0] == 'u'   ? "AIDA"
             : kind[0] == 'r' ? "AROA"
                              : "AGPA",
             name[0], count);
    json_t *principal = json_pack("{s:s, s:s, s:s, s:s, s:{}, s:[], s:[], s:s, s:s}", "arn", arn, "name", last + 1,
                                  "path", path, "kind", kind, "tags", "groups", "attached", "unique", unique, "account",
                                  account_id(scenario, name[0]));
    json_array_append_new(json_object_get(of, kind), principal);
    scenario->current = principal;
    for (const char *option = word(line); option[0] != '\0'; option = word(line)) {
        const char *value = word(line), *equals = strchr(value, '=');
        if (strcmp(option, "group") == 0)
            json_array_append_new(json_object_get(principal, "groups"), json_string(value));
        else if (strcmp(option, "tag") == 0 && equals != NULL)
            json_object_set_new(json_object_get(principal, "tags"), keep(scenario, value, (size_t)(equals - value)),
                                json_string(equals + 1));
        else
            return fail(line, "expected tag K=V or group G");
    }
    return true;
}

static bool read_managed(struct line *line, bool boundary, bool missing)
{
    const char *name = word(line);
    char arn[256];
    json_t *principal = line->scenario->current, *of;
    const char *id = json_string_value(json_object_get(principal, "account"));
    const char *partition = json_string_value(json_object_get(line->scenario->partitions, id));
    if (principal == NULL || name[0] == '\0')
        return fail(line, "expected a name, under a principal");
    of = json_object_get(line->scenario->accounts, id);
    snprintf(arn, sizeof arn, "arn:%s:iam::%s:policy/%s", partition != NULL ? partition : "aws", id, name);
    if (strncmp(name, "aws:", 4) == 0)
        snprintf(arn, sizeof arn, "arn:aws:iam::aws:policy/%s", name + 4);
    if (boundary) {
        json_object_set_new(principal, "boundary", json_string(arn));
    } else {
        json_t *attached = json_object_get(principal, "attached"), *other;
        bool there = false;
        size_t i;
        json_array_foreach(attached, i, other) there = there || strcmp(json_string_value(other), arn) == 0;
        if (!there)
            json_array_append_new(attached, json_string(arn));
    }
    line->scenario->last_managed = keep(line->scenario, arn, strlen(arn));
    if (!missing)
        add_statement(line, json_object_get(of, "policies"), line->scenario->last_managed, true);
    return true;
}

static bool read_organization(struct line *line)
{
    struct scenario *scenario = line->scenario;
    scenario->management = account_id(scenario, word(line)[0]);
    if (strcmp(scenario->management, "999999999999") != 0)
        return fail(line, "the management account is M");
    json_array_append_new(scenario->members, json_string(scenario->management));
    if (next_is(line, "members"))
        for (const char *member = word(line); member[0] != '\0'; member = word(line))
            json_array_append_new(scenario->members, json_string(account_id(scenario, member[0])));
    return true;
}

static bool read_unit(struct line *line)
{
    struct scenario *scenario = line->scenario;
    const char *name = word(line);
    json_t *list_of = json_array();
    if (next_is(line, "in"))
        json_object_set_new(scenario->outer_units, name, json_string(word(line)));
    for (const char *member = word(line); member[0] != '\0'; member = word(line))
        json_array_append_new(list_of, json_string(account_id(scenario, member[0])));
    json_object_set_new(scenario->units, name, list_of);
    return true;
}

static const char *target_id(struct scenario *scenario, const char *name)
{
    char id[64];
    if (strcmp(name, "root") == 0)
        return "r-root";
    if (strncmp(name, "ou:", 3) == 0) {
        snprintf(id, sizeof id, "ou-root-%s", name + 3);
        return keep(scenario, id, strlen(id));
    }
    return account_id(scenario, strncmp(name, "account:", 8) == 0 ? name[8] : name[0]);
}

static bool read_guardrail(struct line *line, const char *type)
{
    const char *target = target_id(line->scenario, word(line));
    json_t *guardrail = json_pack("{s:s, s:s}", "type", type, "target", target);
    json_array_append_new(line->scenario->guardrails, guardrail);
    bool rcp = type[0] == 'R';
    json_t *policy = add_statement(line, guardrail, "policy", true);
    json_t *added = json_array_get(json_object_get(policy, "Statement"), 0);
    if (rcp && json_object_get(added, "Principal") == NULL)
        json_object_set_new(added, "Principal", json_string("*"));
    return true;
}

static bool read_question(struct line *line)
{
    struct scenario *scenario = line->scenario;
    if (scenario->question_count == scenario->room) {
        size_t room = scenario->room * 2 + 16;
        struct scenario_question *grown = realloc(scenario->questions, room * sizeof *grown);
        if (grown == NULL)
            return fail(line, "out of memory");
        scenario->questions = grown;
        scenario->room = room;
    }
    struct scenario_question *question = &scenario->questions[scenario->question_count++];
    *question = (struct scenario_question){.text = line->at, .line = line->number};
    question->caller = principal_text(scenario, word(line));
    const char *role = word(line);
    char prefixed[512];
    snprintf(prefixed, sizeof prefixed, "role:%s", role);
    question->role = principal_text(scenario, prefixed);
    for (;;) {
        const char *option = word(line);
        if (strcmp(option, "=>") == 0)
            break;
        const char *value = word(line), *equals = strchr(value, '=');
        if (strcmp(option, "at") == 0 && condition_parse_date(value, &question->now))
            continue;
        if (strcmp(option, "action") == 0 && question->action_count < 8) {
            question->actions[question->action_count++] = value;
        } else if (strcmp(option, "without") == 0 && question->fixed_count < 16) {
            question->fixed[question->fixed_count++] = (struct fixed_key){.key = value};
        } else if (strcmp(option, "with") == 0 && equals != NULL && question->fixed_count < 16) {
            json_t *values = list(scenario, equals + 1);
            const char **texts = arena_allocate_array(&scenario->arena, json_array_size(values) + 1, sizeof *texts);
            for (size_t i = 0; i < json_array_size(values); i++)
                texts[i] = expand(scenario, json_string_value(json_array_get(values, i)),
                                  json_string_length(json_array_get(values, i)));
            question->fixed[question->fixed_count++] =
                (struct fixed_key){.key = keep(scenario, value, (size_t)(equals - value)),
                                   .values = texts,
                                   .count = (uint32_t)json_array_size(values)};
            json_decref(values);
        } else {
            return fail(line, "expected action A, with K=V, without K, at DATE or =>, not \"%s\"", option);
        }
    }
    const char *verdict = word(line), *slash = strchr(verdict, '/');
    question->verdict = slash != NULL ? keep(scenario, verdict, (size_t)(slash - verdict)) : verdict;
    question->reason = slash != NULL ? slash + 1 : NULL;
    if (next_is(line, "if")) {
        line->at += strspn(line->at, " ");
        question->conditions = expand(scenario, line->at, strlen(line->at));
    }
    return true;
}

static bool read_document(struct line *line)
{
    struct scenario *scenario = line->scenario;
    json_error_t error;
    json_t *document = json_loads(expand(scenario, line->at, strlen(line->at)), 0, &error);
    if (!json_is_object(document))
        return fail(line, "expected a JSON object: %s", error.text);
    json_object_clear(scenario->last_policy);
    json_object_update(scenario->last_policy, document);
    json_decref(document);
    return true;
}

static bool read_line(struct line *line)
{
    struct scenario *scenario = line->scenario;
    const char *first = word(line);
    if (first[0] == '\0' || first[0] == '#')
        return true;
    if (strcmp(first, "user") == 0 || strcmp(first, "role") == 0 || strcmp(first, "group") == 0)
        return read_principal(line, first);
    if (strcmp(first, "trust") == 0 && scenario->current != NULL)
        return add_statement(line, scenario->current, "trust", false) != NULL;
    if (strcmp(first, "may") == 0 && scenario->current != NULL)
        return add_statement(line, scenario->current, "may", true) != NULL;
    if (strcmp(first, "attach") == 0)
        return read_managed(line, false, false);
    if (strcmp(first, "boundary") == 0)
        return read_managed(line, true, false);
    if (strcmp(first, "missing") == 0)
        return read_managed(line, false, true);
    if (strcmp(first, "versions") == 0 && scenario->last_managed != NULL)
        return json_object_set_new(scenario->versions, scenario->last_managed,
                                   json_integer(strtol(word(line), NULL, 10))) == 0;
    if (strcmp(first, "profile") == 0 && scenario->current != NULL)
        return json_object_set_new(scenario->current, "profile", json_string(word(line))) == 0;
    if (strcmp(first, "missing-boundary") == 0)
        return read_managed(line, true, true);
    if (strcmp(first, "version") == 0 && scenario->last_policy != NULL) {
        const char *version = word(line);
        if (strcmp(version, "none") == 0)
            json_object_del(scenario->last_policy, "Version");
        else
            json_object_set_new(scenario->last_policy, "Version", json_string(version));
        return true;
    }
    if (strcmp(first, "document") == 0 && scenario->last_policy != NULL)
        return read_document(line);
    if (strcmp(first, "partition") == 0) {
        const char *id = account_id(scenario, word(line)[0]);
        return json_object_set_new(scenario->partitions, id, json_string(word(line))) == 0;
    }
    if (strcmp(first, "state") == 0) {
        const char *id = account_id(scenario, word(line)[0]);
        return json_object_set_new(scenario->states, id, json_string(word(line))) == 0;
    }
    if (strcmp(first, "roles-only") == 0)
        return json_object_set_new(account(scenario, word(line)[0]), "roles-only", json_true()) == 0;
    if (strcmp(first, "disabled") == 0)
        return json_object_set_new(scenario->disabled, word(line), json_true()) == 0;
    if (strcmp(first, "exported") == 0)
        return account(scenario, word(line)[0]) != NULL;
    if (strcmp(first, "organization") == 0)
        return read_organization(line);
    if (strcmp(first, "ou") == 0)
        return read_unit(line);
    if (strcmp(first, "scp") == 0)
        return read_guardrail(line, "SERVICE_CONTROL_POLICY");
    if (strcmp(first, "rcp") == 0)
        return read_guardrail(line, "RESOURCE_CONTROL_POLICY");
    if (strcmp(first, "no-full-access") == 0)
        return json_object_set_new(scenario->without_full, target_id(scenario, word(line)), json_true()) == 0;
    if (strcmp(first, "ask") == 0)
        return read_question(line);
    return fail(line, "\"%s\" begins no line of a case", first);
}

bool scenario_read(struct scenario *scenario, const char *text, unsigned first_line)
{
    *scenario = (struct scenario){.accounts = json_object(),
                                  .members = json_array(),
                                  .units = json_object(),
                                  .outer_units = json_object(),
                                  .versions = json_object(),
                                  .partitions = json_object(),
                                  .states = json_object(),
                                  .disabled = json_object(),
                                  .guardrails = json_array(),
                                  .without_full = json_object(),
                                  .files = json_object()};
    for (unsigned number = first_line; *text != '\0' && scenario->error[0] == '\0'; number++) {
        size_t length = strcspn(text, "\n");
        struct line line = {scenario, keep(scenario, text, length), number};
        read_line(&line);
        text += length + (text[length] == '\n');
    }
    return scenario->error[0] == '\0';
}

const char *scenario_principal(struct scenario *scenario, const char *text)
{
    return principal_text(scenario, text);
}

const char *scenario_expand(struct scenario *scenario, const char *text)
{
    return expand(scenario, text, strlen(text));
}

void scenario_add_file(struct scenario *scenario, const char *name, const char *text)
{
    json_object_set_new(scenario->files, name, json_string(expand(scenario, text, strlen(text))));
}

void scenario_free(struct scenario *scenario)
{
    json_decref(scenario->accounts);
    json_decref(scenario->members);
    json_decref(scenario->units);
    json_decref(scenario->outer_units);
    json_decref(scenario->versions);
    json_decref(scenario->partitions);
    json_decref(scenario->states);
    json_decref(scenario->disabled);
    json_decref(scenario->guardrails);
    json_decref(scenario->without_full);
    json_decref(scenario->files);
    free(scenario->questions);
    arena_free(&scenario->arena);
    *scenario = (struct scenario){0};
}
