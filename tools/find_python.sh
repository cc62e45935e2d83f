#!/bin/sh
# Print the path of a Python that the newsroom runs on: 3.12 or newer, with venv, and with FTS5 in its SQLite.
# Tried in this order, each by running it: $PYTHON, python3.14 … python3.12, python3, pyenv's versions, uv.
set -u

works() {
    "$1" - >/dev/null 2>&1 <<'PY'
import ensurepip, sqlite3, sys, venv
assert sys.version_info >= (3, 12)
sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x)")
PY
}

if [ -n "${PYTHON:-}" ]; then
    if works "$PYTHON"; then command -v "$PYTHON"; exit 0; fi
    echo "PYTHON=$PYTHON is not a Python 3.12 or newer with venv and SQLite's FTS5." >&2
    exit 1
fi
for name in python3.14 python3.13 python3.12 python3; do
    path=$(command -v "$name" 2>/dev/null) || continue
    if works "$path"; then echo "$path"; exit 0; fi
done
for path in $(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9].*/bin/python 2>/dev/null | sort -rV); do
    if works "$path"; then echo "$path"; exit 0; fi
done
if command -v uv >/dev/null 2>&1; then
    path=$(uv python find '>=3.12' 2>/dev/null) || { uv python install 3.13 >&2 && path=$(uv python find '>=3.12'); }
    if [ -n "$path" ] && works "$path"; then echo "$path"; exit 0; fi
fi
cat >&2 <<'MESSAGE'
No Python 3.12 or newer was found (with venv, and with FTS5 in its SQLite).
Install one, then run the command again:
    Debian, Ubuntu   apt install python3 python3-venv     (Debian 13, Ubuntu 24.04 or newer)
    macOS            brew install python@3.13
    anywhere         pyenv install 3.13    or    uv python install 3.13
or name one:         make run PYTHON=/path/to/python3
MESSAGE
exit 1
