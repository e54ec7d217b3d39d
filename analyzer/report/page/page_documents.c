/*
 * Trust policies, each distinct text once: first those of roles with findings, then as many others as fit.
 */
#include "analyzer/report/page/page_inside.h"
#include "ingest/support/id_map.h"
#include "ingest/support/memory.h"

#include <stdlib.h>
#include <string.h>

struct written_documents {
    struct page *page;
    struct id_map places;
    int64_t *of; /* per principal of the page */
    uint64_t begin;
};

static const struct policy_use *trust_of(const struct page *page, uint32_t number)
{
    const struct policy_use *trust = page->model->principals[page->nodes[number]].trust;
    return trust != NULL && trust->document != MODEL_NONE ? trust : NULL;
}

static void write_document(struct written_documents *documents, uint32_t number)
{
    struct page *page = documents->page;
    const struct policy_use *trust = trust_of(page, number);
    bool fresh;
    if (trust == NULL || documents->of[number] >= 0)
        return;
    int64_t id = page->model->documents[trust->document].id;
    uint32_t *known = id_map_find(&documents->places, id);
    if (known == NULL && page_json_size(&page->json) - documents->begin > page->limits->documents)
        return;
    uint32_t place = known != NULL ? *known : documents->places.count;
    *id_map_add(&documents->places, id, &fresh) = place;
    documents->of[number] = place;
    if (!fresh)
        return;
    json_t *text = exported_document(&page->analysis->exported, page->analysis->store, id);
    page_json_value(&page->json, text);
    json_decref(text);
}

static void write_places(struct page *page)
{
    struct page_json *json = &page->json;
    uint32_t *files = memory_zeroed((size_t)page->principals + 1, sizeof *files),
             *lines = memory_zeroed((size_t)page->principals + 1, sizeof *lines);
    for (uint32_t i = 0; i < page->principals; i++) {
        const struct policy_use *trust = trust_of(page, i);
        const char *file = "";
        if (trust != NULL)
            model_locate(page->model, trust, 0, &file, &lines[i]);
        files[i] = intern_add(&page->files, file, strlen(file));
    }
    page_json_named_open(json, "file", '[');
    for (uint32_t i = 0; i < page->principals; i++)
        page_json_number(json, files[i]);
    page_json_close(json, ']');
    page_json_named_open(json, "line", '[');
    for (uint32_t i = 0; i < page->principals; i++)
        page_json_number(json, lines[i]);
    page_json_close(json, ']');
    free(files);
    free(lines);
}

void page_write_documents(struct page *page)
{
    struct page_json *json = &page->json;
    struct written_documents documents = {.page = page};
    documents.of = memory_get(((size_t)page->principals + 1) * sizeof *documents.of);
    for (uint32_t i = 0; i < page->principals; i++)
        documents.of[i] = -1;
    page_json_named_open(json, "documents", '{');
    page_json_named_open(json, "text", '[');
    documents.begin = page_json_size(json);
    for (size_t i = 0; i < page->report->standing; i++) {
        uint32_t about = model_find_arn(page->model, page->report->findings->list[i].resource);
        if (about != MODEL_NONE && page->number[about] != MODEL_NONE)
            write_document(&documents, page->number[about]);
    }
    for (uint32_t i = 0; i < page->principals; i++)
        write_document(&documents, i);
    page_json_close(json, ']');
    page_json_named_open(json, "of", '[');
    for (uint32_t i = 0; i < page->principals; i++)
        page_json_number(json, documents.of[i]);
    page_json_close(json, ']');
    write_places(page);
    page_json_close(json, '}');
    id_map_free(&documents.places);
    free(documents.of);
}
