# shellcheck shell=bash
# Which TCP connections still carry bytes: two looks, some seconds apart. Reads only.
# What counts is what the other end has acknowledged or sent; bytes that are only sent again into the void do not.

command -v ss >/dev/null || fail MISSING_TOOL ss
interval=$(param_or interval 5)
[[ $interval =~ ^[0-9]{1,2}$ ]] || fail BAD_PARAMETER interval

# One line a connection: local remote acknowledged received. Anything but digits, hex, dots, colons and brackets is the
# name of an interface or worse, and is dropped. What stays on the host leaves by no interface.
look() {
  ss -tinH | awk '
    /^ESTAB/ { local = clean($4); remote = clean($5); next }
    /^[[:space:]]/ && local != "" {
      acked = received = 0
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^bytes_acked:[0-9]+$/) acked = substr($i, 13)
        if ($i ~ /^bytes_received:[0-9]+$/) received = substr($i, 16)
      }
      if (local !~ /^(127\.|\[::1\]|\[::ffff:127\.)/) print local, remote, acked, received
      local = ""; next
    }
    { local = "" }
    function clean(text) { sub(/%[^\]:]*/, "", text); gsub(/[^0-9a-fA-F.:\[\]]/, "", text); return text }
  '
}

before=$(look)
sleep "$interval"
after=$(look)

# The busiest hundred; ends with how many connections there were at all. Through a pipe: process substitution needs
# /dev/fd, which bare hosts do not have.
printf '%s\nsecond look\n%s\n' "$before" "$after" | awk '
  $1 == "second" { second = 1; next }
  NF != 4 { next }
  { pair = $1 " " $2 }
  !second { acked[pair] = $3; received[pair] = $4; next }
  {
    total++
    if (!(pair in acked)) next
    grown = ($3 - acked[pair]) + ($4 - received[pair])
    if (grown > 0) print grown, pair
  }
  END { print "total", total + 0 }
' | sort -rn | awk '
  $1 == "total" { total = $2; next }
  count < 100 { live = live (count++ ? ";" : "") $2 " " $3 " " $1 }
  END { printf "{\"connections\":%d,\"live\":\"%s\"}\n", total, live }
'
