#include "analyzer/command_line/command_line.h"

#include "analyzer/command_line/formats.h"
#include "analyzer/command_line/help.h"
#include "analyzer/command_line/interrupt.h"
#include "analyzer/command_line/overwriting.h"
#include "graph/policy/managed_policies.h"
#include "graph/policy/service_sessions.h"
#include "ingest/policy/context_key.h"
#include "ingest/policy/issuer_claims.h"
#include "ingest/policy/known_actions.h"
#include "ingest/policy/services.h"
#include "ingest/store/store.h"
#include "ingest/support/array.h"
#include "ingest/support/likeness.h"
#include "ingest/support/text.h"
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct given_option {
    const struct command_option *option;
    const char *value;
    uint32_t number; /* of OPTION_NUMBER; of OPTION_WORD, the place of the word */
};

struct command_line {
    const struct command *command;
    /* The given options, with those of one name together in their order, and their values once more. */
    struct given_option *given;
    const char **values;
    size_t given_count, given_room;
    const char **arguments;
    size_t argument_count, argument_room;
    char *format; /* from --format, from the suffix of --output, or the command's first */
};

static void say(const char *before, const char *format, va_list arguments)
{
    struct text text = {0};
    char *message = memory_print_arguments(format, arguments);
    text_append_printable(&text, message);
    flockfile(stderr);
    interrupt_wipe_bar();
    fprintf(stderr, "%s%s\n", before, text.data != NULL ? text.data : "");
    funlockfile(stderr);
    text_free(&text);
    free(message);
}

void command_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("rolechain: ", format, arguments);
    va_end(arguments);
}

void command_error_item(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("  ", format, arguments);
    va_end(arguments);
}

const char *command_reason(int number)
{
    switch (number) {
    case ENOENT:
        return "not found";
    case EACCES:
    case EPERM:
        return "permission denied";
    case EISDIR:
        return "it is a folder";
    case ENOTDIR:
        return "a part of its path is a file, not a folder";
    case ENOSPC:
        return "the disk is full";
    default:
        return strerror(number);
    }
}

bool command_names_path(const char *word, const char *what)
{
    struct stat info;
    if (stat(word, &info) != 0)
        return false;
    command_error("%s is a %s%s%s; to read exports, use --from %s", word, S_ISDIR(info.st_mode) ? "folder" : "file",
                  what != NULL ? ", not a " : "", what != NULL ? what : "", word);
    return true;
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
    const char **names = NULL;
    size_t count = 0, room = 0;
    for (; *commands != NULL; commands++)
        ARRAY_ADD(names, count, room, (*commands)->name);
    const char *nearest = nearest_name(name, names, count);
    if (nearest != NULL)
        command_error("no command \"%s\"; did you mean %s?", name, nearest);
    else
        command_error("no command \"%s\"; see rolechain --help", name);
    free(names);
}

/* ---- the options of a command, for getopt_long */

#define LONG_CODES 256 /* from here on, codes are places in rows; below, letters */

struct option_table {
    const struct command_option **rows;
    struct option *long_options; /* the same number, and an empty one at the end */
    struct text letters;
    int count;
    size_t row_room, option_room;
};

static void add_option(struct option_table *table, const struct command_option *option)
{
    size_t place = (size_t)table->count;
    bool takes_value = option->value != NULL;
    struct option row = {option->name, takes_value ? required_argument : no_argument, NULL, LONG_CODES + table->count};
    ARRAY_RESERVE(table->rows, place + 1, table->row_room);
    ARRAY_REACH(table->long_options, place + 1, table->option_room);
    table->rows[place] = option;
    table->long_options[place] = row;
    table->count++;
    if (option->letter != 0)
        text_format(&table->letters, "%c%s", option->letter, takes_value ? ":" : "");
}

static struct option_table options_of(const struct command *command)
{
    struct option_table table = {0};
    text_append_char(&table.letters, ':');
    for (const struct command_option *option = command->options; option != NULL && option->name != NULL; option++)
        add_option(&table, option);
    for (const struct command_option *option = global_options; option->name != NULL; option++)
        if (option_is_offered(command, option))
            add_option(&table, option);
    return table;
}

