/*
 * Access by cause: each changed pair goes to the entry for the first difference on its chain.
 */
#include "analyzer/change/change_inside.h"

#include "analyzer/analysis/administrators.h"
#include "analyzer/analysis/outsiders.h"
#include "analyzer/report/chain_rows.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

struct sorting {
    struct change *change;
    struct cause_search search;
    struct intern keys[CHANGE_DIRECTIONS]; /* keys of entries: their causes */
    uint32_t *of_hop[CHANGE_DIRECTIONS];   /* per hop change: its entry + 1; 0: none yet */
    signed char *administrators[STATES];   /* per node: 0 not asked, 1 yes, -1 no */
};

/* ---- entries */

static void append_cause(const struct cause *cause, struct text *key)
{
    text_format(key, "%d\n%d\n%u\n", (int)cause->kind, cause->before, cause->statement);
    text_append_string(key, cause->holder);
    text_append_char(key, '\n');
    text_append_string(key, cause->policy);
    text_append_char(key, '\n');
}

static uint32_t entry_of(struct sorting *work, enum change_direction direction, const struct causes *causes)
{
    struct change *change = work->change;
    struct text key = {0};
    for (uint32_t i = 0; i < causes->count; i++)
        append_cause(&causes->list[i], &key);
    uint32_t number = intern_add(&work->keys[direction], key.data != NULL ? key.data : "", key.length);
    text_free(&key);
    if (number == change->entry_count[direction])
        ARRAY_ADD(change->entries[direction], change->entry_count[direction], change->entry_room[direction],
                  (struct change_entry){.causes = *causes});
    return number;
}

static uint32_t entry_of_hop(struct sorting *work, enum change_direction direction, const struct hop_change *hop,
                             uint32_t from, uint32_t to)
{
    uint32_t *known = &work->of_hop[direction][hop - work->change->comparison.hops.list];
    if (*known == 0) {
        struct causes causes;
        causes_find(&work->search, change_more(direction), from, to, &causes);
        *known = 1 + entry_of(work, direction, &causes);
    }
    return *known - 1;
}

/* ---- the edge that differs */

static bool is_of_direction(struct constraint_pool *pool, const struct hop_change *hop, enum change_direction direction)
{
    struct access_move move = access_move(pool, hop->residual[STATE_OLD], hop->residual[STATE_NEW]);
    return direction == CHANGE_GAINED ? move.gained : move.lost;
}

struct leading {
    const struct sorting *work;
    const struct access_change *about;
    enum change_direction direction;
    const struct hop_change *found;
    uint32_t from, to; /* parties */
};

static bool is_target(void *context, uint32_t node)
{
    const struct leading *leading = context;
    const struct counterparts *counterparts = &leading->work->change->comparison.counterparts;
    return counterparts->of[change_more(leading->direction)][node] == leading->about->target;
}

/* Whether a changed edge leads from the node towards the target. */
static bool leaves_by_change(void *context, uint32_t node)
{
    struct leading *leading = context;
    const struct change *change = leading->work->change;
    int more = change_more(leading->direction);
    uint32_t party = change->comparison.counterparts.of[more][node], class = change->comparison.hops.sources.of[party];
    for (uint32_t i = 0; i < change->comparison.hops.count && leading->found == NULL; i++) {
        const struct hop_change *hop = &change->comparison.hops.list[i];
        uint32_t to = change->comparison.hops.targets.members[change->comparison.hops.targets.first[hop->to]];
        if (hop->from != class || change->comparison.counterparts.list[to].node[more] == MODEL_NONE ||
            !is_of_direction(change->pool, hop, leading->direction) ||
            !chains_lead(change->comparison.counterparts.edges[more],
                         change->comparison.counterparts.list[to].node[more], is_target, leading))
            continue;
        leading->found = hop;
        leading->from = party;
        leading->to = to;
    }
    return leading->found != NULL;
}

