/* Each format of findings is valid, whatever the names in the exports. */
#include "analyzer/findings/suppressions.h"
#include "analyzer/report/findings/finding_report.h"
#include "ingest/load.h"
#include "ingest/support/text.h"
#include "tests/support/json_schema.h"
#include "tests/support/scenario.h"
#include "tests/support/testing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOSTILE                                                                                                        \
    "=cmd()|'\"<script>&amp;]]>`[x](http://y)@octocat #1 **b** \\ \x1b[31m\xe2\x80\xae\xef\xbf\xbf\n```\n| end\t"
#define HOSTILE_ROLE "arn:aws:iam::111111111111:role/" HOSTILE

static struct finding_evidence places[] = {
    {.policy = "trust policy",
     .holder = HOSTILE_ROLE,
     .sid = HOSTILE,
     .statement = 0,
     .file = "a b/" HOSTILE,
     .line = 7},
    {.policy = HOSTILE,
     .holder = "arn:aws:iam::222222222222:role/b",
     .sid = "",
     .statement = 2,
     .file = "b.json",
     .line = 9},
};

static struct suppression accepted = {.what = "trust-public", .reason = HOSTILE, .until = "2030-01-31", .line = 3};

struct world {
    struct scenario scenario;
    struct analysis analysis;
    struct findings findings;
    struct finding list[4];
    struct finding_report report;
};

static const struct finding_rule *rule(const char *id)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    while (count > 0 && strcmp(rules[count - 1].id, id) != 0)
        count--;
    assert_true(count > 0);
    return &rules[count - 1];
}

static struct finding made(const char *id, enum severity severity, const char *resource, const char *fingerprint)
{
    struct finding finding = {.rule = rule(id),
                              .code = "",
                              .severity = severity,
                              .account = "111111111111",
                              .resource = resource,
                              .subject = HOSTILE,
                              .detail = HOSTILE,
                              .fix = HOSTILE,
                              .own_fix = true,
                              .danger = {.who = DANGER_FEW}};
    snprintf(finding.fingerprint, sizeof finding.fingerprint, "%s", fingerprint);
    return finding;
}

static int open_world(void **state)
{
    static struct world world;
    char *error = NULL;
    world = (struct world){0};
    assert_true(scenario_read(&world.scenario, "role A/r\n trust allow sts:AssumeRole from root:D\n", 1));
    world.analysis.store = scenario_load(&world.scenario);
    world.analysis.model = model_load(world.analysis.store, &error);
    analysis_start(&world.analysis);
    world.list[0] = made("trust-public", SEVERITY_CRITICAL, HOSTILE_ROLE, "00000000000000000000000000000001");
    world.list[0].evidence = places;
    world.list[0].evidence_count = 2;
    world.list[0].witness = json_pack("{s:s, s:s, s:{}}", "principal", "*", "role", HOSTILE_ROLE, "context");
    world.list[0].conditions = json_pack("[s]", HOSTILE);
    world.list[0].patch = json_pack("{s:{s:[{s:s}]}}", "principals", "Statement", "Sid", "```" HOSTILE);
    world.list[1] =
        made("trust-cycle", SEVERITY_MEDIUM, "arn:aws:iam::222222222222:role/b", "00000000000000000000000000000002");
    world.list[1].evidence = places;
    world.list[1].evidence_count = 2;
    world.list[1].facts = json_pack("{s:[s, s, s]}", "chain", "arn:aws:iam::111111111111:role/a",
                                    "arn:aws:iam::222222222222:role/b", HOSTILE_ROLE);
    world.list[2] = made("analysis-incomplete", SEVERITY_INFO, "the exports", "00000000000000000000000000000003");
    world.list[2].account = "";
    world.list[3] = made("trust-public", SEVERITY_HIGH, HOSTILE_ROLE, "00000000000000000000000000000004");
    world.list[3].suppression = &accepted;
    world.findings = (struct findings){.list = world.list, .count = 4};
    world.report = (struct finding_report){.analysis = &world.analysis,
                                           .findings = &world.findings,
                                           .standing = 3,
                                           .suppressed = 1,
                                           .known = 5,
                                           .fail_from = SEVERITY_LOW};
    *state = &world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 4; i++)
        finding_release(&world->list[i]);
    world->findings.list = NULL; /* the world's own */
    world->findings.count = 0;
    findings_free(&world->findings);
    analysis_close(&world->analysis);
    scenario_free(&world->scenario);
    return 0;
}

/* malloc'ed */
static char *printed(const struct world *world, const char *format)
{
    char *text = NULL;
    size_t size = 0;
    struct output output = {.stream = open_memstream(&text, &size), .format = format};
    finding_format_find(format)->print(&world->report, &output);
    fclose(output.stream);
    assert_int_equal(strlen(text), size);
    for (const char *at = text; *at != '\0'; at++)
        assert_true(*at == '\n' || *at == '\r' || (unsigned char)*at >= 0x20);
    return text;
}

static json_t *read_json(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        fail_msg("%s at line %d", error.text, error.line);
    return value;
}

static void assert_valid(const char *schema_file, const json_t *value)
{
    json_error_t error;
    json_t *schema = json_load_file(schema_file, 0, &error);
    if (schema == NULL)
        fail_msg("%s: %s", schema_file, error.text);
    char *violation = json_schema_violation(schema, value);
    if (violation != NULL)
        fail_msg("%s", violation);
    json_decref(schema);
}

static const json_t *at(const json_t *value, const char *path)
{
    char step[64];
    while (value != NULL && *path == '/') {
        size_t length = strcspn(++path, "/");
        snprintf(step, sizeof step, "%.*s", (int)length, path);
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(step)) : json_object_get(value, step);
        path += length;
    }
    return value;
}

static void assert_text(const json_t *value, const char *path, const char *expected)
{
    const char *text = json_string_value(at(value, path));
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static size_t occurrences(const char *text, const char *of)
{
    size_t count = 0;
    for (; (text = strstr(text, of)) != NULL; text += strlen(of))
        count++;
    return count;
}

/* ---- */

static void each_format_has_a_row(void **state)
{
    char names[] = FINDING_FORMATS;
    size_t count = 0;
    (void)state;
    for (char *name = strtok(names, ","); name != NULL; name = strtok(NULL, ","), count++)
        assert_non_null(finding_format_find(name));
    assert_int_equal(count, 6);
    assert_null(finding_format_find("text,json"));
}

static void json_is_valid(void **state)
{
    char *text = printed(*state, "json");
    json_t *value = read_json(text);
    assert_valid("analyzer/report/schema/findings.schema.json", value);
    assert_text(value, "/findings/0/resource", HOSTILE_ROLE);
    assert_text(value, "/suppressed/0/suppression/until", "2030-01-31");
    assert_int_equal(json_array_size(at(value, "/findings")), 3);
    assert_int_equal(json_integer_value(at(value, "/in_baseline")), 5);
    json_decref(value);
    free(text);
}

static void sarif_is_valid(void **state)
{
    char *text = printed(*state, "sarif");
    json_t *value = read_json(text);
    const json_t *results = at(value, "/runs/0/results"), *result;
    size_t i;
    assert_valid("tests/analyzer/report/findings/sarif.schema.json", value);
    assert_int_equal(json_array_size(results), 4);
    json_array_foreach(results, i, result)
    {
        const json_t *described = json_array_get(at(value, "/runs/0/tool/driver/rules"),
                                                 (size_t)json_integer_value(at(result, "/ruleIndex")));
        assert_string_equal(json_string_value(at(described, "/id")), json_string_value(at(result, "/ruleId")));
    }
    assert_text(results, "/0/level", "error");
    assert_text(results, "/1/level", "warning");
    assert_text(results, "/2/level", "note");
    assert_int_equal(json_integer_value(at(results, "/0/locations/0/physicalLocation/region/startLine")), 7);
    assert_int_equal(json_array_size(at(results, "/0/relatedLocations")), 1);
    assert_null(at(results, "/0/suppressions"));
    assert_text(results, "/3/suppressions/0/justification", HOSTILE);
    assert_text(results, "/0/partialFingerprints/primaryLocationLineHash", "00000000000000000000000000000001:1");
    json_decref(value);
    free(text);
}

/* GitHub wants a line for every location in a file, also if the finding is about the whole file. */
static void assert_places_have_lines(const json_t *value)
{
    const char *name;
    json_t *part;
    size_t i;
    const json_t *place = json_object_get(value, "physicalLocation");
    assert_true(place == NULL || json_integer_value(at(place, "/region/startLine")) > 0);
    json_array_foreach(value, i, part) assert_places_have_lines(part);
    json_object_foreach((json_t *)value, name, part) assert_places_have_lines(part);
}

static void sarif_places_have_lines(void **state)
{
    char *text = printed(*state, "sarif");
    json_t *value = read_json(text);
    const json_t *result;
    size_t i, whole = 0;
    assert_places_have_lines(value);
    json_array_foreach(at(value, "/runs/0/results"), i, result) whole +=
        json_integer_value(at(result, "/locations/0/physicalLocation/region/startLine")) == 1;
    assert_true(whole > 0);
    json_decref(value);
    free(text);
}

/* The location of a hop is the trust policy of the role that it leads to. */
static void sarif_shows_chains(void **state)
{
    char *text = printed(*state, "sarif");
    json_t *value = read_json(text);
    const json_t *steps = at(value, "/runs/0/results/1/codeFlows/0/threadFlows/0/locations");
    assert_int_equal(json_array_size(steps), 3);
    assert_text(steps, "/0/location/message/text", "starts as arn:aws:iam::111111111111:role/a");
    assert_text(steps, "/1/location/physicalLocation/artifactLocation/uri", "b.json");
    assert_int_equal(json_integer_value(at(steps, "/2/location/physicalLocation/region/startLine")), 7);
    assert_null(at(value, "/runs/0/results/0/codeFlows"));
    json_decref(value);
    free(text);
}

/* The rule's security-severity is the worst of its results; a rule without results has its own. */
static void sarif_severity(void **state)
{
    static const struct {
        const char *id, *security;
    } rows[] = {
        {"trust-public", "9.5"}, {"trust-cycle", "5.0"}, {"analysis-incomplete", "0.1"}, {"assume-any-role", "8.0"}};
    char *text = printed(*state, "sarif");
    json_t *value = read_json(text);
    const json_t *rules = at(value, "/runs/0/tool/driver/rules"), *one;
    size_t i, seen = 0;
    json_array_foreach(rules, i, one)
    {
        for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++)
            if (strcmp(json_string_value(at(one, "/id")), rows[j].id) == 0) {
                assert_text(one, "/properties/security-severity", rows[j].security);
                seen++;
            }
    }
    assert_int_equal(seen, 4);
    json_decref(value);
    free(text);
}

