/* test_config.c - what is said of projects with faults. Every line and column here was counted by
 * hand in the text beside it; the texts of PCRE2's own messages are those of pcre2api(3).
 */
#include "project_text.h"

/* Lines 1 to 3: what a project needs before the first rule. */
#define HEAD "sources:\n- {name: web, format: combined, files: [x]}\nrules:\n"
/* The same and one good rule. */
#define GOOD HEAD "- {touchpoint: pricing, when: {path: ^/pricing}}\n"

#define E "error: "
#define AT(place) "journey.yaml:" place ": "

static const struct {
    const char *text, *said;
} bad[] = {
    /* YAML itself */
    { "sources: [\n  a: \"b\n", AT("2:7") E "double-quoted scalar without closing quote\n" },
    { "x: \xff\n", AT("1:4") E "byte 0xff is not UTF-8 text; save the file as UTF-8\n" },
    { "", AT("1:1") E "a project must be a mapping: lines of 'key: value'\n" },
    { "a: 1\n---\nb: 1\n",
      "journey.yaml: " E "has more than one document (a line '---'); only one is read\n" },
    { GOOD "project: *x\n",
      AT("5:1") E "anchors and aliases (& and *) cannot be used here; put a text that begins with "
                  "one of them in quotes\n" },
    { GOOD "project: \"a\\0b\"\n", AT("5:10") E "a text cannot hold a NUL byte\n" },
    /* keys */
    { GOOD "curency: EUR\n",
      AT("5:1") E "a project has no key 'curency'; did you mean 'currency'?\n" },
    { GOOD "session: {timout: 30m}\n",
      AT("5:11") E "a session has no key 'timout'; did you mean 'timeout'?\n" },
    { GOOD "project: a\nproject: b\n", AT("6:1") E "'project' stands twice in this mapping\n" },
    { GOOD "currency:\n", AT("5:1") E "'currency' has no value\n" },
    { GOOD "currency: [EUR]\n", AT("5:12") E "'currency' must be one text, not a list\n" },
    { GOOD "session: []\n", AT("5:1") E "a session must be a mapping: lines of 'key: value'\n" },
    { GOOD "stages: {a: b}\n", AT("5:10") E "'stages' must be a text or a list of texts\n" },
    { GOOD "funnels: {name: x}\n",
      AT("5:11") E "'funnels' must be a list: each funnel begins with '- '\n" },
    { "rules: []\n", AT("1:1") E "a project needs the key 'sources'\n" },
    { "sources: [{name: a, format: combined}]\n",
      AT("1:1") E "a project needs 'rules', or packs of rules in 'include'\n" },
    /* values */
    { GOOD "timezone: Europe/Berlim\n",
      AT("5:11") E "there is no time zone 'Europe/Berlim'; write one such as Europe/Berlin, UTC or "
                   "+02:00\n" },
    { GOOD "stages: [a, b, a]\n", AT("5:16") E "the stage 'a' stands twice\n" },
    { GOOD "session: {timeout: 30x}\n", AT("5:20") E
      "'30x' is not a duration; write a number with s, m, h or d, such as 30m or 90d\n" },
    { GOOD "session: {campaign: maybe}\n", AT("5:21") E "'campaign' must be true or false\n" },
    { GOOD "journey: {inactivity: 0s}\n",
      AT("5:23") E "'inactivity' must be longer than nothing\n" },
    { GOOD "identity: {country: DE}\n",
      AT("5:21") E "'country' must be a whole number from 1 to 999\n" },
    { GOOD "include: packs/nothing-like-it\n",
      AT("5:10") E "there is no pack 'packs/nothing-like-it'\n" },
    /* flows and waits */
    { GOOD "calendar: {hours: {monday: 09:00-17:00}}\n",
      AT("5:20") E "'monday' is no weekday or range of them; write mon, sat,sun or mon-fri\n" },
    { GOOD "calendar: {hours: {mon: 17:00-09:00}}\n",
      AT("5:25") E "'17:00-09:00' is no time of opening; write one such as 09:00-17:30\n" },
    { GOOD "calendar: {hours: {mon-fri: 09:00-17:00, fri: 16:00-18:00}}\n",
      AT("5:47") E "these hours overlap others of the same day\n" },
    { GOOD "calendar: {hours: {mon: 09:00-17:00}, holidays: [2026-02-30]}\n", AT("5:50") E
      "'2026-02-30' is neither a date such as 2026-12-25 nor a file that can be read\n" },
    { GOOD "calendar: {hours: {mon: 09:00-17:00}, holidays: journey.yaml}\n",
      AT("5:49") E "line 1 of 'journey.yaml' does not begin with a date such as 2026-12-25\n" },
    { GOOD "calendar: {holidays: 2026-01-01}\n",
      AT("5:12") E "a calendar needs the key 'hours'\n" },
    { GOOD "flows: {anchor: pricin}\n",
      AT("5:17") E "no rule gives the touchpoint 'pricin'; did you mean 'pricing'?\n" },
    { GOOD "flows: {anchor: 'pricing -> pricin'}\n",
      AT("5:29") E "there is no touchpoint 'pricin'; did you mean 'pricing'?\n" },
    { GOOD "flows: {anchor: '[pricing'}\n", AT("5:18") E "'[' is not closed\n" },
    { GOOD "flows: {at: end, anchor: pricing}\n", AT("5:13") E
      "'at' says nothing without a pattern as 'anchor', such as 'cart -> .* -> order'\n" },
    { GOOD "flows: {occurrence: last}\n",
      AT("5:21") E "'occurrence' says nothing without an anchor within the journey\n" },
    { GOOD "flows: {after: 51}\n", AT("5:16") E "'after' must be a whole number from 0 to 50\n" },
    { GOOD "map: [pricing, pricing]\n", AT("5:16") E "'pricing' stands twice in the map\n" },
    { GOOD "waits: [{from: pricing, to: pricing, hours: business}]\n",
      AT("5:45") E "business hours need a 'calendar', such as calendar: {hours: {mon-fri: "
                   "09:00-17:00}}\n" },
    { GOOD "waits: [{from: pricing, to: pricing, within: 0s}]\n",
      AT("5:46") E "'within' must be longer than nothing\n" },
    { GOOD "waits: [{from: pricing}]\n", AT("5:10") E "a wait needs the key 'to'\n" },
    { GOOD "segments: {asked: has(touchpoint = pricing)}\ncompare: {a: asked, b: aksed}\n",
      AT("6:24") E "there is no segment 'aksed'; did you mean 'asked'?\n" },
    { GOOD "segments: {s1: 'cell(waits, n)', s2: segment = s1, s3: segment = s2, "
           "s4: segment = s3, s5: segment = s4, s6: open | segment in (s5), "
           "x: customer = funnel}\n"
           "funnels:\n- {name: f, steps: [pricing, {name: b, any_of: pricing}]}\ncompare: {a: x, "
           "b: s6}\n",
      AT("8:20") E "the segment 's6' asks for a cell of a table; only others can be compared\n" },
    { GOOD "waits: [{from: prizing, to: pricing}]\n",
      AT("5:16") E "no rule gives the touchpoint 'prizing'; did you mean 'pricing'?\n" },
    { GOOD "support: {opened: pricing, answered: pricing, solved: pricing, by: order}\n",
      AT("5:68") E "'by' cannot be 'order'; it can be 'reference', 'ticket' or 'customer'\n" },
    { GOOD
      "support: {opened: pricing, answered: pricing, solved: pricing, sla: {resolution: 0s}}\n",
      AT("5:82") E "'resolution' must be longer than nothing\n" },
    /* sources */
    { "sources:\n- {name: web, format: combind}\nrules:\n- {touchpoint: a, when: {path: a}}\n",
      AT("2:23") E "there is no format 'combind'; did you mean 'combined'?\n" },
    { "sources:\n- {name: web, format: combined}\n- {name: web, format: common}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("3:10") E "another source is called 'web', too (line 2)\n" },
    { "sources:\n- {name: web, format: combined, identify: {usr: user}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:44") E "'usr' is no kind of identifier; did you mean 'user'?\n" },
    { "sources:\n- {name: web, format: combined, identify: {visitor: [ip, agnt]}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:58") E "the format of source 'web' has no field 'agnt'; did you mean 'agent'?\n" },
    { "sources:\n- {name: web, format: combined, attributes: {campain: path}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:46") E "'campain' is no attribute; did you mean 'campaign'?\n" },
    { "sources:\n- {name: a, format: csv, identify: {user: u}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:4") E "the source 'a' has no time: give it 'time: {field: ..., formats: [...]}'\n" },
    { "sources:\n- {name: a, format: csv, time: {field: t}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:4") E "no record of the source 'a' says who it was: give it 'identify'\n" },
    { "sources:\n- {name: a, format: csv, identify: {user: u}, time: {field: t, formats: '%Q'}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:73") E
      "time format '%Q': '%Q' is not known; known are %Y %y %m %b %B %d %e %a %A %H %I %M "
      "%S %p %z %Z %f %s %%\n" },
    { "sources:\n- {name: a, format: csv, year: 26, identify: {user: u}, time: {field: t}}\n"
      "rules: [{touchpoint: a, when: {path: a}}]\n",
      AT("2:32") E "'year' must be a whole number from 1970 to 2199\n" },
    /* formats within a source */
    { "sources:\n- {name: a, identify: {user: u}, time: {field: u}, format: {reader: lines}}\n"
      "rules: [{touchpoint: a, when: {u: a}}]\n",
      AT("2:61") E "a format that reads lines needs 'layout' or 'regex'\n" },
    { "sources:\n- {name: a, identify: {user: u}, time: {field: u}, format: {reader: lines, recognise: "
      "[v, u], layout: '%{u}'}}\n"
      "rules: [{touchpoint: a, when: {u: a}}]\n",
      AT("2:88") E "no layout of this format has a field 'v'\n" },
    { "sources:\n- {name: a, identify: {user: u}, time: {field: u}, format: {reader: excel}}\n"
      "rules: [{touchpoint: a, when: {u: a}}]\n",
      AT("2:69") E "'reader' cannot be 'excel'; it can be 'lines', 'csv', 'json-lines', "
                   "'json-document', 'mail' or 'xes'\n" },
    { "sources:\n- {name: a, identify: {user: u}, time: {field: u}, format: {reader: csv, group: "
      "{by: u, record: u}}}\nrules: [{touchpoint: a, when: {u: a}}]\n",
      AT("2:74") E "'group' is for the reader 'lines', not for 'csv'\n" },
    { "sources:\n- {name: a, identify: {user: u}, time: {field: u}, format: {reader: csv, csv: "
      "{header: no}}}\nrules: [{touchpoint: a, when: {u: a}}]\n",
      AT("2:88") E "a CSV without a header needs the names of its 'columns'\n" },
    { "sources:\n- name: a\n  identify: {user: u}\n  time: {field: u}\n"
      "  format: {reader: lines, layout: '%{u} %{v}', parts: {w: '%{x}'}}\n"
      "rules: [{touchpoint: a, when: {u: a}}]\n",
      AT("5:56") E "this format has no field 'w'; did you mean 'u'?\n" },
    { "sources:\n- name: a\n  identify: {user: u}\n  time: {field: u}\n"
      "  format: {reader: lines, regex: '(?<u>a'}\nrules: [{touchpoint: a, when: {u: a}}]\n",
      AT("5:41") E "missing closing parenthesis\n" },
    /* rules */
    { HEAD "- {stage: purchase, when: {path: a}}\n",
      AT("4:4") E "a rule needs the key 'touchpoint', 'link' or 'exclude'\n" },
    { HEAD "- {link: true, touchpoint: a, when: {path: a}}\n",
      AT("4:16") E "a rule with 'link' is no touchpoint and has no 'touchpoint'\n" },
    { HEAD "- {link: [user, emial], when: {path: a}}\n",
      AT("4:17") E "'emial' is no kind of identifier; did you mean 'email'?\n" },
    { HEAD "- {link: user, when: {path: a}}\n",
      AT("4:10") E "a link joins two kinds of identifiers at least, or all: true\n" },
    { HEAD "- {touchpoint: a, when: {path: a}}\nidentity: {limits: {email: 5 a year}}\n",
      AT("5:28") E "a limit is a number from 1 to 50000, such as 5, or with a time, such as "
                   "'5 in 365d', or none; not '5 a year'\n" },
    { HEAD "- {touchpoint: a, when: {path: a}}\nidentity: {limits: {visitor: 5}}\n",
      AT("5:21") E "visitors cannot be limited: each belongs to one customer at most\n" },
    { HEAD "- {touchpoint: a, when: {path: a}}\nidentity: {limits: {order: 0}}\n",
      AT("5:28") E "a limit is a number from 1 to 50000, such as 5, or with a time, such as "
                   "'5 in 365d', or none; not '0'\n" },
    { HEAD "- {touchpoint: a, when: {path: a}}\nidentity: {max_persons: 0}\n",
      AT("5:25") E "'max_persons' must be a whole number from 1 to 1000000\n" },
    { HEAD "- {touchpoint: a, when: {path: a}}\nidentity: {visitor_window: 0s}\n",
      AT("5:28") E "'visitor_window' must be longer than nothing\n" },
    { HEAD "- {touchpoint: a, stage: purchse, when: {path: a}}\n",
      AT("4:26") E "there is no stage 'purchse'; did you mean 'purchase'?\n" },
    { HEAD "- {touchpoint: a, when: {pth: a}}\n",
      AT("4:26") E "no source has a field 'pth'; did you mean 'path'?\n" },
    { HEAD "- {touchpoint: a, when: {path: {is: a, prefix: b}}}\n",
      AT("4:33") E "a condition is one of: a regex, is, in, prefix, net, or min and max\n" },
    { HEAD "- {touchpoint: a, when: {status: {min: 5, max: 4}}}\n",
      AT("4:40") E "'min' is larger than 'max': no value is in between\n" },
    { HEAD "- {touchpoint: a, when: {status: {min: five}}}\n",
      AT("4:40") E "'min' must be a number\n" },
    { HEAD "- {touchpoint: a, when: {path: a}, pain: -1}\n",
      AT("4:42") E "'pain' must be a number from 0 to 1000000\n" },
    { HEAD "- {touchpoint: a, when: {path: a}, emotion: 3}\n",
      AT("4:45") E "'emotion' must be a number from -2 to 2\n" },
    { HEAD "- {touchpoint: a, when: {path: a}, by: us}\n",
      AT("4:40") E "'by' cannot be 'us'; it can be 'customer' or 'company'\n" },
    { HEAD "- {touchpoint: a, when: {path: a}, source: wbe}\n",
      AT("4:44") E "no source has the name 'wbe'; did you mean 'web'?\n" },
    { HEAD "- {touchpoint: '', when: {path: a}}\n", AT("4:16") E "a touchpoint needs a name\n" },
    { HEAD "- {touchpoint: 'a {b', when: {path: a}}\n",
      AT("4:19") E "this '{' has no '}'; write {{ for a brace\n" },
    { HEAD "- {touchpoint: 'a }', when: {path: a}}\n",
      AT("4:19") E "there is no '{' before this '}'; write }} for a brace\n" },
    { HEAD "- {touchpoint: 'a {statu}', when: {path: a}}\n",
      AT("4:20") E "no source has a field 'statu'; did you mean 'status'?\n" },
    { HEAD "- {touchpoint: a, when: {path: '^/(?<itm>.)'}}\n",
      AT("4:38") E "the named group 'itm' is no attribute, no identifier and in no template of the "
                   "rule; did you mean 'item'?\n" },
    { HEAD "- {touchpoint: a, when: {path: a}, examples: {path: a}}\n",
      AT("4:47") E "'examples' must be a text or a list of texts and of {field: value}\n" },
    { HEAD "- {touchpoint: a, when: {path: a}, examples: [{pth: a}]}\n",
      AT("4:48") E "no source has a field 'pth'; did you mean 'path'?\n" },
    { "sources:\n- {name: web, format: combined}\n- {name: mail, format: postfix}\nrules:\n"
      "- {touchpoint: a, source: mail, when: {path: a}}\n",
      AT("5:40") E "source 'mail' has no field 'path'\n" },
    { "sources:\n- {name: web, format: combined}\n- {name: mail, format: postfix}\nrules:\n"
      "- {touchpoint: a}\n",
      AT("5:16") E "this rule takes every record of every source: give it 'when', 'match' or "
                   "'source'\n" },
    /* the very byte of a regex, in every style of YAML text */
    { HEAD "- {touchpoint: a, when: {path: '^/pricing[/?'}}\n",
      AT("4:45") E "missing terminating ] for character class\n" },
    { HEAD "- {touchpoint: a, when: {path: 'a''b''c*+?d++*'}}\n",
      AT("4:42") E "quantifier does not follow a repeatable item\n" },
    { HEAD "- {touchpoint: a, when: {path: \"\\t\\u00e9\\x41x)y\"}}\n",
      AT("4:46") E "unmatched closing parenthesis\n" },
    { HEAD "- touchpoint: a\n  when:\n    path: ab)c\n",
      AT("6:13") E "unmatched closing parenthesis\n" },
    { HEAD "- touchpoint: a\n  match: |\n    ab\n    c)d\n",
      AT("7:6") E "unmatched closing parenthesis\n" },
    { HEAD "- touchpoint: a\n  match: >\n    ab\n    c)d\n",
      AT("7:6") E "unmatched closing parenthesis\n" },
    { HEAD "- touchpoint: a\n  match: 'ab\n    c)d'\n",
      AT("6:6") E "unmatched closing parenthesis\n" },
    { HEAD "- touchpoint: a\n  match: \"ab\\\n    c)d\"\n",
      AT("6:6") E "unmatched closing parenthesis\n" },
    /* touchpoints by name */
    { GOOD "journey: {goal: pricin}\n",
      AT("5:17") E "no rule gives the touchpoint 'pricin'; did you mean 'pricing'?\n" },
    { GOOD "journey: {goal: [pricing], close: x, first: y}\nsession: {boundary: z}\n",
      AT("5:35") E "no rule gives the touchpoint 'x'; it can be 'pricing'\n" AT("5:45") E
      "no rule gives the touchpoint 'y'; it can be 'pricing'\n" AT("6:21") E
      "no rule gives the touchpoint 'z'; it can be 'pricing'\n" },
    { HEAD "- {touchpoint: a, stage: purchase, when: {path: a}}\n"
           "- {touchpoint: a, stage: advocacy, when: {path: b}}\n",
      AT("5:26") E "the touchpoint 'a' is in stage 'purchase' already (journey.yaml:4)\n" },
    { GOOD "funnels:\n- {name: a, steps: [pricing, pricng]}\n- {name: a, steps: [pricing]}\n",
      AT("6:30") E "no rule gives the touchpoint 'pricng'; did you mean 'pricing'?\n" AT("7:10") E
      "another funnel is called 'a', too\n" AT("7:21") E "a funnel needs at least two steps\n" },
    { GOOD "objectives: [{name: x, measure: funnel.b.conversion, due: soon, target: lots}]\n",
      AT("5:40") E "there is no funnel 'b'\n" AT("5:59") E
      "'due' must be a date such as 2027-05-01\n" AT("5:73") E
      "'target' must be a number or a change such as +15%\n" },
    { GOOD "objectives:\n- {name: x, measure: funnels.f.conversion, target: +3}\n"
           "- {name: x, measure: stage.purchse.reach, baseline: 12}\n"
           "- {name: y, measure: touchpoint.pricin.reach, target: +15%}\n"
           "- {name: z, measure: journeys.reach}\n- {name: u, measure: journeys.a.b}\n"
           "- {name: v, measure: journeys.journeys, baseline: 5, target: 5, since: 2026-05-02, "
           "due: 2026-05-01}\n",
      AT("6:22") E "a measure begins with what it is about; there is no 'funnels'; did you mean "
                   "'funnel'?\n" AT("6:52") E
      "'target' must be a number or a change such as +15%\n" AT("7:10") E
      "another objective is called 'x', too\n" AT("7:28") E
      "there is no stage 'purchse'; did you mean 'purchase'?\n" AT("8:33") E
      "no rule gives the touchpoint 'pricin'; did you mean 'pricing'?\n" AT("8:55") E
      "a change needs a 'baseline' that it is a change of\n" AT("9:31") E
      "an objective about journeys cannot be measured by 'reach'; it can be 'conversion', "
      "'journeys', 'converted', 'customers', 'duration_median' or 'time_to_goal_median'\n" AT("10:22")
          E "'journeys.a.b' is no measure such as journeys.conversion\n" AT("11:62") E
      "the target is the baseline: nothing is to be reached\n" AT("11:89") E
      "'due' must be after 'since'\n" },
    { GOOD "objectives: [{name: x, measure: journeys.conversion, baseline: 12, target: +900%}]\n",
      AT("5:64") E "this is no rate: write 0.15 for 15 %\n" AT("5:76") E
      "what that comes to is no rate: write 0.15 for 15 %\n" },
};

