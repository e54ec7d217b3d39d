/*
 * CloudTrail: who called sts:AssumeRole and its kin on which role, from log files (Records), lookup-events (Events,
 * each with its record in a string), records one by one, what EventBridge sends, and what CloudWatch Logs answers to
 * get-log-events, filter-log-events and get-query-results. Shapes:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html and
 * .../cloudtrail-event-reference-user-identity.html
 *
 * Calls are added up by role and caller, so that what is kept does not grow with the number of events. Every event,
 * whatever it is of, tells that the trail was on at its time.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include "ingest/support/array.h"
#include "ingest/support/intern.h"
#include <stdlib.h>
#include <string.h>

enum event_field {
    EVENT_SOURCE,
    EVENT_NAME,
    EVENT_TIME,
    EVENT_REGION,
    EVENT_ERROR,
    EVENT_ACCOUNT,
    IDENTITY_TYPE,
    IDENTITY_ARN,
    IDENTITY_ID,
    IDENTITY_ACCOUNT,
    IDENTITY_SERVICE,
    IDENTITY_PROVIDER,
    IDENTITY_ISSUER,
    CALLED_ROLE,
    CALLED_PROVIDER,
    TOKEN_SUBJECT,
    ASSERTION_SUBJECT,
    TOKEN_AUDIENCE,
    EVENT_FIELDS
};

/* Their positions in a record. */
static const char *const places[EVENT_FIELDS] = {
    [EVENT_SOURCE] = "/eventSource",
    [EVENT_NAME] = "/eventName",
    [EVENT_TIME] = "/eventTime",
    [EVENT_REGION] = "/awsRegion",
    [EVENT_ERROR] = "/errorCode",
    [EVENT_ACCOUNT] = "/recipientAccountId",
    [IDENTITY_TYPE] = "/userIdentity/type",
    [IDENTITY_ARN] = "/userIdentity/arn",
    [IDENTITY_ID] = "/userIdentity/principalId",
    [IDENTITY_ACCOUNT] = "/userIdentity/accountId",
    [IDENTITY_SERVICE] = "/userIdentity/invokedBy",
    [IDENTITY_PROVIDER] = "/userIdentity/identityProvider",
    [IDENTITY_ISSUER] = "/userIdentity/sessionContext/sessionIssuer/arn",
    [CALLED_ROLE] = "/requestParameters/roleArn",
    [CALLED_PROVIDER] = "/requestParameters/principalArn",
    [TOKEN_SUBJECT] = "/responseElements/subjectFromWebIdentityToken",
    [ASSERTION_SUBJECT] = "/responseElements/subject",
    [TOKEN_AUDIENCE] = "/responseElements/audience",
};

struct trail_reading {
    struct text fields[EVENT_FIELDS]; /* of the record being read; reused */
    struct text place, key;
    struct text odd; /* the position of the first value with a wrong type in the record; "": none */
    struct intern use_keys, trail_keys;
    struct batch_use **uses; /* by number of their key */
    struct batch_trail **trails;
    uint32_t use_room, trail_room;
    bool said_time, said_role, said_odd;
    uint32_t line, column; /* where the record begins */
};

extern const struct export_kind cloudtrail_kinds[];

static void end(void *state)
{
    struct trail_reading *trail = state;
    for (int i = 0; i < EVENT_FIELDS; i++)
        text_free(&trail->fields[i]);
    text_free(&trail->place);
    text_free(&trail->key);
    text_free(&trail->odd);
    intern_free(&trail->use_keys);
    intern_free(&trail->trail_keys);
    free(trail->uses);
    free(trail->trails);
}

/* ---- a record */

/* The field at that position, EVENT_FIELDS if there is none; *inside: it contains some. */
static enum event_field field_at(const struct text *place, bool *inside)
{
    *inside = false;
    for (int i = 0; i < EVENT_FIELDS; i++) {
        if (strncmp(places[i], place->data, place->length) != 0)
            continue;
        if (places[i][place->length] == '\0')
            return (enum event_field)i;
        *inside = *inside || places[i][place->length] == '/';
    }
    return EVENT_FIELDS;
}

/* Skips a value; odd: it does not have the type for its position. */
static void pass_over(struct export_reader *reader, bool odd)
{
    struct trail_reading *trail = reader->state;
    if (odd && trail->odd.length == 0)
        text_append(&trail->odd, trail->place.data, trail->place.length);
    json_cursor_skip(&reader->cursor);
}

