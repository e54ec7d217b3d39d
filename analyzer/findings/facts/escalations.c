#include "analyzer/findings/facts/escalations.h"

#include "graph/control/control_edges.h"
#include "ingest/support/json_build.h"

bool escalates(const struct administrator *who)
{
    return who->verdict != VERDICT_DENIED && who->how == ADMINISTRATOR_BY_CONTROL;
}

bool escalates_by_trust(const struct administrator *who)
{
    return escalates(who) && who->by->by_trust;
}

bool is_administrator_otherwise(const struct administrator *who)
{
    return who->verdict != VERDICT_DENIED && who->sure && !escalates_by_trust(who);
}

const char *escalation_words(struct findings *findings, const struct model *model, const struct administrator *who)
{
    struct text text = {0};
    administrators_tell(model, who, &text);
    const char *words = finding_text(findings, "%s", text.data);
    text_free(&text);
    return words;
}

json_t *escalation_json(const struct model *model, uint32_t principal, const struct administrator *who)
{
    uint32_t over = who->through != MODEL_NONE ? who->through : principal;
    json_t *object = json_object();
    json_put(object, "kind", json_text(edge_kind_word(who->kind)));
    json_put(object, "actions", json_text(who->by->actions));
    json_put(object, "over", json_text(model->principals[over].arn));
    return object;
}
