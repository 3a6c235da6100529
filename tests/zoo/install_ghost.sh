#!/usr/bin/env bash
# Installs Ghost into a new folder: some three minutes, for node 18 or 20 with its headers, a C++ compiler and npm.
#   tests/zoo/install_ghost.sh FOLDER
#   TRADEPRESS_TEST_GHOST=FOLDER/package .venv/bin/python -m pytest tests/whole/test_zoo_cms.py -k ghost
set -euo pipefail
mkdir -p "$1"
cd "$1"
npm pack --silent ghost@5.130.6
tar xzf ghost-5.130.6.tgz
cd package
# Its own package manager has bookshelf and knex side by side, and takes mock-knex from a repository.
npm pkg set overrides.mock-knex=0.4.13
npm pkg delete devDependencies
npm install --omit=dev --legacy-peer-deps --ignore-scripts --no-audit --no-fund
npm rebuild sqlite3 --build-from-source --nodedir="$(dirname "$(dirname "$(command -v node)")")"
