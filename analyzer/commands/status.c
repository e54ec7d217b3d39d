#include "analyzer/report/lines.h"
#include "analyzer/report/verdicts.h"

#include <stdlib.h>
#include <string.h>

/* Rows of a block for people; JSON has all. */
#define ROWS_SHOWN 30

/* Runs a query and appends one object a row, named by the query's columns. False: an error was printed. */
static bool query_rows(struct analysis *analysis, const char *sql, json_t *rows)
{
    sqlite3 *database = store_handle(analysis->store);
    sqlite3_stmt *statement;
    int step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK) {
        while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
            json_t *row = json_object();
            for (int i = 0; i < sqlite3_column_count(statement); i++) {
                const char *name = sqlite3_column_name(statement, i);
                json_t *value = json_null();
                if (sqlite3_column_type(statement, i) == SQLITE_INTEGER)
                    value = json_integer(sqlite3_column_int64(statement, i));
                else if (sqlite3_column_type(statement, i) == SQLITE_TEXT)
                    value = json_stringn((const char *)sqlite3_column_text(statement, i),
                                         (size_t)sqlite3_column_bytes(statement, i));
                json_object_set_new(row, name, value);
            }
            json_array_append_new(rows, row);
        }
    }
    sqlite3_finalize(statement);
    if (step != SQLITE_DONE)
        command_error("%s", sqlite3_errmsg(database));
    return step == SQLITE_DONE;
}

static const struct {
    const char *name, *sql;
} queries[] = {
    {"sources", "SELECT path, kind, verdict, detail, bytes, loaded, (SELECT count(*) FROM problem WHERE source = "
                "source.id) AS problems FROM source ORDER BY path"},
    {"accounts", "SELECT a.id, a.name, a.alias, a.status, a.detail, a.truncated, a.loaded, "
                 "count(CASE p.kind WHEN 'user' THEN 1 END) AS users, count(CASE p.kind WHEN 'group' THEN 1 END) AS "
                 "groups, count(CASE p.kind WHEN 'role' THEN 1 END) AS roles FROM account a LEFT JOIN principal p ON "
                 "p.account = a.id WHERE a.detail <> 'none' GROUP BY a.id ORDER BY a.id"},
    {"policiesWithoutDocument",
     "SELECT coalesce(t.arn, t.name) AS policy, count(*) AS attachments, min(p.arn) AS example FROM attachment t JOIN "
     "principal p ON p.id = t.principal WHERE t.document IS NULL GROUP BY 1 UNION ALL "
     "SELECT boundary_arn, count(*), min(arn) FROM principal WHERE boundary_arn IS NOT NULL AND boundary_document IS "
     "NULL GROUP BY 1 ORDER BY 1"},
    {"problems", "SELECT s.path, p.severity, p.code, p.account, p.pointer, p.line, p.col AS column, p.message FROM "
                 "problem p JOIN source s ON s.id = p.source ORDER BY s.path, p.id"},
};

static json_t *not_exported_json(const struct model *model)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < model->account_count; i++)
        if (model->accounts[i].detail == ACCOUNT_NOT_EXPORTED)
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "id", model->accounts[i].id, "name",
                                                  model->accounts[i].name, "status", model->accounts[i].status,
                                                  "organization",
                                                  model->accounts[i].in_organization == FACT_YES  ? "member"
                                                  : model->accounts[i].in_organization == FACT_NO ? "outside"
                                                                                                  : "unknown"));
    return list;
}

static json_t *organization_json(const struct model *model)
{
    uint32_t roots = 0, units = 0, members = 0, with_scps = 0, with_rcps = 0;
    if (model->organization == NULL && model->node_count == 0)
        return json_null();
    for (uint32_t i = 0; i < model->node_count; i++) {
        roots += model->nodes[i].root;
        units += !model->nodes[i].root;
    }
    for (uint32_t i = 0; i < model->account_count; i++) {
        members += model->accounts[i].in_organization == FACT_YES;
        with_scps += model->scps[i].apply == FACT_YES;
        with_rcps += model->rcps[i].apply == FACT_YES;
    }
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i}", "id",
                     model->organization != NULL ? model->organization : "", "managementAccount",
                     model->management_account != NULL ? model->management_account : "", "roots", (int)roots,
                     "organizationalUnits", (int)units, "members", (int)members, "accountsUnderScps", (int)with_scps,
                     "accountsUnderRcps", (int)with_rcps);
}

static const char *text_of(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));
    return text != NULL ? text : "";
}

static long long number_of(const json_t *row, const char *name)
{
    return (long long)json_integer_value(json_object_get(row, name));
}

static void print_more(struct output *output, size_t index)
{
    line_print(output, STYLE_FAINT, "  … and %zu more; --format json lists them\n", index);
}

static void print_sources(struct output *output, const json_t *sources)
{
    size_t i, count = json_array_size(sources);
    json_t *row;
    struct load_verdict *verdicts = calloc(count + 1, sizeof *verdicts);
    line_print(output, STYLE_BOLD, "%zu source%s\n", count, count == 1 ? "" : "s");
    json_array_foreach(sources, i, row) if (verdicts != NULL) verdicts[i] =
        (struct load_verdict){text_of(row, "path"), text_of(row, "kind"), batch_verdict_of(text_of(row, "verdict")),
                              text_of(row, "detail"), false};
    if (verdicts != NULL)
        verdicts_print(output, verdicts, count, false);
    free(verdicts);
}

