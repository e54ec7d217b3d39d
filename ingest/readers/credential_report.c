/*
 * The credential report of iam get-credential-report: how users sign in, comma-separated (RFC 4180), or as the AWS CLI
 * prints it: {"Content": base64 of that, "ReportFormat": "text/csv"}. Columns:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include <string.h>

extern const struct export_kind credential_report_kinds[];

enum report_column {
    COLUMN_ARN,
    COLUMN_PASSWORD,
    COLUMN_PASSWORD_USED,
    COLUMN_MFA,
    COLUMN_KEY_1,
    COLUMN_KEY_1_USED,
    COLUMN_KEY_2,
    COLUMN_KEY_2_USED,
    REPORT_COLUMNS
};

static const char *const titles[REPORT_COLUMNS] = {
    [COLUMN_ARN] = "arn",
    [COLUMN_PASSWORD] = "password_enabled",
    [COLUMN_PASSWORD_USED] = "password_last_used",
    [COLUMN_MFA] = "mfa_active",
    [COLUMN_KEY_1] = "access_key_1_active",
    [COLUMN_KEY_1_USED] = "access_key_1_last_used_date",
    [COLUMN_KEY_2] = "access_key_2_active",
    [COLUMN_KEY_2_USED] = "access_key_2_last_used_date",
};

#define LONGEST_FIELD 4096
#define MOST_COLUMNS 64

/* A field and the comma or line end after it. False at the end of the text, with *last set and no field. Lines are
 * counted if they are lines of the file. */
static bool read_field(struct export_reader *reader, struct text *field, bool *last)
{
    struct json_cursor *cursor = &reader->cursor;
    bool quoted = false;
    field->length = 0;
    text_append(field, "", 0);
    *last = true;
    if (json_cursor_ahead(cursor, 1) == 0)
        return false;
    if (*cursor->at == '"') {
        quoted = true;
        cursor->at++;
    }
    while (json_cursor_ahead(cursor, 2) > 0) {
        char c = *cursor->at++;
        if (quoted && c == '"' && cursor->at < cursor->end && *cursor->at == '"') {
            cursor->at++;
        } else if (quoted && c == '"') {
            quoted = false;
            continue;
        } else if (!quoted && c == ',') {
            *last = false;
            return true;
        }
        if (c == '\n' && cursor->window != NULL) {
            cursor->line++;
            cursor->line_start = json_cursor_offset(cursor);
        }
        if (!quoted && c == '\n')
            break;
        if (field->length < LONGEST_FIELD)
            text_append_char(field, c);
    }
    if (field->length > 0 && field->data[field->length - 1] == '\r')
        field->data[--field->length] = '\0';
    return true;
}

/* IAM writes only ASCII. */
static bool is_plain(const char *value)
{
    while (*value >= ' ' && *value <= '~')
        value++;
    return *value == '\0';
}

static int truth(const char *value)
{
    return strcmp(value, "true") == 0 ? 1 : strcmp(value, "false") == 0 ? 0 : -1;
}

/* "N/A" and "no_information": never, as far as AWS knows. */
static const char *instant(const char *value)
{
    return value == NULL || strcmp(value, "not_supported") == 0                ? NULL
           : strcmp(value, "N/A") == 0 || strcmp(value, "no_information") == 0 ? ""
                                                                               : value;
}

static void add_row(struct export_reader *reader, const char *const *values, uint32_t line)
{
    const char *text = values[COLUMN_ARN] != NULL ? values[COLUMN_ARN] : "", *used[2];
    struct arn arn;
    for (int i = 0; i < REPORT_COLUMNS; i++)
        if (values[i] != NULL && !is_plain(values[i]))
            text = "";
    if (!arn_parse(text, strlen(text), &arn) || (arn.kind != ARN_USER && arn.kind != ARN_ACCOUNT_ROOT)) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", line, 1, "a line lacks the ARN of a user; skipped");
        return;
    }
    struct batch_credential *row = export_allocate(reader, sizeof *row);
    row->arn = text;
    row->account = export_keep(reader, arn.account.at, arn.account.length);
    row->line = line;
    row->password = values[COLUMN_PASSWORD] != NULL ? truth(values[COLUMN_PASSWORD]) : -1;
    row->mfa = values[COLUMN_MFA] != NULL ? truth(values[COLUMN_MFA]) : -1;
    row->password_last_used = instant(values[COLUMN_PASSWORD_USED]);
    row->access_keys = -1;
    for (int key = 0; key < 2; key++) {
        int columns[] = {COLUMN_KEY_1, COLUMN_KEY_2};
        const char *active = values[columns[key]];
        used[key] = active != NULL && truth(active) == 1 ? instant(values[columns[key] + 1]) : NULL;
        if (active != NULL && truth(active) >= 0)
            row->access_keys = (row->access_keys < 0 ? 0 : row->access_keys) + truth(active);
    }
    row->key_last_used = used[0] == NULL || (used[1] != NULL && strcmp(used[1], used[0]) > 0) ? used[1] : used[0];
    BATCH_APPEND(reader->batch->credentials, row);
}

