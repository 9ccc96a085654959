# shellcheck shell=bash disable=SC2154
# Sockets of every network namespace, from /proc/<pid>/net. Needs processes.sh (link_of, holder_of). Writes "$live".

# The kernel prints IPv4 as one little-endian word.
ipv4() {
  printf -v REPLY '%d.%d.%d.%d' "0x${1:6:2}" "0x${1:4:2}" "0x${1:2:2}" "0x${1:0:2}"
}

# ... and IPv6 as four of them.
ipv6() {
  local hex=${1,,} out='' word i
  for ((i = 0; i < 32; i += 8)); do
    word=${hex:i:8}
    out+=${word:6:2}${word:4:2}:${word:2:2}${word:0:2}:
  done
  out=${out%:}
  case $out in
    0000:0000:0000:0000:0000:0000:0000:0000) REPLY='::' ;;
    0000:0000:0000:0000:0000:0000:0000:0001) REPLY='::1' ;;
    0000:0000:0000:0000:0000:ffff:*)
      ipv4 "${hex:24:8}"
      REPLY=::ffff:$REPLY
      ;;
    *) REPLY=$out ;;
  esac
}

state_name() {
  case $1:$2 in
    udp*:07 | raw*:07) REPLY=UNCONN ;;
    *:01) REPLY=ESTABLISHED ;;
    *:02) REPLY=SYN_SENT ;;
    *:03) REPLY=SYN_RECV ;;
    *:04) REPLY=FIN_WAIT1 ;;
    *:05) REPLY=FIN_WAIT2 ;;
    *:06) REPLY=TIME_WAIT ;;
    *:07) REPLY=CLOSE ;;
    *:08) REPLY=CLOSE_WAIT ;;
    *:09) REPLY=LAST_ACK ;;
    *:0A) REPLY=LISTEN ;;
    *:0B) REPLY=CLOSING ;;
    *) REPLY=$2 ;;
  esac
}

write_socket() {
  local proto=$1 local_hex=$2 remote_hex=$3 uid=$5 inode=$6 local_addr remote_addr
  local family=ipv4
  [[ $proto == *6 ]] && family=ipv6
  "$family" "${local_hex%:*}"
  local_addr=$REPLY
  "$family" "${remote_hex%:*}"
  remote_addr=$REPLY
  state_name "$proto" "$4"
  printf '%s\t%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\n' "$proto" "$local_addr" "0x${local_hex##*:}" \
    "$remote_addr" "0x${remote_hex##*:}" "$REPLY" "$uid" "$inode" "${holder_of[$inode]:-}"
}

write_table() {
  local proto=$1 local_hex remote_hex state uid inode
  while read -r _ local_hex remote_hex state _ _ _ uid _ inode _; do
    [[ $local_hex == *[0-9A-F]:[0-9A-F]* && $remote_hex == *:* && $inode == [0-9]* ]] || continue
    write_socket "$proto" "$local_hex" "$remote_hex" "$state" "$uid" "$inode"
  done
}

# One process of each network namespace shows that namespace's tables; containers have their own.
write_sockets() {
  local -A seen=()
  local -a tables=("$ROOT/proc/net")
  local key dir proto own space
  own=$(readlink "$ROOT/proc/self/ns/net" 2>/dev/null || true)
  seen[${own:-none}]=1
  for key in "${!link_of[@]}"; do
    # A process that is ending has no namespace any more.
    space=${link_of[$key]}
    [[ $key == */ns/net && -n $space && -z ${seen[$space]:-} ]] || continue
    seen[$space]=1
    if [[ -n $own ]]; then tables+=("$ROOT/proc/${key%/ns/net}/net"); fi
  done
  printf 'proto\tlocal_addr\tlocal_port\tremote_addr\tremote_port\tstate\tuid\tinode\tpid\n'
  for dir in "${tables[@]}"; do
    for proto in tcp tcp6 udp udp6 raw raw6; do
      { write_table "$proto" <"$dir/$proto"; } 2>/dev/null || true
    done
  done
}
