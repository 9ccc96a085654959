# shellcheck shell=bash disable=SC2154
# What a triage looks at, in the order in which it fades. Needs tsv.sh, processes.sh, sockets.sh.
# "$work" is private scratch, "$live" the folder that is packed.

# The kernel's own clock: boot time plus uptime. A replaced `date` cannot move it.
# Sets REPLY to the time now, btime and uptime to what it was made from.
read_utc() {
  local line
  uptime='' btime=''
  read -r uptime _ <"$ROOT/proc/uptime"
  while read -r line; do
    if [[ $line == btime\ * ]]; then btime=${line#btime }; fi
  done <"$ROOT/proc/stat"
  TZ=UTC printf -v REPLY '%(%Y-%m-%dT%H:%M:%SZ)T' "$((btime + ${uptime%.*}))"
}

write_clock() {
  local uptime btime kernel='' hostname=''
  read_utc
  printf 'utc %s\n' "$REPLY"
  read -r kernel <"$ROOT/proc/sys/kernel/osrelease"
  read -r hostname <"$ROOT/proc/sys/kernel/hostname"
  printf 'uptime_s %s\n' "$uptime"
  field "$kernel"
  printf 'kernel %s\n' "$REPLY"
  field "$hostname"
  printf 'hostname %s\n' "$REPLY"
  printf 'btime %s\n' "$btime"
}

copy_plain() {
  local source=$1 name=$2
  { cat -- "$ROOT/$source" >"$live/$name"; } 2>/dev/null || rm -f -- "$live/$name"
}

# Small files by the only name they may have. Links, sockets and pipes are not followed: the intruder may have laid them.
copy_small_files() {
  local folder=$1
  shift
  mkdir -p "$live/$folder"
  (cd "$ROOT/" && find "$@" -xdev -type f -size -256k -print0 2>/dev/null) |
    (cd "$ROOT/" && xargs -0 -r cp -P --preserve=mode,timestamps --parents -t "$live/$folder" 2>/dev/null) || true
  # What lies there and is not taken is told of: a link by where it leads, a file that was blown up by its size.
  (cd "$ROOT/" && find "$@" -xdev ! -type d ! \( -type f -size -256k \) -printf '%y\0%s\0%p\0%l\0' 2>/dev/null) \
    >>"$work/left-out" || true
}

write_left_out() {
  local -a fields=()
  local i row
  printf 'type\tsize\tpath\tlink\n'
  mapfile -d '' -n 40000 fields <"$work/left-out"
  for ((i = 0; i + 3 < ${#fields[@]}; i += 4)); do
    field "${fields[i + 2]}"
    row=${fields[i]}$'\t'${fields[i + 1]}$'\t'$REPLY
    field "${fields[i + 3]}"
    printf '%s\t%s\n' "$row" "$REPLY"
  done
}

write_users() {
  local -a lines=()
  local line
  printf 'who\n'
  who "$ROOT/run/utmp" >"$work/who" 2>/dev/null || true
  mapfile -t lines <"$work/who"
  for line in "${lines[@]}"; do
    field "$line"
    printf '%s\n' "$REPLY"
  done
}

# Each part in the order in which it fades. What is done is noted: the rest is late.
collect() {
  local part
  for part in "$@"; do
    "collect_$part"
    printf '%s\n' "$part" >>"$work/done"
  done
}

collect_sockets() {
  write_clock >"$live/clock.txt" 2>/dev/null || true
  read_links
  read_socket_holders
  write_sockets >"$live/sockets.tsv"
}

collect_kernel() {
  copy_plain proc/modules modules.txt
  copy_plain proc/mounts mounts.txt
  copy_plain proc/meminfo meminfo.txt
  copy_plain proc/iomem iomem.txt
  copy_plain proc/sys/kernel/tainted tainted.txt
}

collect_processes() {
  hash_programs
  write_processes >"$live/processes.tsv"
}

collect_rest() {
  write_users >"$live/users.tsv"
  # Who may log in, beside who has. Hashes of passwords stay on the host.
  copy_small_files accounts etc/passwd etc/group
  copy_small_files cron etc/crontab etc/anacrontab etc/cron.d etc/cron.hourly etc/cron.daily etc/cron.weekly \
    etc/cron.monthly var/spool/cron var/spool/at
  # What was started by systemd-run lives in /run alone.
  copy_small_files units etc/systemd/system etc/systemd/user run/systemd/system run/systemd/transient \
    usr/local/lib/systemd/system
  write_left_out >"$live/left-out.tsv"
  write_environments >"$live/environ.tsv"
}

# A process can make reading its own /proc files hang for ever. One worker does all, so that one part knows what the one
# before has read; what it has not done by the deadline is left out. Sets REPLY to the names of what is missing.
collect_within() {
  local seconds=$1 worker waited=0 part
  shift
  : >"$work/done"
  # Nothing that hangs on may keep the command's output open.
  collect "$@" </dev/null >/dev/null 2>&1 &
  worker=$!
  disown "$worker"
  while kill -0 "$worker" 2>/dev/null; do
    if ((waited >= seconds * 10)); then kill -9 "$worker" 2>/dev/null || true; fi
    if ((waited >= seconds * 10 + 20)); then break; fi
    sleep 0.1
    waited=$((waited + 1))
  done
  REPLY=''
  for part in "$@"; do
    if ! grep -q -x "$part" "$work/done"; then REPLY+="${REPLY:+ }$part"; fi
  done
}