static void free_table(struct option_table *table)
{
    free(table->rows);
    free(table->long_options);
    text_free(&table->letters);
}

/* NULL: getopt_long did not find the option, or its value. */
static const struct command_option *find_row(const struct option_table *table, int code)
{
    if (code >= LONG_CODES)
        return table->rows[code - LONG_CODES];
    for (int i = 0; i < table->count; i++)
        if (table->rows[i]->letter == code && code != 0)
            return table->rows[i];
    return NULL;
}

static void bad_option(const struct option_table *table, const struct command *command, const char *word, int code)
{
    if (code == ':') {
        command_error("%s: %s needs a value; see rolechain %s --help", command->name, word, command->name);
        return;
    }
    /* In a word of several letters, getopt_long tells which one is wrong. */
    char *letter = memory_print("-%c", optopt);
    const char **names = memory_zeroed((size_t)table->count, sizeof *names);
    for (int i = 0; i < table->count; i++)
        names[i] = table->rows[i]->name;
    const char *nearest = strncmp(word, "--", 2) == 0 ? nearest_name(word + 2, names, (size_t)table->count) : NULL;
    if (nearest != NULL)
        command_error("%s: no option %s; did you mean --%s?", command->name, word, nearest);
    else
        command_error("%s: no option %s; see rolechain %s --help", command->name,
                      strncmp(word, "--", 2) == 0 ? word : letter, command->name);
    free(letter);
    free(names);
}

/* ---- values */

/* Only digits, so that signs, spaces and other bases are refused. */
static bool parse_number(const struct command_option *option, const char *text, uint32_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && value <= option->most; at++)
        value = value * 10 + (uint64_t)(*at - '0');
    *number = (uint32_t)value;
    return at > text && *at == '\0' && value >= option->least && value <= option->most;
}

static bool parse_word(const struct command_option *option, const char *text, uint32_t *place)
{
    for (*place = 0; option->words[*place] != NULL; (*place)++)
        if (strcmp(option->words[*place], text) == 0)
            return true;
    return false;
}

/* "a, b or c" */
static char *list_of(const char *const *words)
{
    struct text text = {0};
    for (size_t i = 0; words[i] != NULL; i++)
        text_format(&text, "%s%s", i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ", words[i]);
    return text_release(&text);
}

/* False: the option does not allow the value; an error was printed. */
static bool parse_value(const struct command *command, struct given_option *given)
{
    const struct command_option *option = given->option;
    if (option->kind == OPTION_NUMBER && !parse_number(option, given->value, &given->number)) {
        command_error("%s: --%s takes a number from %u to %u, not \"%s\"", command->name, option->name, option->least,
                      option->most, given->value);
        return false;
    }
    if (option->kind == OPTION_WORD && !parse_word(option, given->value, &given->number)) {
        char *words = list_of(option->words);
        size_t count = 0;
        while (option->words[count] != NULL)
            count++;
        const char *near = nearest_name_close(given->value, option->words, count);
        command_error("%s: --%s takes %s, not \"%s\"%s%s%s%s", command->name, option->name, words, given->value,
                      near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "",
                      near == NULL && option->repeatable ? "; give the option again for several" : "");
        free(words);
        return false;
    }
    return true;
}

/* ---- parsing */

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

/* Global options may come before the command: finds the command's index in argv. */
static int command_place(int argc, char **argv)
{
    int i = 1;
    while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0')
        i += option_takes_value(argv[i]) ? 2 : 1;
    return i < argc ? i : 0;
}

/* Whether an option was given that replaces the arguments. */
static bool says_arguments(const struct command_line *line)
{
    for (const struct command_option *option = line->command->options; option != NULL && option->name != NULL; option++)
        if (option->says_arguments && command_line_has(line, option->name))
            return true;
    return false;
}

static bool check_arguments(const struct command_line *line)
{
    const struct command *command = line->command;
    size_t least = says_arguments(line) ? 0 : command->minimum_arguments;
    if (line->argument_count >= least && line->argument_count <= command->maximum_arguments)
        return true;
    for (size_t i = 0; i < line->argument_count && command->reads_database; i++)
        if (command_names_path(line->arguments[i], NULL))
            return false;
    const char *what = line->argument_count < least      ? "an argument is missing"
                       : command->maximum_arguments == 0 ? "takes no arguments"
                                                         : "too many arguments";
    command_error("%s: %s; usage: rolechain %s [OPTION…]%s%s", command->name, what, command->name,
                  command->arguments[0] != '\0' ? " " : "", command->arguments);
    return false;
}

/* Answers questions about the program itself: help, version. Returns the exit status. */
static int answer_about_program(int argc, char **argv, int place, const struct command *const *commands)
{
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        printf("rolechain %s (jansson %s, sqlite %s)\n", ROLECHAIN_VERSION, jansson_version_str(),
               store_library_version());
        puts("names of AWS as of: condition keys " CONDITION_KEYS_AS_OF ", actions of IAM and STS " ACTIONS_AS_OF
             ", services " SERVICES_AS_OF ", what their sessions carry " SERVICE_SESSIONS_AS_OF
             ", claims of tokens " ISSUER_CLAIMS_AS_OF ", AWS-managed policies " MANAGED_POLICIES_DATE);
        return EXIT_YES;
    }
    if (place > 0 && place + 1 < argc) {
        const struct command *about = find_command(commands, argv[place + 1]);
        if (about != NULL)
            help_print(about);
        else
            unknown_command(commands, argv[place + 1]);
        return about != NULL ? EXIT_YES : EXIT_USAGE;
    }
    help_print_overview(argc > 1 ? stdout : stderr, commands);
    return argc > 1 ? EXIT_YES : EXIT_USAGE;
}

