/*
 * What a terminal shows of progress: the line, its width, its end, errors in between.
 */
#include "analyzer/command_line/command.h"
#include "analyzer/command_line/progress.h"
#include "tests/support/testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Standard error as a separate terminal, for the duration of one test. */
struct terminal {
    int master, before;
    char text[65536]; /* what was written to it so far */
    size_t length;
};

static void terminal_open(struct terminal *terminal, unsigned short columns)
{
    int other = -1;
    terminal->length = 0;
    terminal->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal->master >= 0 && grantpt(terminal->master) == 0 && unlockpt(terminal->master) == 0)
        other = open(ptsname(terminal->master), O_RDWR | O_NOCTTY);
    if (other < 0)
        skip();
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    assert_int_equal(ioctl(other, TIOCSWINSZ, &size), 0);
    fflush(stderr);
    terminal->before = dup(STDERR_FILENO);
    dup2(other, STDERR_FILENO);
    close(other);
}

/* Reads what is there now. */
static void terminal_read(struct terminal *terminal)
{
    ssize_t length;
    fflush(stderr);
    fcntl(terminal->master, F_SETFL, O_NONBLOCK);
    while ((length = read(terminal->master, terminal->text + terminal->length,
                          sizeof terminal->text - 1 - terminal->length)) > 0)
        terminal->length += (size_t)length;
    terminal->text[terminal->length] = '\0';
}

static void terminal_close(struct terminal *terminal)
{
    terminal_read(terminal);
    dup2(terminal->before, STDERR_FILENO);
    close(terminal->before);
    close(terminal->master);
}

static void wait_milliseconds(long milliseconds)
{
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

/* Waits until the words are there, however busy the machine is. */
static void terminal_await(struct terminal *terminal, const char *words)
{
    for (int i = 0; i < 3000; i++) {
        terminal_read(terminal);
        if (strstr(terminal->text, words) != NULL)
            return;
        wait_milliseconds(10);
    }
    fail_msg("not shown: %s", words);
}

#define WIPE "\r\033[K"

static bool ends_in_wipe(const char *text)
{
    size_t length = strlen(text), wipe = strlen(WIPE);
    return length >= wipe && strcmp(text + length - wipe, WIPE) == 0;
}

static void test_shown(void **state)
{
    (void)state;
    struct terminal terminal;
    struct progress progress;
    terminal_open(&terminal, 100);
    progress_start(&progress, false);
    progress_work(&progress, "reading the database");
    terminal_await(&terminal, "\rreading the database ...\033[K");
    progress_step(&progress, "finding edges", 1, 2);
    terminal_await(&terminal, "\rfinding edges [###############...............] 1/2, ");
    progress_files(&progress, 3, 4, 5 << 20, 10 << 20);
    terminal_await(&terminal, "\rloading [###############...............] 3/4 files, 5/10 MB, ");
    progress_end(&progress);
    progress_end(&progress);
    terminal_close(&terminal);
    assert_true(ends_in_wipe(terminal.text));
}

static void test_not_shown(void **state)
{
    (void)state;
    static const struct {
        bool quiet;
        long milliseconds;
    } rows[] = {{true, 700}, {false, 10}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct terminal terminal;
        struct progress progress;
        terminal_open(&terminal, 100);
        progress_start(&progress, rows[i].quiet);
        progress_work(&progress, "reading the database");
        wait_milliseconds(rows[i].milliseconds);
        progress_end(&progress);
        terminal_close(&terminal);
        assert_string_equal(terminal.text, "");
    }
}

/* A line that wraps could not be erased. */
static void test_narrow(void **state)
{
    (void)state;
    static const char line[] = "\rfinding edges [####\033[K";
    struct terminal terminal;
    struct progress progress;
    terminal_open(&terminal, 20);
    progress_start(&progress, false);
    progress_step(&progress, "finding edges", 1, 2);
    terminal_await(&terminal, line);
    progress_end(&progress);
    terminal_close(&terminal);
    assert_int_equal(strncmp(terminal.text, line, strlen(line)), 0);
    assert_true(ends_in_wipe(terminal.text));
}

static void test_errors_between(void **state)
{
    (void)state;
    struct terminal terminal;
    struct progress progress;
    terminal_open(&terminal, 100);
    progress_start(&progress, false);
    progress_work(&progress, "loading");
    terminal_await(&terminal, "loading ...");
    command_error("%s", "a.json: not JSON");
    progress_end(&progress);
    terminal_close(&terminal);
    assert_non_null(strstr(terminal.text, WIPE "rolechain: a.json: not JSON\r\n"));
}

/* A file can be written while the line is shown; an answer on the terminal cannot. */
static void test_answers(void **state)
{
    (void)state;
    for (int stays = 0; stays < 2; stays++) {
        struct terminal terminal;
        struct progress progress;
        terminal_open(&terminal, 100);
        progress_start(&progress, false);
        progress.stays = stays == 1;
        progress_answer(&progress);
        if (progress.stays)
            terminal_await(&terminal, "writing ...");
        else
            wait_milliseconds(700);
        progress_end(&progress);
        terminal_close(&terminal);
        assert_int_equal(strstr(terminal.text, "writing ...") != NULL, stays == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shown),          cmocka_unit_test(test_not_shown), cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_errors_between), cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
