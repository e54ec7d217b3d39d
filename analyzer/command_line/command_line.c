#include "analyzer/command_line/command_line.h"

#include "analyzer/command_line/whole_file.h"
#include "ingest/support/likeness.h"
#include "ingest/support/text.h"
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct given_option {
    const struct command_option *option;
    const char *value;
};

struct command_line {
    const struct command *command;
    struct given_option *given;
    size_t given_count;
    const char **arguments;
    size_t argument_count;
    const char **values; /* room for command_line_values */
    size_t room, used;
    struct whole_file output; /* of --output, while its stream is open */
};

const struct command_option global_options[] = {
    {"database", 'd', "FILE", "the database (default: $ROLECHAIN_DB, else rolechain.db)", false},
    {"from", 0, "PATH", "load these exports into a private in-memory database first", true},
    {"account", 0, "ID", "whose the exports are that do not say it (plans, templates)", false},
    {"format", 0, "FORMAT", "how to print (default: what the suffix of --output names)", false},
    {"output", 'o', "FILE", "print to a file instead of standard output", false},
    {"keep-going", 0, NULL, "exit with 0 although an export could not be read whole", false},
    {"jobs", 'j', "N", "threads that load (default: the machine's cores)", false},
    {"color", 0, "WHEN", "auto, always or never", false},
    {"quiet", 'q', NULL, "no progress and no notes on standard error", false},
    {"help", 'h', NULL, "this help", false},
    {NULL, 0, NULL, NULL, false},
};

void command_error(const char *format, ...)
{
    char message[2048];
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    text_append_printable(&text, message);
    fprintf(stderr, "rolechain: %s\n", text.data != NULL ? text.data : message);
    text_free(&text);
}

/* ---- help */

static void print_options(FILE *stream, const struct command_option *options)
{
    for (; options->name != NULL; options++) {
        char left[64], letter[8] = "    ";
        if (options->letter != 0)
            snprintf(letter, sizeof letter, "-%c, ", options->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, options->name, options->value != NULL ? " " : "",
                 options->value != NULL ? options->value : "");
        fprintf(stream, "  %-28s %s%s\n", left, options->help, options->repeatable ? " (repeatable)" : "");
    }
}

static void print_usage(const struct command *command)
{
    printf("usage: rolechain %s [OPTION…] %s\n\n%s\n\n%s\n\nOptions:\n", command->name, command->arguments,
           command->summary, command->help);
    if (command->options != NULL)
        print_options(stdout, command->options);
    print_options(stdout, global_options);
    printf("\nFormats: %s\n", command->formats);
}

static void print_overview(FILE *stream, const struct command *const *commands)
{
    fprintf(stream, "rolechain answers, offline, from exported AWS IAM data: who can assume which role, directly and\n"
                    "through chains of roles, across every account, and which trust is broader than it needs to be.\n\n"
                    "usage: rolechain COMMAND [OPTION…] [ARGUMENT…]\n\nCommands:\n");
    for (; *commands != NULL; commands++)
        fprintf(stream, "  %-12s %s\n", (*commands)->name, (*commands)->summary);
    fprintf(stream, "\nOptions of all commands:\n");
    print_options(stream, global_options);
    fprintf(stream, "\n`rolechain COMMAND --help` says more. Try: rolechain who-can ROLE --from exports/\n");
}

static const struct command *find_command(const struct command *const *commands, const char *name)
{
    for (; *commands != NULL; commands++)
        if (strcmp((*commands)->name, name) == 0)
            return *commands;
    return NULL;
}

static void unknown_command(const struct command *const *commands, const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (; commands[count] != NULL && count < 64; count++)
        names[count] = commands[count]->name;
    const char *nearest = nearest_name(name, names, count);
    if (nearest != NULL)
        command_error("no command \"%s\"; did you mean %s?", name, nearest);
    else
        command_error("no command \"%s\"; see rolechain --help", name);
}

/* ---- parsing */

#define MAXIMUM_OPTIONS 64

struct option_table {
    struct option long_options[MAXIMUM_OPTIONS + 1];
    const struct command_option *rows[MAXIMUM_OPTIONS];
    char letters[MAXIMUM_OPTIONS * 2 + 4];
    int count;
};

static void add_options(struct option_table *table, const struct command_option *options)
{
    for (; options != NULL && options->name != NULL && table->count < MAXIMUM_OPTIONS; options++) {
        table->rows[table->count] = options;
        table->long_options[table->count] = (struct option){
            options->name, options->value != NULL ? required_argument : no_argument, NULL, 256 + table->count};
        if (options->letter != 0) {
            size_t length = strlen(table->letters);
            table->letters[length] = options->letter;
            if (options->value != NULL)
                table->letters[length + 1] = ':';
        }
        table->count++;
    }
}

static const struct command_option *find_row(const struct option_table *table, int code)
{
    if (code >= 256)
        return table->rows[code - 256];
    for (int i = 0; i < table->count; i++)
        if (table->rows[i]->letter == code)
            return table->rows[i];
    return NULL;
}

