# Two commands for everyone:   make demo   and   make test
# Each installs what is missing (Debian 12, 13, testing), configures, builds, and runs.
SHELL := /bin/bash
# `release` compiles several files as one: quick from nothing. PRESET=edit compiles each for itself: quick after a change.
PRESET := release
BUILD := build/$(PRESET)
PROGRAM := $(BUILD)/bin/slidetype

ONNXRUNTIME := build/onnxruntime

.PHONY: scorer packages sanitize nightly fuzz performance performance-page model-card slide-calls help deps build program onnx try-onnx demo demo-real test lint format install clean
# `deps`, what is fetched and what is built follow one another; cmake and ctest use all processors by themselves.
.NOTPARALLEL:

help:
	@echo "make demo       install what is missing, build, run on the sample slides"
	@echo "make program    install what is missing, build all that slidetype can do (make demo builds what scores slides)"
	@echo "make demo-real  the same as make demo on one genuine public slide (fetched with apt)"
	@echo "make onnx       fetch ONNX Runtime (apt, npm) and build with it, for encoders in ONNX files"
	@echo "make test       install what is missing, build, run all tests"
	@echo "make lint       fail on any formatting or clang-tidy finding"
	@echo "make sanitize   run the tests under the address, undefined-behaviour and thread sanitizers (15 minutes)"
	@echo "make fuzz       fuzz what is read from strangers, a minute for each kind of file"
	@echo "make nightly    what .ci/run leaves out: each file compiled, tested and looked at for itself, a minute of each fuzzer"
	@echo "make format     format all C++ files"
	@echo "make model-card render docs/model-card.md, docs/scanner-tissue.md and README's words on scanner tissue from bench/results"
	@echo "make slide-calls render docs/slide-calls.md from bench/results"
	@echo "make performance      measure everything (half an hour, on a quiet machine) and render docs/performance.md"
	@echo "make performance-page render docs/performance.md from bench/results"
	@echo "make install    cmake --install (PREFIX=/usr/local)"
	@echo "make packages   a release: Debian packages and the relocatable archive, in build/packages/out"

deps:
	@scripts/install_dependencies.sh $(EXTRA)

build: deps
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)

# Without the tests, which take longer to build than all the rest.
program: deps
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target slidetype_program

# What scores slides, and no more: without libtorch, Keras, feature files and the viewer's page, which take as long to compile
# as a third of it.
scorer: deps
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target slidetype

# Debian 12 has no ONNX Runtime. Without it all else works, and so do the tests, but for those that need it.
onnx: deps
	scripts/fetch_onnxruntime.sh $(ONNXRUNTIME)
	@$(MAKE) program

# The same where it can be had in two minutes, else a line that says why not.
try-onnx: deps
	@why=$$(timeout 120 scripts/fetch_onnxruntime.sh $(ONNXRUNTIME) 2>&1) \
	  || { why=$${why##*$$'\n'}; echo "ONNX Runtime is not fetched, and its tests are skipped: $${why:-it took too long}"; }

SAY_WHAT_IS_LEFT := test -e $(BUILD)/lib/slidetype/libslidetype_torch.so \
  || echo "Built is what scores slides. The rest (train, view, models and features of others) is built by: make program"

demo: scorer
	$(PROGRAM) run sample_slides/acinar.tiff sample_slides/keratin.tiff sample_slides/mixed.tiff -o demo_output
	@echo
	@echo "The three sample slides are drawings made by a program, not tissue: they show how slidetype works, not how well."
	@$(PROGRAM) models good-for compact
	@echo "To try a genuine slide: make demo-real, or $(PROGRAM) run YOUR_SLIDE -o results"
	@$(SAY_WHAT_IS_LEFT)

demo-real: scorer
	scripts/fetch_real_slide.sh build/real/CMU-1-Small-Region.svs
	$(PROGRAM) run build/real/CMU-1-Small-Region.svs -o demo_output
	@echo
	@echo "This slide is real tissue from a scanner, and not of a lung tumour: the model should say that it does not know such slides."
	@$(PROGRAM) models good-for compact
	@$(SAY_WHAT_IS_LEFT)

# One at a time more than there are processors, since some wait for what they started.
test: EXTRA = --browser
test: try-onnx build
	ctest --preset $(PRESET) -j $$(($$(nproc) + 1))

lint: try-onnx
	@mkdir -p build
	@scripts/lint.sh

sanitize: EXTRA = --browser --clang
sanitize: deps
	@scripts/sanitize.sh

fuzz: EXTRA = --clang
fuzz: deps
	@scripts/fuzz.sh

# What is too slow for every change; .ci/run does the rest.
nightly: EXTRA = --browser --clang --cluster
nightly: deps
	@$(MAKE) test PRESET=edit EXTRA="--browser --cluster"
	@scripts/lint.sh --each
	@scripts/fuzz.sh

format:
	git ls-files '*.cpp' '*.h' | xargs clang-format -i

# From the stored results of bench/cross_validation.
model-card: deps
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target cross_validate
	$(BUILD)/bin/cross_validate card --results bench/results -o docs/model-card.md --readme README.md \
	  --scanner-page docs/scanner-tissue.md

# From bench/results/slide_calls.json.
slide-calls: deps
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target validate_calls
	$(BUILD)/bin/validate_calls page --results bench/results/slide_calls.json -o docs/slide-calls.md

# Needs the machine to itself. The peer needs python3-torch and python3-openslide.
performance: deps
	scripts/install_dependencies.sh --peer
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target slidetype slide_bench micro_bench
	bench/performance.py measure --build $(BUILD)

performance-page:
	bench/performance.py page

PREFIX ?= /usr/local
# The prefix is compiled in, too, for programs that embed slidetype and lie elsewhere.
install: deps
	cmake --preset $(PRESET) -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	cmake --build --preset $(PRESET)
	cmake --install $(BUILD)

packages: EXTRA = --packages
packages: deps
	packaging/packages.sh

clean:
	rm -rf build demo_output
