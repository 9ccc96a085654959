# shellcheck shell=bash
# fls, ils and icat. A device that is a real image is read by the real tools; of others the table of deleted files tells:
# device|inode|open|size|name|folder, with the content as folder/inode.
tool=${0##*/}
[[ $(setting sleuth_kit) == present ]] || {
  printf '%s: command not found\n' "$tool" >&2
  exit 127
}
if [[ $* == -V ]]; then
  printf 'The Sleuth Kit ver 4.11.1\n'
  exit 0
fi
words=("$@") last=$(($# - 1))
if [[ $tool == icat ]]; then last=$(($# - 2)); fi
path=${words[last]}
find_device "$path" || {
  printf 'Error stat(ing) image file (raw_open: image "%s")\n' "$(inside "$path")" >&2
  exit 1
}
if grep -qx "$DEVICE_NAME" "$MACHINE/images"; then
  words[last]=$ROOT/dev/$DEVICE_NAME
  run_real "$tool" "${words[@]}"
fi
[[ $DEVICE_FS == ext[234] || $DEVICE_FS == vfat ]] || {
  printf 'Cannot determine file system type\n' >&2
  exit 1
}
rows() { awk -F '|' -v device="$DEVICE_NAME" '$1 == device' "$MACHINE/deleted"; }
case $tool:" $* " in
  fls:*' -r -d -p -m / '*) rows | awk -F '|' '$3 == "no" { print "0|" $5 " (deleted)|" $2 "|r/rrw-r--r--|0|0|" $4 "|1795000000|1795000000|1795000000|1795000000" }' ;;
  ils:*' -a -L '*) rows | awk -F '|' '$3 == "yes" { print $2 "|a|0|0|1795000000|1795000000|1795000000|1795000000|755|0|" $4 }' ;;
  ils:*) rows | awk -F '|' '$3 == "no" { print $2 "|f|0|0|1795000000|1795000000|1795000000|1795000000|644|0|" $4 }' ;;
  icat:*) cat "$(rows | awk -F '|' -v inode="${words[last + 1]}" '$2 == inode { print $6 }')/${words[last + 1]}" ;;
  *) not_simulated "$*" ;;
esac
