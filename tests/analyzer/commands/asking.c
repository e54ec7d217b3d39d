#include "tests/analyzer/commands/asking.h"

#include "analyzer/command_line/command_line.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ARGUMENTS 24

extern const struct command command_who_can, command_reach, command_paths, command_explain, command_exposure,
    command_findings, command_graph, command_administrators, command_chokepoints;

static const struct command *const commands[] = {
    &command_who_can,  &command_reach, &command_paths,          &command_explain,     &command_exposure,
    &command_findings, &command_graph, &command_administrators, &command_chokepoints, NULL};

char *ask_text(int *status, const char *const *arguments)
{
    char *argv[MOST_ARGUMENTS] = {(char *)"rolechain"}, *text = NULL;
    int count = 1;
    size_t length = 0;
    const struct command *command;
    struct output output = {.quiet = true};
    for (; *arguments != NULL && count + 1 < MOST_ARGUMENTS; arguments++)
        argv[count++] = (char *)*arguments;
    struct command_line *line = command_line_parse(count, argv, commands, &command, status);
    if (command == NULL)
        return NULL;
    output.stream = open_memstream(&text, &length);
    output.format = command_line_value(line, "format");
    *status = command->run(line, &output);
    fclose(output.stream);
    command_line_free(line);
    return text;
}

json_t *ask_json(int *status, const char *database, const char *const *arguments)
{
    const char *all[MOST_ARGUMENTS] = {arguments[0], "-d", database, "--format", "json"};
    size_t count = 5;
    for (size_t i = 1; arguments[i] != NULL && count + 1 < MOST_ARGUMENTS; i++)
        all[count++] = arguments[i];
    char *text = ask_text(status, all);
    json_t *json = text != NULL ? json_loads(text, 0, NULL) : NULL;
    free(text);
    return json;
}