/* Once per file. */
static void say_odd(struct export_reader *reader)
{
    struct trail_reading *trail = reader->state;
    struct text text = {0};
    if (trail->odd.length == 0 || trail->said_odd)
        return;
    text_format(&text,
                "%s of an event is not what CloudTrail writes there, so it is ignored; others like it in this file are "
                "not listed",
                trail->odd.data);
    export_problem(reader, PROBLEM_ERROR, "unexpected-type", trail->line, trail->column, text.data);
    text_free(&text);
    trail->said_odd = true;
}

/* Reads the fields in the object that comes next. */
static void read_fields(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    struct trail_reading *trail = reader->state;
    size_t outside = trail->place.length;
    bool first = true;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        bool inside, has_nul = false;
        text_append_char(&trail->place, '/');
        text_append(&trail->place, reader->name.data, reader->name.length);
        enum event_field field = field_at(&trail->place, &inside);
        enum json_cursor_type type = json_cursor_peek(cursor);
        if (field != EVENT_FIELDS && type == CURSOR_STRING)
            json_cursor_string(cursor, &trail->fields[field], &has_nul);
        else if (inside && type == CURSOR_OBJECT)
            read_fields(reader);
        else
            pass_over(reader, (field != EVENT_FIELDS || inside) && (type != CURSOR_NULL || field <= EVENT_NAME));
        if (has_nul)
            trail->fields[field].length = 0;
        trail->place.length = outside;
        trail->place.data[outside] = '\0';
    }
}

static const char *field(const struct trail_reading *trail, enum event_field which)
{
    return trail->fields[which].length > 0 ? trail->fields[which].data : "";
}

/* Times of one length and all in UTC compare as texts. */
static bool is_time(const char *text)
{
    return strlen(text) == strlen("2024-01-02T03:04:05Z") && text[4] == '-' && text[10] == 'T' && text[19] == 'Z';
}

static void widen(char *first, char *last, const char *when)
{
    if (first[0] == '\0' || strcmp(when, first) < 0)
        memcpy(first, when, strlen(when) + 1);
    if (strcmp(when, last) > 0)
        memcpy(last, when, strlen(when) + 1);
}

/* The number of the key's texts. */
static uint32_t number_of(struct trail_reading *trail, struct intern *keys, const char *const *texts, size_t count)
{
    struct text *key = &trail->key;
    key->length = 0;
    for (size_t i = 0; i < count; i++)
        text_append(key, texts[i], strlen(texts[i]) + 1);
    return intern_add(keys, key->data, key->length);
}

static void note_event(struct export_reader *reader, const char *account, const char *when)
{
    struct trail_reading *trail = reader->state;
    const char *const texts[] = {account, field(trail, EVENT_REGION)};
    uint32_t number = number_of(trail, &trail->trail_keys, texts, 2);
    ARRAY_REACH(trail->trails, number, trail->trail_room);
    if (trail->trails[number] == NULL) {
        struct batch_trail *row = trail->trails[number] = export_allocate(reader, sizeof *row);
        row->account = export_keep(reader, account, strlen(account));
        row->region = export_keep(reader, texts[1], strlen(texts[1]));
        BATCH_APPEND(reader->batch->trails, row);
    }
    widen(trail->trails[number]->first, trail->trails[number]->last, when);
    trail->trails[number]->events++;
}

/* Who called: the role behind a session, the provider behind a token, the unique id of a stranger. */
static const char *caller_of(struct trail_reading *trail)
{
    const char *type = field(trail, IDENTITY_TYPE), *id = field(trail, IDENTITY_ID);
    if (strcmp(type, "AWSService") == 0)
        return field(trail, IDENTITY_SERVICE);
    if (strcmp(type, "SAMLUser") == 0 || strcmp(type, "WebIdentityUser") == 0) {
        const char *provider =
            field(trail, CALLED_PROVIDER)[0] != '\0' ? field(trail, CALLED_PROVIDER) : field(trail, IDENTITY_PROVIDER);
        return provider[0] != '\0' ? provider : id;
    }
    if (field(trail, IDENTITY_ISSUER)[0] != '\0')
        return field(trail, IDENTITY_ISSUER);
    if (field(trail, IDENTITY_ARN)[0] != '\0')
        return field(trail, IDENTITY_ARN);
    /* AROA…:session */
    char *colon = strchr(id, ':');
    if (colon != NULL)
        trail->fields[IDENTITY_ID].data[colon - id] = '\0';
    return id[0] != '\0' ? id : field(trail, IDENTITY_SERVICE);
}