START_TEST(test_bad)
{
    struct project_text p;
    project_begin(&p);
    project_load(&p, bad[_i].text, false);
    ck_assert_ptr_null(p.plan);
    ck_assert_str_eq(p.said, bad[_i].said);
    project_end(&p);
}
END_TEST

static const struct {
    const char *text, *said;
} doubtful[] = {
    { GOOD "- {touchpoint: b, when: {path: ^/pricing, method: GET}}\n",
      AT("5:16") "warning: this rule never matches: the rule at journey.yaml:4 takes all of its "
                 "records\n" },
    { GOOD "- {touchpoint: b, when: {path: {is: ^/pricing}, method: GET}}\n", "" },
    { GOOD "- {touchpoint: b, when: {path: ^/pricing/, method: GET}}\n", "" },
    { HEAD "- {touchpoint: a, also: true, when: {path: a}}\n- {touchpoint: b, when: {path: a}}\n",
      "" },
    { HEAD "- {touchpoint: a, when: {path: a, status: b}}\n- {touchpoint: b, when: {status: b}}\n",
      "" },
    { HEAD "- {touchpoint: a, when: {status: {in: [x, y]}}}\n"
           "- {touchpoint: b, match: x, when: {status: {in: [x, y]}}}\n",
      AT("5:16") "warning: this rule never matches: the rule at journey.yaml:4 takes all of its "
                 "records\n" },
    { HEAD "- {touchpoint: '{path}'}\n- {touchpoint: b, when: {status: x}}\n",
      AT("5:16") "warning: this rule never matches: the rule at journey.yaml:4 takes all of its "
                 "records\n" },
    { "sources:\n- {name: a, format: combined}\n- {name: b, format: combined}\nrules:\n"
      "- {touchpoint: a, source: a, when: {path: x}}\n- {touchpoint: b, when: {path: x}}\n"
      "- {touchpoint: c, source: b, when: {path: x}}\n",
      AT("7:16") "warning: this rule never matches: the rule at journey.yaml:6 takes all of its "
                 "records\n" },
    { "sources:\n- {name: web, format: combined}\n- {name: mail, format: postfix}\nrules:\n"
      "- {touchpoint: a, when: {path: x, queue: y}}\n",
      AT("5:16") "warning: this rule applies to no source: none has all of its fields\n" },
    { "sources:\n- {name: web, channel: www, format: combined}\n- {name: mail, format: postfix}\n"
      "rules:\n- {touchpoint: a, source: mail, channel: www, when: {path: x}}\n",
      AT("5:16") "warning: this rule applies to no source: none meets all of its source, channel "
                 "and "
                 "format\n" },
};

