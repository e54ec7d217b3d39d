#include "analyzer/findings/focus.h"

#include "analyzer/analysis/names.h"
#include "ingest/support/array.h"
#include "ingest/support/likeness.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"

#include <stdlib.h>
#include <string.h>

#define UNITS_SHOWN 10

/* ---- accounts */

/* Not just named in a policy. */
static bool is_ours(const struct model_account *account)
{
    return account->detail != ACCOUNT_NOT_EXPORTED || account->in_organization == FACT_YES;
}

static void say_no_account(const struct model *model, const char *name)
{
    const char **names = memory_zeroed((size_t)model->account_count * 3, sizeof *names);
    size_t count = 0;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        const char *const all[] = {account->id, account->alias, account->name};
        for (size_t j = 0; j < 3 && is_ours(account); j++)
            if (all[j] != NULL && all[j][0] != '\0')
                names[count++] = all[j];
    }
    const char *nearest = nearest_name(name, names, count);
    if (nearest != NULL)
        command_error("--account: no account \"%s\" in the export; did you mean \"%s\"?", name, nearest);
    else
        command_error("--account: no account \"%s\" in the export; `rolechain status` lists what was loaded", name);
    free(names);
}

static bool add_account(const struct model *model, const char *name, struct finding_focus *focus)
{
    bool found = false;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        if (!is_ours(account) || (strcmp(account->id, name) != 0 && !model_account_is_called(account, name)))
            continue;
        focus->accounts[i] = found = true;
    }
    if (!found)
        say_no_account(model, name);
    return found;
}

/* ---- organizational units */

/* "Root/Workloads/Production" */
static void append_path(struct text *text, const struct model *model, uint32_t node)
{
    if (model->nodes[node].parent != MODEL_NONE) {
        append_path(text, model, model->nodes[node].parent);
        text_append_char(text, '/');
    }
    text_append_string(text, model->nodes[node].name[0] != '\0' ? model->nodes[node].name : model->nodes[node].id);
}

/* Whether the part of a path, which begins at `part`, names the node: by its id or its name. */
static bool is_part(const struct model_node *node, const char *part, size_t length)
{
    return (strlen(node->id) == length && memcmp(node->id, part, length) == 0) ||
           (strlen(node->name) == length && memcmp(node->name, part, length) == 0);
}

/* Whether the path, or the end of one, leads to the node. */
static bool is_path_of(const struct model *model, uint32_t node, const char *path)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    while (end > 0) {
        size_t begin = end;
        while (begin > 0 && path[begin - 1] != '/')
            begin--;
        if (node == MODEL_NONE)
            return begin == 0 && model->organization != NULL && strlen(model->organization) == end &&
                   memcmp(model->organization, path, end) == 0;
        if (!is_part(&model->nodes[node], path + begin, end - begin))
            return false;
        node = model->nodes[node].parent;
        end = begin > 0 ? begin - 1 : 0;
    }
    return path[0] != '\0' && path[0] != '/';
}

static void say_no_unit(const struct model *model, const char *name)
{
    const char **names = memory_zeroed((size_t)model->node_count * 2, sizeof *names);
    const char *slash = strrchr(name, '/'), *last = slash != NULL && slash[1] != '\0' ? slash + 1 : name;
    size_t count = 0;
    for (uint32_t i = 0; i < model->node_count; i++) {
        names[count++] = model->nodes[i].id;
        if (model->nodes[i].name[0] != '\0')
            names[count++] = model->nodes[i].name;
    }
    const char *nearest = nearest_name(last, names, count);
    if (model->node_count == 0)
        command_error("--ou %s: no organizational units in the export; load the output of `aws organizations "
                      "list-organizational-units-for-parent` and list-accounts-for-parent",
                      name);
    else if (nearest != NULL)
        command_error("--ou: no organizational unit \"%s\" in the export; did you mean \"%s\"?", name, nearest);
    else
        command_error("--ou: no organizational unit \"%s\" in the export", name);
    free(names);
}

