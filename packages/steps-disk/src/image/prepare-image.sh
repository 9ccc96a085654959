#!/usr/bin/env bash
# Makes the instance that it runs on into one that keeps its hands off disks which are attached to it: what the forensic
# image is made from. Run as root on a throwaway instance of Debian or Amazon Linux, then make the image. Needs the
# network, which the forensic instance itself does not have.
# usage: prepare-image.sh [--configure-only]     (--configure-only: installs nothing)
set -euo pipefail
umask 022
# Empty on a real instance; a folder, to make the same in an image that is mounted there.
ROOT="${CORDON_ROOT:-}"

# Of what starts by itself, or is started by the bus or a socket, when a disk comes.
UNITS=(
  autofs.service lvm2-lvmpolld.service lvm2-lvmpolld.socket lvm2-monitor.service mdmonitor.service multipathd.service
  multipathd.socket udisks2.service zfs-import-cache.service zfs-import-scan.service zfs-mount.service
)
# Rules of udev that put disks together or take them in.
RULES=(
  11-dm-mpath.rules 56-multipath.rules 60-multipath.rules 62-multipath.rules 64-btrfs-dm.rules 64-md-raid-assembly.rules
  69-bcache.rules 69-lvm.rules 69-dm-lvm.rules 69-md-clustered-confirm-device.rules 80-udisks2.rules 90-zfs.rules
)

install_tools() {
  if command -v apt-get >/dev/null; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      bash btrfs-progs curl dmsetup e2fsprogs findutils gzip libcap2-bin lvm2 sleuthkit tar util-linux \
      xfsprogs
  else
    dnf install --assumeyes bash curl device-mapper e2fsprogs findutils gzip libcap lvm2 tar util-linux xfsprogs
    dnf install --assumeyes sleuthkit || printf 'no sleuthkit here: deleted files will not be looked for\n' >&2
  fi
}

# For analyses beside the evidence. Without it they are done elsewhere, as far as the time goes there.
install_node() {
  if command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nodejs || true
  else
    dnf install --assumeyes nodejs22 || dnf install --assumeyes nodejs20 || true
  fi
  case $(node --version 2>/dev/null || true) in
    v[2-9][0-9].*) ;;
    *) printf 'no Node.js 20 or newer here: unpack one into /opt/cordon/node, so that /opt/cordon/node/bin/node is there\n' >&2 ;;
  esac
}

# put PATH: what comes in becomes that file, whatever was there.
put() {
  mkdir -p "$ROOT${1%/*}"
  if [[ -e $ROOT$1 && ! -e $ROOT$1.before-cordon ]]; then cp -p "$ROOT$1" "$ROOT$1.before-cordon"; fi
  cat >"$ROOT$1.new"
  mv "$ROOT$1.new" "$ROOT$1"
}

mask() {
  mkdir -p "$ROOT${1%/*}"
  ln -sfn /dev/null "$ROOT$1"
}

# The disk that the instance booted from is the first; all others are evidence.
set_read_only() {
  put /etc/udev/rules.d/01-evidence.rules <<'RULE'
ACTION=="add", SUBSYSTEM=="block", KERNEL=="nvme[1-9]*n*|nvme[1-9][0-9]*n*|xvd[b-z]*|sd[b-z]*", RUN+="/usr/sbin/blockdev --setro $devnode"
RULE
}

# Groups are opened when we ask for it, and over overlays.
leave_lvm() {
  put /etc/lvm/lvm.conf <<'CONF'
global {
	event_activation = 0
}
activation {
	auto_activation_volume_list = []
	monitoring = 0
}
CONF
}

leave_raid() {
  local file
  for file in /etc/mdadm/mdadm.conf /etc/mdadm.conf; do printf 'AUTO -all\n' | put "$file"; done
}

leave_multipath() {
  put /etc/multipath.conf <<'CONF'
blacklist {
	devnode ".*"
}
CONF
}

mask_what_starts() {
  local name
  for name in "${UNITS[@]}"; do mask "/etc/systemd/system/$name"; done
  for name in "${RULES[@]}"; do mask "/etc/udev/rules.d/$name"; done
  # Mounts what looks like a home or a swap partition by its type alone.
  mask /etc/systemd/system-generators/systemd-gpt-auto-generator
}

load_modules() {
  printf 'loop\ndm_snapshot\n' | put /etc/modules-load.d/evidence.conf
}

case ${1:-} in
  '')
    install_tools
    install_node
    ;;
  --configure-only) ;;
  *)
    printf 'usage: %s [--configure-only]\n' "${0##*/}" >&2
    exit 64
    ;;
esac
set_read_only
leave_lvm
leave_raid
leave_multipath
mask_what_starts
load_modules
