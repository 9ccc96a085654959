import type { CommandRule } from './command-rule.js';

const TECHNIQUES = ['T1059.004'] as const;

function reverseShell(name: string, ...all: readonly RegExp[]): CommandRule {
  return {
    id: `command.reverse-shell.${name}`,
    title: 'A command opens a shell to another host',
    severity: 'critical',
    techniques: TECHNIQUES,
    all,
  };
}

const SHELL = /(?:^|[\s"'`=(/,])(?:ba|da|z|k|c|tc|a)?sh\b/;

/** Shells that are connected to the network by what every host has. */
export const REVERSE_SHELL_RULES: readonly CommandRule[] = [
  reverseShell(
    'dev-tcp',
    /\/dev\/(?:tcp|udp)\/[^\s"'/]{1,253}\/[^\s"'/;)&]{1,12}/,
    /(?:[0-9&]?[<>]|\bexec\b|\bcat\b)/,
  ),
  reverseShell(
    'netcat',
    /\b(?:nc|ncat|netcat|nc\.traditional|nc\.openbsd)\b[^|;&]{0,200}\s(?:-[a-z]{0,8}[ec]|--exec|--sh-exec)[\s=]/,
    SHELL,
  ),
  reverseShell(
    'fifo',
    /\bmkfifo\b|\bmknod\b[^;|&]{0,100}\bp\b/,
    SHELL,
    /\b(?:nc|ncat|netcat|telnet|openssl|socat)\b/,
  ),
  reverseShell(
    'socat',
    /\bsocat\b/,
    /\bexec:|\bsystem:/i,
    /\b(?:tcp|udp|openssl|ssl)[46]?(?:-connect|-listen|-l)?:/i,
  ),
  reverseShell(
    'python',
    /\bpython[0-9.]{0,5}\b/,
    /\bsocket\b/,
    /\bsubprocess\b|\bpty\b|os\.dup2|os\.system|\bexec\b/,
  ),
  reverseShell(
    'perl',
    /\bperl\b/,
    /\bSocket\b|IO::Socket/,
    /\bexec\b|\bsystem\b|STDIN->fdopen|\bopen\s*\(?\s*STDIN/,
  ),
  reverseShell('php', /\bphp[0-9.]{0,4}\b/, /\bfsockopen\s*\(|\bstream_socket_client\s*\(|\bpfsockopen\s*\(/),
  reverseShell('ruby', /\bruby\b/, /TCPSocket/, /\bexec\b|\bsystem\b|\bIO\.popen|\bpopen\b|reopen/),
  reverseShell('awk', /\b(?:g|m)?awk\b/, /\/inet\/(?:tcp|udp)\//),
  reverseShell('telnet', /\btelnet\b[^|]{0,200}\|\s*(?:\/bin\/)?(?:ba)?sh\b/, /\|\s*telnet\b/),
  reverseShell('openssl', /\bopenssl\s+s_client\b/, /\|\s*(?:\/bin\/)?(?:ba)?sh\b|\bmkfifo\b|<\s*\/tmp\//),
  reverseShell('lua', /\blua[0-9.]{0,4}\b/, /socket/, /os\.execute|io\.popen/),
  reverseShell('node', /\bnode(?:js)?\b/, /child_process/, /\bnet\b/, /\bconnect\b|Socket/),
  reverseShell('zsh', /zmodload\s+zsh\/net\/tcp/, /ztcp/),
];
