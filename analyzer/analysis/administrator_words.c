/* Why somebody is an administrator, in words: administrators_tell. */
#include "analyzer/analysis/administrators.h"

#include <string.h>

/* What an action on oneself changes. */
static const char *own_thing(const struct control_how *how)
{
    bool versions = strstr(how->first, "PolicyVersion") != NULL, group = strstr(how->first, "GroupPolicy") != NULL;
    return versions ? "a policy that it has" : group ? "one of its groups" : "itself";
}

static const char *name_of_group(const struct model_group *group)
{
    const char *slash = strrchr(group->arn, '/');
    return slash != NULL ? slash + 1 : group->arn;
}

/* What an action for becoming somebody else is done to: the other principal, or something that leads to it. */
static const char *other_thing(const struct control_how *how)
{
    static const struct {
        const char *mark, *thing;
    } things[] = {{"iam:UpdateSAMLProvider", "a SAML provider trusted by "},
                  {"PolicyVersion", "a policy of "},
                  {"GroupPolicy", "a group of "},
                  {"iam:", ""},
                  {"", "what runs with "}};
    size_t i = 0;
    while (strstr(how->first, things[i].mark) == NULL)
        i++;
    return things[i].thing;
}

static void tell_policy(const struct policy_use *use, struct text *text)
{
    text_format(text, "policy %s", use != NULL ? use->name : "not known");
    if (use != NULL && use->via_group)
        text_format(text, " of group %s", strrchr(use->holder, '/') + 1);
}

static void tell_control(const struct model *model, const struct administrator *administrator, struct text *text)
{
    const struct model_principal *through =
        administrator->through != MODEL_NONE ? &model->principals[administrator->through] : NULL;
    const struct control_how *last = administrator->by;
    if (administrator->group != NULL && strcmp(last->first, "iam:AddUserToGroup") == 0) {
        text_format(text, "%s on group %s", last->actions, name_of_group(administrator->group));
        if (administrator->then == NULL)
            return;
        text_append_string(text, ", then ");
        last = administrator->then;
    } else if (administrator->then != NULL && administrator->changes_itself) {
        text_format(text, "%s on %s, then ", last->actions, own_thing(last));
        last = administrator->then;
    }
    text_append_string(text, last->actions);
    if (last == administrator->by && administrator->then != NULL)
        text_format(text, " and %s", administrator->then->actions);
    if (through == NULL)
        text_format(text, " on %s", own_thing(last));
    else
        text_format(text, " on %s%s %s", other_thing(last), through->is_role ? "role" : "user", through->name);
}

void administrators_tell(const struct model *model, const struct administrator *administrator, struct text *text)
{
    if (administrator->how == ADMINISTRATOR_BY_POLICY)
        tell_policy(administrator->use, text);
    else
        tell_control(model, administrator, text);
}