/* Inserts it behind others of the same option. */
static void keep_option(struct command_line *line, struct given_option given)
{
    size_t place = line->given_count;
    ARRAY_RESERVE(line->given, line->given_count + 1, line->given_room);
    for (size_t i = 0; i < line->given_count; i++)
        if (line->given[i].option == given.option)
            place = i + 1;
    memmove(&line->given[place + 1], &line->given[place], (line->given_count - place) * sizeof *line->given);
    line->given[place] = given;
    line->given_count++;
}

/* Reads the options and arguments of argv, which begins with the command's name. False: the program ends with *status,
 * and everything is printed. */
static bool read_options(struct command_line *line, const struct option_table *table, int count, char **words,
                         int *status)
{
    int code;
    optind = 0;
    opterr = 0;
    *status = EXIT_USAGE;
    while ((code = getopt_long(count, words, table->letters.data, table->long_options, NULL)) != -1) {
        struct given_option given = {.option = find_row(table, code), .value = optarg};
        if (given.option == NULL) {
            bad_option(table, line->command, words[optind - 1], code);
            return false;
        }
        if (strcmp(given.option->name, "help") == 0) {
            help_print(line->command);
            *status = EXIT_YES;
            return false;
        }
        if (!parse_value(line->command, &given))
            return false;
        keep_option(line, given);
    }
    line->values = memory_zeroed(line->given_count, sizeof *line->values);
    for (size_t i = 0; i < line->given_count; i++)
        line->values[i] = line->given[i].value;
    for (; optind < count; optind++)
        ARRAY_ADD(line->arguments, line->argument_count, line->argument_room, words[optind]);
    if (!check_arguments(line))
        return false;
    line->format = format_choose(line->command, command_line_value(line, "format"), command_line_value(line, "output"));
    if (line->format == NULL)
        return false;
    *status = EXIT_YES;
    return true;
}