static bool is_report(const char *path, const char *at, size_t length)
{
    static const char heading[] = "user,arn,user_creation_time";
    (void)path;
    return length >= strlen(heading) && memcmp(at, heading, strlen(heading)) == 0;
}

/* The lines of a report; the cursor is before them. */
static void read_credential_report(struct export_reader *reader)
{
    struct text field = {0};
    int columns[MOST_COLUMNS];
    size_t count = 0;
    bool last = false;
    export_recognise(reader, &credential_report_kinds[0]);
    while (!last && read_field(reader, &field, &last)) {
        int column = -1;
        for (int i = 0; i < REPORT_COLUMNS; i++)
            column = strcmp(field.data, titles[i]) == 0 ? i : column;
        if (count < MOST_COLUMNS)
            columns[count++] = column;
    }
    while (reader->cursor.error == NULL) {
        const char *values[REPORT_COLUMNS] = {0};
        uint32_t line = reader->cursor.line;
        size_t found = 0;
        bool any = false;
        for (last = false; !last && read_field(reader, &field, &last); found++) {
            any = any || !last || field.length > 0;
            if (found < count && columns[found] >= 0)
                values[columns[found]] = export_keep(reader, field.data, field.length);
        }
        if (found == 0)
            break;
        if (!any)
            continue;
        if (found != count)
            export_problem(reader, PROBLEM_ERROR, "wrong-number-of-fields", line, 1,
                           "a line with more or fewer fields than the header; skipped");
        else
            add_row(reader, values, line);
    }
    text_free(&field);
}

/* ---- base64: https://www.rfc-editor.org/rfc/rfc4648#section-4 */

static int digit_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static bool decode(const struct text *encoded, struct text *out)
{
    unsigned bits = 0, pending = 0;
    size_t length = encoded->length;
    while (length > 0 && encoded->data[length - 1] == '=')
        length--;
    text_append(out, "", 0);
    for (size_t i = 0; i < length; i++) {
        int digit = digit_of(encoded->data[i]);
        if (digit < 0 && strchr(" \r\n\t", encoded->data[i]) != NULL)
            continue;
        if (digit < 0)
            return false;
        pending = pending << 6 | (unsigned)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            text_append_char(out, (char)(pending >> bits & 0xFF));
        }
    }
    return true;
}

static void read_encoded_report(struct export_reader *reader, const char *member)
{
    struct text encoded = {0}, report = {0};
    bool has_nul = false;
    (void)member;
    uint32_t line = reader->cursor.line, column = json_cursor_column(&reader->cursor);
    if (!json_cursor_string(&reader->cursor, &encoded, &has_nul)) {
        text_free(&encoded);
        return;
    }
    if (decode(&encoded, &report) && is_report("", report.data, report.length)) {
        struct json_cursor outer = reader->cursor;
        json_cursor_open(&reader->cursor, report.data, report.length);
        reader->cursor.line = line;
        read_credential_report(reader);
        reader->cursor = outer;
    } else if (strcmp(reader->call, "get-credential-report") == 0) {
        export_recognise(reader, &credential_report_kinds[0]);
        export_problem(reader, PROBLEM_ERROR, "invalid-report", line, column,
                       "Content is not a base64-encoded credential report");
    }
    text_free(&encoded);
    text_free(&report);
}

const struct export_kind credential_report_kinds[] = {
    {.name = "credential-report",
     .members = (const struct export_member[]){{"Content", CURSOR_STRING, read_encoded_report, true}, {0}},
     .is_text = is_report,
     .read_text = read_credential_report},
    {0},
};
