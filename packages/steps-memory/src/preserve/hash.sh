# shellcheck shell=bash
# Hashes the dump on the forensic host, while it goes up.
# directory: where its volume is mounted below.
# Prints {"sha256": "..."}.

hash_dump() {
  local image
  image="$ROOT$(param directory)/cordon-$CORDON_KEY/mem.lime"
  [[ -f $image && ! -L $image ]] || fail DUMP_GONE 'the volume does not hold the dump'
  printf '{"sha256":"%s"}\n' "$(sha256sum <"$image" | cut -d ' ' -f 1)"
}
once hash_dump