/* What the rules find in whole organizations is valid by the schemas. */
static void assert_findings_of_are_valid(const char *exports)
{
    struct analysis analysis = {.now = 1767225600};
    struct findings findings = {0};
    struct world world = {.report = {.analysis = &analysis, .findings = &findings}};
    struct load_result result = {0};
    const struct load_options options = {.jobs = 2};
    char *error = NULL;
    analysis.store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    assert_true(load_paths(analysis.store, &exports, 1, &options, &result, &error));
    analysis.model = model_load(analysis.store, &error);
    analysis_start(&analysis);
    assert_true(findings_compute(&analysis, &findings));
    assert_true(findings.count > 10);
    world.report.standing = findings.count;
    for (int sarif = 0; sarif < 2; sarif++) {
        char *text = printed(&world, sarif ? "sarif" : "json");
        json_t *value = read_json(text);
        assert_valid(sarif ? "tests/analyzer/report/findings/sarif.schema.json"
                           : "analyzer/report/schema/findings.schema.json",
                     value);
        json_decref(value);
        free(text);
    }
    findings_free(&findings);
    analysis_close(&analysis);
    load_result_free(&result);
}

static void samples_are_valid(void **state)
{
    (void)state;
    assert_findings_of_are_valid("samples");
}

static void a_real_organization_is_valid(void **state)
{
    static const char exports[] = "../shared/data/awscli-v2";
    (void)state;
    if (access(exports, R_OK) != 0)
        skip();
    assert_findings_of_are_valid(exports);
}

/* ="111122223333", a number that stays text. */
static bool is_number_as_text(const char *cell)
{
    size_t digits = strspn(cell + 3, "0123456789");
    return strncmp(cell, "=\"\"", 3) == 0 && digits > 0 && strncmp(cell + 3 + digits, "\"\"\"", 3) == 0;
}

/* RFC 4180: every row has as many cells as the header; no cell starts a formula except a number as text. */
static void csv_has_rows_of_cells(void **state)
{
    char *text = printed(*state, "csv");
    size_t cells = 0, rows = 0, width = 0;
    for (const char *place = text; *place != '\0';) {
        bool quoted = *place == '"';
        place += quoted;
        assert_true(*place == '\0' || strchr("=+-@", *place) == NULL || is_number_as_text(place));
        while (quoted ? *place != '"' || place[1] == '"' : strchr(",\r\n", *place) == NULL)
            place += quoted && *place == '"' ? 2 : 1;
        place += quoted;
        cells++;
        assert_true(*place == ',' || strncmp(place, "\r\n", 2) == 0);
        if (*place++ == ',')
            continue;
        place++;
        width = rows++ == 0 ? cells : width;
        assert_int_equal(cells, width);
        cells = 0;
    }
    assert_int_equal(rows, 5);
    assert_int_equal(width, 17);
    assert_non_null(strstr(text, "\"'=cmd()|'\"\"<script>"));
    free(text);
}

