# touchpath. The targets that people use:
#   make demo    installs what is missing, builds, runs the main job on samples/
#   make check   the same, and tests everything
#   make         builds (the libraries must be there: make deps)
#   make tsan fuzz bench install clean deps
# Knobs: SAN=address,undefined  CC=clang  V=1  prefix=/usr/local DESTDIR=  or put them in config.mk.

-include config.mk

comma   := ,
prefix  ?= /usr/local
bindir  := $(prefix)/bin
datadir := $(prefix)/share
VERSION := 0.1.0

CC      ?= cc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes
PKGS    := libpcre2-8 libarchive libfyaml glib-2.0 libcgraph libgvc zlib
PKGS    += $(shell pkg-config --exists libisal && echo libisal)

B       := build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
Q       := $(if $(V),,@)

ALL     := -std=c11 -D_XOPEN_SOURCE=700 -Ipipeline -fopenmp $(WARN) \
           -DVERSION='"$(VERSION)"' -DRULES_DIR='"$(datadir)/touchpath/rules"' \
           $(shell pkg-config --exists libisal && echo -DHAVE_ISAL) \
           $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
           $(shell pkg-config --cflags $(PKGS) | sed 's/-I/-isystem /g') $(CFLAGS)
LIBS    := $(shell pkg-config --libs $(PKGS)) -lm

PIPE    := $(wildcard pipeline/*.c pipeline/*/*.c)
CMD     := $(wildcard cmd/*.c)
SUITES  := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
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
	$Q$(CC) $(ALL) -MMD -MP -c -o $@ $<

# One program a suite of unit tests: build/unit/NAME from tests/unit/test_NAME.c.
$B/unit/%: $B/tests/unit/test_%.o $B/tests/unit/unit.o $B/libtouchpath.a
	@mkdir -p $(@D)
	$Q$(CC) $(ALL) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs check) $(LIBS)

unit: $(SUITES:%=$B/unit/%)
	$Qfor t in $^; do $$t || exit 1; done

clean:
	rm -rf build build-*

-include $(shell find $B -name '*.d' 2>/dev/null)

.PHONY: all unit clean
.SECONDARY:
