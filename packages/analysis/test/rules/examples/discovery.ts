import type { Examples } from './command-examples.js';

export const DISCOVERY: Examples = {
  escalation_tool: { hits: ['./linpeas.sh -a', './pspy64'], misses: ['head -$LINENUM f'] },
  setuid_files_searched: { hits: ['find / -perm -4000 -type f 2>/dev/null'], misses: ['find / -perm 644'] },
  scan: { hits: ['nmap -sV 10.20.3.0/24', 'nc -zv 10.20.3.5 1-1000'], misses: ['man nmap', 'ping -c1 db'] },
  security_software_searched: {
    hits: ['ps aux | grep -i falcon', 'pgrep wazuh'],
    misses: ['ps aux | grep nginx'],
  },
  virtual_machine_searched: {
    hits: ['systemd-detect-virt', 'cat /sys/class/dmi/id/product_name'],
    misses: ['lscpu'],
  },
  public_address_asked: { hits: ['curl ifconfig.me'], misses: ['ip addr'] },
  host_described_to_file: { hits: ['uname -a >> /tmp/o'], misses: ['uname -a', 'find . > /tmp/list'] },
  password_policy_read: { hits: ['cat /etc/login.defs'], misses: ['cat /etc/hosts'] },
  host_questions: {
    hits: ['whoami; uname -a; ip a', 'id\nhostname\nps aux'],
    misses: ['whoami', 'uname -a; ls'],
  },
};
