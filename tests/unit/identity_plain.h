/* identity_plain.h - who is one customer, written once more as plainly as the definitions say it
 * (2.21, A37 to A41, A62 to A65): every step looks at everything. For test_identity_random.c.
 *
 * Owns:    nothing; fixed arrays.
 * Threads: one.
 */
#ifndef UNIT_IDENTITY_PLAIN_H
#define UNIT_IDENTITY_PLAIN_H

#include "config/plan.h"
#include "event.h"

enum { PLAIN_IDS = 40, PLAIN_RECORDS = 60, PLAIN_OF_RECORD = 4 };

struct plain_id {
    enum id_kind kind;
    char value[8];
};

struct plain_record {
    int64_t time;
    bool link; /* no touchpoint */
    size_t ids[PLAIN_OF_RECORD], n;
};

struct plain_net {
    struct identity_rules rules;
    struct plain_id id[PLAIN_IDS];
    struct plain_record record[PLAIN_RECORDS]; /* in the order of their origins */
};

#define PLAIN_NOBODY SIZE_MAX

struct plain_answer {
    size_t name[PLAIN_RECORDS]; /* the identifier that names the record's customer; PLAIN_NOBODY */
    size_t refusals, crowded, shared, apart;
};

void plain_join(const struct plain_net *net, struct plain_answer *out);

#endif
