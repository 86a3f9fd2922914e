/* maps.c - maps of reports, kept in the ledger; see state.h.
 *
 * A map is a few kilobytes and names no person, so it stays when its report and its events go. It
 * is in the ledger, not in a folder, so that it is there together with the row of its report. The
 * table is made with the first map: older ledgers have none.
 */
#include <stdlib.h>

#include "state/ledger.h"

static const char table[] =
    "CREATE TABLE IF NOT EXISTS map(id INTEGER PRIMARY KEY, folder TEXT, name TEXT, night INTEGER,"
    " journeys INTEGER, scope TEXT, text BLOB, UNIQUE(folder, name))";

void state_keep_map(struct state *s, const char *out, const struct report_place *place,
                    int64_t journeys, struct str scope, struct str csv)
{
    char *path = realpath(out, NULL);
    sql_do(s->db, table, "");
    sql_do(s->db,
           "INSERT OR REPLACE INTO map(folder, name, night, journeys, scope, text) VALUES(?, ?, "
           "(SELECT max(id) FROM night), ?, ?, ?)",
           "ttitb", str_c(path ? path : out), place->name, journeys, scope, csv);
    free(path);
}

struct str state_map(struct state *s, struct str name, struct str *nearest, struct arena *a)
{
    struct str csv = { 0 };
    *nearest = (struct str){ 0 };
    if (!sql_number(s->db, 0, "SELECT count(*) FROM sqlite_master WHERE name = 'map'", ""))
        return csv;
    struct rows *r =
        sql_ask(s->db, "SELECT text FROM map WHERE name = ? ORDER BY id DESC LIMIT 1", "t", name);
    while (rows_next(r))
        csv = arena_keep(a, rows_text(r, 0));
    r = sql_ask(s->db, "SELECT max(name) FROM map WHERE name < ?", "t", name);
    while (rows_next(r))
        *nearest = arena_keep(a, rows_text(r, 0));
    return csv;
}