static void junit_counts(void **state)
{
    char *text = printed(*state, "junit");
    size_t rules;
    finding_rules(&rules);
    assert_int_equal(occurrences(text, "<testsuite "), rules);
    assert_int_equal(occurrences(text, "<testcase "), occurrences(text, "</testcase>"));
    assert_int_equal(occurrences(text, "<failure "), 2);
    assert_int_equal(occurrences(text, "<system-out>"), 1);
    assert_int_equal(occurrences(text, "<skipped "), 1);
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "\xef\xbf\xbf"));
    assert_non_null(strstr(text, "'&quot;&lt;script&gt;&amp;amp;]]&gt;`"));
    free(text);
}

/* Whether the line is a row of the table: four cells. */
static void assert_row(const char *line, size_t length)
{
    size_t bars = 0;
    for (size_t i = 0; i < length; i++)
        bars += line[i] == '|';
    if (length > 0 && line[0] == '|')
        assert_int_equal(bars, 5);
}

static void markdown_is_not_broken(void **state)
{
    char *text = printed(*state, "markdown");
    size_t fences = 0, kept = 0;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        bool fence = strncmp(line, "```", 3) == 0;
        fences += fence;
        assert_row(line, length);
        length += line[length] == '\n';
        if (!fence && fences % 2 == 0) {
            memmove(text + kept, line, length);
            kept += length;
        }
        line += length;
    }
    text[kept] = '\0';
    /* One picture, one patch: what is between their fences is not markup. */
    assert_int_equal(fences, 4);
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "@octocat"));
    assert_null(strstr(text, "[x](http://y)"));
    assert_null(strstr(text, " **b** "));
    assert_int_equal(occurrences(text, "<details>"), occurrences(text, "</details>"));
    assert_non_null(strstr(text, "5 more in the baseline, 1 suppressed"));
    free(text);
}

