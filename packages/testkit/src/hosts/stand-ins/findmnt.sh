# shellcheck shell=bash
# findmnt, from the simulated /proc/mounts.
columns=TARGET,SOURCE,FSTYPE,OPTIONS headings=1 style=padded wanted='' by=any

flag() {
  case $1 in
    n) headings=0 ;;
    r) style=raw ;;
    P) style=pairs ;;
    l | u | v | e) ;;
    *) not_simulated "-$1" ;;
  esac
}

while (($# > 0)); do
  case $1 in
    --noheadings) flag n ;;
    --raw) flag r ;;
    --pairs) flag P ;;
    --output=*) columns=${1#--output=} ;;
    --output) shift && columns=$1 ;;
    --source | -S) shift && wanted=$(inside "$1") by=source ;;
    --mountpoint | -M) shift && wanted=$(inside "$1") by=target ;;
    --target | -T) shift && mount_of "$1" && wanted=${REPLY%% *} by=target ;;
    --*) not_simulated "$1" ;;
    -?*)
      letters=${1#-}
      while [[ -n $letters ]]; do
        case $letters in
          o*)
            columns=${letters#o}
            if [[ -z $columns ]]; then shift && columns=$1; fi
            break
            ;;
          M* | T* | S*)
            set -- x "-${letters:0:1}" "${@:2}"
            break
            ;;
        esac
        flag "${letters:0:1}"
        letters=${letters#?}
      done
      ;;
    *) wanted=$(inside "$1") ;;
  esac
  shift
done
IFS=, read -r -a cells <<<"${columns^^}"
if ((headings)) && [[ $style != pairs ]]; then printf '%s\n' "${cells[*]}"; fi
found=1
while read -r source target fstype options _; do
  case $by in
    source) [[ -z $wanted || $source == "$wanted" ]] || continue ;;
    target) [[ $target == "$wanted" ]] || continue ;;
    any) [[ -z $wanted || $source == "$wanted" || $target == "$wanted" ]] || continue ;;
  esac
  found=0
  row=''
  for cell in "${cells[@]}"; do
    case $cell in
      TARGET) text=$target ;;
      SOURCE) text=$source ;;
      FSTYPE) text=$fstype ;;
      OPTIONS | FS-OPTIONS | VFS-OPTIONS) text=$options ;;
      *) not_simulated "column $cell" ;;
    esac
    if [[ $style == pairs ]]; then row+="${row:+ }$cell=\"$text\""; else row+="${row:+ }$text"; fi
  done
  printf '%s\n' "$row"
done <"$ROOT/proc/mounts"
exit "$found"
