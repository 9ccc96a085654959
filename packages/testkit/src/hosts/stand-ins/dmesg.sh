# shellcheck shell=bash
# dmesg: what the simulated kernel has said.
cat "$MACHINE/dmesg"