/* The first changed edge of the chain; if the chain to show has none, one that another chain can take. */
static const struct hop_change *find_hop(const struct sorting *work, const struct access_change *about,
                                         enum change_direction direction, uint32_t *from, uint32_t *to)
{
    const struct change *change = work->change;
    int more = change_more(direction);
    const uint32_t *of = change->comparison.counterparts.of[more];
    for (uint32_t i = 0; i < about->hop_count[more]; i++) {
        const struct hop *hop = &about->hops[more][i];
        const struct hop_change *found = hop_changes_get(&change->comparison.hops, of[hop->from], of[hop->to]);
        *from = of[hop->from];
        *to = of[hop->to];
        if (found != NULL && is_of_direction(change->pool, found, direction))
            return found;
    }
    struct leading leading = {.work = work, .about = about, .direction = direction};
    uint32_t node = change->comparison.counterparts.list[about->party].node[more];
    if (node != MODEL_NONE)
        chains_lead(change->comparison.counterparts.edges[more], node, leaves_by_change, &leading);
    *from = leading.from;
    *to = leading.to;
    return leading.found;
}

/* No edge differs, but what may be passed on along the chain does; or the chain begins or ends at a new principal. */
static uint32_t entry_of_session(struct sorting *work, const struct access_change *about,
                                 enum change_direction direction)
{
    const struct change *change = work->change;
    int more = change_more(direction);
    struct causes causes = {.count = 1};
    uint32_t party = about->target;
    for (uint32_t i = about->hop_count[more]; i-- > 0;)
        if (change->comparison.touched[change->comparison.counterparts.of[more][about->hops[more][i].from]] != 0)
            party = change->comparison.counterparts.of[more][about->hops[more][i].from];
    const char *holder = counterpart_caller(&change->comparison.counterparts, party)->text;
    causes.list[0] = (struct cause){.kind = CAUSE_SESSION,
                                    .holder = arena_copy_text(work->search.arena, holder, strlen(holder)),
                                    .policy = "",
                                    .sid = "",
                                    .file = "",
                                    .statement = CAUSE_NO_STATEMENT,
                                    .before = more == STATE_OLD};
    return entry_of(work, direction, &causes);
}

/* ---- pairs */

static bool is_administrator(struct sorting *work, int state, uint32_t node)
{
    signed char *known = &work->administrators[state][node];
    if (*known == 0)
        *known = administrators_has(&work->change->states[state], node) ? 1 : -1;
    return *known > 0;
}

static void add_pair(struct sorting *work, const struct access_change *about, enum change_direction direction)
{
    struct change *change = work->change;
    const struct party_classes *alike = &change->comparison.hops.alike;
    int more = change_more(direction);
    uint32_t from, to, node = change->comparison.counterparts.list[about->target].node[more];
    const struct hop_change *hop = find_hop(work, about, direction, &from, &to);
    uint32_t number =
        hop != NULL ? entry_of_hop(work, direction, hop, from, to) : entry_of_session(work, about, direction);
    struct change_entry *entry = &change->entries[direction][number];
    struct change_pair pair = {.group = about->group,
                               .party = about->party,
                               .target = about->target,
                               .members = alike->first[about->group + 1] - alike->first[about->group]};
    for (int state = 0; state < STATES; state++) {
        pair.residual[state] = about->residual[state];
        pair.hop_count[state] = about->hop_count[state];
        pair.hops[state] = arena_copy(&change->arena, about->hops[state], about->hop_count[state], sizeof(struct hop));
    }
    const struct caller *caller = &change->comparison.counterparts.edges[more]
                                       ->nodes[change->comparison.counterparts.list[about->party].node[more]];
    pair.administrator = is_administrator(work, more, node);
    pair.outside = caller_is_outside(change->states[more].model, caller, node);
    entry->count += pair.members;
    entry->administrators += pair.administrator ? pair.members : 0;
    entry->outsiders += pair.outside ? pair.members : 0;
    ARRAY_ADD(entry->pairs, entry->pair_count, entry->pair_room, pair);
}

