#include "analyzer/command_line/overwriting.h"

#include "analyzer/command_line/help.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

const char *overwriting_file(const struct command_line *line, const char *option)
{
    const char *file = command_line_value(line, option);
    return file != NULL && strcmp(file, "-") != 0 ? file : NULL;
}

void overwriting_say(const char *file, const char *what, const char *input)
{
    bool same = strcmp(file, input) == 0;
    command_error("%s is %s of this command%s%s%s, so it is not written over; choose another output file", file, what,
                  same ? "" : " (", same ? "" : input, same ? "" : ")");
}

static bool may_read(const struct output *output, const char *what, const char *input)
{
    const char *file = output_overwrites(output, input);
    if (file != NULL)
        overwriting_say(file, what, input);
    return file == NULL;
}

/* Checks the inputs that these options name. */
static bool may_read_options(const struct command_line *line, const struct command *command,
                             const struct output *output, const struct command_option *rows)
{
    bool good = true;
    for (const struct command_option *row = rows; good && row != NULL && row->name != NULL; row++) {
        const char *const *values;
        struct output others = *output;
        if (row->kind != OPTION_INPUT || strcmp(row->name, "database") == 0 ||
            (rows == global_options && !option_is_offered(command, row)))
            continue;
        /* A baseline may be overwritten: it is read completely before that. */
        if (strcmp(row->name, "baseline") == 0)
            others.writes[1] = NULL;
        char *what = memory_print("the --%s file", row->name);
        size_t count = command_line_values(line, row->name, &values);
        for (size_t i = 0; i < count && good; i++)
            good = may_read(&others, what, values[i]);
        if (count == 0 && row->usual != NULL)
            good = may_read(&others, what, row->usual);
        free(what);
    }
    return good;
}

bool overwriting_check(const struct command_line *line, const struct command *command, const struct output *output)
{
    const char *const *values;
    bool good = true;
    if (output->writes[0] == NULL && output->writes[1] == NULL)
        return true;
    if (output->writes[0] != NULL && output->writes[1] != NULL && whole_file_is(output->writes[0], output->writes[1])) {
        command_error("%s: two outputs cannot go to one file", output->writes[0]);
        return false;
    }
    if (!command->arguments_are_databases && command_line_values(line, "from", &values) == 0)
        good = may_read(output, "the database", command_line_database(line));
    good = good && may_read_options(line, command, output, command->options) &&
           may_read_options(line, command, output, global_options);
    size_t count = command->arguments_are_inputs ? command_line_arguments(line, &values) : 0;
    for (size_t i = 0; i < count && good; i++)
        good = may_read(output, "an input", values[i]);
    return good;
}
