#include "analyzer/command_line/command_line.h"
#include "tests/support/testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int do_nothing(const struct command_line *line, struct output *output)
{
    (void)line;
    (void)output;
    return EXIT_YES;
}

static const char *const levels[] = {"low", "middle", "high", NULL};
static const struct command_option options[] = {
    {.name = "direct", .help = "only direct"},
    {.name = "max-hops", .value = "N", .help = "how far", .kind = OPTION_NUMBER, .least = 1, .most = 1000},
    {.name = "top", .value = "N", .help = "how many", .kind = OPTION_NUMBER, .most = UINT32_MAX},
    {.name = "level", .value = "LEVEL", .help = "which", .repeatable = true, .kind = OPTION_WORD, .words = levels},
    {.name = "context", .letter = 'c', .value = "K=V", .help = "fix", .repeatable = true},
    {.name = NULL}};
static const struct command ask = {.name = "ask",
                                   .arguments = "A B",
                                   .minimum_arguments = 1,
                                   .maximum_arguments = 2,
                                   .summary = "asks",
                                   .help = "asks",
                                   .options = options,
                                   .formats = "text,json",
                                   .reads_database = true,
                                   .run = do_nothing};
static const struct command put = {.name = "put",
                                   .arguments = "A",
                                   .minimum_arguments = 1,
                                   .maximum_arguments = 1,
                                   .summary = "writes",
                                   .help = "writes",
                                   .formats = "text",
                                   .run = do_nothing};
static const struct command *const commands[] = {&ask, &put, NULL};

static int saved[2];

