# A thin front; the build itself is Meson's, the work of each target is in tools/.
BUILD ?= build
DATA ?= data
LISTEN ?= 127.0.0.1:8023
AS_OF ?= 2023-06-30
PREFIX ?= /usr/local
SECONDS ?= 60
export BUILD DATA LISTEN AS_OF

.PHONY: help build web run check coverage fuzz bench install clean

help:
	@echo 'make run       install what is missing, build, load the worked example, serve it'
	@echo '               (LISTEN=$(LISTEN) DATA=$(DATA) AS_OF=$(AS_OF))'
	@echo 'make check     every test; the last line says how many passed and failed'
	@echo '               (STEPS="lint unit" runs some; tools/check.py --list names them)'
	@echo 'make build     build without starting'
	@echo 'make install   install under PREFIX=$(PREFIX), respects DESTDIR'
	@echo 'make fuzz      hunt with every fuzz target for SECONDS=$(SECONDS) each'
	@echo 'make coverage  line and branch coverage of the tests'
	@echo 'make bench     measured comparisons'
	@echo 'make clean     remove what was built; data/ stays'

build:
	@tools/run.sh build

web:
	@tools/run.sh web

run:
	@tools/run.sh

check:
	@tools/deps.sh build web check
	@tools/check.py $(STEPS)

coverage:
	@tools/deps.sh build check
	@tools/coverage.sh

fuzz:
	@tools/deps.sh build check
	@FUZZ_SECONDS=$(SECONDS) tools/check.py fuzz

bench: build
	@ninja -C $(BUILD) --quiet bench/store_raw
	@$(BUILD)/bench/store_raw $(BUILD)
	@python3 bench/http_bench.py
	@echo 'PostgreSQL, by hand because they take long: first ninja -C $(BUILD) bench/country_ask bench/mix_load bench/http_load'
	@echo '  bench/pg_bench.py --build $(BUILD)    beside pgbench running the same SQL, 10 minutes'
	@echo '  bench/country.py --build $(BUILD)     2,844 districts, 2 million items: 15 GB, 20 minutes'

install: build
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@meson install -C $(BUILD) --quiet

clean:
	rm -rf build build-* web/dist
