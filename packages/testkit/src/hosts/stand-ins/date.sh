# shellcheck shell=bash
# date, on the virtual clock. A date that is given is the real tool's affair.
for argument; do
  case $argument in
    -d* | --date* | -r* | --reference* | -s* | --set* | -f* | --file*) run_real date "$@" ;;
  esac
done
run_real date -d "@$(now)" "$@"