/* The text of a usage error is for people; here only the status counts. */
static int be_quiet(void **state)
{
    (void)state;
    fflush(NULL);
    int null = open("/dev/null", O_WRONLY);
    saved[0] = dup(STDOUT_FILENO);
    saved[1] = dup(STDERR_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    close(null);
    return 0;
}

static int speak_again(void **state)
{
    (void)state;
    fflush(NULL);
    dup2(saved[0], STDOUT_FILENO);
    dup2(saved[1], STDERR_FILENO);
    close(saved[0]);
    close(saved[1]);
    return 0;
}

static struct command_line *parse(const char *words, const struct command **command, int *status)
{
    static char buffer[512];
    char *argv[32];
    int argc = 0;
    snprintf(buffer, sizeof buffer, "rolechain %s", words);
    for (char *word = strtok(buffer, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return command_line_parse(argc, argv, commands, command, status);
}

static const struct {
    const char *words;
    int status;
    bool runs;
} status_rows[] = {
    {"", EXIT_USAGE, false},
    {"--help", EXIT_YES, false},
    {"--version", EXIT_YES, false},
    {"help", EXIT_YES, false},
    {"help ask", EXIT_YES, false},
    {"help nothing", EXIT_USAGE, false},
    {"ask --help", EXIT_YES, false},
    {"aks x", EXIT_USAGE, false},
    {"ask", EXIT_USAGE, false},
    {"ask x", EXIT_YES, true},
    {"ask x y", EXIT_YES, true},
    {"ask x y z", EXIT_USAGE, false},
    {"ask x --format json", EXIT_YES, true},
    {"ask x --format js", EXIT_USAGE, false},
    {"ask x --format xml", EXIT_USAGE, false},
    {"ask x --dierct", EXIT_USAGE, false},
    {"ask x --max-hops", EXIT_USAGE, false},
    {"--database f ask x", EXIT_YES, true},
    {"-d f ask x", EXIT_YES, true},
    {"ask -- --direct", EXIT_YES, true},
    {"ask x -z", EXIT_USAGE, false},
    {"ask x --max-hops 1", EXIT_YES, true},
    {"ask x --max-hops 1000", EXIT_YES, true},
    {"ask x --max-hops 0", EXIT_USAGE, false},
    {"ask x --max-hops 1001", EXIT_USAGE, false},
    {"ask x --max-hops -1", EXIT_USAGE, false},
    {"ask x --max-hops +1", EXIT_USAGE, false},
    {"ask x --max-hops=", EXIT_USAGE, false},
    {"ask x --max-hops 1x", EXIT_USAGE, false},
    {"ask x --max-hops 0x10", EXIT_USAGE, false},
    {"ask x --max-hops 1.5", EXIT_USAGE, false},
    {"ask x --max-hops x --max-hops 1", EXIT_USAGE, false},
    {"ask x --top 4294967295", EXIT_YES, true},
    {"ask x --top 4294967296", EXIT_USAGE, false},
    {"ask x --top 99999999999", EXIT_USAGE, false},
    {"ask x --top 18446744073709551617", EXIT_USAGE, false},
    {"ask x --top x", EXIT_USAGE, false},
    {"ask x -j abc", EXIT_USAGE, false},
    {"ask x -j -3", EXIT_USAGE, false},
    {"ask x -j 4", EXIT_YES, true},
    {"-j 4 ask x", EXIT_YES, true},
    {"-j abc ask x", EXIT_USAGE, false},
    {"ask x --level low", EXIT_YES, true},
    {"ask x --level lo", EXIT_USAGE, false},
    {"ask x --level Low", EXIT_USAGE, false},
    {"ask x --level low,high", EXIT_USAGE, false},
    {"ask x --color never", EXIT_YES, true},
    {"ask x --color sometimes", EXIT_USAGE, false},
    {"ask x --from y", EXIT_YES, true},
    {"put x", EXIT_YES, true},
    {"put x --from y", EXIT_USAGE, false},
    {"--from y put x", EXIT_USAGE, false},
    {"put x --quiet", EXIT_YES, true},
};

static void statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof status_rows / sizeof status_rows[0]; i++) {
        const struct command *command;
        int status;
        struct command_line *line = parse(status_rows[i].words, &command, &status);
        assert_non_null(line);
        if (status != status_rows[i].status || (command != NULL) != status_rows[i].runs)
            fail_msg("rolechain %s: %d", status_rows[i].words, status);
        command_line_free(line);
    }
}

static void values(void **state)
{
    const struct command *command;
    const char *const *list;
    int status;
    (void)state;
    struct command_line *line =
        parse("-d one ask --context a=1 x --direct --context=b=2 -d two -c c=3 y", &command, &status);
    assert_ptr_equal(command, &ask);
    assert_true(command_line_has(line, "direct"));
    assert_false(command_line_has(line, "max-hops"));
    assert_string_equal(command_line_value(line, "database"), "two");
    assert_null(command_line_value(line, "format"));
    assert_int_equal(command_line_values(line, "context", &list), 3);
    assert_string_equal(list[0], "a=1");
    assert_string_equal(list[1], "b=2");
    assert_string_equal(list[2], "c=3");
    assert_int_equal(command_line_arguments(line, &list), 2);
    assert_string_equal(list[0], "x");
    assert_string_equal(list[1], "y");
    command_line_free(line);
}

static void values_by_kind(void **state)
{
    const struct command *command;
    uint32_t number = 7;
    int status;
    (void)state;
    struct command_line *line =
        parse("ask x --max-hops 3 --level high --context a=1 --max-hops 012 --level low", &command, &status);
    assert_ptr_equal(command, &ask);
    assert_false(command_line_number(line, "top", &number));
    assert_int_equal(number, 7);
    assert_true(command_line_number(line, "max-hops", &number));
    assert_int_equal(number, 12);
    assert_true(command_line_word(line, "level", &number));
    assert_int_equal(number, 0);
    assert_int_equal(command_line_words(line, "level"), 1 << 0 | 1 << 2);
    assert_false(command_line_word(line, "color", &number));
    command_line_free(line);
}

/* The standard error output of parsing the words; malloc'ed. */
static char *complaint(const char *words)
{
    const struct command *command;
    int status, kept = dup(STDERR_FILENO);
    FILE *file = tmpfile();
    char *text = calloc(1, 512);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    command_line_free(parse(words, &command, &status));
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    assert_int_equal(status, EXIT_USAGE);
    rewind(file);
    assert_true(fread(text, 1, 511, file) > 0);
    fclose(file);
    return text;
}

/* An error says what is expected. */
static void errors_of_values(void **state)
{
    static const struct {
        const char *words, *complaint;
    } rows[] = {
        {"ask x --max-hops -1", "rolechain: ask: --max-hops takes a number from 1 to 1000, not \"-1\"\n"},
        {"ask x -j abc", "rolechain: ask: --jobs takes a number from 0 to 1024, not \"abc\"\n"},
        {"ask x --color no", "rolechain: ask: --color takes auto, always or never, not \"no\"\n"},
        {"ask x --level all",
         "rolechain: ask: --level takes low, middle or high, not \"all\"; give the option again for several\n"},
        {"put x --from y", "rolechain: put: no option --from; see rolechain put --help\n"},
        {"ask x -o y.xml", "rolechain: ask: y.xml: no format has the suffix .xml; end the name in .txt or .json, or "
                           "choose --format text or json\n"},
        {"ask x --level midle",
         "rolechain: ask: --level takes low, middle or high, not \"midle\"; did you mean middle?\n"},
        {"ask x --format jsn", "rolechain: ask: no format \"jsn\"; did you mean json? Choose text or json\n"},
        {"ask x --format xml", "rolechain: ask: no format \"xml\"; choose text or json\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = complaint(rows[i].words);
        assert_string_equal(text, rows[i].complaint);
        free(text);
    }
}

static void output_files_appear_whole(void **state)
{
    char folder[] = "/tmp/rolechain-test-XXXXXX", path[64], words[128];
    const struct command *command;
    struct output output;
    int status;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out", folder);
    snprintf(words, sizeof words, "ask x --output %s", path);
    struct command_line *line = parse(words, &command, &status);
    assert_true(command_line_output(line, &output));
    fputs("half", output.stream);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(output_finish(&output, EXIT_INTERNAL), EXIT_INTERNAL);
    assert_int_equal(access(path, F_OK), -1);
    command_line_free(line);
    line = parse(words, &command, &status);
    assert_true(command_line_output(line, &output));
    fputs("whole", output.stream);
    assert_int_equal(output_finish(&output, EXIT_NO), EXIT_NO);
    assert_int_equal(access(path, F_OK), 0);
    command_line_free(line);
    unlink(path);
    rmdir(folder);
}

/* The suffix of the file selects the format, unless --format does. */
static void formats_of_files(void **state)
{
    static const struct {
        const char *file, *more, *format;
    } rows[] = {{"x.json", "", "json"},
                {"x.txt", "", "text"},
                {"x.TXT", "", "text"},
                {"x.JSON", "", "json"},
                {"x.json/y", "", "text"},
                {"x.svg", "", NULL},
                {"x.md", "", NULL},
                {"x.text,json", "", NULL},
                {"x.", "", NULL},
                {"x.svg", " --format text", "text"},
                {"json", "", "text"},
                {"x.json", " --format text", "text"},
                {"x.txt", " --format json", "json"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char folder[] = "/tmp/rolechain-test-XXXXXX", path[96], words[192];
        const struct command *command;
        struct output output;
        int status;
        assert_non_null(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/x.json", folder);
        assert_int_equal(mkdir(path, 0700), 0);
        snprintf(words, sizeof words, "ask x --output %s/%s%s", folder, rows[i].file, rows[i].more);
        if (strcmp(rows[i].file, "x.json/y") != 0)
            rmdir(path);
        struct command_line *line = parse(words, &command, &status);
        assert_int_equal(status, rows[i].format != NULL ? EXIT_YES : EXIT_USAGE);
        if (rows[i].format != NULL) {
            assert_true(command_line_output(line, &output));
            assert_string_equal(output.format, rows[i].format);
            assert_int_equal(output_finish(&output, EXIT_INTERNAL), EXIT_INTERNAL);
        }
        command_line_free(line);
        rmdir(path);
        assert_int_equal(rmdir(folder), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(statuses, be_quiet, speak_again),
                                       cmocka_unit_test(values),
                                       cmocka_unit_test(values_by_kind),
                                       cmocka_unit_test(errors_of_values),
                                       cmocka_unit_test(output_files_appear_whole),
                                       cmocka_unit_test_setup_teardown(formats_of_files, be_quiet, speak_again)};
    return cmocka_run_group_tests_name("command_line", tests, NULL, NULL);
}
