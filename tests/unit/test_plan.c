/* test_plan.c - what the plan of a good project holds. Expectations follow from the project beside
 * them and docs/rules.md, docs/formats.md, docs/channels.md.
 */
#include <glib.h>
#include <math.h>

#include "config/keys.h"
#include "project_text.h"

static const struct source *source_named(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->nsources; i++)
        if (str_eq(p->sources[i].name, str_c(name)))
            return &p->sources[i];
    ck_abort_msg("no source %s", name);
    return NULL;
}

static uint32_t field(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->nfields; i++)
        if (str_eq(p->fields[i], str_c(name)))
            return (uint32_t)i;
    return FIELD_NONE;
}

/* The names of the columns of a source as "a b | c": from the reader, then made. */
static const char *columns(const struct source *s)
{
    static char text[1000];
    text[0] = '\0';
    for (size_t i = 0; i < s->nslots; i++)
        sprintf(text + strlen(text), "%s%.*s",
                i == s->ncolumns ? " | "
                : i              ? " "
                                 : "",
                STR_ARG(s->columns[i]));
    return text;
}

static void load_good(struct project_text *p, const char *text)
{
    project_begin(p);
    project_load(p, text, true);
    ck_assert_msg(p->plan && p->said[0] == '\0', "%s", p->said);
}

/* The example of design.md section 4, with packs and a format in place of those that it only names.
 */
static const char design_example[] =
    "project: Acme shop\n"
    "timezone: Europe/Berlin            # times without a zone\n"
    "currency: EUR\n"
    "include: [packs/shop, packs/our-mail, packs/our-tickets]\n"
    "stages: [motivation, awareness, consideration, purchase, retention, advocacy]\n"
    "sources:\n"
    "  - name: web\n"
    "    channel: website\n"
    "    files: [logs/web/access*.log*, archive/2026-*.tar.zst!**/access*]   # glob ! member glob\n"
    "    format: combined\n"
    "    identify: {user: user, visitor: [ip, agent]}\n"
    "  - name: mail\n"
    "    channel: email\n"
    "    files: [logs/mail/*]\n"
    "    format: postfix\n"
    "  - name: tickets\n"
    "    channel: support\n"
    "    files: [exports/zendesk-*.json.zst]\n"
    "    format: zendesk\n"
    "rules:\n"
    "  - touchpoint: product page\n"
    "    stage: consideration\n"
    "    when: {method: GET, path: '^/product/(?<item>[^/?]+)', status: '^2'}\n"
    "    examples: ['1.2.3.4 - - [01/Sep/2026:10:00:00 +0200] \"GET /product/42 HTTP/1.1\" 200 5 "
    "\"-\" \"x\"']\n"
    "    not:      ['1.2.3.4 - - [01/Sep/2026:10:00:00 +0200] \"GET /products HTTP/1.1\" 200 5 "
    "\"-\" \"x\"']\n"
    "  - touchpoint: checkout error\n"
    "    stage: purchase\n"
    "    when: {path: '^/checkout', status: '^5'}\n"
    "    pain: 3\n"
    "    emotion: -2\n"
    "journey: {goal: order placed, inactivity: 90d}\n"
    "session: {timeout: 30m}\n"
    "funnels:\n"
    "  - name: checkout\n"
    "    steps: [product page, cart, checkout, order placed]\n"
    "    window: 7d\n"
    "objectives:\n"
    "  - {name: fewer lost carts, measure: funnel.checkout.conversion, baseline: 0.021, target: "
    "+15%, due: 2027-05-01, owner: marketing}\n";

