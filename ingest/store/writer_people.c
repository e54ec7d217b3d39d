/*
 * The people of Identity Center, and what they are assigned to.
 */
#include "ingest/store/writer_inside.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

bool writer_is_about_people(const struct batch_fact *fact)
{
    return fact->type >= FACT_INSTANCE && fact->type < FACT_TYPES;
}

static void write_entitlement(struct writer *writer, const char *const *texts)
{
    const char *space = strchr(texts[2], ' ');
    char *kind = memory_text_part(texts[2], (size_t)(space - texts[2]));
    WRITE(writer, UPSERT_ENTITLEMENT, sql_text(texts[0]), sql_text(texts[1] != NULL ? texts[1] : ""), sql_text(kind),
          sql_text(space + 1), sql_text(texts[3]));
    free(kind);
}

void writer_people_fact(struct writer *writer, const struct batch_fact *fact)
{
    const char *const *texts = fact->texts;
    switch (fact->type) {
    case FACT_INSTANCE:
        WRITE(writer, UPSERT_INSTANCE, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]), sql_text(texts[3]));
        break;
    case FACT_PERSON_GROUP:
        WRITE(writer, UPSERT_PERSON_GROUP, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]));
        break;
    case FACT_MEMBERSHIP:
        WRITE(writer, INSERT_PERSON_MEMBERSHIP, sql_text(texts[1]), sql_text(texts[2]));
        break;
    case FACT_PERMISSION_SET:
        WRITE(writer, UPSERT_PERMISSION_SET, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case FACT_PROVISIONED:
        WRITE(writer, INSERT_PROVISIONED, sql_text(texts[0]), sql_text(texts[1]));
        break;
    case FACT_ASSIGNMENT:
        WRITE(writer, INSERT_ASSIGNMENT, sql_text(texts[0]), sql_text(texts[1]), sql_text(texts[2]),
              sql_text(texts[3]));
        break;
    case FACT_ATTRIBUTE:
        WRITE(writer, UPSERT_ATTRIBUTE, sql_text(texts[0]), sql_text(texts[1]));
        break;
    case FACT_APPLICATION:
        WRITE(writer, UPSERT_APPLICATION, sql_text(texts[0]), sql_text(texts[1]));
        break;
    case FACT_ENTITLEMENT:
        write_entitlement(writer, texts);
        break;
    default:
        break;
    }
}

void writer_people(struct writer *writer, const struct batch *batch)
{
    for (const struct batch_person *person = batch->people.first; person != NULL; person = person->next)
        WRITE(writer, UPSERT_PERSON, sql_text(person->store), sql_text(person->id), sql_text(person->name),
              person->status != NULL ? sql_integer(strcmp(person->status, "DISABLED") != 0) : sql_text(NULL),
              sql_integer(person->provisioned), sql_text(person->attributes));
}
