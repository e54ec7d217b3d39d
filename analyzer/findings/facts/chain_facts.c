#include "analyzer/findings/facts/chain_facts.h"

#include "analyzer/analysis/hops.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/findings/facts/control_hops.h"
#include "ingest/support/array.h"
#include "ingest/support/hash_index.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

/* finding->about. */
struct attached {
    uint32_t count;
    struct edges *edges;    /* that the hops refer to */
    const struct hop *tail; /* those after the last hop of control, in the plain edges */
    uint32_t tail_count;
    bool of_control;
    const char *facts; /* JSON text; NULL: none */
    struct hop hops[];
};

/* Accounts are named where they change; parties other than users and roles are named as in lines. */
static void append_node(struct text *text, const struct analysis *analysis, uint32_t node, uint32_t before)
{
    const struct model *model = analysis->model;
    const struct caller *caller = &analysis->edges->nodes[node];
    bool known = node < model->principal_count;
    bool same = known && before < model->principal_count &&
                model->principals[node].account == model->principals[before].account;
    if (known) {
        const struct model_principal *who = &model->principals[node];
        const char *name = model_account_name(&model->accounts[who->account]);
        name = name[0] != '\0' ? name : model->accounts[who->account].id;
        text_format(text, "%s %s%s%s", who->is_role ? "role" : "user", same ? "" : name, same ? "" : "/", who->name);
        return;
    }
    char *words = wording_caller(analysis, caller);
    text_append_string(text, words);
    free(words);
}

const char *chain_words(struct findings *findings, const struct analysis *analysis, const struct hop *hops,
                        uint32_t count)
{
    struct text text = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0)
            append_node(&text, analysis, hops[0].from, MODEL_NONE);
        text_append_string(&text, " → ");
        append_node(&text, analysis, hops[i].to, hops[i].from);
        if (analysis->edges->edges[hops[i].edge].kind != EDGE_ASSUME)
            text_format(&text, " (by %s)", analysis->edges->edges[hops[i].edge].how);
    }
    const char *words = finding_text(findings, "%s", text.data != NULL ? text.data : "");
    text_free(&text);
    return words;
}

const struct hop *chain_hops(const struct finding *finding, uint32_t *count)
{
    const struct attached *attached = finding->about;
    *count = attached->tail_count;
    return attached->tail;
}

static void explain_hops(struct analysis *analysis, const struct attached *attached, json_t *names, json_t *chain)
{
    struct arena arena = {0};
    for (uint32_t i = 0; i < attached->count; i++) {
        struct explained_hop hop;
        if (i == 0)
            json_add(names, json_text(analysis->edges->nodes[attached->hops[0].from].text));
        json_add(names, json_text(analysis->edges->nodes[attached->hops[i].to].text));
        explain_hop(analysis, &arena, attached->hops[i], &hop);
        json_add(chain, hop_json(analysis, &hop));
    }
    arena_free(&arena);
}

void chain_elaborate(struct analysis *analysis, struct findings *findings, struct finding *finding)
{
    const struct attached *attached = finding->about;
    struct edges *edges = analysis->edges;
    if (findings->brief)
        return;
    json_t *names = json_array();
    finding->chain = json_array();
    analysis->edges = attached->edges;
    explain_hops(analysis, attached, names, finding->chain);
    analysis->edges = edges;
    finding->facts = attached->facts != NULL ? json_loads(attached->facts, 0, NULL) : json_object();
    json_put(finding->facts, "chain", names);
}

bool chain_is_of_control(const struct finding *finding)
{
    const struct attached *attached = finding->about;
    return attached->of_control;
}

/* ---- the trust statement that lets a caller take a hop */

/* Long chains share hops, so each hop is explained once. */
struct taken_hops {
    struct hash_index index; /* by hop */
    struct taken_hop {
        uint32_t from, to;
        const struct policy_use *use; /* NULL: no statement is named */
        const struct statement *statement;
    } * list;
    uint32_t count, room;
};

