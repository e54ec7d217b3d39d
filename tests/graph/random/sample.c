#include "tests/graph/random/sample.h"

#include "ingest/policy/context_key.h"
#include <string.h>
#include <strings.h>

uint32_t random_below(struct random *random, uint32_t limit)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * limit >> 32);
}

bool random_chance(struct random *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}

#define PICK(random, table) (table)[random_below(random, sizeof(table) / sizeof(table)[0])]

/* ---- conditions */

enum value_kind { TEXTS, LISTS, BOOLS, NUMBERS, DATES, NETWORKS, ARNS, ACCOUNTS };

static const struct {
    const char *name;
    enum value_kind kind;
    uint32_t weight;
} keys[] = {
    {"sts:ExternalId", TEXTS, 6},
    {"sts:RoleSessionName", TEXTS, 3},
    {"aws:RequestedRegion", TEXTS, 2},
    {"aws:RequestTag/team", TEXTS, 3},
    {"aws:RequestTag/cost", TEXTS, 1},
    {"sts:SourceIdentity", TEXTS, 2},
    {"aws:PrincipalTag/team", TEXTS, 3},
    {"aws:ResourceTag/team", TEXTS, 2},
    {"aws:PrincipalOrgID", TEXTS, 2},
    {"aws:userid", TEXTS, 2},
    {"aws:username", TEXTS, 1},
    {"aws:SourceVpc", TEXTS, 1},
    {"sts:DurationSeconds", NUMBERS, 1},
    {"aws:TagKeys", LISTS, 3},
    {"sts:TransitiveTagKeys", LISTS, 1},
    {"aws:MultiFactorAuthPresent", BOOLS, 5},
    {"aws:SecureTransport", BOOLS, 1},
    {"aws:MultiFactorAuthAge", NUMBERS, 3},
    {"aws:CurrentTime", DATES, 2},
    {"aws:TokenIssueTime", DATES, 1},
    {"aws:SourceIp", NETWORKS, 4},
    {"aws:PrincipalArn", ARNS, 3},
    {"aws:PrincipalAccount", ACCOUNTS, 2},
};

static const char *const texts[] = {"x7",
                                    "y8",
                                    "core",
                                    "web",
                                    "day",
                                    "night-1",
                                    "eu-west-1",
                                    "o-example0001",
                                    "alice",
                                    "o-another0001",
                                    "AROASOMEBODYELSE0000:day"};
static const char *const patterns[] = {"x*", "*8", "*", "?e*", "??", "*:day", "c*e", "eu-*", "night-?", "o-*"};
static const char *const variables[] = {"${aws:username}", "${aws:PrincipalTag/team}",
                                        "${aws:PrincipalTag/team,'core'}", "${sts:ExternalId}"};
static const char *const lists[] = {"team", "cost", "stage"};
static const char *const bools[] = {"true", "false"};
static const char *const numbers[] = {"0", "60", "900", "3600"};
static const char *const dates[] = {"2029-01-01T00:00:00Z", "2030-01-01", "1924992000"};
static const char *const networks[] = {"198.51.100.0/24", "198.51.100.0/25", "203.0.113.7", "2001:db8::/32",
                                       "0.0.0.0/0"};
static const char *const arns[] = {"arn:aws:iam::$A:user/alice", "arn:aws:iam::$A:role/source",
                                   "arn:aws:iam::$A:*",          "arn:aws:iam::*:user/*",
                                   "arn:aws:iam::$C:user/other", "arn:aws:iam::$D:role/d*"};
static const char *const accounts[] = {"$A", "$B", "$C", "$D"};

static const char *const text_operators[] = {"StringEquals",
                                             "StringNotEquals",
                                             "StringLike",
                                             "StringNotLike",
                                             "StringEqualsIfExists",
                                             "StringNotEqualsIfExists",
                                             "StringLikeIfExists",
                                             "StringEqualsIgnoreCase",
                                             "StringNotEqualsIgnoreCase",
                                             "Null"};
