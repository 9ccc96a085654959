#!/usr/bin/env bash
# A Debian server as a disk with partitions, as EC2's images have them: 1 is the root, 14 and 15 are the boot loader's.
# KERNEL: folder with lib/modules; SUITE, MIRRORS, PACKAGES; SIZE_MIB; FILES: a folder that is laid over the root, SET_UP:
# a script that the root's own bash then runs, both may be empty; OUT: an empty folder. Leaves OUT/disk.raw.
set -euo pipefail
export LC_ALL=C
: "${KERNEL:?}" "${OUT:?}" "${SUITE:?}" "${PACKAGES:?}" "${SIZE_MIB:?}" "${S3_ADDRESS:?}" "${S3_NAME:?}"
root="$OUT/root"
mmdebstrap --quiet --variant=minbase --mode=root --include="$PACKAGES" \
  --aptopt='Apt::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  "$SUITE" "$root" ${MIRRORS:+"$MIRRORS"}

cp -a "$KERNEL/lib/modules" "$root/lib/modules"
for release in "$root"/lib/modules/*; do depmod -b "$root" "${release##*/}"; done

echo web-1 >"$root/etc/hostname"
printf '127.0.0.1 localhost web-1\n%s %s\n' "$S3_ADDRESS" "$S3_NAME" >"$root/etc/hosts"
printf '/dev/nvme0n1p1 / ext4 rw,discard,errors=remount-ro 0 1\n' >"$root/etc/fstab"
# The address comes on the kernel's command line.
chroot "$root" systemctl --quiet enable systemd-network-generator.service systemd-networkd.service
chroot "$root" systemctl --quiet mask systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer \
  e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer systemd-timesyncd.service
# Systems Manager's agent writes no line to the logs for each time it is asked.
mkdir -p "$root/etc/systemd/system/qemu-guest-agent.service.d"
printf '[Service]\nLogLevelMax=notice\n' >"$root/etc/systemd/system/qemu-guest-agent.service.d/quiet.conf"
# A machine that examines needs nothing but its agent, and leaves disks alone that are attached to it.
cat >"$root/etc/systemd/system/examine.target" <<'UNIT'
[Unit]
Description=Examination
Requires=basic.target leave-disks-alone.service qemu-guest-agent.service
After=basic.target leave-disks-alone.service qemu-guest-agent.service
AllowIsolate=yes
UNIT
cat >"$root/etc/systemd/system/leave-disks-alone.service" <<'UNIT'
[Unit]
Description=Leaves disks alone that are attached
After=basic.target
Before=qemu-guest-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/bash /usr/local/sbin/leave-disks-alone
UNIT
cat >"$root/usr/local/sbin/leave-disks-alone" <<'SCRIPT'
mkdir -p /etc/lvm /etc/udev/rules.d
printf 'ACTION=="add", SUBSYSTEM=="block", KERNEL=="nvme[1-9]*n*", RUN+="/usr/sbin/blockdev --setro $devnode"\n' \
  >/etc/udev/rules.d/01-evidence.rules
printf 'global {\n\tevent_activation = 0\n}\nactivation {\n\tauto_activation_volume_list = []\n}\n' >/etc/lvm/lvm.conf
ln -sfn /dev/null /etc/systemd/system/lvm2-monitor.service
udevadm control --reload
SCRIPT
chroot "$root" useradd --create-home --shell /bin/bash deploy
echo 'deploy:shop-2024' | chroot "$root" chpasswd
if [[ -d $root/etc/php ]]; then
  version=$(basename "$root"/etc/php/*)
  socket="run/php/php$version-fpm.sock"
  cat >"$root/etc/nginx/sites-available/default" <<SITE
server {
  listen 80 default_server;
  root /var/www/html;
  index index.php;
  location / { try_files \$uri \$uri/ =404; }
  location ~ \.php\$ { include snippets/fastcgi-php.conf; fastcgi_pass unix:/$socket; }
}
SITE
  mkdir -p "$root/var/www/html/uploads"
  cat >"$root/var/www/html/index.php" <<'PAGE'
<?php echo "<h1>Shop</h1>", htmlspecialchars($_GET["q"] ?? "");
PAGE
  chroot "$root" chown -R www-data:www-data /var/www/html
fi
if [[ -n ${FILES:-} ]]; then cp -a -- "$FILES"/* "$root/"; fi
if [[ -n ${SET_UP:-} ]]; then chroot "$root" /bin/bash -euc "$SET_UP"; fi
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*

disk="$OUT/disk.raw"
truncate -s "${SIZE_MIB}M" "$disk"
# Sectors of 512 bytes; the root begins at 128 MiB.
sfdisk --quiet "$disk" <<'TABLE'
label: gpt
1 : start=262144, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
14 : start=2048, size=6144, type=21686148-6449-6E6F-744E-656564454649
15 : start=8192, size=253952, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
TABLE
blocks=$(((SIZE_MIB - 129) * 256))
mke2fs -q -t ext4 -b 4096 -L root -E offset=$((262144 * 512)) -d "$root" "$disk" "$blocks"
rm -rf "$root"