START_TEST(test_doubtful)
{
    struct project_text p;
    project_begin(&p);
    project_load(&p, doubtful[_i].text, false);
    ck_assert_str_eq(p.said, doubtful[_i].said);
    ck_assert_ptr_nonnull(p.plan);
    project_end(&p);
}
END_TEST

START_TEST(test_caret)
{
    struct project_text p;
    project_begin(&p);
    project_load(&p, HEAD "- touchpoint: a\n  when: {path: '^/[/?', status: '('}\n", true);
    ck_assert_str_eq(p.said, AT("5:22") E "missing terminating ] for character class\n"
                                          "    when: {path: '^/[/?', status: '('}\n"
                                          "                       ^\n" AT("5:35") E
                     "missing closing parenthesis\n"
                     "    when: {path: '^/[/?', status: '('}\n"
                     "                                    ^\n");
    project_end(&p);
}
END_TEST

/* All faults are counted, the first twenty are shown. */
START_TEST(test_many)
{
    struct project_text p;
    project_begin(&p);
    char text[4096] = HEAD;
    for (int i = 0; i < 25; i++)
        strcat(text, "- {touchpoint: a, when: {path: '('}}\n");
    project_load(&p, text, false);
    ck_assert_uint_eq(p.faults.errors, 25);
    ck_assert_ptr_nonnull(strstr(p.said, "... and 5 more errors\n"));
    project_end(&p);
}
END_TEST

