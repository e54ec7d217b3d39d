#include "analyzer/analysis/person_explained.h"

#include "analyzer/analysis/edge_explained.h"
#include "graph/edges/edges_people.h"
#include "ingest/store/query.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <string.h>

struct explaining {
    struct edge_explaining by;
    const struct person *person; /* NULL: the person has no way into any role */
};

/* ---- what is known about the person */

/* By the name or id that the caller has. */
static const struct person *find_person(const struct explaining *work)
{
    uint32_t count;
    const struct person *list =
        work->by.analysis->people != NULL ? people_list(work->by.analysis->people, &count) : NULL;
    for (uint32_t i = 0; list != NULL && i < count; i++)
        if (strcmp(list[i].text, work->by.question->caller.text) == 0)
            return &list[i];
    return NULL;
}

static bool is_disabled(const struct explaining *work)
{
    struct query *row =
        query_open(work->by.analysis->store, "SELECT 1 FROM person WHERE (name = ?1 OR id = ?1) AND enabled = 0");
    query_bind_text(row, 1, work->by.question->caller.name);
    bool disabled = query_next(row);
    query_close(row);
    return disabled;
}

static bool note_way(const struct people_way *way, const struct people_group *group, void *context)
{
    struct text *text = context;
    text_format(text, "%s", text->length > 0 ? "; " : "");
    if (way->entitlement != NULL)
        text_format(text, "account access manager entitlement %s", way->entitlement);
    else
        text_format(text, "permission set %s%s%s", way->set, way->duration != NULL ? ", sessions of " : "",
                    way->duration != NULL ? way->duration : "");
    text_format(text, group != NULL ? ", through group %s" : ", assigned in person", group != NULL ? group->name : "");
    return true;
}

/* How the person is assigned or entitled; "": not at all. */
static const char *ways_of(struct explaining *work)
{
    struct text text = {0};
    if (work->person == NULL)
        return "";
    text_append(&text, "", 0);
    edges_each_way(work->by.analysis->edges, work->person, work->by.question->role, note_way, &text);
    return text_keep(&text, work->by.arena);
}

/* ---- the answer */

/* Whether the export contains everyone who is assigned to a role of Identity Center. */
static bool is_complete(const struct explaining *work)
{
    return people_role_known(work->by.analysis->people, work->by.question->role) != FACT_NO;
}

static const char *why_not_assigned(struct explaining *work)
{
    struct text text = {0};
    const char *set, *name = work->by.question->caller.name;
    size_t length;
    if (!people_set_of_role(work->by.role, &set, &length))
        text_format(&text,
                    "no entitlement of account access manager names the role and %s, and the role belongs to no "
                    "permission set",
                    name);
    else
        text_format(&text, "permission set %.*s is assigned in account %s neither to %s nor to a group that %s is in%s",
                    (int)length, set, work->by.analysis->model->accounts[work->by.role->account].id, name, name,
                    is_complete(work) ? "" : ", as far as the export tells: not all assignments are in it");
    return text_keep(&text, work->by.arena);
}

static void add_owner(struct explaining *work)
{
    struct text text = {0};
    struct query *row = query_open(work->by.analysis->store, "SELECT owner FROM sso_instance ORDER BY id LIMIT 1");
    if (query_next(row) && query_text(row, 0)[0] != '\0')
        text_format(&text, "who is assigned to what is decided in IAM Identity Center of account %s",
                    query_text(row, 0));
    else
        text_append_string(&text, "who is assigned to what is decided in IAM Identity Center");
    query_close(row);
    work->by.decision->notes = arena_allocate_array(work->by.arena, 1, sizeof *work->by.decision->notes);
    work->by.decision->notes[0] = text_keep(&text, work->by.arena);
    work->by.decision->note_count = 1;
}

static void explain_denied(struct explaining *work, const char *ways)
{
    bool assigned = ways[0] != '\0';
    edge_explaining_set_layer(&work->by, LAYER_IDENTITY, assigned ? LAYER_ALLOWS : LAYER_SILENT,
                              assigned ? ways : NULL);
    if (is_disabled(work)) {
        edge_explaining_set_layer(&work->by, LAYER_IDENTITY, LAYER_DENIES, "disabled in the identity store");
        edge_explaining_deny(&work->by, LAYER_IDENTITY,
                             "the person is disabled in the identity store and cannot start a new session");
    } else if (assigned) {
        edge_explaining_set_layer(&work->by, LAYER_TRUST, LAYER_SILENT, NULL);
        edge_explaining_deny(
            &work->by, LAYER_TRUST,
            "the entitlement is there, but the role's trust policy does not allow account-access.amazonaws.com to "
            "assume it for the entitlement's application");
    } else {
        edge_explaining_deny(&work->by, LAYER_IDENTITY, why_not_assigned(work));
    }
}

void person_explain(struct analysis *analysis, const struct decision_question *question, struct arena *arena,
                    struct decision *decision)
{
    struct explaining work = {edge_explaining_begin(analysis, question, arena, decision), NULL};
    const struct edge *edge = work.by.edge;
    work.person = find_person(&work);
    const char *ways = ways_of(&work);
    add_owner(&work);
    if (edge == NULL) {
        explain_denied(&work, ways);
        return;
    }
    bool assigned = edge_is_assignment(edge), sure = edge->verdict == VERDICT_ALLOWED;
    edge_explaining_set_layer(&work.by, LAYER_IDENTITY, LAYER_ALLOWS, ways);
    edge_explaining_set_layer(&work.by, LAYER_TRUST, sure ? LAYER_ALLOWS : LAYER_CONDITIONAL,
                              assigned ? "the role is one of Identity Center, which alone opens its sessions"
                                       : "allows account-access.amazonaws.com for the entitlement's application");
}

/* ---- sessions */

static json_t *tags_json(struct analysis *analysis, const struct person *person)
{
    json_t *tags = json_object();
    struct query *keys = query_open(analysis->store, "SELECT key FROM access_attribute ORDER BY key");
    while (query_next(keys)) {
        const char *value;
        if (person_tag(analysis->people, person, query_text(keys, 0), &value) == FACT_YES)
            json_put(tags, query_text(keys, 0), json_text(value));
    }
    query_close(keys);
    return tags;
}

static bool find_assignment(const struct people_way *way, const struct people_group *group, void *context)
{
    const struct people_way **found = context;
    (void)group;
    *found = way->entitlement == NULL ? way : *found;
    return *found == NULL;
}

json_t *person_session_json(struct analysis *analysis, const struct decision_question *question)
{
    const struct person *person = edges_person(analysis->edges, analysis_node(analysis, &question->caller));
    const struct people_way *way = NULL;
    if (person != NULL)
        edges_each_way(analysis->edges, person, question->role, find_assignment, &way);
    if (way == NULL)
        return NULL;
    json_t *session = json_object();
    const char *name = person_session_name(person);
    json_put(session, "name", name != NULL ? json_text(name) : json_null());
    json_put(session, "duration", way->duration != NULL ? json_text(way->duration) : json_null());
    json_put(session, "tags", tags_json(analysis, person));
    return session;
}
