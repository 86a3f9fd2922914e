/* completion.c - completion for bash, made from the tables of subcommands and options.
 */
#include "cmd.h"

/* What follows an option: words of its own, folders, files, or nothing that could be guessed. */
static void put_argument(const struct option *o, FILE *to)
{
    if (!o->argument)
        return;
    fprintf(to, "        --%s", o->name);
    if (o->letter)
        fprintf(to, "|-%c", o->letter);
    fputs(") ", to);
    if (strcmp(o->argument, "DIR") == 0) {
        fputs("COMPREPLY=($(compgen -d -- \"$cur\"))", to);
    } else if (strstr(o->argument, ".yaml") || strcmp(o->argument, "FILE") == 0) {
        fputs("COMPREPLY=($(compgen -f -- \"$cur\"))", to);
    } else if (strchr(o->argument, '|') && o->argument[0] >= 'a') {
        fputs("COMPREPLY=($(compgen -W '", to);
        for (const char *c = o->argument; *c; c++)
            fputc(*c == '|' ? ' ' : *c, to);
        fputs("' -- \"$cur\"))", to);
    } else {
        fputs("COMPREPLY=()", to);
    }
    fputs("; return ;;\n", to);
}

static void put_words(const struct option *options, FILE *to)
{
    for (const struct option *o = options; o->name; o++) {
        if (o->hidden)
            continue;
        fprintf(to, " --%s", o->name);
        if (o->letter)
            fprintf(to, " -%c", o->letter);
    }
}

static void put_command(const struct command *c, FILE *to)
{
    fprintf(to, "    %s)\n        case $prev in\n", c->name);
    for (const struct option *o = c->options; o->name; o++)
        if (!o->hidden)
            put_argument(o, to);
    fputs("        esac\n        words='", to);
    put_words(c->options, to);
    put_words(common_options, to);
    fputs("' ;;\n", to);
}

void completion_print(FILE *to)
{
    fputs("# bash completion for touchpath: . <(touchpath help completion)\n"
          "_touchpath()\n{\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words\n"
          "    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        COMPREPLY=($(compgen -W '",
          to);
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, "%s ", c->name);
    fputs("--version' -- \"$cur\"))\n"
          "        return\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n",
          to);
    for (const struct command *c = commands; c->name; c++)
        put_command(c, to);
    fputs("    esac\n"
          "    if [[ $cur == -* ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "    elif [ \"${COMP_WORDS[1]}\" = help ]; then\n"
          "        COMPREPLY=($(compgen -W '",
          to);
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, "%s ", c->name);
    for (const struct topic *t = topics; t->name; t++)
        fprintf(to, "%s ", t->name);
    fputs("' -- \"$cur\"))\n"
          "    else\n"
          "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
          "    fi\n}\n"
          "complete -o filenames -F _touchpath touchpath\n",
          to);
}
