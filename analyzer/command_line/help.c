#include "analyzer/command_line/help.h"

#include <string.h>

static const char *const colour_words[] = {
    [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never", NULL};

const struct command_option global_options[] = {
    {.name = "database",
     .letter = 'd',
     .value = "FILE",
     .help = "the database (default: $ROLECHAIN_DB, else rolechain.db)"},
    {.name = "from",
     .value = "PATH",
     .help = "load these exports into a private in-memory database first",
     .repeatable = true,
     .of_reader = true},
    {.name = "account", .value = "ID", .help = "whose the exports are that do not say it (plans, templates)"},
    {.name = "format", .value = "FORMAT", .help = "how to print (default: what the suffix of --output names)"},
    {.name = "output", .letter = 'o', .value = "FILE", .help = "print to a file instead of standard output"},
    {.name = "keep-going", .help = "exit with 0 although an export could not be read whole"},
    {.name = "jobs",
     .letter = 'j',
     .value = "N",
     .help = "threads that load (default: the machine's cores)",
     .kind = OPTION_NUMBER,
     .most = 1024},
    {.name = "color", .value = "WHEN", .help = "auto, always or never", .kind = OPTION_WORD, .words = colour_words},
    {.name = "quiet", .letter = 'q', .help = "no progress and no notes on standard error"},
    {.name = "help", .letter = 'h', .help = "this help"},
    {.name = NULL},
};

const struct command_option *option_of_command(const struct command *command, const char *name)
{
    for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

bool option_is_offered(const struct command *command, const struct command_option *option)
{
    return (!option->of_reader || command->reads_database) && option_of_command(command, option->name) == NULL;
}

static void print_option(FILE *stream, const struct command_option *option)
{
    char left[64], letter[8] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    fprintf(stream, "  %-28s %s%s\n", left, option->help, option->repeatable ? " (repeatable)" : "");
}

void help_print(const struct command *command)
{
    printf("usage: rolechain %s [OPTION…] %s\n\n%s\n\n%s\n\nOptions:\n", command->name, command->arguments,
           command->summary, command->help);
    for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++)
        print_option(stdout, option);
    for (const struct command_option *option = global_options; option->name != NULL; option++)
        if (option_is_offered(command, option))
            print_option(stdout, option);
    printf("\nFormats: %s\n", command->formats);
}

void help_print_overview(FILE *stream, const struct command *const *commands)
{
    fprintf(stream, "rolechain answers, offline, from exported AWS IAM data: who can assume which role, directly and\n"
                    "through chains of roles, across every account, and which trust is broader than it needs to be.\n\n"
                    "usage: rolechain COMMAND [OPTION…] [ARGUMENT…]\n\nCommands:\n");
    for (; *commands != NULL; commands++)
        fprintf(stream, "  %-12s %s\n", (*commands)->name, (*commands)->summary);
    fprintf(stream, "\nOptions of all commands:\n");
    for (const struct command_option *option = global_options; option->name != NULL; option++)
        print_option(stream, option);
    fprintf(stream, "\n`rolechain COMMAND --help` says more. Try: rolechain who-can ROLE --from exports/\n");
}
