/* narrow.c - see steps.h: whose journeys are counted. */
#include "journey/scope.h"
#include "measure/cells.h"
#include "steps.h"

/* The fault with the line of the text in which it stands, and a caret. */
static bool say_fault(struct str text, const char *called, const struct text_fault *fault)
{
    struct faults faults = { 0 };
    struct str rest = text, line = str_cut(&rest, '\n');
    size_t col = fault->at;
    unsigned number = 1;
    for (; col > line.n && rest.n; number++) {
        col -= line.n + 1;
        line = str_cut(&rest, '\n');
    }
    struct place at = { str_c(called), line, number, (unsigned)col + 1 };
    faults_add(&faults, FAULT_ERROR, at, "%s", fault->text);
    faults_print(&faults, stderr);
    faults_free(&faults);
    return false;
}

bool expression_fits(const struct plan *plan, struct str text, const char *called)
{
    struct text_fault fault = { 0 };
    return !text.n || where_check(plan, text, &fault) || say_fault(text, called, &fault);
}

bool keep_only(struct run *r, const struct run_wishes *w, struct str text, const char *called,
               bool rows)
{
    struct text_fault fault = { 0 };
    if (!text.n)
        return true;
    struct cells *cells = cells_new(&r->world, w->workers, rows);
    struct where_terms words = cells_words(cells);
    struct where *where = where_compile(&r->world, text, WHERE_JOURNEY, &words, &fault);
    if (where)
        world_scope(&r->world, where, w->workers);
    where_free(where);
    cells_free(cells);
    return where || say_fault(text, called, &fault);
}

bool narrow(struct run *r, const struct run_wishes *w)
{
    return keep_only(r, w, w->view ? w->view->where : STR(""), "the view's 'where'", false) &&
           keep_only(r, w, str_c(w->typed.where), "--where", false);
}