/* A provider for people has too many to keep. */
#define TOKENS_KEPT 64u

/* The subject and audience of the token that a provider gave; for an assertion, its recipient. */
static void note_token(struct export_reader *reader, struct batch_use *use)
{
    struct trail_reading *trail = reader->state;
    const char *type = field(trail, IDENTITY_TYPE), *audience = field(trail, TOKEN_AUDIENCE);
    bool web = strcmp(type, "WebIdentityUser") == 0;
    if (!web && strcmp(type, "SAMLUser") != 0)
        return;
    const char *subject = field(trail, web ? TOKEN_SUBJECT : ASSERTION_SUBJECT);
    if (use->token_count == TOKENS_KEPT)
        subject = audience = "";
    for (const struct batch_token *token = use->tokens; token != NULL; token = token->next)
        if (strcmp(token->subject, subject) == 0 && strcmp(token->audience, audience) == 0)
            return;
    struct batch_token *token = export_allocate(reader, sizeof *token);
    token->subject = export_keep(reader, subject, strlen(subject));
    token->audience = export_keep(reader, audience, strlen(audience));
    token->next = use->tokens;
    use->tokens = token;
    use->token_count += use->token_count < TOKENS_KEPT;
}

static void note_use(struct export_reader *reader, const char *account, const char *when)
{
    struct trail_reading *trail = reader->state;
    const char *role = field(trail, CALLED_ROLE), *caller = caller_of(trail);
    bool denied = field(trail, EVENT_ERROR)[0] != '\0';
    struct arn arn;
    if (!arn_parse(role, strlen(role), &arn) || arn.kind != ARN_ROLE || caller[0] == '\0') {
        if (!denied && !trail->said_role)
            export_problem(reader, PROBLEM_WARNING, "event-without-role", 0, 0,
                           "an AssumeRole event that does not name the role or the caller is not counted; others like "
                           "it in this file are not listed");
        trail->said_role = trail->said_role || !denied;
        return;
    }
    const char *const texts[] = {account, role, caller, field(trail, IDENTITY_ACCOUNT)};
    uint32_t number = number_of(trail, &trail->use_keys, texts, 4);
    ARRAY_REACH(trail->uses, number, trail->use_room);
    if (trail->uses[number] == NULL) {
        struct batch_use *row = trail->uses[number] = export_allocate(reader, sizeof *row);
        const char **kept[] = {&row->account, &row->role, &row->caller, &row->caller_account};
        for (size_t i = 0; i < 4; i++)
            *kept[i] = export_keep(reader, texts[i], strlen(texts[i]));
        BATCH_APPEND(reader->batch->uses, row);
    }
    struct batch_use *use = trail->uses[number];
    use->denied += denied;
    use->count += !denied;
    if (!denied) {
        widen(use->first, use->last, when);
        note_token(reader, use);
    }
}

/* The cursor is before the record. */
static void read_record(struct export_reader *reader)
{
    struct trail_reading *trail = reader->state;
    for (int i = 0; i < EVENT_FIELDS; i++)
        trail->fields[i].length = 0;
    trail->place.length = trail->odd.length = 0;
    json_cursor_pass_space(&reader->cursor);
    trail->line = reader->cursor.line;
    trail->column = json_cursor_column(&reader->cursor);
    read_fields(reader);
    export_complaint(reader);
    if (reader->cursor.error != NULL)
        return;
    if (field(trail, EVENT_SOURCE)[0] == '\0' || field(trail, EVENT_NAME)[0] == '\0') {
        if (trail->odd.length > 0 && field(trail, EVENT_TIME)[0] != '\0')
            say_odd(reader);
        return;
    }
    export_recognise(reader, &cloudtrail_kinds[0]);
    const char *when = field(trail, EVENT_TIME), *account = field(trail, EVENT_ACCOUNT);
    if (account[0] == '\0')
        account = field(trail, IDENTITY_ACCOUNT);
    if (!is_time(when) || !arn_is_account_id(account, strlen(account))) {
        if (!trail->said_time)
            export_problem(reader, PROBLEM_ERROR, "event-without-time", 0, 0,
                           "an event has no eventTime (2024-01-02T03:04:05Z) or no account of its trail and is not "
                           "counted; others like it in this file are not listed");
        trail->said_time = true;
        return;
    }
    note_event(reader, account, when);
    if (strcmp(field(trail, EVENT_SOURCE), "sts.amazonaws.com") == 0 &&
        strncmp(field(trail, EVENT_NAME), "AssumeRole", strlen("AssumeRole")) == 0) {
        say_odd(reader);
        note_use(reader, account, when);
    }
}

