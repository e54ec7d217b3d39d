#include "analyzer/findings/facts/chain_ends.h"

#include "analyzer/findings/facts/escalations.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"

#include <strings.h>

/* A tag with which people mark what needs care: sensitive = true, criticality = high … */
static const struct model_tag *sensitive_tag(const struct model_principal *role)
{
    static const char *const keys[] = {"sensitive", "sensitivity", "criticality", "data-classification"},
                             *const values[] = {"true", "yes", "high", "critical", "restricted", "secret"};
    for (uint32_t i = 0; i < role->tag_count; i++)
        for (size_t j = 0; j < sizeof keys / sizeof keys[0]; j++)
            for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
                if (strcasecmp(role->tags[i].key, keys[j]) == 0 && strcasecmp(role->tags[i].value, values[k]) == 0)
                    return &role->tags[i];
    return NULL;
}

bool *chain_ends_mark(struct analysis *analysis, bool sensitive_too)
{
    const struct model *model = analysis->model;
    bool *targets = memory_zeroed((size_t)analysis->edges->node_count + 1, sizeof *targets);
    for (uint32_t i = 0; i < model->principal_count; i++)
        targets[i] = model->principals[i].is_role && (administrators_has(analysis, i) ||
                                                      (sensitive_too && sensitive_tag(&model->principals[i]) != NULL));
    return targets;
}

bool chain_end_is_perhaps(struct analysis *analysis, uint32_t role)
{
    const struct administrator *itself = administrators_get(analysis, role);
    return escalates(itself) && !itself->sure && !administrators_reached(analysis, role) &&
           sensitive_tag(&analysis->model->principals[role]) == NULL;
}

const char *chain_end_words(struct analysis *analysis, struct findings *findings, uint32_t role)
{
    const struct administrator *itself = administrators_get(analysis, role);
    if (itself->sure)
        return escalates(itself) ? finding_text(findings, "as good as an administrator of its account (%s)",
                                                escalation_words(findings, analysis->model, itself))
                                 : "an administrator of its account";
    if (chain_end_is_perhaps(analysis, role))
        return finding_text(findings, "able to make itself administrator of its account under conditions (%s)",
                            escalation_words(findings, analysis->model, itself));
    const struct model_tag *tag = sensitive_tag(&analysis->model->principals[role]);
    return tag != NULL ? finding_text(findings, "marked as sensitive (tag %s = %s)", tag->key, tag->value)
                       : "marked as sensitive";
}

void chain_end_tell(struct analysis *analysis, uint32_t role, json_t *facts)
{
    const struct administrator *itself = administrators_get(analysis, role);
    if (escalates(itself))
        json_put(facts, "control", escalation_json(analysis->model, role, itself));
}