static void taken_hops_free(void *notes)
{
    struct taken_hops *taken = notes;
    hash_index_free(&taken->index);
    free(taken->list);
}

static const struct notes_kind taken_notes = {sizeof(struct taken_hops), taken_hops_free, true};

static struct taken_hop explain_taken(struct analysis *analysis, const struct hop *step)
{
    struct arena arena = {0};
    struct explained_hop hop;
    struct taken_hop taken = {.from = step->from, .to = step->to};
    explain_hop(analysis, &arena, *step, &hop);
    if (hop.decision.layers[LAYER_TRUST].statement_count > 0) {
        taken.use = hop.decision.layers[LAYER_TRUST].statements[0].use;
        taken.statement = hop.decision.layers[LAYER_TRUST].statements[0].statement;
    }
    arena_free(&arena);
    return taken;
}

static void add_evidence(struct analysis *analysis, struct findings *findings, struct finding *finding,
                         const struct hop *step)
{
    struct taken_hops *taken = findings_notes(findings, &taken_notes);
    uint64_t hash = hash_number((uint64_t)step->from << 32 | step->to);
    struct hash_probe probe = hash_index_probe(hash);
    uint32_t number;
    if (analysis->edges->edges[step->edge].kind != EDGE_ASSUME)
        return;
    while ((number = hash_index_next(&taken->index, &probe)) != HASH_INDEX_NONE)
        if (taken->list[number].from == step->from && taken->list[number].to == step->to)
            break;
    if (number == HASH_INDEX_NONE) {
        number = taken->count;
        ARRAY_ADD(taken->list, taken->count, taken->room, explain_taken(analysis, step));
        hash_index_add(&taken->index, hash, number);
    }
    if (taken->list[number].use != NULL)
        finding_evidence_add(findings, finding, taken->list[number].use, taken->list[number].statement);
}

void chain_attach(struct analysis *analysis, struct findings *findings, struct finding *finding, const struct hop *hops,
                  uint32_t count, json_t *facts)
{
    struct attached *attached =
        arena_allocate(&findings->arena, sizeof *attached + (size_t)count * sizeof attached->hops[0]);
    char *text = facts != NULL ? json_words(facts, JSON_COMPACT) : NULL;
    json_decref(facts);
    attached->count = count;
    attached->facts = text != NULL ? finding_text(findings, "%s", text) : NULL;
    memcpy(attached->hops, hops, (size_t)count * sizeof *hops);
    attached->edges = analysis->edges;
    attached->tail = attached->hops;
    attached->tail_count = count;
    finding->about = attached;
    finding->begins = hops[0].from;
    for (uint32_t i = 0; i < count; i++)
        finding->in_doubt =
            finding->in_doubt || !danger_is_sure(analysis->pool, analysis->edges->edges[hops[i].edge].residual);
    finding->elaborate = chain_elaborate;
    for (uint32_t i = count; i > 0; i--)
        add_evidence(analysis, findings, finding, &hops[i - 1]);
    free(text);
}

void chain_attach_wide(struct analysis *analysis, struct findings *findings, struct finding *finding,
                       const struct edges *plain, const struct hop *hops, uint32_t count, json_t *facts)
{
    const struct hop *last = control_hops_last(analysis->edges, hops, count);
    chain_attach(analysis, findings, finding, hops, count, facts);
    if (plain == analysis->edges)
        return;
    struct attached *attached =
        arena_copy(&findings->arena, finding->about, 1, sizeof(struct attached) + (size_t)count * sizeof *hops);
    uint32_t first = last != NULL ? (uint32_t)(last - hops) + 1 : 0;
    struct hop *tail = arena_copy(&findings->arena, hops + first, count - first, sizeof *hops);
    for (uint32_t i = first; i < count; i++) {
        const struct edge *edge = edges_between(plain, hops[i].from, hops[i].to);
        tail[i - first].edge = edge != NULL ? (uint32_t)(edge - plain->edges) : 0;
    }
    attached->tail = tail;
    attached->tail_count = count - first;
    attached->of_control = last != NULL;
    finding->about = attached;
}
