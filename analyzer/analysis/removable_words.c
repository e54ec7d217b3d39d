#include "analyzer/analysis/removable_words.h"

#include "ingest/policy/arn.h"
#include "ingest/policy/statement_name.h"
#include <string.h>

const struct model_account *removable_account(const struct model *model, const struct removable *what)
{
    const struct policy_use *use = what->use;
    const char *named = use->kind == USE_MANAGED && what->statement != NULL ? use->arn : use->holder;
    struct arn arn;
    char id[16];
    if (named == NULL || !arn_parse(named, strlen(named), &arn) || arn.account.length >= sizeof id)
        return NULL;
    memcpy(id, arn.account.at, arn.account.length);
    id[arn.account.length] = '\0';
    uint32_t account = model_find_account(model, id);
    return account != MODEL_NONE ? &model->accounts[account] : NULL;
}

void removable_locate(const struct model *model, const struct removable *what, const char **file, uint32_t *line)
{
    *file = "";
    *line = 0;
    if (!what->use->built_in && what->use->document != MODEL_NONE)
        model_locate(model, what->use, what->statement != NULL ? what->statement->position : 0, file, line);
}

/* An ARN's name without its path. */
static const char *name_of(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash != NULL ? slash + 1 : arn;
}

char *removable_words(const struct model *model, const struct removable *what, struct text *place)
{
    const struct policy_use *use = what->use;
    const struct model_account *account = removable_account(model, what);
    struct text text = {0};
    const char *file;
    uint32_t line;
    removable_locate(model, what, &file, &line);
    if (what->statement == NULL)
        text_format(&text, "policy %s as attached to %s", use->name, name_of(use->holder));
    else {
        text_append_string(&text, what->statement->sid[0] == '\0' ? "the " : "");
        statement_name_append(&text, what->statement->sid, what->statement->position);
    }
    if (what->statement != NULL && use->kind == USE_TRUST)
        text_format(&text, " of the trust policy of role %s", name_of(use->holder));
    else if (what->statement != NULL && use->kind == USE_MANAGED)
        text_format(&text, " of managed policy %s", use->name);
    else if (what->statement != NULL)
        text_format(&text, " of policy %s of %s", use->name, name_of(use->holder));
    if (account != NULL) {
        text_append_string(&text, " in ");
        model_append_account(&text, model, account->id);
    }
    if (file[0] != '\0')
        text_format(place, "%s:%u", file, line);
    return text_release(&text);
}
