# Portique. « make help » lists the commands; tools/set_up.py builds .venv and says in French what is missing.
PYTHON ?= python3
BIN := .venv/bin
# Each file of tests on one core, so that what it shares is made once.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile
LOCK := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: run setup setup-dev test check bench static lock help

run: setup ## installe ce qui manque, puis sert Portique sur http://localhost:8501 (ailleurs : PORTIQUE_PORT=8502)
	@exec $(BIN)/python -m portique.launch

setup: ## installe seulement (autre Python : PYTHON=python3.12)
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Portique a besoin de Python 3.11 à 3.14 ; « $(PYTHON) » est introuvable. Installez-le : apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -I tools/set_up.py

setup-dev: setup ## installe aussi les outils de développement
	@$(PYTHON) -I tools/set_up.py --development

test: setup-dev ## passe tous les tests (une partie : ARGS="-k carte")
	@$(PYTEST) $(ARGS)

check: setup-dev ## vérifie la mise en forme, le style et les types, puis passe tous les tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(PYTEST) $(ARGS)

bench: setup-dev ## mesure les temps de réponse
	@$(BIN)/python -m benchmarks $(ARGS)

static: setup-dev ## redessine le fond de carte
	@$(BIN)/python -m portique.showing.basemap

lock: setup-dev ## fige à nouveau les dépendances (versions plus récentes : UPGRADE=--upgrade)
	@$(LOCK) pyproject.toml --group install --output-file requirements.txt
	@$(LOCK) pyproject.toml --group install --group dev --constraints requirements.txt --output-file requirements-dev.txt

help: ## dit ce que fait chaque commande
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
