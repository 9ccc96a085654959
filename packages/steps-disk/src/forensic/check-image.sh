# shellcheck shell=bash
# Whether this instance keeps its hands off a disk that is about to be attached to it. Prints {"wrong": "..."}: words,
# separated by spaces; none: it does. See prepare-image.sh, which makes it so.
wrong=''
say() { wrong+="${wrong:+ }$1"; }

sets_read_only() {
  local folder
  for folder in etc run usr/lib lib; do
    if grep -Eqs '^[^#]*ACTION=="add".*SUBSYSTEM=="block".*--setro' "$ROOT/$folder"/udev/rules.d/*.rules; then return 0; fi
  done
  return 1
}

# As LVM itself understands its configuration. Where there is none, nothing is activated.
leaves_lvm() {
  command -v lvmconfig >/dev/null || return 0
  [[ $(lvmconfig global/event_activation 2>/dev/null) == event_activation=0 &&
    $(lvmconfig activation/auto_activation_volume_list 2>/dev/null) == 'auto_activation_volume_list=[]' ]]
}

leaves_raid() {
  [[ -e $ROOT/sbin/mdadm || -e $ROOT/usr/sbin/mdadm ]] || return 0
  grep -Eqs '^AUTO[[:space:]]+-all' "$ROOT/etc/mdadm/mdadm.conf" "$ROOT/etc/mdadm.conf"
}

# What takes disks in and runs already.
say_running() {
  local file name
  for file in "$ROOT"/proc/[0-9]*/comm; do
    name=$(cat "$file" 2>/dev/null) || continue
    case $name in
      automount | dmeventd | multipathd | udisksd | zed) say "$name" ;;
    esac
  done
}

# What the bus, a socket or a rule would start.
say_startable() {
  local unit
  for unit in autofs.service multipathd.service multipathd.socket udisks2.service lvm2-monitor.service \
    zfs-import-cache.service zfs-import-scan.service; do
    [[ -e $ROOT/usr/lib/systemd/system/$unit || -e $ROOT/lib/systemd/system/$unit ]] || continue
    if [[ $(readlink "$ROOT/etc/systemd/system/$unit" 2>/dev/null) != /dev/null ]]; then say "$unit"; fi
  done
}

sets_read_only || say udev
leaves_lvm || say lvm
leaves_raid || say md
say_running
say_startable
printf '{"wrong":"%s"}\n' "$wrong"
