# shellcheck shell=bash
# df of the simulated disks: their size is a setting, what is used is measured.
unit=1024 columns='' heading=1K-blocks
paths=()
while (($# > 0)); do
  case $1 in
    -B1 | --block-size=1) unit=1 heading=1B-blocks ;;
    -B) [[ $2 == 1 ]] || not_simulated "-B $2"; unit=1 heading=1B-blocks && shift ;;
    -k | -Pk | -kP | -P | --portability | -B1k | -B1K | --block-size=1K) ;;
    -BM | -m | --block-size=M | --block-size=1M) unit=1048576 heading=1M-blocks ;;
    -PB1 | -B1P) unit=1 heading=1B-blocks ;;
    --output=*) columns=${1#--output=} ;;
    -T) columns=source,fstype,size,used,avail,pcent,target ;;
    --) ;;
    -*) not_simulated "$1" ;;
    *) paths+=("$1") ;;
  esac
  shift
done
((${#paths[@]} > 0)) || paths=("$ROOT/")
columns=${columns:-source,size,used,avail,pcent,target}

cell() {
  case $1 in
    source) printf '%s' "$source" ;;
    fstype) printf '%s' "$fstype" ;;
    size) printf '%s' $(((size + unit - 1) / unit)) ;;
    used) printf '%s' $(((size - free + unit - 1) / unit)) ;;
    avail) printf '%s' $((free / unit)) ;;
    pcent) printf '%s%%' $((size > 0 ? 100 * (size - free) / size : 0)) ;;
    target) printf '%s' "$target" ;;
    *) not_simulated "--output=$1" ;;
  esac
}

IFS=, read -r -a wanted <<<"$columns"
declare -A titles=([source]=Filesystem [fstype]=Type [size]=$heading [used]=Used [avail]=Available [pcent]='Use%' [target]='Mounted on')
for column in "${wanted[@]}"; do printf '%-16s ' "${titles[$column]:-$column}"; done
printf '\n'
for path in "${paths[@]}"; do
  [[ -e $path ]] || {
    printf 'df: %s: No such file or directory\n' "$path" >&2
    exit 1
  }
  free_bytes "$path"
  free=$REPLY
  mount_of "$path"
  read -r target source fstype _ <<<"$REPLY"
  size=$(awk -F '|' -v target="$target" '$1 == target { print $2 }' "$MACHINE/filesystems")
  size=${size:-0}
  for column in "${wanted[@]}"; do printf '%-16s ' "$(cell "$column")"; done
  printf '\n'
done