static void sort_in(const struct access_change *about, void *context)
{
    if (about->move.gained)
        add_pair(context, about, CHANGE_GAINED);
    if (about->move.lost)
        add_pair(context, about, CHANGE_LOST);
}

/* ---- sorting, most serious first */

struct ordered_pair {
    struct change_pair pair;
    uint32_t hops;
    const char *from, *to;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct ordered_pair *x = a, *y = b;
    if (x->pair.administrator != y->pair.administrator)
        return x->pair.administrator ? -1 : 1;
    if (x->pair.outside != y->pair.outside)
        return x->pair.outside ? -1 : 1;
    if (x->hops != y->hops)
        return x->hops < y->hops ? -1 : 1;
    int order = strcmp(x->from, y->from);
    return order != 0 ? order : strcmp(x->to, y->to);
}

static void order_pairs(const struct change *change, enum change_direction direction, struct change_entry *entry)
{
    struct ordered_pair *list = memory_zeroed(entry->pair_count + 1, sizeof *list);
    for (size_t i = 0; i < entry->pair_count; i++)
        list[i] =
            (struct ordered_pair){entry->pairs[i], entry->pairs[i].hop_count[change_more(direction)],
                                  counterpart_caller(&change->comparison.counterparts, entry->pairs[i].party)->text,
                                  counterpart_caller(&change->comparison.counterparts, entry->pairs[i].target)->text};
    if (entry->pair_count > 1)
        qsort(list, entry->pair_count, sizeof *list, compare_pairs);
    for (size_t i = 0; i < entry->pair_count; i++)
        entry->pairs[i] = list[i].pair;
    free(list);
}

static int compare_entries(const void *a, const void *b)
{
    const struct change_entry *x = a, *y = b;
    const struct cause *one = &x->causes.list[0], *other = &y->causes.list[0];
    if ((x->administrators > 0) != (y->administrators > 0))
        return x->administrators > 0 ? -1 : 1;
    if ((x->outsiders > 0) != (y->outsiders > 0))
        return x->outsiders > 0 ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    int order = strcmp(one->holder, other->holder);
    order = order != 0 ? order : strcmp(one->policy, other->policy);
    return order != 0 ? order : (one->statement > other->statement) - (one->statement < other->statement);
}

static void show_step(void *context, uint64_t done, uint64_t total)
{
    struct change *change = context;
    progress_step(change->states[STATE_NEW].progress, "comparing access", done, total);
}

void change_find_access(struct change *change)
{
    const struct access_watcher watcher = {show_step, change};
    struct sorting work = {.change = change,
                           .search = {.states = {&change->states[STATE_OLD], &change->states[STATE_NEW]},
                                      .counterparts = &change->comparison.counterparts,
                                      .contents = &change->comparison.contents,
                                      .touched = change->comparison.touched,
                                      .arena = &change->arena}};
    for (int i = 0; i < STATES; i++) {
        work.of_hop[i] = memory_zeroed((size_t)change->comparison.hops.count + 1, sizeof(uint32_t));
        work.administrators[i] = memory_zeroed((size_t)change->comparison.counterparts.edges[i]->node_count + 1, 1);
    }
    access_changes_each(&change->comparison.hops, change->comparison.touched, &watcher, sort_in, &work);
    for (int direction = 0; direction < CHANGE_DIRECTIONS; direction++) {
        for (size_t i = 0; i < change->entry_count[direction]; i++)
            order_pairs(change, (enum change_direction)direction, &change->entries[direction][i]);
        if (change->entry_count[direction] > 1)
            qsort(change->entries[direction], change->entry_count[direction], sizeof *change->entries[direction],
                  compare_entries);
        intern_free(&work.keys[direction]);
        free(work.of_hop[direction]);
        free(work.administrators[direction]);
    }
    arena_free(&work.search.scratch);
}
