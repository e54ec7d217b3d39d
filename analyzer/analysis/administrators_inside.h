/*
 * Internals of administrators.h: administrators_account.c (who is an administrator in an account),
 * administrators_trial.c (whose result can differ in a trial), administrators.c (the cache).
 */
#ifndef ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_INSIDE_H
#define ROLECHAIN_ANALYZER_ANALYSIS_ADMINISTRATORS_INSIDE_H

#include "analyzer/analysis/administrators.h"

#define NOT_OPEN UINT32_MAX

/* The result for a user or role, and what it was given. */
struct found_holder {
    uint32_t principal, given;
    uint32_t through; /* the other holder that makes it an administrator; NOT_OPEN: none */
    bool needs_nobody;
    bool changed; /* it was given permissions, or may give itself some */
    struct administrator best;
};

struct account_administrators {
    struct administrator *list; /* by principal of the account */
    struct found_holder *holders;
    uint32_t holder_count;
};

/* What another principal may have given it; the first value is nothing. */
#define GIVEN 4u
/* The rights of a holder at one point: as given, or after changes that it made to itself. */
struct standing {
    struct control_rights rights;
    constraint under;
    const struct control_how *first, *how; /* the first and the last change; NULL: none */
};

/* A user or role together with what it was given. */
struct holder {
    uint32_t principal, given;
    struct standing *standings; /* the first is as given */
    uint32_t standing_count;
    struct administrator best;
    uint32_t through;  /* the number of the other holder that makes it an administrator; NOT_OPEN: none */
    bool needs_nobody; /* it certainly is an administrator without anybody's help */
    bool settled;      /* the result from before the trial is kept */
    uint32_t changed;  /* the visit at which it was created or last changed */
    uint32_t looked;   /* the last visit at which it looked at all others; 0: never */
};

struct spreading {
    struct analysis *analysis;
    struct control *control;
    uint32_t first, count; /* principals of the account */
    struct holder *holders;
    uint32_t holder_count, holder_room;
    uint32_t (*numbers)[GIVEN]; /* per principal of the account: its holders; NOT_OPEN: not created */
    uint32_t visits;            /* how many times a holder looked for others so far, the current visit included */
    bool sure_alone;            /* only certain results matter */
};

/* Decides for everyone in the account. before: the results outside the current trial; NULL: none, or no trial.
 * sure_alone: only find those that certainly are administrators. */
struct account_administrators *administrators_decide(struct analysis *analysis, uint32_t account,
                                                     const struct account_administrators *before, bool sure_alone);

/* How certain it is that this is an administrator, from 0: it is not, to 3: it is, whatever the conditions. */
int administrators_rank(const struct administrator *administrator);
/* Whether the principal needs to be decided at all. */
bool administrators_may_be_one(const struct spreading *work, uint32_t principal);
/* The number of the holder, which is created with its own result if needed. */
uint32_t administrators_open_holder(struct spreading *work, uint32_t principal, uint32_t what);

/* Whether somebody may become an administrator because of what others lose in the trial. */
bool administrators_gain(struct spreading *work, const struct account_administrators *before);
/* If not, nobody becomes one, and those that are administrators without the losers stay so. */
void administrators_open_changed(struct spreading *work, const struct account_administrators *before);

#endif