static void say_units(const struct model *model, const char *name)
{
    struct text text = {0};
    size_t shown = 0;
    for (uint32_t i = 0; i < model->node_count && shown < UNITS_SHOWN; i++) {
        if (!is_path_of(model, i, name))
            continue;
        text_append_string(&text, shown++ > 0 ? ", " : "");
        append_path(&text, model, i);
    }
    command_error("--ou: several organizational units are called \"%s\"; use the ID or path of one: %s", name,
                  text.data);
    text_free(&text);
}

/* The accounts below it. */
static bool add_unit(const struct model *model, const char *name, struct finding_focus *focus)
{
    uint32_t unit = MODEL_NONE;
    for (uint32_t i = 0; i < model->node_count; i++) {
        if (!is_path_of(model, i, name))
            continue;
        if (unit != MODEL_NONE) {
            say_units(model, name);
            return false;
        }
        unit = i;
    }
    if (unit == MODEL_NONE) {
        say_no_unit(model, name);
        return false;
    }
    for (uint32_t i = 0; i < model->account_count; i++)
        for (uint32_t at = model->accounts[i].node; at != MODEL_NONE; at = model->nodes[at].parent)
            focus->accounts[i] = focus->accounts[i] || at == unit;
    return true;
}

/* ---- roles */

static bool add_role(struct analysis *analysis, const char *name, struct finding_focus *focus)
{
    const struct lookup lookup = {.model = analysis->model, .store = analysis->store, .arena = &analysis->model->arena};
    struct meaning meaning = names_role(&lookup, name);
    uint32_t role;
    if (meaning.kind == MEANING_SEVERAL_PRINCIPALS) {
        for (size_t i = 0; i < meaning.count; i++)
            if ((role = model_find_arn(analysis->model, meaning.texts[i])) != MODEL_NONE)
                focus->roles[role] = true;
        return true;
    }
    if (!analysis_resolve_role(analysis, name, &role))
        return false;
    focus->roles[role] = true;
    return true;
}

/* ---- all of them */

bool finding_focus_read(struct analysis *analysis, const struct command_line *line, struct finding_focus *focus)
{
    const struct model *model = analysis->model;
    const char *const *accounts, *const *units, *const *roles;
    size_t account_count = command_line_values(line, "account", &accounts);
    size_t unit_count = command_line_values(line, "ou", &units), role_count = command_line_values(line, "role", &roles);
    bool good = true;
    *focus = (struct finding_focus){0};
    if (account_count + unit_count > 0)
        focus->accounts = memory_zeroed(model->account_count, sizeof *focus->accounts);
    if (role_count > 0)
        focus->roles = memory_zeroed(model->principal_count, sizeof *focus->roles);
    for (size_t i = 0; i < account_count && good; i++)
        good = add_account(model, accounts[i], focus);
    for (size_t i = 0; i < unit_count && good; i++)
        good = add_unit(model, units[i], focus);
    for (size_t i = 0; i < role_count && good; i++)
        good = add_role(analysis, roles[i], focus);
    if (!good)
        finding_focus_free(focus);
    return good;
}

void finding_focus_free(struct finding_focus *focus)
{
    free(focus->accounts);
    free(focus->roles);
    *focus = (struct finding_focus){0};
}

static bool is_of_role(const struct finding_focus *focus, const struct model *model, const struct finding *finding)
{
    uint32_t principal = finding->at.who != NULL ? finding->at.role : model_find_arn(model, finding->resource);
    if (principal != MODEL_NONE && focus->roles[principal])
        return true;
    for (uint32_t i = 0; finding->holders != NULL && finding->holders[i] != MODEL_NONE; i++)
        if (focus->roles[finding->holders[i]])
            return true;
    for (size_t i = 0; i < finding->evidence_count; i++) {
        principal = model_find_arn(model, finding->evidence[i].holder);
        if (principal != MODEL_NONE && focus->roles[principal])
            return true;
    }
    return false;
}

bool finding_focus_has(const struct finding_focus *focus, const struct model *model, const struct finding *finding)
{
    uint32_t account = focus->accounts != NULL ? model_find_account(model, finding->account) : MODEL_NONE;
    if (focus->accounts != NULL && (account == MODEL_NONE || !focus->accounts[account]))
        return false;
    return focus->roles == NULL || is_of_role(focus, model, finding);
}