static void bad_option(const struct option_table *table, const struct command *command, char **argv, int code)
{
    const char *word = argv[optind - 1];
    const char *names[MAXIMUM_OPTIONS];
    if (code == ':') {
        command_error("%s: %s needs a value; see rolechain %s --help", command->name, word, command->name);
        return;
    }
    for (int i = 0; i < table->count; i++)
        names[i] = table->rows[i]->name;
    const char *nearest = strncmp(word, "--", 2) == 0 ? nearest_name(word + 2, names, (size_t)table->count) : NULL;
    if (nearest != NULL)
        command_error("%s: no option %s; did you mean --%s?", command->name, word, nearest);
    else
        command_error("%s: no option %s; see rolechain %s --help", command->name, word, command->name);
}

static bool option_takes_value(const char *word)
{
    for (const struct command_option *option = global_options; option->name != NULL; option++) {
        if (option->value == NULL)
            continue;
        if (word[0] == '-' && word[1] == '-' && strcmp(word + 2, option->name) == 0)
            return true;
        if (word[0] == '-' && word[1] == option->letter && word[2] == '\0' && option->letter != 0)
            return true;
    }
    return false;
}

/* Global options may stand before the command: finds the command's place in argv. */
static int command_place(int argc, char **argv)
{
    int i = 1;
    while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0')
        i += option_takes_value(argv[i]) ? 2 : 1;
    return i < argc ? i : 0;
}

static bool check_arguments(const struct command_line *line)
{
    const struct command *command = line->command;
    if (line->argument_count >= command->minimum_arguments && line->argument_count <= command->maximum_arguments)
        return true;
    command_error("%s: %s; usage: rolechain %s [OPTION…] %s", command->name,
                  line->argument_count < command->minimum_arguments ? "an argument is missing" : "too many arguments",
                  command->name, command->arguments);
    return false;
}

static bool format_exists(const struct command *command, const char *format)
{
    size_t length = strlen(format);
    for (const char *at = command->formats; at != NULL && *at != '\0';
         at = strchr(at, ',') != NULL ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, format, length) == 0 && (at[length] == ',' || at[length] == '\0') && length > 0 &&
            strchr(format, ',') == NULL)
            return true;
    return false;
}

struct command_line *command_line_parse(int argc, char **argv, const struct command *const *commands,
                                        const struct command **command, int *status)
{
    struct command_line *line = calloc(1, sizeof *line);
    struct option_table table = {.letters = ":"};
    int place = command_place(argc, argv);
    *command = NULL;
    *status = EXIT_USAGE;
    if (line == NULL)
        return NULL;
    line->given = calloc((size_t)argc + 1, sizeof *line->given);
    line->arguments = calloc((size_t)argc + 1, sizeof *line->arguments);
    line->room = (size_t)argc * 4;
    line->values = calloc(line->room + 1, sizeof *line->values);
    char **rest = calloc((size_t)argc + 1, sizeof *rest);
    if (line->given == NULL || line->arguments == NULL || line->values == NULL || rest == NULL) {
        free(rest);
        command_line_free(line);
        return NULL;
    }
    bool help_word = place > 0 && strcmp(argv[place], "help") == 0;
    if (place == 0 || help_word) {
        const struct command *about = help_word && place + 1 < argc ? find_command(commands, argv[place + 1]) : NULL;
        if (argc > 1 && strcmp(argv[1], "--version") == 0) {
            printf("rolechain %s (jansson %s, sqlite %s)\n", ROLECHAIN_VERSION, jansson_version_str(),
                   sqlite3_libversion());
            *status = EXIT_YES;
        } else if (about != NULL) {
            print_usage(about);
            *status = EXIT_YES;
        } else if (help_word && place + 1 < argc) {
            unknown_command(commands, argv[place + 1]);
        } else {
            print_overview(argc > 1 ? stdout : stderr, commands);
            *status = argc > 1 ? EXIT_YES : EXIT_USAGE;
        }
        free(rest);
        return line;
    }
    line->command = find_command(commands, argv[place]);
    if (line->command == NULL) {
        unknown_command(commands, argv[place]);
        free(rest);
        return line;
    }
    /* The command's name goes first, what stood before it after it. */
    rest[0] = argv[place];
    memcpy(rest + 1, argv + 1, (size_t)(place - 1) * sizeof *rest);
    memcpy(rest + place, argv + place + 1, (size_t)(argc - place - 1) * sizeof *rest);
    int count = argc - 1;
    add_options(&table, line->command->options);
    add_options(&table, global_options);
    optind = 0;
    opterr = 0;
    bool good = true;
    int code;
    while (good && (code = getopt_long(count, rest, table.letters, table.long_options, NULL)) != -1) {
        const struct command_option *row = code == '?' || code == ':' ? NULL : find_row(&table, code);
        if (row == NULL) {
            bad_option(&table, line->command, rest, code);
            good = false;
        } else if (strcmp(row->name, "help") == 0) {
            print_usage(line->command);
            *status = EXIT_YES;
            good = false;
        } else {
            line->given[line->given_count++] = (struct given_option){row, optarg};
        }
    }
    for (; good && optind < count; optind++)
        line->arguments[line->argument_count++] = rest[optind];
    free(rest);
    const char *format = command_line_value(line, "format");
    if (good && format != NULL && !format_exists(line->command, format)) {
        command_error("%s: no format \"%s\"; there are %s", line->command->name, format, line->command->formats);
        good = false;
    }
    if (good && check_arguments(line)) {
        *command = line->command;
        *status = EXIT_YES;
    }
    return line;
}