/* Packs and formats of the project's own are named by their paths. */
START_TEST(test_faults_in_other_files)
{
    struct project_text p;
    project_begin(&p);
    write_file("own.yaml", "pack: own\nrules:\n- {touchpoint: b, when: {path: '('}}\n");
    write_file("form.yaml", "reader: lines\nlayout: '%{a'\n");
    project_load(&p,
                 "include: [own, own]\nsources:\n- {name: web, format: combined}\n"
                 "- {name: x, format: form, time: {field: a}, identify: {user: a}}\n",
                 false);
    ck_assert_ptr_nonnull(strstr(p.said, "./own.yaml:3:34: error: missing closing parenthesis\n"));
    ck_assert_ptr_nonnull(strstr(p.said, "journey.yaml:1:16: error: the pack 'own' is included "
                                         "twice\n"));
    ck_assert_ptr_nonnull(strstr(p.said, "./form.yaml:2:10: error: "));
    project_end(&p);
}
END_TEST

/* A pack may be for more formats than a project has; but its fields must be those of its formats.
 */
START_TEST(test_packs)
{
    static const char project[] = "include: [p]\nsources:\n- {name: web, format: common}\n";
    static const struct {
        const char *rule, *said;
    } packs[] = {
        { "{touchpoint: a, when: {referrer: x}}", "" },
        { "{touchpoint: a, when: {referer: x}}",
          "./p.yaml:4:26: error: no format of this pack has a field 'referer'; did you mean "
          "'referrer'?\n" },
        { "{touchpoint: a, when: {path: x}, source: web}", "" },
    };
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++) {
        struct project_text p;
        project_begin(&p);
        char pack[200];
        snprintf(pack, sizeof pack, "pack: p\nformat: [common, combined]\nrules:\n- %s\n",
                 packs[i].rule);
        write_file("p.yaml", pack);
        project_load(&p, project, false);
        ck_assert_str_eq(p.said, packs[i].said);
        project_end(&p);
    }
    struct project_text p;
    project_begin(&p);
    write_file("p.yaml", "pack: p\nformat: postfix\nrules:\n- {touchpoint: a, when: {to: x}}\n");
    project_load(&p, project, false);
    ck_assert_str_eq(p.said, "./p.yaml:2:9: warning: no source has the format of this pack\n");
    project_end(&p);
}
END_TEST

