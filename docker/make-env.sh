#!/bin/sh
# Makes docker/.env with a fresh secret for every name that the compose file wants. Keep the file and its backup safe: the database's roles
# and the keys in custody open with nothing else. Never overwrites one.
set -eu
cd "$(dirname "$0")"
[ ! -e .env ] || { echo "docker/.env exists already: it is kept" >&2; exit 1; }
umask 077
grep -o '\${[A-Z0-9_]*:?}' compose.yaml | sort -u | sed 's/[${}:?]//g' | while read -r name; do
  secret=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  case $name in
    MASTER_KEY_*) echo "$name=$secret" ;;
    # A leading letter: the bus would read a value that looks like a number as one.
    *) echo "$name=p$secret" ;;
  esac
done > .env
echo "docker/.env written" >&2
