# shellcheck shell=bash disable=SC2154
# Processes, their environment, and which of them holds which socket. Needs tsv.sh. Writes into "$live".
# A process may vanish between two lines: everything that reads one tolerates that.

declare -A link_of=() sha_of=() holder_of=()
declare -a pid_dirs=()

# One find for the links of all processes: bash itself cannot read a link without a fork.
read_links() {
  local -a found=()
  local i
  pid_dirs=("$ROOT"/proc/[0-9]*)
  printf '%s\0' "${pid_dirs[@]/%//exe}" "${pid_dirs[@]/%//cwd}" "${pid_dirs[@]/%//ns/net}" |
    xargs -0 sh -c 'exec find "$@" -maxdepth 0 -printf "%p\0%l\0"' find >"$work/links" 2>/dev/null || true
  mapfile -d '' found <"$work/links"
  for ((i = 0; i + 1 < ${#found[@]}; i += 2)); do
    link_of[${found[i]#"$ROOT/proc/"}]=${found[i + 1]}
  done
}

# Inode of a socket -> lowest pid that holds it.
read_socket_holders() {
  local -a found=()
  local i pid inode
  printf '%s\0' "${pid_dirs[@]/%//fd}" |
    xargs -0 sh -c 'exec find "$@" -maxdepth 1 -lname "socket:*" -printf "%p\0%l\0"' find >"$work/fds" 2>/dev/null || true
  mapfile -d '' found <"$work/fds"
  for ((i = 0; i + 1 < ${#found[@]}; i += 2)); do
    pid=${found[i]#"$ROOT/proc/"}
    pid=${pid%%/*}
    inode=${found[i + 1]//[!0-9]/}
    [[ -n $inode ]] || continue
    if [[ -z ${holder_of[$inode]:-} ]] || ((pid < holder_of[$inode])); then holder_of[$inode]=$pid; fi
  done
}

# What the bytes of a process's program can be read from. On a real host the link itself opens them, deleted or not;
# under a private root the link's text is a path below that root.
program_file() {
  local target=${link_of[$1/exe]:-}
  if [[ -z $ROOT ]]; then REPLY=/proc/$1/exe; else REPLY=$ROOT${target#"$ROOT"}; fi
}

# Hashes every program once: by device and inode, not by name, because containers have their own /usr/bin/bash.
# Smallest first and in bounded time, so that one huge program does not cost us the others.
hash_programs() {
  local -A id_of=() sha_by_id=()
  local -a lines=()
  local dir pid line rest id
  for dir in "${pid_dirs[@]}"; do
    pid=${dir##*/}
    [[ -n ${link_of[$pid/exe]:-} ]] || continue
    program_file "$pid"
    printf '%s\0' "$REPLY"
  done >"$work/programs"
  xargs -0 -r sh -c 'exec find -H "$@" -maxdepth 0 -type f -printf "%s %D:%i %p\0"' find \
    <"$work/programs" >"$work/program-ids" 2>/dev/null || true
  sort -z -n "$work/program-ids" >"$work/program-ids.sorted"
  mapfile -d '' lines <"$work/program-ids.sorted"
  : >"$work/unique"
  for line in "${lines[@]}"; do
    rest=${line#* }
    id=${rest%% *}
    [[ -n ${sha_by_id[$id]:-} ]] || printf '%s\0' "${rest#* }" >>"$work/unique"
    sha_by_id[$id]=${sha_by_id[$id]:-pending}
    id_of[${rest#* }]=$id
  done
  timeout "$HASH_SECONDS" xargs -0 -r sha256sum -z -- <"$work/unique" >"$work/hashes" 2>/dev/null || true
  mapfile -d '' lines <"$work/hashes"
  for line in "${lines[@]}"; do sha_by_id[${id_of[${line:66}]:-?}]=${line:0:64}; done
  for line in "${!id_of[@]}"; do sha_of[$line]=${sha_by_id[${id_of[$line]}]#pending}; done
}

# start_ticks is field 22 of stat; the name stands in parentheses and may hold any byte, also ") R 1".
write_process() {
  local pid=$1 after comm exe cwd uid='' line deleted=0 sha='' row
  local -a stat=() status=() cmdline=() numbers=()
  { mapfile -d '' -n 1 stat <"$ROOT/proc/$pid/stat"; } 2>/dev/null || return 0
  { mapfile -t -n 16 status <"$ROOT/proc/$pid/status"; } 2>/dev/null || true
  { mapfile -d '' -n 256 cmdline <"$ROOT/proc/$pid/cmdline"; } 2>/dev/null || true
  [[ ${stat[0]:-} == *\(*\)* ]] || return 0
  after=${stat[0]##*)}
  # shellcheck disable=SC2206 # a letter and numbers: nothing that a shell expands
  numbers=($after)
  comm=${stat[0]#*(}
  for line in "${status[@]}"; do
    if [[ $line =~ ^Uid:[[:space:]]*([0-9]+) ]]; then uid=${BASH_REMATCH[1]}; fi
  done
  exe=${link_of[$pid/exe]:-}
  if [[ -n $exe ]]; then
    program_file "$pid"
    sha=${sha_of[$REPLY]:-}
  fi
  if [[ $exe == *' (deleted)' ]]; then deleted=1; fi
  cwd=${link_of[$pid/cwd]:-}
  row="$pid"$'\t'"${numbers[1]:-}"$'\t'"$uid"$'\t'"${numbers[19]:-}"$'\t'"${numbers[0]:-}"
  field "${comm%)*}"
  row+=$'\t'$REPLY
  field "${exe#"$ROOT"}"
  row+=$'\t'$REPLY$'\t'$deleted$'\t'$sha
  field "${cwd#"$ROOT"}"
  row+=$'\t'$REPLY
  field "${cmdline[*]}"
  printf '%s\t%s\n' "$row" "$REPLY"
}

write_processes() {
  local dir
  printf 'pid\tppid\tuid\tstart_ticks\tstate\tcomm\texe\texe_deleted\texe_sha256\tcwd\tcmdline\n'
  for dir in "${pid_dirs[@]}"; do write_process "${dir##*/}"; done
}

# One variable at a time where there is something to escape or to cut; else all of a process at once.
write_environment() {
  local pid=$1 pair all
  shift
  all=$*
  for pair; do
    if [[ $pair != *=* ]]; then all=$'\t'; fi
  done
  if [[ $all != *[!\ -\[\]-~]* ]] && ((${#all} <= FIELD_LIMIT)); then
    printf "$pid\t%s\n" "${@/=/$'\t'}"
    return 0
  fi
  for pair; do
    field "${pair%%=*}"
    printf '%s\t%s\t' "$pid" "$REPLY"
    field "${pair#*=}"
    printf '%s\n' "$REPLY"
  done
}

write_environments() {
  local dir
  local -a pairs=()
  printf 'pid\tname\tvalue\n'
  for dir in "${pid_dirs[@]}"; do
    pairs=()
    { mapfile -d '' -n 256 pairs <"$dir/environ"; } 2>/dev/null || continue
    if ((${#pairs[@]} > 0)); then write_environment "${dir##*/}" "${pairs[@]}"; fi
  done
}