START_TEST(test_design_example)
{
    struct project_text p;
    project_begin(&p);
    ck_assert_int_eq(system("mkdir packs"), 0);
    write_file("packs/shop.yaml", "pack: shop\nformat: combined\nrules:\n"
                                  "- {touchpoint: cart, when: {path: ^/cart}}\n"
                                  "- {touchpoint: checkout, when: {path: ^/checkout}}\n"
                                  "- {touchpoint: order placed, when: {path: ^/thanks}}\n");
    write_file("packs/our-mail.yaml",
               "pack: our-mail\nformat: postfix\nrules:\n- {touchpoint: 'mail {status}'}\n");
    write_file(
        "packs/our-tickets.yaml",
        "pack: our-tickets\nformat: [zendesk, zendesk-csv]\nrules:\n- {touchpoint: ticket}\n");
    project_load(&p, design_example, false);
    ck_assert_str_eq(p.said, "");
    const struct plan *plan = p.plan;
    ck_assert_uint_eq(plan->nobjectives, 1);
    ck_assert_str_is(plan->objectives[0].of, "checkout");
    ck_assert_str_eq(plan->objectives[0].figure->column, "overall");
    ck_assert_double_eq_tol(plan->objectives[0].target, 0.021 * 1.15, 1e-12);
    ck_assert_int_eq(plan->objectives[0].due, INT64_C(1809208800) * SECOND); /* 2027-05-02, +2 h */
    ck_assert_str_is(plan->name, "Acme shop");
    ck_assert_str_is(plan->currency, "EUR");
    ck_assert_uint_eq(plan->nstages, 6);
    ck_assert_uint_eq(plan->nsources, 3);
    ck_assert_uint_eq(plan->nrules, 7);
    ck_assert_str_is(plan->rules[2].label, "packs/shop:4 cart");
    ck_assert_str_is(plan->rules[1].label, "journey.yaml:26 checkout error");
    ck_assert_int_eq(zone_offset_at(plan->zone, 0), 3600);
    const struct source *web = source_named(plan, "web");
    ck_assert_str_is(web->files[1], "archive/2026-*.tar.zst!**/access*");
    ck_assert_str_is(web->channel, "website");
    static const bool applies[7][3] = { { 1, 0, 1 }, { 1, 0, 1 }, { 1, 0, 0 }, { 1, 0, 0 },
                                        { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
    for (int r = 0; r < 7; r++)
        for (int s = 0; s < 3; s++)
            ck_assert_int_eq(plan->rules[r].applies[s], applies[r][s]);
    ck_assert_uint_eq(plan->rules[0].stage, 2);
    ck_assert_uint_eq(plan->rules[5].stage, STAGE_NONE);
    ck_assert_int_eq(plan->rules[1].pain, 3000000);
    ck_assert_int_eq(plan->rules[1].emotion, -2000000);
    ck_assert_int_eq(plan->rules[0].emotion, EMOTION_NONE);
    ck_assert_uint_eq(plan->rules[0].nexamples, 2);
    ck_assert(plan->rules[0].examples[0].want && !plan->rules[0].examples[1].want);
    ck_assert_uint_eq(plan->rules[0].ncaptures, 1);
    ck_assert_int_eq(plan->rules[0].captures[0].attr, ATTR_ITEM);
    ck_assert_int_eq(plan->rules[0].captures[0].id, -1);
    ck_assert_int_eq(plan->journey.inactivity, 90 * DAY);
    ck_assert(names_have(&plan->journey.goal, STR("order placed")));
    ck_assert_int_eq(plan->session.timeout, 1800 * SECOND);
    ck_assert_int_eq(plan->session.max, DAY);
    ck_assert(plan->session.campaign);
    project_end(&p);
}
END_TEST

START_TEST(test_columns)
{
    struct project_text p;
    load_good(&p, "sources:\n"
                  "- {name: web, format: combined, attributes: {campaign: query.utm_campaign}}\n"
                  "- name: survey\n  format: csv\n  time: {field: Submitted at}\n"
                  "  identify: {email: E-Mail}\n"
                  "rules:\n"
                  "- {touchpoint: found us, source: web, when: {referrer.host: google}}\n"
                  "- {touchpoint: answer, source: survey, when: {e_mail: '@'}, score: '{NPS}'}\n");
    const struct source *web = source_named(p.plan, "web");
    ck_assert_str_eq(columns(web),
                     "time user ip agent request referrer | path query.utm_campaign referrer.host");
    ck_assert_uint_eq(web->nderives, 3);
    ck_assert_int_eq(web->derives[0].kind, DERIVE_PARTS);
    ck_assert_str_is(web->derives[0].key, "path");
    ck_assert_uint_eq(web->derives[0].from, field(p.plan, "request"));
    ck_assert_int_eq(web->derives[1].kind, DERIVE_QUERY);
    ck_assert_str_is(web->derives[1].key, "utm_campaign");
    ck_assert_uint_eq(web->derives[1].from, field(p.plan, "path"));
    ck_assert_int_eq(web->derives[2].kind, DERIVE_HOST);
    ck_assert_int_eq(web->slot[field(p.plan, "referrer.host")], 8);
    ck_assert_int_eq(web->slot[field(p.plan, "NPS")], -1);
    ck_assert(!web->ordered && !web->needs_raw);
    ck_assert_uint_eq(web->nidentify, 2);
    ck_assert_int_eq(web->identify[1].kind, ID_VISITOR);
    ck_assert_uint_eq(web->identify[1].nfields, 2);
    const struct source *survey = source_named(p.plan, "survey");
    ck_assert_str_eq(columns(survey), "Submitted at E-Mail NPS");
    ck_assert_int_eq(survey->slot[field(p.plan, "e_mail")], 1);
    ck_assert_str_is(survey->times[0].text, "iso8601");
    project_end(&p);
}
END_TEST

START_TEST(test_conditions)
{
    struct project_text p;
    load_good(&p, "sources: [{name: web, format: combined}]\nrules:\n"
                  "- touchpoint: 'page {item} {{{path}}}'\n  by: company\n  also: yes\n"
                  "  match: (?<email>\\S+@\\S+)\n  value: 12.5\n  campaign: '{query.c}-{email}'\n"
                  "  when:\n    method: {in: [GET, HEAD]}\n    status: {min: 200, max: 299}\n"
                  "    path: {prefix: /a}\n    agent: {is: ''}\n    ip: {regex: '^(?<item>1)'}\n"
                  "    bytes: {min: 1e3}\n");
    const struct rule *r = &p.plan->rules[0];
    static const enum cond_kind kinds[] = { COND_IN,    COND_RANGE, COND_PREFIX, COND_IS,
                                            COND_REGEX, COND_RANGE, COND_REGEX };
    ck_assert_uint_eq(r->nconds, 7);
    for (int i = 0; i < 7; i++)
        ck_assert_int_eq(r->conds[i].kind, kinds[i]);
    ck_assert_uint_eq(r->conds[0].ntexts, 2);
    ck_assert_str_is(r->conds[0].texts[1], "HEAD");
    ck_assert(r->conds[1].min == 200 && r->conds[1].max == 299);
    ck_assert(r->conds[5].min == 1000 && isinf(r->conds[5].max));
    ck_assert_uint_eq(r->conds[6].field, FIELD_RAW);
    ck_assert(p.plan->sources[0].needs_raw && r->also && r->company);
    ck_assert_uint_eq(r->name.n, 0);
    ck_assert_uint_eq(r->touchpoint.nparts, 5);
    ck_assert_str_is(r->touchpoint.parts[0].text, "page ");
    ck_assert_int_eq(r->touchpoint.parts[1].kind, PART_GROUP);
    ck_assert_uint_eq(r->touchpoint.parts[1].cond, 4);
    ck_assert_str_is(r->touchpoint.parts[2].text, " {");
    ck_assert_uint_eq(r->touchpoint.parts[3].field, field(p.plan, "path"));
    ck_assert_str_is(r->touchpoint.parts[4].text, "}");
    ck_assert_uint_eq(r->nattrs, 2);
    ck_assert_int_eq(r->attrs[0].attr, ATTR_VALUE);
    ck_assert_str_is(r->attrs[0].text.parts[0].text, "12.5");
    ck_assert_uint_eq(r->ncaptures, 2);
    ck_assert_int_eq(r->captures[1].id, ID_EMAIL);
    project_end(&p);
}
END_TEST

START_TEST(test_group_and_time)
{
    struct project_text p;
    load_good(&p, "timezone: America/New_York\nsources:\n"
                  "- {name: mail, format: postfix, year: 2026, zone: '+02:00', sparse: true}\n"
                  "- {name: shop, format: orders-csv, identify: {order: []}, time: {zone: UTC}}\n"
                  "rules:\n- {touchpoint: '{status}', format: postfix}\n"
                  "- {touchpoint: order, channel: shop}\njourney: {goal: sent}\n");
    const struct source *mail = source_named(p.plan, "mail"), *shop = source_named(p.plan, "shop");
    ck_assert(mail->ordered && mail->sparse && !shop->ordered);
    ck_assert_int_eq(mail->year, 2026);
    ck_assert_int_eq(zone_offset_at(mail->zone, 0), 7200);
    ck_assert_int_eq(zone_offset_at(shop->zone, 0), 0);
    ck_assert_uint_eq(mail->ntimes, 4);
    ck_assert_uint_eq(mail->group->by, field(p.plan, "queue"));
    ck_assert_uint_eq(mail->group->nkeep, 3);
    ck_assert_int_ne(mail->slot[mail->group->close], -1);
    ck_assert_uint_eq(shop->nidentify, 1);
    ck_assert_int_eq(shop->identify[0].kind, ID_EMAIL);
    ck_assert_uint_eq(shop->nattributes, 2);
    project_end(&p);
}
END_TEST

/* Each format of rules/formats loads without a word, by its own name. */
static const char *const formats[] = { "common",       "combined", "vhost_combined", "nginx-json",
                                       "postfix",      "ses",      "zendesk-csv",    "zendesk",
                                       "zendesk-json", "csv",      "json-lines",     "orders-csv" };

START_TEST(test_formats)
{
    struct project_text p;
    char text[500];
    snprintf(text, sizeof text,
             "sources:\n- {name: s, format: %s, time: {field: time}, identify: {email: %s}}\n"
             "rules: [{touchpoint: a, match: a}]\n",
             formats[_i], strstr(formats[_i], "com") ? "user" : "to");
    load_good(&p, text);
    ck_assert_str_is(p.plan->sources[0].format->name, formats[_i]);
    ck_assert(p.plan->sources[0].needs_raw);
    project_end(&p);
}
END_TEST

/* A rule of a pack may be for some of the pack's formats, whatever the project has, and no others.
 */
START_TEST(test_pack_formats)
{
    static const char project[] = "include: [packs/own]\n"
                                  "sources:\n- {name: s, format: combined}\n"
                                  "rules: []\n";
    struct project_text p;
    project_begin(&p);
    ck_assert_int_eq(system("mkdir packs"), 0);
    write_file("packs/own.yaml",
               "pack: own\nformat: [common, combined]\nrules:\n"
               "- {touchpoint: a, format: common, when: {path: a}}\n"
               "- {touchpoint: b, format: [combined, common], when: {path: b}}\n");
    project_load(&p, project, false);
    ck_assert_ptr_nonnull(p.plan);
    ck_assert_str_eq(p.said, "");
    ck_assert(!p.plan->rules[0].applies[0]);
    ck_assert(p.plan->rules[1].applies[0]);
    project_end(&p);

    project_begin(&p);
    ck_assert_int_eq(system("mkdir packs"), 0);
    write_file("packs/own.yaml", "pack: own\nformat: [common, combined]\nrules:\n"
                                 "- {touchpoint: a, format: combine, when: {path: a}}\n");
    project_load(&p, project, false);
    ck_assert_ptr_null(p.plan);
    ck_assert_ptr_nonnull(strstr(p.said, "this pack has no format 'combine'"));
    project_end(&p);
}
END_TEST

START_TEST(test_rules_folder)
{
    struct arena a = { 0 };
    setenv("TOUCHPATH_RULES", "/somewhere", 1);
    ck_assert_str_eq(rules_folder("touchpath", &a), "/somewhere");
    unsetenv("TOUCHPATH_RULES");
    ck_assert_ptr_nonnull(rules_folder("touchpath", &a));
    arena_free(&a);
}
END_TEST

static char *slurp(const char *path)
{
    char *text;
    gsize n;
    ck_assert(g_file_get_contents(path, &text, &n, NULL));
    return text;
}

/* zendesk is the short name of zendesk-json. */
START_TEST(test_zendesk_twins)
{
    char *a = slurp("rules/formats/zendesk.yaml"), *b = slurp("rules/formats/zendesk-json.yaml");
    ck_assert_str_eq(strstr(a, "reader:"), strstr(b, "reader:"));
    g_free(a);
    g_free(b);
}
END_TEST

/* docs/journey.schema.json is what the program prints. */
START_TEST(test_schema)
{
    char *want = slurp("docs/journey.schema.json"), *got;
    size_t n;
    FILE *to = open_memstream(&got, &n);
    plan_schema(to);
    fclose(to);
    ck_assert_str_eq(got, want);
    free(got);
    g_free(want);
}
END_TEST

static void check_told(const struct keys *keys, const char *pages)
{
    for (size_t i = 0; i < keys->n; i++) {
        char quoted[64];
        snprintf(quoted, sizeof quoted, "`%s`", keys->list[i].name);
        char written[64];
        snprintf(written, sizeof written, "%s: ", keys->list[i].name);
        ck_assert_msg(strstr(pages, quoted) || strstr(pages, written), "%s: %s", keys->what,
                      quoted);
        if (keys->list[i].of)
            check_told(keys->list[i].of, pages);
    }
}

/* Every key stands in docs/. */
START_TEST(test_pages)
{
    char *rules = slurp("docs/rules.md"), *more = slurp("docs/formats.md");
    char *channels = slurp("docs/channels.md");
    char *pages = g_strconcat(rules, more, channels, NULL);
    check_told(&project_keys, pages);
    check_told(&pack_keys, pages);
    g_free(rules);
    g_free(more);
    g_free(channels);
    g_free(pages);
}
END_TEST

START_TEST(test_columns_of_headless_csv)
{
    struct project_text p;
    load_good(&p, "sources:\n- name: a\n  format:\n    reader: csv\n"
                  "    csv: {header: no, columns: [At, Who is it, What]}\n"
                  "  time: {field: at}\n  identify: {user: who_is_it}\n"
                  "rules: [{touchpoint: '{ WHAT? }'}]\n");
    ck_assert_str_eq(columns(&p.plan->sources[0]), "at who_is_it  WHAT? ");
    project_end(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("plan");
    TCase *c = new_case(s, "plan");
    tcase_add_test(c, test_design_example);
    tcase_add_test(c, test_columns);
    tcase_add_test(c, test_conditions);
    tcase_add_test(c, test_pack_formats);
    tcase_add_test(c, test_group_and_time);
    tcase_add_test(c, test_zendesk_twins);
    tcase_add_test(c, test_rules_folder);
    tcase_add_test(c, test_columns_of_headless_csv);
    tcase_add_test(c, test_schema);
    tcase_add_test(c, test_pages);
    tcase_add_loop_test(new_case(s, "formats"), test_formats, 0, ROWS(formats));
    return s;
}