static const char *const list_operators[] = {"ForAllValues:StringEquals",
                                             "ForAnyValue:StringEquals",
                                             "ForAllValues:StringLike",
                                             "ForAnyValue:StringLike",
                                             "ForAllValues:StringNotEquals",
                                             "ForAnyValue:StringNotEquals",
                                             "StringEquals",
                                             "StringNotEquals",
                                             "Null"};
static const char *const bool_operators[] = {"Bool", "BoolIfExists", "Bool", "BoolIfExists", "Null"};
static const char *const number_operators[] = {
    "NumericEquals",      "NumericNotEquals",         "NumericLessThan",        "NumericLessThanEquals",
    "NumericGreaterThan", "NumericGreaterThanEquals", "NumericLessThanIfExists"};
static const char *const date_operators[] = {"DateEquals",      "DateNotEquals",         "DateLessThan",
                                             "DateGreaterThan", "DateGreaterThanEquals", "DateLessThanEqualsIfExists"};
static const char *const network_operators[] = {"IpAddress", "NotIpAddress", "IpAddressIfExists", "Null"};
static const char *const arn_operators[] = {"ArnLike", "ArnNotLike", "ArnEquals", "StringLike", "StringNotEquals"};

static const char *pick_operator(struct random *random, enum value_kind kind)
{
    switch (kind) {
    case LISTS:
        return PICK(random, list_operators);
    case BOOLS:
        return PICK(random, bool_operators);
    case NUMBERS:
        return PICK(random, number_operators);
    case DATES:
        return PICK(random, date_operators);
    case NETWORKS:
        return PICK(random, network_operators);
    case ARNS:
        return PICK(random, arn_operators);
    default:
        return PICK(random, text_operators);
    }
}

static const char *pick_value(struct random *random, enum value_kind kind, const char *operator_name)
{
    if (strcmp(operator_name, "Null") == 0)
        return PICK(random, bools);
    switch (kind) {
    case LISTS:
        return PICK(random, lists);
    case BOOLS:
        return PICK(random, bools);
    case NUMBERS:
        return PICK(random, numbers);
    case DATES:
        return PICK(random, dates);
    case NETWORKS:
        return PICK(random, networks);
    case ARNS:
        return PICK(random, arns);
    case ACCOUNTS:
        return PICK(random, accounts);
    default:
        break;
    }
    if (random_chance(random, 8))
        return PICK(random, variables);
    return strstr(operator_name, "Like") != NULL ? PICK(random, patterns) : PICK(random, texts);
}

static void add_item(struct sample_list *list, const char *item)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], item) == 0)
            return;
    if (list->count < SAMPLE_LIST)
        list->items[list->count++] = item;
}

static void random_condition(struct sample_statement *statement, struct random *random)
{
    struct sample_condition *condition = &statement->conditions[statement->condition_count];
    uint32_t total = 0, key = 0;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        total += keys[i].weight;
    for (uint32_t at = random_below(random, total); at >= keys[key].weight; key++)
        at -= keys[key].weight;
    *condition = (struct sample_condition){.key = keys[key].name};
    condition->operator_name = pick_operator(random, keys[key].kind);
    for (uint32_t i = 0; i < statement->condition_count; i++)
        if (strcmp(statement->conditions[i].key, condition->key) == 0 &&
            strcmp(statement->conditions[i].operator_name, condition->operator_name) == 0)
            return;
    for (uint32_t count = 1 + random_below(random, 3) / 2 + random_below(random, 2); count > 0; count--)
        add_item(&condition->values, pick_value(random, keys[key].kind, condition->operator_name));
    statement->condition_count++;
}

/* ---- statements */

static void random_actions(struct sample_list *list, struct random *random, bool allow)
{
    static const char *const others[] = {"s3:*", "sts:TagSession", "sts:SetSourceIdentity", "iam:*"};
    static const char *const fitting[] = {"sts:AssumeRole", "sts:AssumeRole", "sts:*", "sts:Assume*", "*"};
    if (random_chance(random, 8)) {
        list->negated = true;
        add_item(list, PICK(random, others));
        return;
    }
    if (random_chance(random, allow ? 93 : 60))
        add_item(list, PICK(random, fitting));
    while (list->count == 0 || random_chance(random, 40))
        add_item(list, PICK(random, others));
}

