/*
 * Runs a command of the build that counts its work (counted.c) and prints what it took: work, the most memory that it
 * had resident in KB, the bytes that it printed, and its seconds of the processor. With --seconds in front the command
 * may be any: work is 0 then if it does not count.
 */
#include "tests/bench/counted.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t drain(int from)
{
    static char bytes[1 << 16];
    uint64_t total = 0;
    for (ssize_t count; (count = read(from, bytes, sizeof bytes)) != 0;) {
        if (count > 0)
            total += (uint64_t)count;
        else if (errno != EINTR)
            break;
    }
    return total;
}

static void run_command(char **command, int sum, const int output[2])
{
    close(output[0]);
    if (dup2(output[1], STDOUT_FILENO) < 0 || dup2(sum, COUNTED) < 0)
        _exit(127);
    if (output[1] != COUNTED)
        close(output[1]);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int main(int count, char **arguments)
{
    int output[2], status = 0;
    struct rusage usage;
    uint64_t work = 0;
    bool seconds = count > 1 && strcmp(arguments[1], "--seconds") == 0;
    char **command = arguments + (seconds ? 2 : 1);
    int sum = memfd_create("work", 0);
    if (count < (seconds ? 3 : 2) || sum < 0 || ftruncate(sum, sizeof work) != 0 || pipe(output) != 0)
        return 127;
    pid_t child = fork();
    if (child == 0)
        run_command(command, sum, output);
    close(output[1]);
    if (child < 0)
        return 127;
    uint64_t printed = drain(output[0]);
    if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status))
        return 126;
    if (!seconds && WEXITSTATUS(status) <= 1 && (pread(sum, &work, sizeof work, 0) != sizeof work || work == 0)) {
        fputs("the program does not count its work: it is not of that build\n", stderr);
        return 125;
    }
    double took = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                  (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("%llu %ld %llu %.2f\n", (unsigned long long)work, usage.ru_maxrss, (unsigned long long)printed, took);
    return WEXITSTATUS(status);
}
