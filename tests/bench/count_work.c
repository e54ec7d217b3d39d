/*
 * Runs a command and prints what it took: user instructions, or "-" where the machine does not count them, the most
 * memory that it had resident in KB, and the bytes that it printed.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of the process and those that it starts, from its exec on. -1: not counted. */
static int open_counter(pid_t process)
{
    struct perf_event_attr event;
    memset(&event, 0, sizeof event);
    event.size = sizeof event;
    event.type = PERF_TYPE_HARDWARE;
    event.config = PERF_COUNT_HW_INSTRUCTIONS;
    event.disabled = event.enable_on_exec = event.inherit = 1;
    event.exclude_kernel = event.exclude_hv = 1;
    return (int)syscall(SYS_perf_event_open, &event, process, -1, -1, 0);
}

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

static void run_command(char **command, const int begin[2], const int output[2])
{
    char go;
    close(begin[1]);
    close(output[0]);
    if (read(begin[0], &go, 1) != 1 || dup2(output[1], STDOUT_FILENO) < 0)
        _exit(127);
    close(begin[0]);
    close(output[1]);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int main(int count, char **arguments)
{
    int begin[2], output[2], status = 0;
    struct rusage usage;
    uint64_t instructions = 0;
    if (count < 2 || pipe(begin) != 0 || pipe(output) != 0)
        return 127;
    pid_t child = fork();
    if (child == 0)
        run_command(arguments + 1, begin, output);
    int counter = child > 0 ? open_counter(child) : -1;
    close(begin[0]);
    close(output[1]);
    if (child < 0 || write(begin[1], "!", 1) != 1)
        return 127;
    close(begin[1]);
    uint64_t printed = drain(output[0]);
    if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status))
        return 126;
    if (counter >= 0 && read(counter, &instructions, sizeof instructions) == sizeof instructions && instructions > 0)
        printf("%llu", (unsigned long long)instructions);
    else
        printf("-");
    printf(" %ld %llu\n", usage.ru_maxrss, (unsigned long long)printed);
    return WEXITSTATUS(status);
}