static void random_resources(struct sample_list *list, struct random *random)
{
    static const char *const some[] = {"*",
                                       "*",
                                       "arn:aws:iam::*:role/target",
                                       "arn:aws:iam::$B:role/*",
                                       "arn:aws:iam::$A:role/t*",
                                       "arn:aws:iam::*:role/other",
                                       "arn:aws:iam::*:role/${aws:PrincipalTag/team}"};
    list->negated = random_chance(random, 10);
    do
        add_item(list, PICK(random, some));
    while (random_chance(random, 30));
}

static void random_principals(struct sample_list *list, struct random *random, const struct sample *sample, bool allow)
{
    static const char *const others[] = {
        "user:A/other", "root:C", "service:ec2.amazonaws.com", "session:A/source/day", "session:A/source/night-1",
        "role:A/other"};
    static const char *const users[] = {"root:A", "root:A", "user:A/alice", "*"};
    static const char *const roles[] = {"root:A", "root:A", "role:A/source", "*", "session:A/source/day"};
    if (random_chance(random, 5)) {
        list->negated = true;
        add_item(list, PICK(random, others));
        if (!allow) {
            add_item(list, "root:A");
            add_item(list, sample_caller(sample));
        }
        return;
    }
    if (random_chance(random, allow ? 92 : 60))
        add_item(list, sample->caller_is_role ? PICK(random, roles) : PICK(random, users));
    while (list->count == 0 || random_chance(random, 30))
        add_item(list, PICK(random, others));
}

static void random_statement(struct sample *sample, struct random *random, enum sample_place place, bool allow)
{
    static const char *const scp_levels[] = {"root", "A", "ou:unit"};
    if (sample->statement_count == SAMPLE_STATEMENTS / 2)
        return;
    struct sample_statement *statement = &sample->statements[sample->statement_count++];
    *statement = (struct sample_statement){.place = place, .allow = allow};
    random_actions(&statement->actions, random, allow);
    if (place == PLACE_TRUST)
        random_principals(&statement->principals, random, sample, allow);
    else
        random_resources(&statement->resources, random);
    for (uint32_t count = random_below(random, allow ? 3 : 4); count > 0; count--)
        random_condition(statement, random);
    statement->attachment =
        (enum sample_attachment)random_below(random, sample->caller_is_role ? ATTACH_GROUP_INLINE : ATTACH_COUNT);
    statement->policy = random_below(random, 3);
    statement->level = PICK(random, scp_levels);
    if (place == PLACE_RCP)
        statement->level = random_chance(random, 50) ? "root" : sample->same_account ? "A" : "B";
}

void sample_random(struct sample *sample, struct random *random)
{
    *sample = (struct sample){.caller_is_role = random_chance(random, 50),
                              .same_account = random_chance(random, 40),
                              .organization = random_chance(random, 35),
                              .bounded = random_chance(random, 20),
                              .caller_tag = random_chance(random, 60) ? PICK(random, texts) : NULL,
                              .role_tag = random_chance(random, 60) ? PICK(random, texts) : NULL};
    sample->full_access_away = sample->organization && random_chance(random, 20);
    for (uint32_t count = random_chance(random, 93) + random_below(random, 2); count > 0; count--)
        random_statement(sample, random, PLACE_TRUST, true);
    for (uint32_t count = random_chance(random, 85) + random_below(random, 2); count > 0; count--)
        random_statement(sample, random, PLACE_IDENTITY, true);
    if (random_chance(random, 25))
        random_statement(sample, random, PLACE_TRUST, false);
    if (random_chance(random, 25))
        random_statement(sample, random, PLACE_IDENTITY, false);
    for (uint32_t count = sample->bounded ? 1 + random_below(random, 2) : 0; count > 0; count--)
        random_statement(sample, random, PLACE_BOUNDARY, random_chance(random, 80));
    if (sample->organization && random_chance(random, 50))
        random_statement(sample, random, PLACE_SCP, sample->full_access_away);
    if (sample->organization && random_chance(random, 40))
        random_statement(sample, random, PLACE_RCP, false);
}

