/*
 * The inside of administrators.h: administrators_account.c (who is one in an account), administrators_trial.c (who may
 * be another one in a trial), administrators.c (what is kept).
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_INSIDE_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_INSIDE_H

#include "analyzer/analysis/administrators.h"

#define NOT_OPEN UINT32_MAX

/* What was found of a user or role with what it was given. */
struct found_holder {
    uint32_t principal, given;
    uint32_t through; /* the other holder that makes it one; NOT_OPEN: none */
    bool needs_nobody;
    bool changed; /* it was given something, or may give itself something */
    struct administrator best;
};

struct account_administrators {
    struct administrator *list; /* by principal of the account */
    struct found_holder *holders;
    uint32_t holder_count;
};

/* What somebody may have been given by another: the first is nothing. */
#define GIVEN 4u
/* What it is at one time: as given, or after changes that it made to itself. */
struct standing {
    struct control_rights rights;
    constraint under;
    const struct control_how *first, *how; /* the first change and the last; NULL: none */
};

/* A user or role with what it was given. */
struct holder {
    uint32_t principal, given;
    struct standing *standings; /* the first is as given */
    uint32_t standing_count;
    struct administrator best;
    uint32_t through;  /* the number of the other holder that makes it one; NOT_OPEN: none */
    bool needs_nobody; /* it surely is one without any other */
    bool settled;      /* as it was before a trial */
    uint32_t changed;  /* the visit at which it was opened or became what it is */
    uint32_t looked;   /* the last one at which it looked at all others; 0: it did not */
};

struct spreading {
    struct analysis *analysis;
    struct control *control;
    uint32_t first, count; /* principals of the account */
    struct holder *holders;
    uint32_t holder_count, holder_room;
    uint32_t (*numbers)[GIVEN]; /* per principal of the account: its holders, or NOT_OPEN */
    uint32_t visits;            /* of holders that look for others, so far; the present one is the last */
    bool sure_alone;            /* what is not sure is of no interest */
};

/* All of the account. before: what was found of it outside the trial that goes on; NULL: nothing, or there is none.
 * sure_alone: those who surely are one, and no others. */
struct account_administrators *administrators_decide(struct analysis *analysis, uint32_t account,
                                                     const struct account_administrators *before, bool sure_alone);

/* How good it is to be that administrator: 0 is none, 3 whatever the conditions are. */
int administrators_rank(const struct administrator *administrator);
/* Whether it is asked about at all. */
bool administrators_may_be_one(const struct spreading *work, uint32_t principal);
/* The number of the holder; new, with what it is by itself, if there was none. */
uint32_t administrators_open_holder(struct spreading *work, uint32_t principal, uint32_t what);

/* Whether somebody may become one by what others lose in the trial. */
bool administrators_gain(struct spreading *work, const struct account_administrators *before);
/* Else nobody becomes one by it, and who is one without them stays it. */
void administrators_open_changed(struct spreading *work, const struct account_administrators *before);

#endif
