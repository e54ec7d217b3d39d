/*
 * The inside of administrators.h: administrators_account.c (who is one in an account), administrators_trial.c (who may
 * be another one in a trial), administrators.c (what is kept).
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_INSIDE_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_INSIDE_H

#include "analyzer/analysis/administrators.h"

#define NOT_OPEN UINT32_MAX

/* The result for a user or role, with what it was given. */
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
/* Its state at one time: as given, or after changes that it made to itself. */
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
    bool needs_nobody; /* it surely is one without the help of others */
    bool settled;      /* as it was before a trial */
    uint32_t changed;  /* the visit at which it was opened or last changed */
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
    bool sure_alone;            /* only sure results matter */
};

/* Everyone in the account. before: the results outside the current trial; NULL: none, or no trial. sure_alone: only
 * those who surely are one. */
struct account_administrators *administrators_decide(struct analysis *analysis, uint32_t account,
                                                     const struct account_administrators *before, bool sure_alone);

/* How sure the administrator is: 0: it is none, 3: it is one whatever the conditions are. */
int administrators_rank(const struct administrator *administrator);
/* Whether it need be asked about at all. */
bool administrators_may_be_one(const struct spreading *work, uint32_t principal);
/* The number of the holder; a new one, with its own result, if there was none. */
uint32_t administrators_open_holder(struct spreading *work, uint32_t principal, uint32_t what);

/* Whether somebody may become one because of what others lose in the trial. */
bool administrators_gain(struct spreading *work, const struct account_administrators *before);
/* Else nobody becomes one by it, and whoever is one without them stays one. */
void administrators_open_changed(struct spreading *work, const struct account_administrators *before);

#endif