bool sample_add(struct sample *sample, struct random *random, bool allow)
{
    enum sample_place places[PLACE_COUNT];
    uint32_t count = 0, before = sample->statement_count;
    places[count++] = PLACE_TRUST;
    places[count++] = PLACE_IDENTITY;
    if (sample->bounded)
        places[count++] = PLACE_BOUNDARY;
    if (sample->organization)
        places[count++] = PLACE_SCP;
    if (sample->organization && !allow)
        places[count++] = PLACE_RCP;
    random_statement(sample, random, places[random_below(random, count)], allow);
    return sample->statement_count > before;
}

/* ---- the same otherwise */

static bool splits(const struct sample_condition *condition)
{
    return strncmp(condition->operator_name, "ForAllValues:", 13) != 0 &&
           strstr(condition->operator_name, "Not") == NULL;
}

/* Moves the list's items from `at` on to the copy of the statement. */
static void divide(struct sample_list *first, struct sample_list *second, uint32_t at)
{
    second->count = first->count - at;
    memmove(second->items, second->items + at, second->count * sizeof second->items[0]);
    first->count = at;
}

static void split(struct sample *sample, uint32_t index, struct random *random, bool *reworded)
{
    if (sample->statement_count == SAMPLE_STATEMENTS)
        return;
    struct sample_statement *first = &sample->statements[index];
    struct sample_statement *second = &sample->statements[sample->statement_count];
    uint32_t condition = first->condition_count > 0 ? random_below(random, first->condition_count) : 0;
    struct sample_list *lists_of[][2] = {{&first->actions, &second->actions},
                                         {&first->resources, &second->resources},
                                         {&first->principals, &second->principals},
                                         {&first->conditions[condition].values, &second->conditions[condition].values}};
    uint32_t which = random_below(random, 4);
    struct sample_list *list = lists_of[which][0];
    if (list->negated || list->count < 2)
        return;
    if (which == 3 && (condition >= first->condition_count || !splits(&first->conditions[condition])))
        return;
    *second = *first;
    sample->statement_count++;
    divide(list, lists_of[which][1], 1 + random_below(random, list->count - 1));
    *reworded = *reworded || which == 3;
}

void sample_rearrange(struct sample *sample, struct random *random, bool *reworded)
{
    *reworded = false;
    for (uint32_t times = 4; times > 0 && sample->statement_count > 0; times--)
        split(sample, random_below(random, sample->statement_count), random, reworded);
    for (uint32_t i = sample->statement_count; i > 1; i--) {
        uint32_t other = random_below(random, i);
        struct sample_statement moved = sample->statements[i - 1];
        sample->statements[i - 1] = sample->statements[other];
        sample->statements[other] = moved;
    }
    for (uint32_t i = 0; i < sample->statement_count; i++) {
        struct sample_statement *statement = &sample->statements[i];
        statement->attachment =
            (enum sample_attachment)random_below(random, sample->caller_is_role ? ATTACH_GROUP_INLINE : ATTACH_COUNT);
        statement->policy = random_below(random, 3);
    }
}

/* ---- smaller */

static bool shorten(struct sample_list *list, uint32_t *step)
{
    for (uint32_t i = 0; list->count > 1 && i < list->count; i++)
        if ((*step)-- == 0) {
            memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof list->items[0]);
            list->count--;
            return true;
        }
    return false;
}

static bool drop(bool *flag, uint32_t *step)
{
    if (!*flag || (*step)-- > 0)
        return false;
    *flag = false;
    return true;
}

