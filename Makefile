# SPDX-License-Identifier: Apache-2.0
# make          builds build/hallpass
# make demo     installs what is missing, builds, and carries out one complete install
# make check    installs what is missing, builds, runs every test suite
# make bench    the figures of the README
# make fuzz     a minute for each fuzz target
# make screens  takes the pictures of docs/screens anew
# make clean

BUILD = build
# Developers and CI stop at the first warning; a packager's compiler may know new ones.
MESON_FLAGS =

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD) $(MESON_FLAGS)

demo:
	scripts/setup build
	$(MAKE) all
	scripts/demo $(BUILD)/hallpass

check:
	scripts/setup build check
	$(MAKE) all
	scripts/run-suites check

bench:
	scripts/setup build bench
	$(MAKE) all
	python3 bench/run.py $(BUILD)
	python3 bench/pages.py

fuzz:
	scripts/setup build ci
	scripts/fuzz 60

screens:
	scripts/setup build check
	$(MAKE) all
	tests/browser/run screens
	cp $(BUILD)/browser/shots/docs/*.png docs/screens/

clean:
	rm -rf build build-*

.PHONY: all demo check bench fuzz screens clean
