#include "analyzer/report/graph/graph_tables.h"

#include "analyzer/command_line/overwriting.h"
#include "analyzer/report/graph/graph_export.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Limited by output->writes. */
enum { WRITES_NODES = 2, WRITES_EDGES = 3 };

bool graph_tables_are(const char *format)
{
    return strcmp(format, "neo4j") == 0;
}

/* "folder/org.neo4j" and "-nodes.csv" make "folder/org-nodes.csv". */
static char *path_beside(const char *path, const char *end)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path, *dot = strrchr(base, '.');
    size_t length = dot != NULL && dot != base ? (size_t)(dot - path) : strlen(path);
    return memory_print("%.*s%s", (int)length, path, end);
}

bool graph_tables_begin(struct graph_tables *tables, const struct command_line *line, const struct command *command,
                        struct output *output)
{
    *tables = (struct graph_tables){0};
    if (output->writes[0] == NULL) {
        command_error("--format neo4j writes three files; name the first with --output FILE.neo4j, or choose "
                      "neo4j-nodes and neo4j-edges");
        return false;
    }
    tables->nodes = path_beside(output->writes[0], "-nodes.csv");
    tables->edges = path_beside(output->writes[0], "-edges.csv");
    output->writes[WRITES_NODES] = tables->nodes;
    output->writes[WRITES_EDGES] = tables->edges;
    return overwriting_check(line, command, output);
}

/* Writes one table into a file that appears complete or not at all. */
static bool write_table(const char *path, const char *format, struct analysis *analysis, const struct output *output,
                        bool folded)
{
    struct whole_file file;
    struct output table = *output;
    if (!whole_file_open(&file, path)) {
        command_error("%s: cannot be written: %s", path, command_reason(errno));
        return false;
    }
    table.stream = file.stream;
    table.format = format;
    table.terminal = false;
    graph_export(analysis, &table, folded);
    bool good = whole_file_close(&file, true);
    if (!good)
        command_error("%s: could not be written: %s", path, command_reason(errno));
    return good;
}

/* Appends it as one shell word, on one line. */
static void append_word(struct text *text, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct text name = {0};
    text_append_printable(&name, slash != NULL ? slash + 1 : path);
    text_append_char(text, '\'');
    for (const char *at = name.data; *at != '\0'; at++)
        text_append_string(text, *at == '\'' ? "'\\''" : (char[]){*at, '\0'});
    text_append_char(text, '\'');
    text_free(&name);
}

bool graph_tables_write(const struct graph_tables *tables, struct analysis *analysis, struct output *output,
                        bool folded)
{
    struct text text = {0};
    bool good = write_table(tables->nodes, "neo4j-nodes", analysis, output, folded) &&
                write_table(tables->edges, "neo4j-edges", analysis, output, folded);
    text_append_string(&text, "# In this folder, into a new database that is called rolechain (Neo4j 5):\n"
                              "# neo4j-admin database import full --nodes=");
    append_word(&text, tables->nodes);
    text_append_string(&text, " --relationships=");
    append_word(&text, tables->edges);
    text_append_string(&text, " rolechain\n");
    fwrite(text.data, 1, text.length, output->stream);
    text_free(&text);
    return good;
}

void graph_tables_end(struct graph_tables *tables, struct output *output)
{
    output->writes[WRITES_NODES] = output->writes[WRITES_EDGES] = NULL;
    free(tables->nodes);
    free(tables->edges);
}