bool sample_reduce(struct sample *sample, uint32_t step)
{
    for (uint32_t i = 0; i < sample->statement_count; i++)
        if (step-- == 0) {
            memmove(&sample->statements[i], &sample->statements[i + 1],
                    (sample->statement_count - i - 1) * sizeof sample->statements[0]);
            sample->statement_count--;
            return true;
        }
    for (uint32_t i = 0; i < sample->statement_count; i++) {
        struct sample_statement *statement = &sample->statements[i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            if (step-- == 0) {
                memmove(&statement->conditions[j], &statement->conditions[j + 1],
                        (statement->condition_count - j - 1) * sizeof statement->conditions[0]);
                statement->condition_count--;
                return true;
            }
            if (shorten(&statement->conditions[j].values, &step))
                return true;
        }
        if (shorten(&statement->actions, &step) || shorten(&statement->resources, &step) ||
            shorten(&statement->principals, &step))
            return true;
    }
    bool tag = sample->caller_tag != NULL, other = sample->role_tag != NULL;
    if (drop(&tag, &step)) {
        sample->caller_tag = NULL;
        return true;
    }
    if (drop(&other, &step)) {
        sample->role_tag = NULL;
        return true;
    }
    bool empty = true;
    for (uint32_t i = 0; i < sample->statement_count; i++)
        empty = empty && sample->statements[i].place != PLACE_SCP && sample->statements[i].place != PLACE_RCP;
    return drop(&sample->full_access_away, &step) || (empty && drop(&sample->organization, &step));
}

/* ---- as text */

const char *sample_caller(const struct sample *sample)
{
    return sample->caller_is_role ? "role:A/source" : "user:A/alice";
}

const char *sample_caller_arn(const struct sample *sample)
{
    return sample->caller_is_role ? "arn:aws:iam::111111111111:role/source" : "arn:aws:iam::111111111111:user/alice";
}

const char *sample_role(const struct sample *sample)
{
    return sample->same_account ? "A/target" : "B/target";
}

const char *sample_role_arn(const struct sample *sample)
{
    return sample->same_account ? "arn:aws:iam::111111111111:role/target" : "arn:aws:iam::222222222222:role/target";
}

static void write_list(struct text *text, const struct sample_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        bool quoted = strpbrk(list->items[i], ", ") != NULL;
        text_format(text, "%s%s%s%s", i > 0 ? "," : "", quoted ? "\"" : "", list->items[i], quoted ? "\"" : "");
    }
}

static void write_statement(struct text *text, const struct sample_statement *statement)
{
    text_append_string(text, statement->allow ? "allow " : "deny ");
    text_append_string(text, statement->actions.negated ? "not-action " : "");
    write_list(text, &statement->actions);
    if (statement->place == PLACE_TRUST) {
        text_format(text, " from %s", statement->principals.negated ? "not " : "");
        write_list(text, &statement->principals);
    } else {
        text_format(text, " on %s", statement->resources.negated ? "not " : "");
        write_list(text, &statement->resources);
    }
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        const struct sample_condition *condition = &statement->conditions[i];
        text_format(text, " %s %s %s ", i > 0 ? "and" : "if", condition->operator_name, condition->key);
        write_list(text, &condition->values);
    }
    text_append_char(text, '\n');
}

static void write_place(const struct sample *sample, struct text *text, enum sample_place place,
                        enum sample_attachment attachment, const char *word)
{
    for (uint32_t i = 0; i < sample->statement_count; i++) {
        const struct sample_statement *statement = &sample->statements[i];
        if (statement->place != place || (place == PLACE_IDENTITY && statement->attachment != attachment))
            continue;
        bool managed = attachment == ATTACH_MANAGED || attachment == ATTACH_GROUP_MANAGED;
        text_format(text, "  %s ", word);
        if (place == PLACE_IDENTITY && managed)
            text_format(text, "%s-%u ", attachment == ATTACH_MANAGED ? "own" : "group", statement->policy);
        write_statement(text, statement);
    }
    if (attachment == ATTACH_INLINE)
        for (uint32_t i = 0; i < sample->more_count[place]; i++)
            text_format(text, "  %s %s\n", word, sample->more[place][i]);
}

