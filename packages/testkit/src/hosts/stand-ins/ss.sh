# shellcheck shell=bash
# ss, from the simulated network: counters of a connection grow while its packets pass.
# machine/sockets: protocol|state|local|remote|bytes|bytes a second|process|pid|fd|uid|inode
protocols='' states=ESTAB header=1 info=0 process=0 one_line=0
for argument; do
  case $argument in
    --tcp) argument=-t ;;
    --udp) argument=-u ;;
    --listening) argument=-l ;;
    --all) argument=-a ;;
    --numeric) argument=-n ;;
    --processes) argument=-p ;;
    --info) argument=-i ;;
    --no-header) argument=-H ;;
    --oneline) argument=-O ;;
  esac
  [[ $argument =~ ^-[a-zA-Z46]+$ ]] || not_simulated "filter $argument"
  for ((i = 1; i < ${#argument}; i++)); do
    case ${argument:i:1} in
      t) protocols+=' tcp tcp6' ;;
      u) protocols+=' udp udp6' ;;
      l) states='LISTEN UNCONN' ;;
      a) states='LISTEN UNCONN ESTAB' ;;
      n | e | o | m) ;;
      p) process=1 ;;
      i) info=1 ;;
      H) header=0 ;;
      O) one_line=1 ;;
      *) not_simulated "-${argument:i:1}" ;;
    esac
  done
done
protocols=${protocols:- tcp tcp6 udp udp6}
netid=0
if [[ $protocols == *tcp* && $protocols == *udp* ]]; then netid=1; fi
if ((header)); then
  if ((netid)); then printf 'Netid '; fi
  printf '%s\n' 'State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process'
fi
passed=$(awk '{ spent += $1 } END { printf "%.0f\n", spent }' "$CORDON_SIM_SPENT")
while IFS='|' read -r protocol state local remote bytes rate name pid fd _ _; do
  [[ " $protocols " == *" $protocol "* && " $states " == *" $state "* ]] || continue
  if ((netid)); then printf '%-5s ' "${protocol%6}"; fi
  printf '%-6s %-6d %-6d %s %s ' "$state" 0 0 "$local" "$remote"
  if ((process)) && [[ -n $pid ]]; then printf 'users:(("%s",pid=%s,fd=%s))' "$name" "$pid" "$fd"; fi
  if ((info)) && [[ $protocol == tcp* ]]; then
    if ((one_line)); then printf ' '; else printf '\n\t '; fi
    count=$((bytes + rate * passed))
    printf 'cubic wscale:7,7 rto:208 rtt:4.1/2.2 mss:1448 pmtu:9001 rcvmss:536 advmss:8949 cwnd:10 '
    printf 'bytes_sent:%d bytes_acked:%d bytes_received:%d segs_out:%d segs_in:%d ' "$count" "$((count + 1))" "$count" "$((count / 512))" "$((count / 512))"
  fi
  printf '\n'
done <"$MACHINE/sockets"