/* The record by itself, as --query 'Events[].CloudTrailEvent' returns it. */
static void read_record_in_text(struct export_reader *reader)
{
    struct export_embedded embedded;
    export_recognise(reader, &cloudtrail_kinds[0]);
    if (export_embed(reader, &embedded)) {
        read_record(reader);
        export_embed_end(reader, &embedded);
    }
}

/* An event contains its record as a string. */
static void read_event(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "CloudTrailEvent") != 0) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, "CloudTrailEvent");
        read_record_in_text(reader);
        export_point_back(reader, pointer);
    }
}

static void read_list(struct export_reader *reader, void (*read)(struct export_reader *reader))
{
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        if (json_cursor_peek(&reader->cursor) == CURSOR_OBJECT) {
            read(reader);
            continue;
        }
        if (read == read_event && export_embeds_object(reader)) {
            read_record_in_text(reader);
            continue;
        }
        if (reader->recognised)
            export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an event");
        json_cursor_skip(&reader->cursor);
    }
    if (list.index == 0 && reader->cursor.error == NULL)
        export_recognise(reader, &cloudtrail_kinds[0]);
}

static void read_trail_records(struct export_reader *reader, const char *member)
{
    (void)member;
    read_list(reader, read_record);
}

static void read_trail_events(struct export_reader *reader, const char *member)
{
    (void)member;
    read_list(reader, read_event);
}

/* ---- records in other wrappings */

/* What EventBridge sends: the record is its detail. */
static void read_bridge(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "detail") != 0 || json_cursor_peek(cursor) != CURSOR_OBJECT) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, "detail");
        read_record(reader);
        export_point_back(reader, pointer);
    }
}

/* An object of CloudWatch Logs with the record as a string: {"message": "{…}"}, or {"field": "@message", "value":
 * "{…}"} from a query. */
static void read_log_event(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        struct export_embedded embedded;
        bool wanted = strcmp(reader->name.data, "message") == 0 || strcmp(reader->name.data, "value") == 0;
        size_t pointer = reader->pointer.length;
        if (!wanted || !export_embeds_object(reader)) {
            json_cursor_skip(cursor);
            continue;
        }
        export_point(reader, reader->name.data);
        if (export_embed(reader, &embedded)) {
            read_record(reader);
            export_embed_end(reader, &embedded);
        }
        export_point_back(reader, pointer);
    }
}

/* Events of CloudWatch Logs, or rows of cells; they may be about anything. */
static void read_logs(struct export_reader *reader, const char *member)
{
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        if (type == CURSOR_OBJECT)
            read_log_event(reader);
        else if (type == CURSOR_ARRAY && strcmp(member, "results") == 0)
            read_logs(reader, "");
        else
            json_cursor_skip(&reader->cursor);
    }
}

/* A line of an export from CloudWatch Logs to S3: "2024-01-02T03:04:05.678Z {…". */
static bool is_dated_line(const char *path, const char *at, size_t length)
{
    (void)path;
    return length > 26 && at[4] == '-' && at[7] == '-' && at[10] == 'T' && memcmp(at + 23, "Z {", 3) == 0;
}

const struct export_kind cloudtrail_kinds[] = {
    {.name = "cloudtrail",
     .members = (const struct export_member[]){{"Records", CURSOR_ARRAY, read_trail_records, true},
                                               {"Events", CURSOR_ARRAY, read_trail_events, true},
                                               {"events", CURSOR_ARRAY, read_logs, true},
                                               {"logEvents", CURSOR_ARRAY, read_logs, true},
                                               {"results", CURSOR_ARRAY, read_logs, true},
                                               {0}},
     .elements =
         (const struct export_element[]){
             {.members = {"eventSource", "eventVersion"}, .read = read_record, .alone = true},
             {.members = {"detail-type"}, .begins = "AWS ", .read = read_bridge, .alone = true},
             {.members = {"CloudTrailEvent"}, .read = read_event, .alone = true},
             {0}},
     .is_text = is_dated_line,
     .refusal =
         "CloudWatch Logs lines with a time before each event: remove the times, for example with sed 's/^[^ ]* //'",
     .state_size = sizeof(struct trail_reading),
     .end = end,
     .is_log = true},
    {0},
};