void command_line_free(struct command_line *line)
{
    if (line == NULL)
        return;
    free(line->given);
    free(line->arguments);
    free(line->values);
    if (line->output.stream != NULL)
        whole_file_close(&line->output, false);
    free(line);
}

bool command_line_has(const struct command_line *line, const char *option)
{
    for (size_t i = 0; i < line->given_count; i++)
        if (strcmp(line->given[i].option->name, option) == 0)
            return true;
    return false;
}

const char *command_line_value(const struct command_line *line, const char *option)
{
    const char *value = NULL;
    for (size_t i = 0; i < line->given_count; i++)
        if (strcmp(line->given[i].option->name, option) == 0)
            value = line->given[i].value;
    return value;
}

bool command_line_top(const struct command_line *line, uint32_t *top)
{
    const char *text = command_line_value(line, "top");
    char *end;
    if (text == NULL)
        return true;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > 1000000) {
        command_error("--top takes a number from 0 (all) to 1000000");
        return false;
    }
    *top = (uint32_t)value;
    return true;
}

size_t command_line_values(const struct command_line *line, const char *option, const char *const **values)
{
    /* The room is asked for once per option; a second question about the same one gives the same answer. */
    size_t count = 0, start = line->used;
    for (size_t i = 0; i < line->given_count; i++)
        if (strcmp(line->given[i].option->name, option) == 0)
            count++;
    if (start + count > line->room)
        start = 0;
    *values = line->values + start;
    for (size_t i = 0, next = start; i < line->given_count; i++)
        if (strcmp(line->given[i].option->name, option) == 0)
            line->values[next++] = line->given[i].value;
    ((struct command_line *)line)->used = start + count;
    return count;
}

size_t command_line_arguments(const struct command_line *line, const char *const **arguments)
{
    *arguments = line->arguments;
    return line->argument_count;
}

/* ---- output */

/* The format that the name of the file asks for: graph -o x.svg. NULL: none of the command's. */
static const char *format_of_file(const struct command *command, const char *file)
{
    static const struct {
        const char *suffix, *format;
    } others[] = {{"txt", "text"}, {"md", "markdown"}, {"xml", "junit"}, {"gv", "dot"}};
    const char *suffix = file != NULL ? strrchr(file, '.') : NULL;
    if (suffix == NULL)
        return NULL;
    suffix++;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i].suffix, suffix) == 0)
            suffix = others[i].format;
    return format_exists(command, suffix) ? suffix : NULL;
}

bool command_line_output(const struct command_line *line, const struct command *command, struct output *output)
{
    const char *file = command_line_value(line, "output"), *format = command_line_value(line, "format");
    const char *colour = command_line_value(line, "color"), *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
    static char first_format[32];
    struct winsize size;
    *output = (struct output){.stream = stdout, .quiet = command_line_has(line, "quiet")};
    snprintf(first_format, sizeof first_format, "%.*s", (int)strcspn(command->formats, ","), command->formats);
    if (format == NULL)
        format = format_of_file(command, file);
    output->format = format != NULL ? format : first_format;
    if (colour != NULL && strcmp(colour, "auto") != 0 && strcmp(colour, "always") != 0 &&
        strcmp(colour, "never") != 0) {
        command_error("--color takes auto, always or never");
        return false;
    }
    if (file != NULL && strcmp(file, "-") != 0) {
        struct whole_file *whole = &((struct command_line *)line)->output;
        if (!whole_file_open(whole, file)) {
            command_error("%s: cannot be written: %s", file, strerror(errno));
            return false;
        }
        output->stream = whole->stream;
    } else {
        output->terminal = isatty(STDOUT_FILENO) == 1;
        if (output->terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
            output->width = size.ws_col;
    }
    bool dumb = term == NULL || strcmp(term, "dumb") == 0 || (no_colour != NULL && no_colour[0] != '\0');
    output->colour =
        colour != NULL && strcmp(colour, "auto") != 0 ? strcmp(colour, "always") == 0 : output->terminal && !dumb;
    return true;
}

int command_line_finish(const struct command_line *line, struct output *output, int status)
{
    const char *file = command_line_value(line, "output");
    bool good = true;
    if (output->stream == NULL)
        return status;
    if (output->stream == stdout)
        good = fflush(stdout) == 0 && !ferror(stdout);
    else
        good = whole_file_close(&((struct command_line *)line)->output, status < EXIT_USAGE);
    if (!good)
        command_error("%s: could not be written", output->stream == stdout ? "the output" : file);
    return good ? status : EXIT_INTERNAL;
}
