#include "ingest/readers/export_kind.h"

#include <string.h>

extern const struct export_kind authorization_details_kinds[], managed_policies_kinds[], organization_kinds[],
    iam_listings_kinds[], config_items_kinds[], terraform_kinds[], cloudformation_kinds[], cloudtrail_kinds[],
    credential_report_kinds[], pmapper_kinds[], iam_collect_kinds[], identity_store_kinds[], identity_center_kinds[],
    account_access_kinds[], eks_kinds[], regions_kinds[], workload_lists_kinds[], roles_anywhere_kinds[],
    identity_pools_kinds[], unread_kinds[];

const struct export_kind export_kind_none = {.name = ""};

static const struct export_kind *const families[] = {
    authorization_details_kinds,
    managed_policies_kinds,
    organization_kinds,
    iam_listings_kinds,
    config_items_kinds,
    cloudtrail_kinds,
    terraform_kinds,
    cloudformation_kinds,
    credential_report_kinds,
    pmapper_kinds,
    identity_store_kinds,
    identity_center_kinds,
    account_access_kinds,
    eks_kinds,
    regions_kinds,
    workload_lists_kinds,
    roles_anywhere_kinds,
    identity_pools_kinds,
    unread_kinds,
    iam_collect_kinds,
    NULL,
};

bool export_kinds_next(struct export_kinds *at)
{
    if (at->family == NULL) {
        at->family = families;
        at->kind = *at->family;
    } else {
        at->kind++;
    }
    while (at->kind->name == NULL) {
        if (*++at->family == NULL)
            return false;
        at->kind = *at->family;
    }
    return true;
}

const struct export_kind *export_kind_named(const char *name)
{
    struct export_kinds at = {0};
    while (export_kinds_next(&at))
        if (strcmp(at.kind->name, name) == 0)
            return at.kind;
    return &export_kind_none;
}