static bool in_group(const struct sample *sample)
{
    for (uint32_t i = 0; i < sample->statement_count; i++)
        if (sample->statements[i].place == PLACE_IDENTITY && sample->statements[i].attachment >= ATTACH_GROUP_INLINE)
            return true;
    return false;
}

void sample_write(const struct sample *sample, struct text *text)
{
    if (sample->organization) {
        text_append_string(text, "organization M members A B\nou unit A\n");
        if (sample->full_access_away)
            text_append_string(text, "no-full-access A\n");
        for (uint32_t i = 0; i < sample->statement_count; i++) {
            const struct sample_statement *statement = &sample->statements[i];
            if (statement->place != PLACE_SCP && statement->place != PLACE_RCP)
                continue;
            text_format(text, "%s %s ", statement->place == PLACE_SCP ? "scp" : "rcp", statement->level);
            write_statement(text, statement);
        }
    }
    text_format(text, "role %s", sample_role(sample));
    if (sample->role_tag != NULL)
        text_format(text, " tag team=%s", sample->role_tag);
    text_append_char(text, '\n');
    write_place(sample, text, PLACE_TRUST, ATTACH_INLINE, "trust");
    bool group = !sample->caller_is_role && in_group(sample);
    if (group) {
        text_append_string(text, "group A/staff\n");
        write_place(sample, text, PLACE_IDENTITY, ATTACH_GROUP_INLINE, "may");
        write_place(sample, text, PLACE_IDENTITY, ATTACH_GROUP_MANAGED, "attach");
    }
    text_format(text, "%.4s %s", sample_caller(sample), sample_caller(sample) + 5);
    if (sample->caller_tag != NULL)
        text_format(text, " tag team=%s", sample->caller_tag);
    text_append_string(text, group ? " group staff\n" : "\n");
    if (sample->caller_is_role)
        text_append_string(text, "  trust allow sts:AssumeRole from service:ec2.amazonaws.com\n");
    write_place(sample, text, PLACE_IDENTITY, ATTACH_INLINE, "may");
    write_place(sample, text, PLACE_IDENTITY, ATTACH_MANAGED, "attach");
    if (sample->bounded) {
        text_append_string(text, "  boundary limit allow s3:* on *\n");
        write_place(sample, text, PLACE_BOUNDARY, ATTACH_INLINE, "boundary limit");
    }
}

/* ---- requests */

bool sample_request_value(const struct sample *sample, struct random *random, const char *key, const char **value)
{
    static const char *const short_texts[] = {"x7", "y8", "core", "web", "day", "night-1", "eu-west-1", "alice", "zz"};
    static const char *const addresses[] = {"198.51.100.7", "198.51.100.200", "203.0.113.7", "2001:db8::1",
                                            "192.0.2.1"};
    static const char *const times[] = {"2028-06-01T00:00:00Z", "2029-01-01T00:00:00Z", "2029-06-01T00:00:00Z",
                                        "2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"};
    static const char *const ages[] = {"0", "30", "60", "900", "901", "3600", "5000"};
    enum value_kind kind = TEXTS;
    bool listed = false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcasecmp(keys[i].name, key) == 0) {
            kind = keys[i].kind;
            listed = true;
        }
    if (!listed)
        return false;
    bool issued = sample->caller_is_role && strcasecmp(key, "aws:TokenIssueTime") == 0; /* a role's session always */
    bool absent = !context_key_find(key)->always && random_chance(random, 30) && !issued;
    switch (kind) {
    case LISTS:
        *value = PICK(random, lists);
        break;
    case BOOLS:
        *value = sample->caller_is_role ? "false" : PICK(random, bools); /* a role never has MFA */
        break;
    case NUMBERS:
        *value = PICK(random, ages);
        break;
    case DATES:
        *value = PICK(random, times);
        break;
    case NETWORKS:
        *value = PICK(random, addresses);
        break;
    case ARNS:
        return false;
    default:
        *value = PICK(random, short_texts);
    }
    if (absent)
        *value = NULL;
    return true;
}
