#include "analyzer/command_line/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#define FILES 4
#define AGAIN_MILLISECONDS 300
#define LONGEST_SECONDS 2 /* for undoing work while signals are held: it may be waiting for a pipe */

/* Static, since a signal handler gets no argument of ours. */
static const char *_Atomic files[FILES];
static atomic_bool bar_shown, held;
static volatile int came;
static struct timespec came_at;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

void interrupt_wipe_bar(void)
{
    static const char wipe[] = "\r\033[K";
    if (atomic_exchange(&bar_shown, false)) {
        ssize_t written = write(STDERR_FILENO, wipe, sizeof wipe - 1);
        (void)written;
    }
}

static void clean_up(void)
{
    for (size_t i = 0; i < FILES; i++) {
        const char *path = atomic_exchange(&files[i], NULL);
        if (path != NULL)
            unlink(path);
    }
    interrupt_wipe_bar();
}

static void end_by(int number)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    clean_up();
    sigaction(number, &action, NULL);
    raise(number);
}

/* Some callers send a signal twice, to the program and to its group. */
static bool is_the_same_again(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - came_at.tv_sec) * 1000 + (now.tv_nsec - came_at.tv_nsec) / 1000000 < AGAIN_MILLISECONDS;
}

static void handle(int number)
{
    if (!atomic_load(&held)) {
        end_by(number);
    } else if (came == 0) {
        came = number;
        clock_gettime(CLOCK_MONOTONIC, &came_at);
        alarm(LONGEST_SECONDS);
    } else if (number == SIGALRM || !is_the_same_again()) {
        end_by(number == SIGALRM ? came : number);
    }
}

void interrupt_install(void)
{
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction before, action = {.sa_handler = handle, .sa_flags = SA_RESTART};
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(signals[i], &action, NULL);
    }
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = handle, .sa_flags = SA_RESTART}, NULL);
}

void interrupt_own_file(const char *path)
{
    for (size_t i = 0; i < FILES; i++) {
        const char *none = NULL;
        if (atomic_compare_exchange_strong(&files[i], &none, path))
            return;
    }
}

void interrupt_disown_file(const char *path)
{
    for (size_t i = 0; i < FILES; i++) {
        const char *expected = path;
        if (atomic_compare_exchange_strong(&files[i], &expected, NULL))
            return;
    }
}

void interrupt_bar(bool shown)
{
    atomic_store(&bar_shown, shown);
}

const volatile int *interrupt_hold(void)
{
    came = 0;
    atomic_store(&held, true);
    return &came;
}

void interrupt_release(void)
{
    alarm(0);
    atomic_store(&held, false);
}

void interrupt_end(void)
{
    int number = came != 0 ? came : SIGINT;
    clean_up();
    _exit(128 + number);
}
