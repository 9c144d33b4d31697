#!/bin/sh
# Makes Temporal's two databases and brings their schema up to date. May be run again: every step that is done is skipped.
set -eu

# Read by temporal-sql-tool; as an argument every process could see it.
export SQL_PASSWORD="$POSTGRES_PWD"

tool() { temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u "$POSTGRES_USER" "$@"; }

for store in temporal visibility; do
  database=temporal
  [ "$store" = visibility ] && database=temporal_visibility
  tool --db "$database" create
  tool --db "$database" setup-schema -v 0.0
  tool --db "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$store/versioned"
done
