#include "analyzer/picture/report_link.h"

#include "analyzer/report/escape.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>

#define ADDRESS_MOST 2048u /* longest name in a link; AWS has only shorter ones */

/* 24 bits as four letters. */
static void append_letters(struct text *text, uint32_t hash)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int shift = 18; shift >= 0; shift -= 6)
        text_append_char(text, letters[hash >> shift & 63]);
}

/* Eight letters for a node: two FNV-1a hashes of its text with different primes. members.js computes the same. */
static void append_code(struct text *text, const char *key)
{
    uint32_t one = 0x811C9DC5, other = 0x9747B28C;
    for (; *key != '\0'; key++) {
        one = (one ^ (unsigned char)*key) * 0x01000193;
        other = (other ^ (unsigned char)*key) * 0x85EBCA6B;
    }
    append_letters(text, one ^ one >> 16);
    append_letters(text, other ^ other >> 16);
}

static bool is_role(const struct parts *parts, const struct part *part)
{
    const struct model *model = parts->edges->model;
    uint32_t node = part->sample[0];
    return node < model->principal_count && model->principals[node].is_role;
}

static void begin_link(const struct parts *parts, uint32_t number, const struct flow *flow, struct text *link)
{
    const struct part *part = &parts->list[number];
    const char *text = parts->edges->nodes[part->sample[0]].text, *name = flow->boxes[number].name;
    bool role = is_role(parts, part);
    if (part->members == 1 && strlen(text) <= ADDRESS_MOST) {
        text_format(link, "%s#%s=", flow->report, role ? "role" : "principal");
        text_append_uri(link, text);
    } else if (part->members > 1 && part->members <= REPORT_LINK_MEMBERS && strlen(name) <= ADDRESS_MOST) {
        text_format(link, "%s#view=%s&box=", flow->report, role ? "roles" : "principals");
        text_append_uri(link, name);
        text_append_string(link, "&members=");
    }
}

void report_link_boxes(const struct parts *parts, uint32_t from, struct flow *flow)
{
    if (flow->report == NULL)
        return;
    struct text *links = memory_zeroed(parts->count, sizeof *links);
    for (uint32_t i = from; i < parts->count; i++)
        begin_link(parts, i, flow, &links[i]);
    for (uint32_t i = 0; i < parts->edges->node_count; i++)
        if (parts->of[i] != MODEL_NONE && parts->list[parts->of[i]].members > 1 && links[parts->of[i]].length > 0)
            append_code(&links[parts->of[i]], parts->edges->nodes[i].text);
    for (uint32_t i = from; i < parts->count; i++)
        if (links[i].length > 0)
            flow->boxes[i].address = text_keep(&links[i], &flow->arena);
    free(links);
}
