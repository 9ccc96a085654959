import type { Examples } from './command-examples.js';

export const CONCEALMENT: Examples = {
  history_wiped: {
    hits: [
      'history -c',
      'rm -f ~/.bash_history',
      'cat /dev/null > ~/.bash_history',
      'ln -sf /dev/null ~/.bash_history',
    ],
    misses: ['history', 'find . -name job.history -exec grep x {} +'],
  },
  history_switched_off: {
    hits: ['unset HISTFILE', 'export HISTSIZE=0', 'set +o history', 'HISTFILE=/dev/null'],
    misses: ['export HISTSIZE=10000', 'set -o history'],
  },
  session_without_terminal: { hits: ['ssh -T x@203.0.113.66 id'], misses: ['ssh host'] },
  logs_wiped: {
    hits: [
      'rm -rf /var/log/auth.log',
      '> /var/log/wtmp',
      'truncate -s 0 /var/log/syslog',
      'echo "" > /var/log/secure',
    ],
    misses: ['tail -f /var/log/syslog', 'find /var/log -mtime +14 -delete'],
  },
  application_logs_wiped: {
    hits: ['rm -rf /var/log/nginx/', 'truncate -s 0 /var/log/nginx/access.log', '> /var/log/shop/app.log'],
    misses: [
      'rm -rf /var/log/myapp/*.gz',
      'rm /var/log/nginx/access.log.14',
      'tail /var/log/nginx/access.log',
    ],
  },
  login_records_wiped: {
    hits: ['utmpdump -r < x > /var/log/wtmp', 'rm /var/log/btmp', 'cd /tmp; ./zap2 root'],
    misses: ['last -f /var/log/wtmp', 'brew uninstall --zap firefox'],
  },
  journal_wiped: {
    hits: ['journalctl --vacuum-time=1s', 'dmesg -C'],
    misses: ['journalctl --vacuum-time=30d', 'journalctl -u nginx'],
  },
  times_forged: {
    hits: ['touch -r /bin/ls /tmp/x', 'touch -t 199901010000 x'],
    misses: ['touch x', 'touch -d yesterday x'],
  },
  logging_stopped: {
    hits: ['systemctl stop rsyslog', 'service auditd stop', 'pkill -9 falcon-sensor'],
    misses: ['systemctl restart rsyslog', 'systemctl stop nginx'],
  },
  audit_rules_removed: { hits: ['auditctl -D', 'auditctl -e 0'], misses: ['auditctl -l'] },
  syslog_changed: { hits: ["sed -i '/authpriv/d' /etc/rsyslog.conf"], misses: ['cat /etc/rsyslog.conf'] },
  mandatory_access_disabled: {
    hits: ['setenforce 0', 'sysctl -w kernel.randomize_va_space=0'],
    misses: ['getenforce', 'sysctl vm.swappiness=10'],
  },
  firewall_opened: {
    hits: ['iptables -F', 'ufw disable', 'systemctl stop firewalld'],
    misses: ['iptables -L -n', 'ufw status'],
  },
  file_made_immutable: { hits: ['chattr +i /etc/ld.so.preload'], misses: ['lsattr /etc'] },
  traces_removed: {
    hits: ['rm -f "$0"', 'shred -u x'],
    misses: ['rm -f build.log', "find . -exec bash -c 'rm \"$0\"' {} ';'"],
  },
  name_disguised: {
    hits: ["exec -a '[kworker/0:1]' ./k", 'sh /tmp/image.png'],
    misses: ['exec nginx', 'sh build.sh'],
  },
  hidden_file_made: {
    hits: ['mkdir /var/tmp/.cache-x', 'touch /dev/shm/.k'],
    misses: ['mkdir ~/.config', 'touch /srv/app/x'],
  },
};
