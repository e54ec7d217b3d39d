#include "analyzer/command_line/command_line.h"
#include "analyzer/command_line/interrupt.h"
#include "analyzer/command_line/progress.h"

#include "ingest/support/json_memory.h"
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

extern const struct command command_load, command_status, command_who_can, command_reach, command_paths,
    command_explain, command_exposure, command_administrators, command_findings, command_chokepoints, command_graph,
    command_report, command_diff, command_check;

/* In the order of the help. */
static const struct command *const commands[] = {
    &command_load,    &command_status,   &command_who_can,        &command_reach,    &command_paths,
    &command_explain, &command_exposure, &command_administrators, &command_findings, &command_chokepoints,
    &command_graph,   &command_report,   &command_diff,           &command_check,    NULL,
};

/* If a standard stream is closed, the next opened file would get its number, and messages would land in a database or a
 * report. A descriptor open for the wrong direction takes its place, so that using it is still an error. */
static bool keep_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) == -1 &&
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    const struct command *command;
    struct output output = {.stream = stdout};
    struct progress progress;
    int status;
    if (!keep_standard_descriptors())
        return EXIT_INTERNAL;
    json_memory_install();
    /* Names are UTF-8 and are passed through. Sorting and numbers stay those of the C locale; a system without C.UTF-8
     * has only that. */
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    /* If the reader goes away (`rolechain … | head`), the program ends quietly. */
    signal(SIGPIPE, SIG_DFL);
    /* A file that reaches its size limit is an error, like a full disk. */
    signal(SIGXFSZ, SIG_IGN);
    interrupt_install();
    struct command_line *line = command_line_parse(argc, argv, commands, &command, &status);
    if (command != NULL && !command_line_output(line, &output)) {
        status = EXIT_USAGE;
    } else if (command != NULL) {
        progress_start(&progress, output.quiet);
        progress.stays = output_is_file(&output);
        output.progress = &progress;
        status = command->run(line, &output);
    }
    status = output_finish(&output, status);
    command_line_free(line);
    return status;
}
