# shellcheck shell=bash
# Puts what volatility.sh has packed to the store. Needs put-archive.sh. Prints {"uploaded": "1"}.
put_archive "$ROOT/var/tmp/cordon-$CORDON_KEY/volatility.tar.gz"
printf '{"uploaded":"1"}\n'
