#include "analyzer/command_line/command_line.h"

#include <locale.h>
#include <signal.h>

extern const struct command command_load, command_status, command_who_can, command_reach, command_paths,
    command_explain, command_exposure, command_findings, command_chokepoints, command_graph;

/* In the order of the help. */
static const struct command *const commands[] = {
    &command_load,     &command_status,   &command_who_can,     &command_reach, &command_paths, &command_explain,
    &command_exposure, &command_findings, &command_chokepoints, &command_graph, NULL,
};

int main(int argc, char **argv)
{
    const struct command *command;
    struct output output = {0};
    int status;
    /* Names are UTF-8 and are passed through; order and numbers stay those of the C locale. */
    setlocale(LC_CTYPE, "C.UTF-8");
    /* A reader that goes away (`rolechain … | head`) ends the program quietly. */
    signal(SIGPIPE, SIG_DFL);
    /* A file that may not grow further is an error like a full disk. */
    signal(SIGXFSZ, SIG_IGN);
    struct command_line *line = command_line_parse(argc, argv, commands, &command, &status);
    if (line == NULL) {
        command_error("out of memory");
        return EXIT_INTERNAL;
    }
    if (command != NULL)
        status = command_line_output(line, command, &output)
                     ? command_line_finish(line, &output, command->run(line, &output))
                     : EXIT_USAGE;
    else if (fflush(stdout) != 0 || ferror(stdout)) {
        command_error("the output could not be written");
        status = EXIT_INTERNAL;
    }
    command_line_free(line);
    return status;
}
