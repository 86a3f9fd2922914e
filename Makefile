# touchpath. The targets that people use:
#   make demo    installs what is missing, builds, runs the main job on samples/
#   make check   the same, and tests everything
#   make         builds (the libraries must be there: make deps)
#   make unit tsan fuzz bench install clean deps
# Knobs: SAN=address,undefined  CC=clang  V=1  WERROR=1  B=FOLDER  FUZZ_SECONDS=20
#        prefix=/usr/local DESTDIR=    or put them in config.mk.

-include config.mk

comma   := ,
prefix  ?= /usr/local
bindir  := $(prefix)/bin
datadir := $(prefix)/share
VERSION := 0.1.0
FUZZ_SECONDS ?= 20

CC      ?= cc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes

B       := build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
Q       := $(if $(V),,@)

# pkg-config is asked once, when the first file is compiled, and not when this file is read:
# `make demo` on a machine without it must get as far as installing it. once NAME,COMMAND gives the
# output of the command, and remembers it.
once     = $(or $($1),$(eval $1 := $$(shell $2))$($1))
MISSING  = $(error libraries or tools are missing: run `make deps`)
PKGS     = libpcre2-8 libarchive libfyaml glib-2.0 gmime-3.0 libcgraph libgvc zlib nettle \
           liblzma libzstd liblz4 libxxhash sqlite3 $(ISAL)
ISAL     = $(call once,ISAL_,pkg-config --exists libisal && echo libisal)
INCLUDES = $(or $(call once,INCLUDES_,pkg-config --cflags $(PKGS) | sed 's/-I/-isystem /g'),$(MISSING))
# Debian's bzip2 has no pkg-config module.
LIBS     = $(or $(call once,LIBS_,pkg-config --libs $(PKGS)),$(MISSING)) -lbz2 -lm
CHECK    = $(or $(call once,CHECK_,pkg-config --libs check),$(MISSING))

# Flags of the sanitizers $1.
SANITIZE = $(if $1,-fsanitize=$1 -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL      = -std=c11 -D_XOPEN_SOURCE=700 -Ipipeline -fopenmp $(WARN) \
           -DVERSION='"$(VERSION)"' -DRULES_DIR='"$(datadir)/touchpath/rules"' \
           $(if $(ISAL),-DHAVE_ISAL) $(call SANITIZE,$(SAN)) $(if $(WERROR),-Werror) $(CFLAGS)
ALL_DEPS = $(INCLUDES) $(ALL)

PIPE    := $(wildcard pipeline/*.c pipeline/*/*.c)
CMD     := $(wildcard cmd/*.c)
SUITES  := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
ORACLES := $(patsubst tests/oracle/%.c,%,$(wildcard tests/oracle/*.c))
FUZZ    := $(filter-out replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
OBJ      = $(patsubst %.c,$B/%.o,$1)

all: $B/touchpath

$B/touchpath: $(call OBJ,$(CMD)) $B/libtouchpath.a
	@echo "  LINK $@"
	$Q$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$B/libtouchpath.a: $(call OBJ,$(PIPE))
	@rm -f $@
	$Qar rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$Q$(CC) $(ALL_DEPS) -MMD -MP -c -o $@ $<

# One program a suite of unit tests: build/unit/NAME from tests/unit/test_NAME.c. The other files
# there are shared by suites: each takes what it uses.
$B/unit/%: $B/tests/unit/test_%.o $B/libunit.a $B/libtouchpath.a
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$Q$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(CHECK) $(LIBS)

$B/libunit.a: $(call OBJ,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
	@rm -f $@
	$Qar rcs $@ $^

# Programs that show parts of ours to the scripts of tests/oracle/.
$B/oracle/%: $B/tests/oracle/%.o $B/libtouchpath.a
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$Q$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

# What tests/bench/run measures from inside.
$B/bench/%: $B/tests/bench/%.o $B/libtouchpath.a
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$Q$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

# One program a fuzz target that feeds it files, without an engine; and one with clang's.
$B/replay/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $B/libtouchpath.a
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$Q$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$B/fuzz/%: $B/tests/fuzz/%.o $B/libtouchpath.a
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$Q$(CC) $(ALL) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LIBS)

# ---- what people use ----

deps:
	@.ci/deps demo

demo: deps
	@$(MAKE) --no-print-directory all
	@tests/demo $B/touchpath

check:
	@.ci/deps check
	@$(MAKE) --no-print-directory tested
	@B=$B CC='$(CC)' tests/run

# All programs that tests/run runs.
tested: $B/touchpath $(SUITES:%=$B/unit/%) $(ORACLES:%=$B/oracle/%) $(FUZZ:%=$B/replay/%)
	@echo '$(ALL_DEPS)' >$B/flags
	@echo '$(LDFLAGS) $(LIBS)' >$B/libs

unit: $(SUITES:%=$B/unit/%)
	$Qfor t in $^; do $$t || exit 1; done

# Only clang: gcc's OpenMP is not known to ThreadSanitizer, which then sees races in clean code.
tsan:
	@.ci/deps clang
	@$(MAKE) --no-print-directory CC=clang SAN=thread B=build-thread all
	@TSAN_OPTIONS=ignore_noninstrumented_modules=1 TOUCHPATH=build-thread/touchpath WORKERS=7 tests/golden

fuzz:
	@.ci/deps clang
	@$(MAKE) --no-print-directory CC=clang SAN=fuzzer-no-link,address,undefined B=build-fuzz fuzzed
	@B=build-fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/all

fuzzed: $(FUZZ:%=$B/fuzz/%)

bench:
	@.ci/deps bench
	@$(MAKE) --no-print-directory all
	@B=$B tests/bench/run

install: all
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(datadir)/touchpath $(DESTDIR)$(datadir)/man/man1 \
	    $(DESTDIR)$(datadir)/bash-completion/completions $(DESTDIR)$(datadir)/doc/touchpath
	install -m 755 $B/touchpath $(DESTDIR)$(bindir)/touchpath
	cd rules && find . -type f -exec install -D -m 644 {} $(DESTDIR)$(datadir)/touchpath/rules/{} \;
	$B/touchpath help man >$(DESTDIR)$(datadir)/man/man1/touchpath.1
	$B/touchpath help completion >$(DESTDIR)$(datadir)/bash-completion/completions/touchpath
	install -m 644 README.md CHANGELOG.md LICENSE $(wildcard docs/*.md docs/*.json) $(DESTDIR)$(datadir)/doc/touchpath

clean:
	rm -rf build build-* out/demo

-include $(shell find $B -name '*.d' 2>/dev/null)

.PHONY: all deps demo check tested unit tsan fuzz fuzzed bench install clean
.SECONDARY:
