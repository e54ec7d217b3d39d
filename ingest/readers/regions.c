/*
 * The enabled regions of an account: account list-regions, ec2 describe-regions. The account comes from the folder
 * accounts/ID, the envelope, or, for list-regions with --account-id, the file name. Shapes:
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
 */
#include "ingest/readers/reader.h"
#include <string.h>

static bool is(const char *text, const char *word)
{
    return text != NULL && strcmp(text, word) == 0;
}

/* Authorization details that replace an account delete listings about it, but not the list of its regions. */
static void list_regions(struct export_reader *reader, const char *account, bool lost)
{
    struct text argument = {0};
    text_format(&argument, "%s *", account);
    export_listing(reader, "list-regions", export_keep_text(reader, &argument), lost);
}

/* Some regions are enabled in every account; a list without one of them was narrowed. */
static void read_regions(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"RegionName", "RegionOptStatus", "OptInStatus"};
    const char *values[3], *account = reader->asked.account != NULL ? reader->asked.account : reader->named_account;
    struct export_list list;
    bool whole = false;
    (void)member;
    if (account == NULL)
        export_problem(reader, PROBLEM_WARNING, "whose-regions", 0, 0,
                       "the file does not name its account; put it into a folder named after the account: "
                       "accounts/111122223333/list-regions.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 3);
        if (values[0] == NULL) {
            export_list_lose(reader, &list, "a region has no RegionName");
            continue;
        }
        whole = whole || is(values[1], "ENABLED_BY_DEFAULT") || is(values[2], "opt-in-not-required");
        if (account != NULL && !is(values[1], "DISABLED") && !is(values[2], "not-opted-in"))
            EXPORT_WORKLOAD(reader, WORKLOAD_REGION, account, values[0]);
    }
    if (account != NULL)
        list_regions(reader, account, list.lost || !whole);
}

/* Regions of Lightsail and others. */
static bool are_other_regions(struct export_reader *reader)
{
    static const char *const names[] = {"RegionName", NULL};
    return export_first_members(reader, names) == 0;
}

/* clang-format off */
const struct export_kind regions_kinds[] = {
    {.name = "list-regions",
     .members = (const struct export_member[]){{"Regions", CURSOR_ARRAY, read_regions, false}, {0}},
     .is_foreign = are_other_regions},
    {0},
};
/* clang-format on */
