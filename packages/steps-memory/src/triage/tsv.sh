# shellcheck shell=bash
# Fields of the tab-separated files: hostile bytes in, one printable line out. Sourced into the triage scripts.
# Everything here is builtins: a host with thousands of processes must not see thousands of forks.
# LC_ALL=C makes a character a byte, so that lengths and ranges mean what they say.
export LC_ALL=C

FIELD_LIMIT=4096

# Length of the valid UTF-8 sequence at the start of $1, or 0: what is not UTF-8 is escaped byte by byte.
utf8_length() {
  case $1 in
    [$'\xc2'-$'\xdf'][$'\x80'-$'\xbf']*) REPLY=2 ;;
    $'\xe0'[$'\xa0'-$'\xbf'][$'\x80'-$'\xbf']*) REPLY=3 ;;
    $'\xed'[$'\x80'-$'\x9f'][$'\x80'-$'\xbf']*) REPLY=3 ;;
    [$'\xe1'-$'\xef'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']*) [[ $1 == $'\xed'* ]] && REPLY=0 || REPLY=3 ;;
    $'\xf0'[$'\x90'-$'\xbf'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']*) REPLY=4 ;;
    [$'\xf1'-$'\xf3'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']*) REPLY=4 ;;
    $'\xf4'[$'\x80'-$'\x8f'][$'\x80'-$'\xbf'][$'\x80'-$'\xbf']*) REPLY=4 ;;
    *) REPLY=0 ;;
  esac
}

# The rare field with control characters or bytes above ASCII.
escape_bytes() {
  local rest=$1 out='' char code
  while [[ -n $rest ]]; do
    char=${rest:0:1}
    if [[ $char == [[:print:]] ]]; then
      out+=$char
      rest=${rest:1}
      continue
    fi
    utf8_length "$rest"
    if ((REPLY > 0)); then
      out+=${rest:0:REPLY}
      rest=${rest:REPLY}
      continue
    fi
    printf -v code '%d' "'$char"
    printf -v char '\\x%02x' "$((code & 255))"
    out+=$char
    rest=${rest:1}
  done
  REPLY=$out
}

# Sets REPLY to $1 as one field: cut at FIELD_LIMIT bytes; \t \n \r \\ by name, what is not UTF-8 as \xHH.
field() {
  REPLY=${1:0:FIELD_LIMIT}
  [[ $REPLY == *[!\ -\[\]-~]* ]] || return 0
  REPLY=${REPLY//\\/\\\\}
  REPLY=${REPLY//$'\t'/\\t}
  REPLY=${REPLY//$'\n'/\\n}
  REPLY=${REPLY//$'\r'/\\r}
  [[ $REPLY == *[!\ -~]* ]] || return 0
  escape_bytes "$REPLY"
}
