import type { CommandRule } from './command-rule.js';
import { REVERSE_SHELL_RULES } from './reverse-shell-rules.js';

const FETCHED = /\b(?:curl|wget|fetch|lwp-download|aria2c)\b/;
const PIPED_TO_INTERPRETER =
  /\b(?:curl|wget|fetch)\b[^|;]{0,1024}\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?(?:\/\S{0,32}\/)?(?:ba|da|z|k)?sh\b|\b(?:curl|wget|fetch)\b[^|;]{0,1024}\|\s*(?:sudo\s+)?(?:\/\S{0,32}\/)?(?:python[0-9.]{0,4}|perl|php|ruby)\b/;

/** Download and run; hide; persist; mine. */
const OTHER_RULES: readonly CommandRule[] = [
  {
    id: 'command.download-and-run',
    title: 'A script is piped from the network into an interpreter',
    severity: 'high',
    techniques: ['T1105', 'T1059.004'],
    all: [PIPED_TO_INTERPRETER],
    none: [
      /https:\/\/(?:sh\.rustup\.rs|get\.docker\.com|deb\.nodesource\.com|raw\.githubusercontent\.com\/nvm-sh\/)/,
    ],
  },
  {
    id: 'command.download-and-run',
    title: 'A downloaded script is run at once',
    severity: 'high',
    techniques: ['T1105', 'T1059.004'],
    all: [/\b(?:bash|sh|zsh|source|eval|\.)\s+(?:-c\s+)?["']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b/],
  },
  {
    id: 'command.download-to-temp',
    title: 'A file is downloaded to a temporary folder and run',
    severity: 'high',
    techniques: ['T1105'],
    all: [
      FETCHED,
      /\bchmod\s+(?:\S+\s+)?(?:\+x|[0-7]*[1357][0-7]*|a\+x|u\+x)\b/,
      /(?:^|[\s;&|(])(?:\.\/|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/)\S/,
    ],
  },
  {
    id: 'command.decode-and-run',
    title: 'Encoded text is decoded and run',
    severity: 'high',
    techniques: ['T1140', 'T1059.004'],
    all: [
      /\b(?:base64\s+(?:-d|-D|--decode|-di)|base32\s+-d|xxd\s+-r|openssl\s+(?:enc|base64)\s[^|;]{0,80}-d)\b[^;]{0,200}\|\s*(?:sudo\s+)?(?:\/\S{0,32}\/)?(?:(?:ba|da|z|k)?sh|python[0-9.]{0,4}|perl|php)\b|\b(?:eval|bash\s+-c|sh\s+-c)\s+["']?(?:\$\(|`)[^)`]{0,4096}\bbase64\s+(?:-d|-D|--decode)/,
    ],
  },
  {
    id: 'command.history-wiped',
    title: 'The shell history is wiped or switched off',
    severity: 'medium',
    techniques: ['T1070.003'],
    all: [
      /(?:^|[;&|]\s*|\s)history\s+-[a-z]{0,3}c|\bunset\s+HISTFILE\b|\bHISTFILE=(?:\/dev\/null|["']{2}|(?=\s|;|$))|\bHIST(?:FILE)?SIZE=0\b|\bset\s+\+o\s+history\b|(?:\brm\s[^;|&]{0,120}|\bshred\s[^;|&]{0,120}|\bln\s+-sf?\s+\/dev\/null\s[^;|&]{0,120}|(?:^|[;&|\s])>\s*[^;|&\s]{0,120}|\btruncate\s[^;|&]{0,120}|cat\s+\/dev\/null\s*>\s*[^;|&\s]{0,120})\.(?:bash|zsh|sh)_history\b/,
    ],
  },
  {
    id: 'command.logs-wiped',
    title: 'Logs are wiped or switched off',
    severity: 'high',
    techniques: ['T1070.002'],
    all: [
      /(?:\brm\s+(?:-\S+\s+)*|\bshred\s+(?:-\S+\s+)*|\btruncate\s+(?:-\S+\s+)*(?:\S+\s+)?|(?:^|[;&|\s])(?:echo\s+["']{0,2}\s*)?>\s*|\bln\s+-sf?\s+\/dev\/null\s+|\bsed\s+-i\s[^;|]{0,200}\s)\/var\/log\/(?:auth\.log|secure|syslog|messages|wtmp|btmp|lastlog|audit\/audit\.log|apache2\/access\.log|nginx\/access\.log|httpd\/access_log|\*)|\b(?:systemctl|service)\s+(?:stop|disable|mask)\s+(?:auditd|rsyslog|syslog|systemd-journald)\b|\bjournalctl\s+--vacuum-(?:time=[01]s|size=[01]\b)|\bauditctl\s+-e\s*0\b/,
    ],
  },
  {
    id: 'command.miner',
    title: 'A command starts a cryptocurrency miner',
    severity: 'critical',
    techniques: ['T1496.001'],
    all: [
      /\bstratum\+?[0-9a-z]{0,8}:\/\/|--donate-level\b|\b(?:xmrig|xmr-stak|minerd|cpuminer|ccminer|nbminer|t-rex|lolminer|kdevtmpfsi|kinsing)\b(?!\.(?:md|html|org))|--algo[=\s]+(?:randomx|rx\/0|cn\/|cryptonight)/i,
    ],
    none: [
      /^\s*(?:grep|pgrep|pkill|killall|ps|apt|man|which|locate|find|systemctl\s+status|yara|clamscan)\b/,
    ],
  },
  {
    id: 'command.setuid-shell',
    title: 'A shell or interpreter is made setuid',
    severity: 'high',
    techniques: ['T1548.001'],
    all: [
      /\bchmod\s+(?:-\S+\s+)*(?:[ug]*\+s|[2467][0-7]{3})\s+\S{0,256}(?:sh|python[0-9.]{0,4}|perl|find|vim?|nmap|awk|env|cp|dash)(?=\s|;|&|$)|\bchmod\s+(?:-\S+\s+)*(?:[ug]*\+s|[2467][0-7]{3})\s+(?:\/tmp|\/var\/tmp|\/dev\/shm)\//,
    ],
  },
  {
    id: 'command.preload',
    title: 'A library is put into every process',
    severity: 'high',
    techniques: ['T1574.006'],
    all: [
      />\s*\/etc\/ld\.so\.preload|\btee\s+(?:-a\s+)?\/etc\/ld\.so\.preload|\bLD_PRELOAD=\/(?:tmp|var\/tmp|dev\/shm)\//,
    ],
  },
  {
    id: 'command.key-added',
    title: 'A key is added to authorized_keys',
    severity: 'medium',
    techniques: ['T1098.004'],
    all: [/(?:>>|\btee\s+-a\s+)\s*\S{0,200}authorized_keys\b/],
  },
  {
    id: 'command.root-account',
    title: 'An account with the rights of root is made',
    severity: 'high',
    techniques: ['T1136.001'],
    all: [
      /\b(?:useradd|adduser|usermod)\b[^;|&]{0,200}\s(?:-u\s*0|--uid[=\s]0|-ou\s*0)(?=\s|$)|>>\s*\/etc\/passwd\b/,
    ],
  },
  {
    id: 'command.from-temp',
    title: 'A program is run from a temporary folder, detached or hidden',
    severity: 'high',
    techniques: ['T1564.001', 'T1059.004'],
    all: [
      /\b(?:nohup|setsid|exec|disown)\s+(?:-\S+\s+)*(?:\/tmp|\/var\/tmp|\/dev\/shm)\/\S|\bcd\s+(?:\/tmp|\/var\/tmp|\/dev\/shm)\/\.\S{0,128}\s*(?:&&|;)|(?:^|[\s;&|("'=])(?:\/tmp|\/var\/tmp|\/dev\/shm)\/\.[A-Za-z0-9_][^\s'"]{0,200}/,
    ],
    none: [/\/tmp\/\.(?:X11-unix|ICE-unix|font-unix|XIM-unix|X\d{1,3}-lock)/],
  },
  {
    id: 'command.credential-files',
    title: 'Stored credentials are read out',
    severity: 'medium',
    techniques: ['T1003.008', 'T1552.001'],
    all: [
      /\b(?:cat|cp|less|head|tail|tar|scp|curl|base64|xxd|strings)\s[^|;&]{0,200}(?:\/etc\/shadow\b|\.aws\/credentials\b|\/\.ssh\/id_(?:rsa|ed25519|ecdsa|dsa)\b(?!\.pub)|\/proc\/\S{1,20}\/environ\b)|\bunshadow\b/,
    ],
  },
  {
    id: 'command.instance-credentials',
    title: "The instance role's credentials are asked for",
    severity: 'medium',
    techniques: ['T1552.005'],
    all: [
      /169\.254\.169\.254\/latest\/meta-data\/iam\/security-credentials|\[fd00:ec2::254\]\/latest\/meta-data\/iam|169\.254\.170\.2\/v2\/credentials/,
    ],
  },
  {
    id: 'command.container-escape',
    title: 'A container is used to reach its host',
    severity: 'high',
    techniques: ['T1611'],
    all: [
      /\b(?:docker|podman|nerdctl)\s+run\b[^;|&]{0,300}\s-v\s*\/:\/|\bnsenter\b[^;|&]{0,100}(?:-t|--target)[\s=]*1\b|\/release_agent\b|\bunshare\s[^;|&]{0,60}-[a-zA-Z]{0,6}U[a-zA-Z]{0,6}rm?\b/,
    ],
  },
  {
    id: 'command.firewall-off',
    title: 'The firewall or mandatory access control is switched off',
    severity: 'medium',
    techniques: ['T1562.004', 'T1562.001'],
    all: [
      /\biptables\s+(?:-F|--flush)\b|\bufw\s+disable\b|\bsetenforce\s+0\b|\b(?:systemctl|service)\s+(?:stop|disable)\s+(?:firewalld|apparmor|falcon-sensor|amazon-guardduty-agent)\b/,
    ],
  },
  {
    id: 'command.immutable',
    title: 'A file is made unchangeable',
    severity: 'medium',
    techniques: ['T1222.002'],
    all: [/\bchattr\s+(?:-\S+\s+)*\+[a-z]*[ia]/],
  },
  {
    id: 'command.kernel-module',
    title: 'A kernel module is loaded from an odd place',
    severity: 'high',
    techniques: ['T1547.006', 'T1014'],
    all: [/\binsmod\s+(?:-\S+\s+)*(?:\.\/|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/home\/|\/root\/)\S/],
  },
];

/** Every rule about commands that ships with Cordon. */
export const COMMAND_RULES: readonly CommandRule[] = [...REVERSE_SHELL_RULES, ...OTHER_RULES];
