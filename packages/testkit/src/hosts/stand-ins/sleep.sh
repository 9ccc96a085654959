# shellcheck shell=bash
# sleep, in virtual time. Short sleeps are real: they wait for real work.
(($# > 0)) || run_real sleep
total=0
for argument; do
  case $argument in
    *[0-9]m) factor=60 ;;
    *[0-9]h) factor=3600 ;;
    *[0-9]d) factor=86400 ;;
    *[0-9] | *[0-9]s) factor=1 ;;
    *) run_real sleep "$@" ;;
  esac
  total=$(awk -v total="$total" -v number="${argument%[smhd]}" -v factor="$factor" 'BEGIN { printf "%.3f", total + number * factor }')
done
spend "$total"
run_real sleep "$(awk -v total="$total" 'BEGIN { print total < 1 ? total : 0.05 }')"
