#include "ingest/readers/export_kind.h"

#include <string.h>

extern const struct export_kind authorization_details_kinds[], managed_policies_kinds[], organization_kinds[],
    iam_listings_kinds[], config_items_kinds[], terraform_kinds[], cloudformation_kinds[], cloudtrail_kinds[],
    credential_report_kinds[], pmapper_kinds[], iam_collect_kinds[], unread_kinds[];

const struct export_kind export_kind_none = {.name = ""};

const struct export_kind *const export_kind_families[] = {
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
    unread_kinds,
    iam_collect_kinds,
    NULL,
};

const struct export_kind *export_kind_named(const char *name)
{
    EXPORT_KIND_EACH(kind)
    {
        if (strcmp(kind->name, name) == 0)
            return kind;
    }
    return &export_kind_none;
}
