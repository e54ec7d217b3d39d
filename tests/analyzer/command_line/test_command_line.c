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

static const struct command_option options[] = {
    {.name = "direct", .help = "only direct"},
    {.name = "max-hops", .value = "N", .help = "how far"},
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
                                   .run = do_nothing};
static const struct command *const commands[] = {&ask, NULL};

static int saved[2];

/* What a usage error prints is for people; here only the status counts. */
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

static void statuses(void **state)
{
    static const struct {
        const char *words;
        int status;
        bool runs;
    } rows[] = {
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
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command *command;
        int status;
        struct command_line *line = parse(rows[i].words, &command, &status);
        assert_non_null(line);
        if (status != rows[i].status || (command != NULL) != rows[i].runs)
            fail_msg("rolechain %s: %d", rows[i].words, status);
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
    assert_true(command_line_output(line, command, &output));
    fputs("half", output.stream);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(command_line_finish(line, &output, EXIT_INTERNAL), EXIT_INTERNAL);
    assert_int_equal(access(path, F_OK), -1);
    command_line_free(line);
    line = parse(words, &command, &status);
    assert_true(command_line_output(line, command, &output));
    fputs("whole", output.stream);
    assert_int_equal(command_line_finish(line, &output, EXIT_NO), EXIT_NO);
    assert_int_equal(access(path, F_OK), 0);
    command_line_free(line);
    unlink(path);
    rmdir(folder);
}

/* The suffix of the file names the format, unless --format does. */
static void formats_of_files(void **state)
{
    static const struct {
        const char *file, *more, *format;
    } rows[] = {{"x.json", "", "json"},
                {"x.txt", "", "text"},
                {"x.JSON", "", "text"},
                {"x.json/y", "", "text"},
                {"x.svg", "", "text"},
                {"x.text,json", "", "text"},
                {"x.", "", "text"},
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
        assert_true(command_line_output(line, command, &output));
        assert_string_equal(output.format, rows[i].format);
        assert_int_equal(command_line_finish(line, &output, EXIT_INTERNAL), EXIT_INTERNAL);
        command_line_free(line);
        rmdir(path);
        assert_int_equal(rmdir(folder), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(statuses, be_quiet, speak_again),
                                       cmocka_unit_test(values), cmocka_unit_test(output_files_appear_whole),
                                       cmocka_unit_test(formats_of_files)};
    return cmocka_run_group_tests_name("command_line", tests, NULL, NULL);
}
