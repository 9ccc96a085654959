# shellcheck shell=bash
# Tools of device-mapper, on a kernel without it.
printf '/dev/mapper/control: open failed: No such file or directory\n' >&2
exit 1
