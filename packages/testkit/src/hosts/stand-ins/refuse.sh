# shellcheck shell=bash
# Tools that would look at, or change, the machine that the tests run on.
not_simulated "read it from \$ROOT/proc, or do without: $*"
