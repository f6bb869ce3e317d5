# Everything a newcomer needs. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORDS ?= a rainy-night synthwave song about the last train home
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: help setup run song gallery test check bench soak samples browser lock train format clean

help:  ## List the targets
	@echo "Troubadour: a music-generation server that composes, plays and sings."; echo
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)$$/  make \1|\2/' | column -t -s '|'

setup:  ## Install everything into .venv and build the sounds, the voice and the pages (once; seconds after that)
	@PYTHON=$(PYTHON) scripts/setup

run: setup  ## Start the server, make a first song, and stay up (PORT=8000, HOST=127.0.0.1)
	@exec $(BIN)/troubadour serve --host $(HOST) --port $(PORT) --welcome

song: setup  ## Make one song from the command line into ./out/ (WORDS="…")
	@$(BIN)/troubadour sing "$(WORDS)" --out out --formats mp3,wav,mid,json

gallery: setup  ## A listening page with one song of every style, in ./out/gallery/index.html (STYLES="pop jazz", LENGTH=45)
	@$(BIN)/python -m scripts.gallery --seconds $(or $(LENGTH),45) $(STYLES)

check: setup  ## Style and types
	@scripts/setup test
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

test: check  ## Install what the tests need and run them (under 15 minutes on two cores)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

bench: setup  ## Measure speed and quality; prints tables (WHAT="speed voice")
	@scripts/setup test
	@scripts/setup bench
	$(BIN)/python -m benchmarks $(WHAT)

soak: setup  ## Slow sweeps: many styles, seeds and lengths through the whole path
	@scripts/setup test
	$(BIN)/python -m pytest -n 2 -m soak --hypothesis-profile=default

samples: setup  ## Run the API reference's samples in PHP, Ruby, Go, Java and C as well
	@scripts/setup test && scripts/setup samples
	$(BIN)/python -m pytest tests/server/reference -m samples

browser: setup  ## Drive the Studio page with Debian's Chromium
	@scripts/setup test && scripts/setup browser
	$(BIN)/python -m pytest tests/browser tests/server/reference -m browser

lock:  ## Resolve the dependencies anew into locks/ (needs uv)
	@scripts/lock

train: setup  ## Train the composer anew (CORPUS=DIR; rebuild the corpus with: python3 training/melody/corpus.py DIR)
	@scripts/setup test
	@scripts/train $(CORPUS)

format: setup  ## Format the code
	@scripts/setup test
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:  ## Remove what setup and the tests made (songs and data stay)
	rm -rf $(VENV) web/node_modules src/troubadour_server/web/static .pytest_cache .mypy_cache .ruff_cache .hypothesis
