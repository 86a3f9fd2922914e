/* load_accounts.c - the key `accounts`: to which company or household a person belongs. See load.h,
 * and identity/accounts.h for what it does.
 */
#include "config/load.h"

const char *const account_by_names[ACCOUNT_BYS + 1] = { "group", "email_domain", NULL };

static const char *const name_choices[] = { "hashed", "plain", NULL };
static const char *const level_choices[] = { "person", "account", NULL };

static const struct key accounts_list[] = {
    { .name = "by",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "what says whose account a person is of, the first that they have: group (an "
               "identifier of that kind), email_domain (of no free mail provider)" },
    { .name = "except",
      .kind = VALUE_TEXTS,
      .means = "groups and mail domains that are no account, such as your own, beside those of "
               "free mail providers" },
    { .name = "names",
      .kind = VALUE_CHOICE,
      .choices = name_choices,
      .means = "how accounts are called in tables: hashed (as customers are), or plain" },
    { .name = "level",
      .kind = VALUE_CHOICE,
      .choices = level_choices,
      .means = "whom tables count as a customer: each person, or each account with all its "
               "persons; person" },
};
KEYS(accounts_keys, "an accounts", accounts_list);

static int by_find(struct str name)
{
    for (int i = 0; i < ACCOUNT_BYS; i++)
        if (str_eq(name, str_c(account_by_names[i])))
            return i;
    return -1;
}

static void unknown_by(struct loader *l, const struct yaml_node *item)
{
    struct str names[ACCOUNT_BYS];
    for (int i = 0; i < ACCOUNT_BYS; i++)
        names[i] = str_c(account_by_names[i]);
    struct str hint = did_you_mean(item->text, names, ACCOUNT_BYS, &l->scratch);
    yaml_error(l->faults, item, "an account is told by group or email_domain, not by '%.*s'%.*s",
               STR_ARG(item->text), STR_ARG(hint));
}

static void add_by(struct loader *l, struct account_rules *rules, const struct yaml_node *item)
{
    int by = by_find(item->text);
    bool again = false;
    for (size_t i = 0; i < rules->nby; i++)
        again |= (int)rules->by[i] == by;
    if (by < 0)
        unknown_by(l, item);
    else if (again)
        yaml_error(l->faults, item, "'%.*s' stands here twice", STR_ARG(item->text));
    else
        rules->by[rules->nby++] = (enum account_by)by;
}

void load_accounts(struct loader *l, const struct yaml_node *accounts)
{
    struct account_rules *rules = &l->plan->accounts;
    const struct yaml_node *by = yaml_get(accounts, "by"), *names = yaml_get(accounts, "names");
    const struct yaml_node *level = yaml_get(accounts, "level");
    size_t n = 0;
    const struct yaml_node *items = by ? value_texts(by, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        if (!items[i].wrong)
            add_by(l, rules, &items[i]);
    if (by && !n)
        yaml_error(l->faults, by, "'by' names nothing: write group, email_domain, or both");
    rules->except = load_names(l, yaml_get(accounts, "except"));
    rules->plain = names && str_eq(names->text, STR("plain"));
    rules->level = level && str_eq(level->text, STR("account"));
}
