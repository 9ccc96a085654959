# shellcheck shell=bash
# curl, behind the simulated network: the gate says whether this host reaches an address, and where that really lies;
# then it is the real curl. https becomes http to loopback: there is nobody with a certificate for Amazon's names.
gate=$(setting gate)
timeout=130 max='' retries=0 silent=0 show=0 scratch=''
connect=()
trap '[[ -z $scratch ]] || rm -rf "$scratch"' EXIT

complain() {
  if ((!silent || show)); then printf 'curl: (%d) %s\n' "$1" "$2" >&2; fi
  spend "${3:-0.05}"
  exit "$1"
}

# Sets REPLY to what curl really gets, or ends as curl would.
route() {
  local scheme=${1%%://*} rest=${1#*://} host port answer
  host=${rest%%[/?#]*}
  port=443
  if [[ $scheme == http ]]; then port=80; fi
  if [[ $host =~ ^(.*):([0-9]+)$ ]]; then
    host=${BASH_REMATCH[1]}
    port=${BASH_REMATCH[2]}
  fi
  answer=$(PATH=$CORDON_SIM_PATH curl -sS --noproxy '*' -G --data-urlencode "host=$host" --data-urlencode "port=$port" "$gate")
  case $answer in
    open\ *)
      connect+=(--connect-to "$host:$port:${answer#open }" --connect-to "$host:80:${answer#open }")
      REPLY=http://${rest%%[/?#]*}${rest#"${rest%%[/?#]*}"}
      ;;
    unknown) complain 6 "Could not resolve host: $host" ;;
    # Every try waits as long, and the pauses between them double.
    *) complain 28 "Failed to connect to $host port $port after $((timeout * 1000)) ms: Timeout was reached" "$((timeout * (retries + 1) + 2 ** retries - 1))" ;;
  esac
}

# A config file may name the URL, so that it does not stand in the list of processes.
rewrite_config() {
  local line url
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line =~ ^[[:space:]]*-*url[[:space:]]*[=:[:space:]][[:space:]]*\"?([^\"[:space:]]+)\"?[[:space:]]*$ ]]; then
      url=${BASH_REMATCH[1]}
      route "$url"
      printf 'url = "%s"\n' "$REPLY" >&3
    elif [[ ! $line =~ ^[[:space:]]*-*proto ]]; then
      printf '%s\n' "$line" >&3
    fi
  done
}

# First what bears on a refusal, wherever it stands.
previous=''
for argument; do
  case $previous in
    --connect-timeout) timeout=${argument%%.*} ;;
    -m | --max-time) max=${argument%%.*} ;;
    --retry) retries=$argument ;;
  esac
  case $argument in
    --silent) silent=1 ;;
    --show-error) show=1 ;;
    -[a-zA-Z]*)
      if [[ $argument != --* && $argument == *s* ]]; then silent=1; fi
      if [[ $argument != --* && $argument == *S* ]]; then show=1; fi
      ;;
  esac
  previous=$argument
done
if [[ -n $max ]] && ((max < timeout)); then timeout=$max; fi

arguments=()
while (($# > 0)); do
  case $1 in
    http://* | https://*)
      route "$1"
      arguments+=("$REPLY")
      ;;
    --url)
      shift
      route "$1"
      arguments+=("$REPLY")
      ;;
    --proto | --proto-redir) shift ;;
    --proto=* | --proto-redir=*) ;;
    -K | --config)
      shift
      scratch=${scratch:-$(mktemp -d)}
      if [[ $1 == - ]]; then rewrite_config 3>"$scratch/config"; else rewrite_config <"$1" 3>"$scratch/config"; fi
      arguments+=(--config "$scratch/config")
      ;;
    -T | --upload-file)
      shift
      if [[ -f $1 ]]; then
        spend "$(awk -v bytes="$(stat -c %s "$1")" -v speed="$(setting upload_mib_per_second)" 'BEGIN { printf "%.3f", bytes / 1048576 / speed }')"
      fi
      arguments+=(--upload-file "$1")
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
spend 0.2
PATH=$CORDON_SIM_PATH curl --noproxy '*' "${connect[@]}" "${arguments[@]}"