static void print_accounts(struct output *output, const json_t *accounts)
{
    size_t i, count = json_array_size(accounts);
    json_t *row;
    line_print(output, STYLE_BOLD, "\n%zu account%s\n", count, count == 1 ? "" : "s");
    json_array_foreach(accounts, i, row)
    {
        const char *name = text_of(row, "name")[0] != '\0' ? text_of(row, "name") : text_of(row, "alias");
        if (i >= ROWS_SHOWN) {
            print_more(output, count - i);
            break;
        }
        line_print(output, STYLE_PLAIN, "  %s %-20s %6lld %-5s %5lld %-6s %6lld %-5s  %s%s%s\n", text_of(row, "id"),
                   name, number_of(row, "users"), number_of(row, "users") == 1 ? "user" : "users",
                   number_of(row, "groups"), number_of(row, "groups") == 1 ? "group" : "groups",
                   number_of(row, "roles"), number_of(row, "roles") == 1 ? "role" : "roles", text_of(row, "loaded"),
                   strcmp(text_of(row, "detail"), "roles") == 0 ? "  roles only: identity policies unknown" : "",
                   number_of(row, "truncated") != 0 ? "  last page missing" : "");
    }
}

static void print_not_exported(struct output *output, const json_t *accounts)
{
    size_t i, count = json_array_size(accounts);
    json_t *row;
    if (count == 0)
        return;
    line_print(output, STYLE_BOLD, "\n%zu account%s named or listed but not exported\n", count, count == 1 ? "" : "s");
    json_array_foreach(accounts, i, row)
    {
        if (i >= ROWS_SHOWN) {
            print_more(output, count - i);
            break;
        }
        bool unknown = strcmp(text_of(row, "organization"), "unknown") == 0;
        line_print(output, STYLE_PLAIN, "  %s%s%s%s\n", text_of(row, "id"), text_of(row, "name")[0] != '\0' ? " " : "",
                   text_of(row, "name"),
                   unknown                                               ? ""
                   : strcmp(text_of(row, "organization"), "member") == 0 ? " (member of the organization)"
                                                                         : " (not of the organization)");
    }
}

static void print_missing(struct output *output, const json_t *policies)
{
    size_t i, count = json_array_size(policies);
    json_t *row;
    if (count == 0)
        return;
    line_print(output, STYLE_BOLD, "\n%zu attached polic%s without a document in the export\n", count,
               count == 1 ? "y" : "ies");
    json_array_foreach(policies, i, row)
    {
        if (i >= ROWS_SHOWN) {
            print_more(output, count - i);
            break;
        }
        line_print(output, STYLE_PLAIN, "  %s, %lld time%s, such as %s\n", text_of(row, "policy"),
                   number_of(row, "attachments"), number_of(row, "attachments") == 1 ? "" : "s",
                   text_of(row, "example"));
    }
}

static void print_organization(struct output *output, const json_t *organization)
{
    if (json_is_null(organization)) {
        line_print(output, STYLE_BOLD, "\nNo organization data\n");
        return;
    }
    line_print(output, STYLE_BOLD, "\nOrganization %s\n", text_of(organization, "id"));
    line_print(output, STYLE_PLAIN,
               "  management account %s, %lld organizational units, %lld members; %lld accounts under SCPs, %lld under "
               "RCPs\n",
               text_of(organization, "managementAccount")[0] != '\0' ? text_of(organization, "managementAccount")
                                                                     : "unknown",
               number_of(organization, "organizationalUnits"), number_of(organization, "members"),
               number_of(organization, "accountsUnderScps"), number_of(organization, "accountsUnderRcps"));
}

static int run(const struct command_line *line, struct output *output)
{
    struct analysis analysis;
    int status = analysis_open(line, output, &analysis);
    if (status != EXIT_YES)
        return status;
    json_t *answer = json_answer("status");
    for (size_t i = 0; status == EXIT_YES && i < sizeof queries / sizeof queries[0]; i++) {
        json_t *rows = json_array();
        if (!query_rows(&analysis, queries[i].sql, rows))
            status = EXIT_INTERNAL;
        json_object_set_new(answer, queries[i].name, rows);
    }
    json_object_set_new(answer, "accountsNotExported", not_exported_json(analysis.model));
    json_object_set_new(answer, "organization", organization_json(analysis.model));
    if (status == EXIT_YES && strcmp(output->format, "json") == 0) {
        json_print(&analysis, output, answer);
        answer = NULL;
    } else if (status == EXIT_YES) {
        print_sources(output, json_object_get(answer, "sources"));
        print_accounts(output, json_object_get(answer, "accounts"));
        print_not_exported(output, json_object_get(answer, "accountsNotExported"));
        print_missing(output, json_object_get(answer, "policiesWithoutDocument"));
        print_organization(output, json_object_get(answer, "organization"));
        line_gaps(&analysis, output);
    }
    json_decref(answer);
    analysis_close(&analysis);
    return status;
}

const struct command command_status = {
    .name = "status",
    .arguments = "",
    .minimum_arguments = 0,
    .maximum_arguments = 0,
    .summary = "what the database holds, how complete it is, and what each gap does to the answers",
    .help = "Sources, accounts, accounts that are named but were not exported, attached policies without a document,\n"
            "and organization data; then what the answers cannot know because of what is missing.\n\n"
            "Example:\n  rolechain status -d rolechain.db",
    .formats = "text,json",
    .reads_database = true,
    .run = run,
};
