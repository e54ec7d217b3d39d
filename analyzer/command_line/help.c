#include "analyzer/command_line/help.h"
#include "analyzer/command_line/styled.h"

#include <string.h>

static const char *const colour_words[] = {
    [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never", NULL};

const struct command_option global_options[] = {
    {.name = "database",
     .letter = 'd',
     .value = "FILE",
     .help = "the database (default: $ROLECHAIN_DB, else rolechain.db)",
     .kind = OPTION_INPUT},
    {.name = "from",
     .value = "PATH",
     .help = "answer from these exports instead of a database; they are loaded into memory",
     .kind = OPTION_INPUT,
     .repeatable = true,
     .of_reader = true},
    {.name = "account", .value = "ID", .help = "account ID for exports that do not name one (plans, templates)"},
    {.name = "format",
     .value = "FORMAT",
     .help = "output format (default: by the suffix of --output, else the first that the command has)"},
    {.name = "output",
     .letter = 'o',
     .value = "FILE",
     .help = "write to a file instead of standard output",
     .kind = OPTION_OUTPUT},
    {.name = "keep-going", .help = "exit with 0 even if an export could not be read whole"},
    {.name = "jobs",
     .letter = 'j',
     .value = "N",
     .help = "threads for loading (default: one per core)",
     .kind = OPTION_NUMBER,
     .most = 1024},
    {.name = "color", .value = "WHEN", .help = "auto, always or never", .kind = OPTION_WORD, .words = colour_words},
    {.name = "quiet", .letter = 'q', .help = "print errors only: no progress, no notes, no line for each file"},
    {.name = "help", .letter = 'h', .help = "show this help"},
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
    bool database = strcmp(option->name, "database") == 0;
    return (!option->of_reader || command->reads_database) && !(database && command->arguments_are_databases) &&
           option_of_command(command, option->name) == NULL;
}

enum { NAMES = 2, WORDS = 33, WIDEST = 100 }; /* columns where names and their meanings begin; the widest page */

/* Pages are wrapped to the terminal's width, or to 80 columns without a terminal. */
static struct output page(FILE *stream)
{
    struct output output = {.stream = stream};
    output.width = terminal_width(stream);
    if (output.width == 0)
        output.width = 80;
    if (output.width > WIDEST)
        output.width = WIDEST;
    return output;
}

/* A name, and its meaning in a column of its own. */
static void print_entry(struct output *output, const char *name, const char *meaning, int column)
{
    struct styled line = {0};
    int room = column - NAMES, used = (int)styled_columns(name, strlen(name));
    styled_add(&line, STYLE_PLAIN, "%s%*s%s", name, used < room ? room - used : 1, "", meaning);
    styled_print(&line, output, NAMES, column, NULL);
}

static void print_option(struct output *output, const struct command_option *option)
{
    char left[64], meaning[400], letter[8] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    snprintf(meaning, sizeof meaning, "%s%s", option->help, option->repeatable ? " (repeatable)" : "");
    print_entry(output, left, meaning, WORDS);
}

/* Paragraphs; lines that begin with spaces are examples and stay as they are. */
static void print_paragraphs(struct output *output, const char *text)
{
    struct styled line = {0};
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        const char *next = text + length + (text[length] == '\n');
        styled_add(&line, STYLE_PLAIN, "%.*s", (int)length, text);
        bool ends = *next == '\0' || *next == '\n' || *next == ' ' || text[0] == ' ' || length == 0;
        if (ends)
            styled_print(&line, output, 0, text[0] == ' ' ? 4 : 0, NULL);
        else
            styled_add(&line, STYLE_PLAIN, " ");
        text = next;
    }
}

/* "Formats: text, json", wrapped. */
static void print_formats(struct output *output, const char *formats)
{
    struct styled line = {0};
    styled_add(&line, STYLE_PLAIN, "Formats:");
    for (const char *format = formats; format[0] != '\0'; format += strspn(format, ",")) {
        size_t length = strcspn(format, ",");
        styled_add(&line, STYLE_PLAIN, " %.*s%s", (int)length, format, format[length] != '\0' ? "," : "");
        format += length;
    }
    styled_print(&line, output, 0, (int)sizeof "Formats:", NULL);
}

void help_print(const struct command *command)
{
    struct output output = page(stdout);
    printf("usage: rolechain %s [OPTION…]%s%s\n\n", command->name, command->arguments[0] != '\0' ? " " : "",
           command->arguments);
    print_paragraphs(&output, command->summary);
    putchar('\n');
    print_paragraphs(&output, command->help);
    printf("\nOptions:\n");
    for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++)
        print_option(&output, option);
    for (const struct command_option *option = global_options; option->name != NULL; option++)
        if (option_is_offered(command, option))
            print_option(&output, option);
    putchar('\n');
    print_formats(&output, command->formats);
}

void help_print_overview(FILE *stream, const struct command *const *commands)
{
    struct output output = page(stream);
    print_paragraphs(&output, "rolechain answers, offline, from exported AWS IAM data: who can assume which role, "
                              "directly and through chains of roles, across every account, and which trust is broader "
                              "than it needs to be.");
    fprintf(stream, "\nusage: rolechain COMMAND [OPTION…] [ARGUMENT…]\n\nCommands:\n");
    for (; *commands != NULL; commands++)
        print_entry(&output, (*commands)->name, (*commands)->summary, 18);
    fprintf(stream, "\nOptions of all commands:\n");
    for (const struct command_option *option = global_options; option->name != NULL; option++)
        print_option(&output, option);
    fprintf(stream, "\n`rolechain COMMAND --help` says more. Try: rolechain who-can ROLE --from exports/\n");
}
