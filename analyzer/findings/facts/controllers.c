#include "analyzer/findings/facts/controllers.h"

#include "analyzer/analysis/administrators.h"
#include "graph/control/control_edges.h"
#include "graph/control/control_rights.h"
#include "ingest/support/json_build.h"

/* So many controllers with different permissions are decided for one node; each further one takes steps. */
#define ASKED_FREE 64u

/* The surest way's condition; FALSE: there is none. */
static constraint way_over(struct control_rights *rights, uint32_t over, bool role, struct controller *found)
{
    constraint formula = control_over(rights, over, NULL, &found->by);
    found->kind = role ? EDGE_EDIT_TRUST : EDGE_TAKE_CREDENTIALS;
    if (!role || control_is_free(rights, formula))
        return formula;
    const struct control_how *how = NULL;
    constraint passed = control_pass_role(rights, over, &how);
    if (passed != CONSTRAINT_FALSE && (formula == CONSTRAINT_FALSE || control_is_free(rights, passed))) {
        found->kind = EDGE_PASS_ROLE;
        found->by = how;
        return passed;
    }
    if (formula != CONSTRAINT_FALSE)
        return formula;
    found->kind = EDGE_TAKE_OVER;
    return control_take_over(rights, over, &found->by);
}

static void add(struct controllers *controllers, const struct controller *found)
{
    uint32_t listed = controllers->count < CONTROLLERS_SHOWN ? controllers->count : CONTROLLERS_SHOWN;
    uint32_t at = listed;
    controllers->count++;
    controllers->sure = controllers->sure || found->sure;
    while (at > 0 && found->sure && !controllers->list[at - 1].sure)
        at--;
    if (at == CONTROLLERS_SHOWN)
        return;
    if (listed == CONTROLLERS_SHOWN)
        listed--;
    for (uint32_t i = listed; i > at; i--)
        controllers->list[i] = controllers->list[i - 1];
    controllers->list[at] = *found;
}

void controllers_find(struct analysis *analysis, struct findings *findings, uint32_t node,
                      struct controllers *controllers)
{
    const struct model *model = analysis->model;
    struct control *control = analysis_control(analysis);
    uint32_t asked = 0, last = MODEL_NONE;
    struct controller found = {.sure = false};
    constraint formula = CONSTRAINT_FALSE;
    *controllers = (struct controllers){.over = node};
    if (node >= model->principal_count)
        return;
    const struct model_account *account = &model->accounts[model->principals[node].account];
    for (uint32_t i = account->first_principal; i < account->first_principal + account->principal_count; i++) {
        const struct model_principal *who = &model->principals[i];
        if (i == node || who->service_linked || !who->identity_known || !control_rights_any(control, i) ||
            administrators_has(analysis, i))
            continue;
        struct control_rights rights = control_rights_of(control, i);
        if (last == MODEL_NONE || !control_rights_alike(control, last, i)) {
            controllers->more = asked++ >= ASKED_FREE && !findings_spend(findings, FINDINGS_DECISION);
            if (controllers->more)
                break;
            formula = way_over(&rights, node, model->principals[node].is_role, &found);
            found.sure = control_is_free(&rights, formula);
        }
        last = i;
        found.who = i;
        if (control_possible(&rights, formula))
            add(controllers, &found);
    }
}

const char *controllers_words(struct findings *findings, const struct analysis *analysis,
                              const struct controllers *controllers)
{
    if (controllers->count == 0 && controllers->more)
        return " Not all who may change IAM in its account were looked at (--max-steps).";
    if (controllers->count == 0)
        return "";
    const struct controller *first = &controllers->list[0];
    const struct model_principal *who = &analysis->model->principals[first->who],
                                 *over = &analysis->model->principals[controllers->over];
    const char *more = "";
    if (controllers->count == 1 && controllers->more)
        more = " and possibly others";
    else if (controllers->count > 1)
        more = finding_text(findings, " and %s%u more", controllers->more ? "at least " : "", controllers->count - 1);
    return finding_text(findings, " %s %s%s can become %s %s without assuming it%s: %s.",
                        who->is_role ? "Role" : "User", who->name, more, over->is_role ? "role" : "user", over->name,
                        first->sure ? "" : ", under conditions", first->by->actions);
}

json_t *controllers_json(const struct analysis *analysis, const struct controllers *controllers)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < controllers->count && i < CONTROLLERS_SHOWN; i++) {
        const struct controller *one = &controllers->list[i];
        json_t *object = json_object();
        json_put(object, "principal", json_text(analysis->model->principals[one->who].arn));
        json_put(object, "over", json_text(analysis->model->principals[controllers->over].arn));
        json_put(object, "kind", json_text(edge_kind_word(one->kind)));
        json_put(object, "actions", json_text(one->by->actions));
        json_put(object, "verdict", json_text(one->sure ? "allowed" : "conditional"));
        json_add(list, object);
    }
    return list;
}