/* Between the fences of the picture there is only our own text, and labels of harmless characters. */
static void mermaid_is_not_broken(void **state)
{
    char *text = printed(*state, "markdown"), *picture = strstr(text, "```mermaid\n");
    assert_non_null(picture);
    picture += strlen("```mermaid\n");
    *strstr(picture, "```") = '\0';
    assert_int_equal(occurrences(picture, "subgraph "), 2);
    assert_int_equal(occurrences(picture, "\n  end\n"), 2);
    assert_int_equal(occurrences(picture, "|\"trust-cycle\"| n"), 2);
    assert_int_equal(occurrences(picture, "n0 -.->|\"trust-public\"| n1\n"), 1);
    for (char *line = strtok(picture, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        size_t quotes = 0;
        for (const char *c = line; *c != '\0'; c++) {
            quotes += *c == '"';
            assert_true(quotes != 1 || strchr("<>`|[]{}()&\\", *c) == NULL);
        }
        assert_true(quotes == 0 || quotes == 2);
    }
    free(text);
}

/* Replaces the world's findings by `count` findings with different details. */
static struct finding *many_findings(struct world *world, size_t count, size_t different, char (*details)[32])
{
    struct finding *many = calloc(count, sizeof *many);
    for (size_t i = 0; i < count; i++) {
        char fingerprint[33];
        snprintf(fingerprint, sizeof fingerprint, "%032zx", i);
        many[i] = made("trust-public", SEVERITY_CRITICAL, HOSTILE_ROLE, fingerprint);
        many[i].evidence = places;
        many[i].evidence_count = 2;
        snprintf(details[i], sizeof details[i], "detail %zu", i % different);
        many[i].detail = details[i];
    }
    world->findings.list = many;
    world->findings.count = count;
    world->report.standing = count;
    world->report.suppressed = 0;
    return many;
}

/* So many findings that a comment cannot hold them. */
static void markdown_fits_a_comment(void **state)
{
    static char details[3000][32];
    struct world *world = *state;
    struct finding *many = many_findings(world, 3000, 3000, details);
    world->report.whole = true;
    char *text = printed(*state, "markdown");
    assert_true(strlen(text) < 65536);
    assert_non_null(strstr(text, "more are not shown"));
    assert_non_null(strstr(text, "3000 findings: 3000 critical"));
    free(text);
    free(many);
}

/* ---- findings with one cause */

/* The output of `findings` for a world: text with line wraps removed. */
static char *world_printed(const char *lines, const char *format, bool whole, bool patches)
{
    struct world world = {0};
    char *error = NULL;
    if (!scenario_read(&world.scenario, lines, 1))
        fail_msg("%s", world.scenario.error);
    world.analysis.store = scenario_load(&world.scenario);
    world.analysis.model = model_load(world.analysis.store, &error);
    analysis_start(&world.analysis);
    world.findings.brief = strcmp(format, "text") == 0 && !patches;
    assert_true(findings_compute(&world.analysis, &world.findings));
    world.report = (struct finding_report){.analysis = &world.analysis,
                                           .findings = &world.findings,
                                           .standing = world.findings.count,
                                           .whole = whole,
                                           .patches = patches};
    char *text = printed(&world, format);
    findings_free(&world.findings);
    analysis_close(&world.analysis);
    scenario_free(&world.scenario);
    return text;
}

/* Roles of several accounts with the same trust text are one entry; another text, danger or condition is another
 * entry. */
static void alike_findings_are_one(void **state)
{
    static const char lines[] = "role A/a\n trust allow sts:AssumeRole from *\n"
                                "role B/b\n trust allow sts:AssumeRole from *\n"
                                "role C/c\n trust allow sts:AssumeRole from *\n may allow iam:* on *\n"
                                "role D/d\n trust allow sts:AssumeRole from *,user:A/x\nuser A/x\n";
    (void)state;
    char *text = world_printed(lines, "text", false, false);
    assert_int_equal(occurrences(text, "  2 roles in 2 accounts\n"), 1);
    assert_int_equal(occurrences(text, "    For example: Any principal of any AWS account can assume a.\n"), 1);
    assert_null(strstr(text, "can assume b."));
    assert_int_equal(occurrences(text, "    Any principal of any AWS account can assume c."), 1);
    assert_int_equal(occurrences(text, "    Any principal of any AWS account can assume d."), 1);
    assert_int_equal(occurrences(text, "role b in 222222222222\n"), 1);
    free(text);
    text = world_printed(lines, "markdown", false, false);
    assert_int_equal(occurrences(text, " and 1 more: 2 roles in 2 accounts | For example: Any principal"), 1);
    free(text);
    /* When each is requested, and since a patch is for one role. */
    text = world_printed(lines, "text", true, false);
    assert_int_equal(occurrences(text, "Any principal of any AWS account can assume "), 4);
    assert_null(strstr(text, "For example"));
    free(text);
    text = world_printed(lines, "text", false, true);
    assert_int_equal(occurrences(text, "Any principal of any AWS account can assume "), 4);
    assert_null(strstr(text, "For example"));
    free(text);
}

/* Lines of `count` roles in eight accounts, with what follows the role's number in their trust. */
static char *fleet(size_t count, const char *(*from)(size_t number, char *buffer))
{
    struct text text = {0};
    char buffer[128];
    for (size_t i = 0; i < count; i++)
        text_format(&text, "role %c/r%zu\n trust allow sts:AssumeRole from %s\n", "ABCDEFGH"[i % 8], i,
                    from(i, buffer));
    return text_release(&text);
}

/* Half of them trust their own account, each with its own text; half trust one outside account each. */
static const char *from_one_or_many(size_t number, char *buffer)
{
    if (number % 2 == 0)
        sprintf(buffer, "root:%c,service:ec2.amazonaws.com if StringNotEquals sts:ExternalId n%zu",
                "ABCDEFGH"[number % 8], number);
    else
        sprintf(buffer, "arn:aws:iam::%012zu:root", 500000000000 + number);
    return buffer;
}

static size_t lines_of(const char *text)
{
    return occurrences(text, "\n");
}

/* However many there are, the report is short: causes are merged, and after the worst of a kind the rest is one entry.
 * --top 0 lists each. */
static void many_findings_are_few_lines(void **state)
{
    (void)state;
    char *lines = fleet(1600, from_one_or_many), *text = world_printed(lines, "text", false, false);
    if (lines_of(text) > 150)
        fail_msg("%zu lines", lines_of(text));
    assert_int_equal(occurrences(text, "  800 roles in 4 accounts, each for its own account\n"), 1);
    assert_int_equal(occurrences(text, "  795 roles in 4 accounts with other causes\n"), 2);
    assert_int_equal(occurrences(text, "    and 790 more: --only trust-external-unknown --top 0\n"), 1);
    free(text);
    text = world_printed(lines, "text", true, false);
    assert_true(lines_of(text) > 4000);
    for (size_t i = 1; i < 1600; i += 400) {
        char account[32];
        sprintf(account, "account %012zu ", 500000000000 + i);
        assert_non_null(strstr(text, account));
    }
    assert_null(strstr(text, "with other causes"));
    assert_null(strstr(text, "For example"));
    assert_null(strstr(text, " more: --only"));
    free(text);
    text = world_printed(lines, "json", false, false);
    assert_true(occurrences(text, "\"fingerprint\": ") >= 1600);
    free(text);
    free(lines);
}

/* Many findings about one role: it is named once under each heading. */
static void text_ends_with_an_overview(void **state)
{
    static char details[60][32];
    struct finding *many = many_findings(*state, 60, 60, details);
    for (size_t i = 50; i < 60; i++)
        many[i].severity = SEVERITY_HIGH;
    char *text = printed(*state, "text");
    assert_non_null(
        strstr(text, "\n\ncritical       50  trust-public\nhigh           10  trust-public\n\n60 findings"));
    free(text);
    free(many);
}

/* Counts made for each role when it is shown appear as a range over all that are alike. */
static void alike_but_for_a_number(void **state)
{
    static const char lines[] =
        "organization M members A B C\nexported C\nexported M\n"
        "role A/r\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n"
        "role A/s\n trust allow sts:AssumeRole from * if StringEquals aws:PrincipalOrgID o-example0001\n"
        "user B/x\n may allow sts:AssumeRole on role:A/r,role:A/s\n"
        "user B/y\n may allow sts:AssumeRole on role:A/r\n";
    static const char *const formats[] = {"text", "markdown"};
    (void)state;
    struct world world = {0};
    char *error = NULL;
    assert_true(scenario_read(&world.scenario, lines, 1));
    world.analysis.store = scenario_load(&world.scenario);
    world.analysis.model = model_load(world.analysis.store, &error);
    analysis_start(&world.analysis);
    assert_true(findings_compute(&world.analysis, &world.findings));
    world.report = (struct finding_report){
        .analysis = &world.analysis, .findings = &world.findings, .standing = world.findings.count};
    uint32_t least = edges_count_callers(world.analysis.edges,
                                         model_find_arn(world.analysis.model, "arn:aws:iam::111111111111:role/s"));
    for (size_t i = 0; i < 2; i++) {
        char *text = printed(&world, formats[i]), expected[128];
        snprintf(expected, sizeof expected, "%u to %u users, roles and outside parties", least, least + 1);
        for (char *at = text; (at = strchr(at, '\n')) != NULL; at++)
            *at = ' ';
        char *collapsed = text;
        for (const char *at = text; *at != '\0'; at++)
            if (*at != ' ' || at[1] != ' ')
                *collapsed++ = *at;
        *collapsed = '\0';
        if (strstr(text, expected) == NULL)
            fail_msg("%s: no \"%s\"", formats[i], expected);
        assert_null(strstr(text, "000000000001"));
        free(text);
    }
    findings_free(&world.findings);
    analysis_close(&world.analysis);
    scenario_free(&world.scenario);
}

static void text_says_what_is_left_out(void **state)
{
    char *text = printed(*state, "text");
    assert_non_null(strstr(text,
                           "3 findings: 1 critical, 1 medium, 1 info\n5 more in the baseline\n1 more accepted by the "
                           "ignore file\n"));
    assert_non_null(strstr(text, "\\x1B[31m"));
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_has_a_row),
        TEST(json_is_valid),
        TEST(sarif_is_valid),
        TEST(sarif_places_have_lines),
        TEST(sarif_shows_chains),
        TEST(sarif_severity),
        cmocka_unit_test(samples_are_valid),
        cmocka_unit_test(a_real_organization_is_valid),
        TEST(csv_has_rows_of_cells),
        TEST(junit_counts),
        TEST(markdown_is_not_broken),
        TEST(mermaid_is_not_broken),
        TEST(markdown_fits_a_comment),
        cmocka_unit_test(alike_findings_are_one),
        cmocka_unit_test(many_findings_are_few_lines),
        TEST(text_ends_with_an_overview),
        cmocka_unit_test(alike_but_for_a_number),
        TEST(text_says_what_is_left_out),
    };
    return cmocka_run_group_tests_name("finding_report", tests, NULL, NULL);
}
