#include "analyzer/report/page/page_json.h"

#include "analyzer/report/json_writer.h"
#include "ingest/support/json_build.h"
#include <inttypes.h>
#include <string.h>

static void flush(struct page_json *json)
{
    fwrite(json->bytes, 1, json->used, json->stream);
    json->written += json->used;
    json->used = 0;
}

static void put(struct page_json *json, const char *bytes, size_t length)
{
    static const char escaped[] = "\\u003c";
    for (size_t i = 0; i < length; i++) {
        if (json->used + sizeof escaped > sizeof json->bytes)
            flush(json);
        if (bytes[i] == '<') {
            memcpy(json->bytes + json->used, escaped, sizeof escaped - 1);
            json->used += sizeof escaped - 1;
        } else {
            json->bytes[json->used++] = bytes[i];
        }
    }
}

static void begin_value(struct page_json *json)
{
    if (json->named)
        json->named = false;
    else if (json->filled)
        put(json, ",", 1);
    json->filled = true;
}

void page_json_open(struct page_json *json, char bracket)
{
    begin_value(json);
    put(json, &bracket, 1);
    json->filled = false;
}

void page_json_close(struct page_json *json, char bracket)
{
    put(json, &bracket, 1);
    json->filled = true;
}

void page_json_name(struct page_json *json, const char *name)
{
    begin_value(json);
    put(json, "\"", 1);
    put(json, name, strlen(name));
    put(json, "\":", 2);
    json->named = true;
}

static int put_piece(const char *bytes, size_t length, void *context)
{
    put(context, bytes, length);
    return 0;
}

static void put_value(struct page_json *json, const json_t *value)
{
    json_write(value, put_piece, json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
}

void page_json_text(struct page_json *json, const char *text)
{
    begin_value(json);
    if (text != NULL && json_is_plain(text)) {
        put(json, "\"", 1);
        put(json, text, strlen(text));
        put(json, "\"", 1);
        return;
    }
    json_t *value = json_text(text);
    put_value(json, value);
    json_decref(value);
}

void page_json_number(struct page_json *json, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    begin_value(json);
    put(json, digits, (size_t)length);
}

void page_json_flag(struct page_json *json, bool flag)
{
    begin_value(json);
    put(json, flag ? "true" : "false", flag ? 4 : 5);
}

void page_json_value(struct page_json *json, const json_t *value)
{
    begin_value(json);
    if (value == NULL)
        put(json, "null", 4);
    else
        put_value(json, value);
}

void page_json_named_text(struct page_json *json, const char *name, const char *text)
{
    page_json_name(json, name);
    page_json_text(json, text);
}

void page_json_named_number(struct page_json *json, const char *name, int64_t number)
{
    page_json_name(json, name);
    page_json_number(json, number);
}

void page_json_named_open(struct page_json *json, const char *name, char bracket)
{
    page_json_name(json, name);
    page_json_open(json, bracket);
}

uint64_t page_json_size(const struct page_json *json)
{
    return json->written + json->used;
}

void page_json_end(struct page_json *json)
{
    flush(json);
}
