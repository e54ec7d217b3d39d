#include "graph/policy/statement_place.h"

int statement_place_compare(const void *a, const void *b)
{
    const struct statement_place *x = a, *y = b;
    if (x->statement != y->statement)
        return x->statement < y->statement ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}
