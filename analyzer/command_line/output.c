#include "analyzer/command_line/output.h"

#include "analyzer/command_line/command.h"
#include "analyzer/command_line/progress.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* NO_COLOR: see https://no-color.org. */
static bool wants_colour(const struct output *output, enum colour_wish wish)
{
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (wish != COLOUR_AUTO)
        return wish == COLOUR_ALWAYS;
    return output->terminal && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
           (no_colour == NULL || no_colour[0] == '\0');
}

/* From the environment's locale: the first variable that is set decides (POSIX). The program's own locale is always
 * UTF-8, because names are. */
static bool has_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0')
            return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
    }
    return false;
}

int terminal_width(FILE *stream)
{
    struct winsize size;
    int descriptor = fileno(stream);
    return isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool output_is_file(const struct output *output)
{
    struct stat info;
    return output->file.stream != NULL || (fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode));
}

void output_to_terminal(struct output *output, enum colour_wish colour)
{
    output->stream = stdout;
    output->terminal = isatty(STDOUT_FILENO) == 1;
    output->width = terminal_width(stdout);
    output->colour = wants_colour(output, colour);
    output->utf8 = has_utf8();
}

bool output_to_file(struct output *output, const char *path, enum colour_wish colour)
{
    if (!whole_file_open(&output->file, path))
        return false;
    output->stream = output->file.stream;
    output->colour = wants_colour(output, colour);
    output->utf8 = has_utf8();
    return true;
}

const char *output_overwrites(const struct output *output, const char *input)
{
    for (size_t i = 0; i < sizeof output->writes / sizeof output->writes[0]; i++)
        if (output->writes[i] != NULL && whole_file_is(output->writes[i], input))
            return output->writes[i];
    return NULL;
}

int output_finish(struct output *output, int status)
{
    const char *name = output->file.stream != NULL ? output->file.path : "standard output";
    progress_end(output->progress);
    errno = 0;
    bool good = output->file.stream != NULL ? whole_file_close(&output->file, status < EXIT_USAGE)
                                            : fflush(stdout) == 0 && !ferror(stdout);
    if (!good)
        command_error("%s: could not be written%s%s", name, errno != 0 ? ": " : "",
                      errno != 0 ? command_reason(errno) : "");
    return good ? status : EXIT_INTERNAL;
}
