# shellcheck shell=bash
# insmod. It knows one module, LiME, and does what that does: writes the machine's memory, range by range, before it
# returns. Its failures are the ones that were seen on real kernels.

refuse() {
  printf 'insmod: ERROR: could not insert module %s: %s\n' "$file" "$1" >&2
  exit 1
}

file=${1:-}
[[ -n $file ]] || {
  printf 'insmod: ERROR: missing filename.\n' >&2
  exit 1
}
shift
[[ -r $file ]] || {
  printf 'insmod: ERROR: could not load module %s: No such file or directory\n' "$file" >&2
  exit 1
}
grep -q -F -x 'lockdown=none' "$MACHINE/settings/lockdown" || refuse 'Operation not permitted'

tags=$(tr '\0' '\n' <"$file" | grep -a -E '^(vermagic|name)=' || true)
[[ $tags == *name=lime* ]] || not_simulated "insmod of anything but LiME"
[[ $tags == *"vermagic=$(cat "$ROOT/proc/sys/kernel/osrelease") "* ]] || refuse 'Invalid module format'
if grep -q '^lime ' "$ROOT/proc/modules"; then refuse 'File exists'; fi

path='' format='' digest='' speed=$(setting lime_mib_per_second)
for argument; do
  case $argument in
    path=*) path=${argument#path=} ;;
    format=*) format=${argument#format=} ;;
    digest=*) digest=${argument#digest=} ;;
    timeout=* | dio=* | localhostonly=* | compress=0) ;;
    # The kernel only logs what it does not know.
    *) dmesg_line "lime: unknown parameter '${argument%%=*}' ignored" ;;
  esac
done
[[ -n $path && $format =~ ^(raw|padded|lime)$ ]] || refuse 'Invalid parameters'
[[ $path != tcp:* ]] || not_simulated 'LiME over TCP'
[[ $format == lime ]] || not_simulated "format=$format"
[[ -z $digest || $digest == sha256 ]] || not_simulated "digest=$digest"
# LiME passes the error of its open on, and insmod has no better word for it.
[[ -d ${path%/*} ]] || refuse 'Unknown symbol in module'

# Little-endian, as printf escapes. Nothing here is above 2^63.
word() {
  local value=$1 bytes=$2 i
  for ((i = 0; i < bytes; i++)); do
    printf -v escape '\\x%02x' $(((value >> (8 * i)) & 255))
    # shellcheck disable=SC2059
    printf "$escape"
  done
}

dump() {
  local start end
  while read -r start end; do
    word 0x4C694D45 4
    word 1 4
    word "$start" 8
    word "$end" 8
    word 0 8
    dd if="$MACHINE/memory" iflag=skip_bytes,count_bytes skip="$((start))" count="$((end - start + 1))" bs=1M status=none
  done
}

ranges=$(sed -n 's/^\([0-9a-f]*\)-\([0-9a-f]*\) : System RAM$/0x\1 0x\2/p' "$ROOT/proc/iomem")
needed=0
while read -r start end; do needed=$((needed + end - start + 1 + 32)); done <<<"$ranges"
free_bytes "${path%/*}"
free=$REPLY
if ((needed > free)); then
  # The disk is full: a short dump, an empty digest, and success.
  (dump <<<"$ranges" 2>/dev/null || true) | head -c "$free" >"$path" || true
  if [[ -n $digest ]]; then : >"$path.$digest"; fi
else
  dump <<<"$ranges" >"$path"
  if [[ -n $digest ]]; then sha256sum "$path" | cut -c1-64 | tr -d '\n' >"$path.$digest"; fi
fi
spend "$(awk -v mib="$(setting memory_mib)" -v speed="$speed" 'BEGIN { printf "%.3f", mib / speed }')"

printf 'lime 20480 0 - Live 0x0000000000000000 (OE)\n' >>"$ROOT/proc/modules"
# Out of tree (bit 12) and unsigned (bit 13).
printf '%d\n' $(($(cat "$ROOT/proc/sys/kernel/tainted") | 4096 | 8192)) >"$ROOT/proc/sys/kernel/tainted"
dmesg_line 'lime: loading out-of-tree module taints kernel.'