struct command_line *command_line_parse(int argc, char **argv, const struct command *const *commands,
                                        const struct command **command, int *status)
{
    struct command_line *line = memory_zeroed(1, sizeof *line);
    int place = command_place(argc, argv);
    *command = NULL;
    if (place == 0 || strcmp(argv[place], "help") == 0) {
        *status = answer_about_program(argc, argv, place, commands);
        return line;
    }
    line->command = find_command(commands, argv[place]);
    if (line->command == NULL) {
        unknown_command(commands, argv[place]);
        *status = EXIT_USAGE;
        return line;
    }
    /* The command's name moves to the front; the options before it follow. */
    char **words = memory_zeroed((size_t)argc + 1, sizeof *words);
    words[0] = argv[place];
    memcpy(words + 1, argv + 1, (size_t)(place - 1) * sizeof *words);
    memcpy(words + place, argv + place + 1, (size_t)(argc - place - 1) * sizeof *words);
    struct option_table table = options_of(line->command);
    if (read_options(line, &table, argc - 1, words, status))
        *command = line->command;
    free_table(&table);
    free(words);
    return line;
}

void command_line_free(struct command_line *line)
{
    free(line->given);
    free(line->values);
    free(line->arguments);
    free(line->format);
    free(line);
}

/* ---- what was given */

/* The place of the option's first value among the given ones; *count: how many values it has. */
static size_t find_given(const struct command_line *line, const char *option, size_t *count)
{
    size_t first = 0;
    while (first < line->given_count && strcmp(line->given[first].option->name, option) != 0)
        first++;
    for (*count = 0; first + *count < line->given_count; (*count)++)
        if (line->given[first + *count].option != line->given[first].option)
            break;
    return first;
}

static const struct given_option *last_given(const struct command_line *line, const char *option)
{
    size_t count, first = find_given(line, option, &count);
    return count > 0 ? &line->given[first + count - 1] : NULL;
}

bool command_line_has(const struct command_line *line, const char *option)
{
    return last_given(line, option) != NULL;
}

const char *command_line_value(const struct command_line *line, const char *option)
{
    const struct given_option *given = last_given(line, option);
    return given != NULL ? given->value : NULL;
}

size_t command_line_values(const struct command_line *line, const char *option, const char *const **values)
{
    size_t count, first = find_given(line, option, &count);
    *values = line->values + first;
    return count;
}

bool command_line_is_own(const struct command_line *line, const char *option)
{
    const struct given_option *given = last_given(line, option);
    return given != NULL && given->option == option_of_command(line->command, option);
}

bool command_line_number(const struct command_line *line, const char *option, uint32_t *number)
{
    const struct given_option *given = last_given(line, option);
    if (given != NULL)
        *number = given->number;
    return given != NULL;
}

bool command_line_word(const struct command_line *line, const char *option, uint32_t *place)
{
    return command_line_number(line, option, place);
}

unsigned command_line_words(const struct command_line *line, const char *option)
{
    size_t count, first = find_given(line, option, &count);
    unsigned set = 0;
    for (size_t i = first; i < first + count; i++)
        set |= 1u << line->given[i].number;
    return set;
}

size_t command_line_arguments(const struct command_line *line, const char *const **arguments)
{
    *arguments = line->arguments;
    return line->argument_count;
}

const char *command_line_database(const struct command_line *line)
{
    const char *path = command_line_value(line, "database");
    if (path == NULL)
        path = getenv("ROLECHAIN_DB");
    return path != NULL && path[0] != '\0' ? path : "rolechain.db";
}

bool command_line_output(const struct command_line *line, struct output *output)
{
    const char *file = overwriting_file(line, "output");
    uint32_t colour = COLOUR_AUTO;
    command_line_word(line, "color", &colour);
    *output = (struct output){.quiet = command_line_has(line, "quiet"),
                              .format = line->format,
                              .stream = stdout,
                              .writes = {file, overwriting_file(line, "write-baseline")}};
    if (!overwriting_check(line, line->command, output))
        return false;
    if (file == NULL) {
        output_to_terminal(output, (enum colour_wish)colour);
        return true;
    }
    if (output_to_file(output, file, (enum colour_wish)colour))
        return true;
    command_error("%s: cannot be written: %s", file,
                  errno == ENOENT ? "its folder does not exist" : command_reason(errno));
    output->stream = stdout;
    return false;
}
