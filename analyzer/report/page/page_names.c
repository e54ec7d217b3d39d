/*
 * The names in the page: accounts, users and roles, outside parties.
 */
#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/wording.h"
#include "analyzer/findings/danger.h"
#include "analyzer/picture/blocks.h"
#include "analyzer/picture/parts.h"
#include "analyzer/report/page/page_inside.h"

#include <string.h>

static void open_column(struct page *page, const char *name)
{
    page_json_named_open(&page->json, name, '[');
}

static void close_column(struct page *page)
{
    page_json_close(&page->json, ']');
}

static void write_account_column(struct page *page, const char *name,
                                 const char *(*text_of)(struct page *page, uint32_t account))
{
    open_column(page, name);
    for (uint32_t i = 0; i < page->model->account_count; i++)
        page_json_text(&page->json, text_of(page, i));
    close_column(page);
}

static const char *id_of(struct page *page, uint32_t account)
{
    return page->model->accounts[account].id;
}

static const char *name_of(struct page *page, uint32_t account)
{
    return model_account_name(&page->model->accounts[account]);
}

static const char *unit_of(struct page *page, uint32_t account)
{
    return account_unit(&page->view->arena, page->model, account);
}

static const char *partition_of(struct page *page, uint32_t account)
{
    return page->model->accounts[account].partition;
}

void page_write_accounts(struct page *page)
{
    page_json_named_open(&page->json, "accounts", '{');
    write_account_column(page, "id", id_of);
    write_account_column(page, "name", name_of);
    write_account_column(page, "unit", unit_of);
    write_account_column(page, "partition", partition_of);
    open_column(page, "exported");
    for (uint32_t i = 0; i < page->model->account_count; i++)
        page_json_number(&page->json, page->model->accounts[i].detail != ACCOUNT_NOT_EXPORTED);
    close_column(page);
    page_json_close(&page->json, '}');
}

/* ---- users and roles */

static int64_t flags_of(struct page *page, uint32_t node)
{
    const struct model_principal *who = &page->model->principals[node];
    unsigned flags = who->is_role ? PAGE_ROLE : 0;
    if (administrators_has(page->analysis, node))
        flags |= PAGE_ADMINISTRATOR;
    else if (administrators_get(page->analysis, node)->verdict != VERDICT_DENIED)
        flags |= PAGE_MAYBE_ADMINISTRATOR;
    if ((flags & PAGE_ADMINISTRATOR) == 0 && administrators_reached(page->analysis, node))
        flags |= PAGE_LEADS_TO_ADMINISTRATOR;
    if (who->service_linked)
        flags |= PAGE_SERVICE_LINKED;
    if (!who->identity_known)
        flags |= PAGE_POLICIES_UNKNOWN;
    if (who->is_role && who->trust == NULL)
        flags |= PAGE_TRUST_UNKNOWN;
    return flags;
}

static void write_used(struct page *page, uint32_t node)
{
    const struct model_principal *who = &page->model->principals[node];
    char day[11];
    snprintf(day, sizeof day, "%.10s", who->last_used != NULL ? who->last_used : "");
    page_json_text(&page->json, who->last_used != NULL ? day : NULL);
}

static int64_t path_of(struct page *page, uint32_t node)
{
    const char *path = page->model->principals[node].path;
    return intern_add(&page->paths, path, strlen(path));
}

static int64_t account_of(struct page *page, uint32_t node)
{
    return page->model->principals[node].account;
}

static int64_t direct_of(struct page *page, uint32_t node)
{
    return page->exposure[node].direct;
}

static int64_t certain_of(struct page *page, uint32_t node)
{
    return page->exposure[node].certain;
}

static int64_t most_of(struct page *page, uint32_t node)
{
    return page->exposure[node].at_most;
}

static int64_t outside_of(struct page *page, uint32_t node)
{
    return page->exposure[node].outside;
}

static int64_t assumed_by(struct page *page, uint32_t node)
{
    return edges_count_roles(page->edges, &node, 1);
}

void page_write_principals(struct page *page)
{
    static const struct {
        const char *name;
        int64_t (*number)(struct page *page, uint32_t node);
    } columns[] = {{"account", account_of}, {"flags", flags_of}, {"path", path_of},       {"direct", direct_of},
                   {"certain", certain_of}, {"most", most_of},   {"outside", outside_of}, {"assumes", assumed_by}};
    page_json_named_open(&page->json, "principals", '{');
    for (size_t column = 0; column < sizeof columns / sizeof columns[0]; column++) {
        open_column(page, columns[column].name);
        for (uint32_t i = 0; i < page->principals; i++)
            page_json_number(&page->json, columns[column].number(page, page->nodes[i]));
        close_column(page);
    }
    open_column(page, "name");
    for (uint32_t i = 0; i < page->principals; i++)
        page_json_text(&page->json, page->model->principals[page->nodes[i]].name);
    close_column(page);
    open_column(page, "used");
    for (uint32_t i = 0; i < page->principals; i++)
        write_used(page, page->nodes[i]);
    close_column(page);
    page_json_close(&page->json, '}');
}

/* ---- outside parties */

static void write_party(struct page *page, uint32_t node)
{
    const struct caller *caller = &page->edges->nodes[node];
    struct text words = {0}, name = {0};
    uint32_t vertex = blocks_vertex(page->edges, node);
    bool stands = vertex != MODEL_NONE && vertex != node && vertex < page->model->principal_count &&
                  page->number[vertex] != MODEL_NONE;
    wording_caller_at_home(page->model, caller, &words);
    caller_append_name(&name, caller);
    page_json_open(&page->json, '[');
    page_json_text(&page->json, caller_kind_word(caller->kind));
    page_json_text(&page->json, caller->text);
    page_json_text(&page->json, words.data);
    page_json_number(&page->json, caller->account_index != MODEL_NONE ? (int64_t)caller->account_index : -1);
    page_json_number(&page->json, stands ? (int64_t)page->number[vertex] : -1);
    page_json_number(&page->json, assumed_by(page, node));
    page_json_flag(&page->json, danger_is_outside(page->edges, node));
    page_json_text(&page->json, name.data);
    page_json_close(&page->json, ']');
    text_free(&words);
    text_free(&name);
}

void page_write_parties(struct page *page)
{
    page_json_named_open(&page->json, "parties", '[');
    for (uint32_t i = page->principals; i < page->count; i++)
        write_party(page, page->nodes[i]);
    page_json_close(&page->json, ']');
}

void page_write_texts(struct page *page, const char *name, const struct intern *texts)
{
    page_json_named_open(&page->json, name, '[');
    for (uint32_t i = 0; i < texts->count; i++)
        page_json_text(&page->json, intern_text(texts, i));
    page_json_close(&page->json, ']');
}