/* One past each limit of base/limits.h (and of plan.h) that a project can reach: what is written
 * before, what is repeated with its number, what is written after. */
static const struct {
    const char *before, *each, *after, *said;
    int n;
} limits[] = {
    { HEAD "- {touchpoint: a, when: {", "query.k%d: x, ", "}}\n",
      AT("4:26") E "a rule has at most 32 conditions, not 33\n", 33 },
    { GOOD "stages: [", "s%d, ", "]\n", AT("5:10") E "a project has at most 64 stages, not 65\n",
      65 },
    { "rules: [{touchpoint: a, when: {path: a}}]\nsources:\n", "- {name: s%d, format: combined}\n",
      "", AT("3:4") E "a project has at most 1000 sources, not 1001\n", 1001 },
    { HEAD, "- {touchpoint: t%d, when: {path: {is: a%1$d}}}\n", "",
      AT("4:4") E "rules give more than 10000 touchpoints: 10001\n", 10001 },
    { HEAD, "- {touchpoint: t, when: {path: {is: a%d}}}\n", "",
      AT("65539:4") E "a project has at most 65535 rules with its packs\n", 65536 },
    { HEAD, "- {touchpoint: t, when: {query.k%d: a}}\n",
      "", /* time, user, ip and agent stand before */
      AT("1000:26") E "the project names more than 1000 fields\n", 997 },
    { "rules: [{touchpoint: a, when: {u: a}}]\nsources:\n- name: a\n  identify: {user: u}\n"
      "  time: {field: u}\n  format:\n    reader: csv\n    csv:\n      header: no\n      columns: "
      "[u, ",
      "c%d, ", "]\n", AT("10:17") E "a CSV has at most 4096 columns, not 4097\n", 4096 },
    { "rules: [{touchpoint: a, when: {u: a}}]\nsources:\n- name: a\n  identify: {user: u}\n"
      "  format: csv\n  time: {field: u, formats: [",
      "'%%Y-%%m-%%d x%d', ", "]}\n", AT("6:30") E "a source has at most 8 formats of time, not 9\n",
      9 },
    { "rules: [{touchpoint: a, when: {u: a}}]\nsources:\n- name: a\n  format: csv\n"
      "  time: {field: u}\n  identify: {user: [",
      "f%d, ", "]}\n", AT("6:21") E "an identifier is made of at most 4 fields, not 5\n", 5 },
    { HEAD "- {touchpoint: a, when: {", "q%d: x, ", "}}\n",
      AT("4:26") E "a mapping cannot have more than 1000 keys\n" AT("4:26") E
      "a rule has at most 32 conditions, not 1000\n",
      1001 },
};

START_TEST(test_limits)
{
    struct project_text p;
    project_begin(&p);
    char *text;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    fputs(limits[_i].before, to);
    for (int i = 0; i < limits[_i].n; i++)
        fprintf(to, limits[_i].each, i);
    fputs(limits[_i].after, to);
    fclose(to);
    project_load(&p, text, false);
    ck_assert_str_eq(p.said, limits[_i].said);
    free(text);
    project_end(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("config");
    tcase_add_loop_test(new_case(s, "bad"), test_bad, 0, ROWS(bad));
    tcase_add_loop_test(new_case(s, "doubtful"), test_doubtful, 0, ROWS(doubtful));
    tcase_add_loop_test(new_case(s, "limits"), test_limits, 0, ROWS(limits));
    TCase *c = new_case(s, "faults");
    tcase_add_test(c, test_caret);
    tcase_add_test(c, test_many);
    tcase_add_test(c, test_packs);
    tcase_add_test(c, test_faults_in_other_files);
    return s;
}
