import type { LexicalRule } from './lexical-rule.js';

const PERL_REQUEST =
  /\bparam\s{0,4}\(|\$ENV\s{0,4}\{\s{0,4}['"]?(?:QUERY_STRING|HTTP_|CONTENT_LENGTH|REQUEST_METHOD)|<STDIN>|\$(?:in|FORM|input|form)\s{0,4}\{|\bReadParse\b/;
const PERL_COMMAND =
  /\bsystem\b\s{0,4}\(?\s{0,4}["$]|\bexec\b\s{0,4}\(?\s{0,4}["$]|`[^`\n]{0,120}\$|\bopen\s{0,4}\(?[^;\n]{0,80}(?:\|["']|["']\s{0,4}-?\||\|\s{0,4}\$)|\bqx\b/;
const PYTHON_REQUEST =
  /\b(?:request\.(?:args|form|values|get_data|data|cookies|headers|GET|POST|query)|cgi\.FieldStorage|QUERY_STRING|self\.(?:path|rfile)|environ)\b/;
const PYTHON_COMMAND =
  /\bos\.(?:system|popen\d?)\b|\bsubprocess\.|\bcommands\.get(?:status)?output|\bpopen2\b|\bpty\.spawn/;
const SOCKET = /\bsocket\b/i;
const SHELL = /\/bin\/(?:ba)?sh\b|cmd\.exe/;

/** CGI scripts and what lies beside them. */
export const PERL_RULES: readonly LexicalRule[] = [
  {
    id: 'request-to-command',
    weight: 80,
    reason: 'A CGI script runs a field of the request.',
    all: [
      /\b(?:system|exec|qx|popen)\b[^;\n]{0,40}(?:param\s{0,4}\(|\$(?:in|FORM|input|form|q|cgi)\s{0,4}(?:\{|->))/,
    ],
  },
  {
    id: 'request-to-command',
    weight: 55,
    reason: 'A CGI script runs commands from the request.',
    all: [
      PERL_REQUEST,
      PERL_COMMAND,
      /Content-type/i,
      /\bcmd\b|\bcommand\b|\bshell\b|\bpassword\b|\bchdir\b/i,
    ],
  },
  {
    id: 'request-to-code',
    weight: 80,
    reason: 'A CGI script evaluates the request.',
    all: [/\beval\b[^;\n]{0,60}(?:param\s{0,4}\(|\$ENV|\$in\{)/],
  },
  {
    id: 'reverse-shell',
    weight: 70,
    reason: 'A script ties a shell to a socket.',
    all: [SOCKET, SHELL, /\bdup2?\b|\bopen\s{0,4}\(?\s{0,4}STD(?:IN|OUT)|>&|fdopen/i],
  },
  {
    id: 'bot',
    weight: 60,
    reason: 'A script takes orders on a chat channel.',
    all: [
      SOCKET,
      /\b(?:PRIVMSG|JOIN)\b/,
      /\b(?:flood|udp|shell|exec|system|scan|portscan|backconnect)\b/i,
      PERL_COMMAND,
    ],
  },
  {
    id: 'flooder',
    weight: 50,
    reason: 'A script floods other hosts.',
    all: [SOCKET, /\bflood|\bddos\b|\budp\b[^;\n]{0,80}\brand\b|\bsend\s{0,4}\([^;\n]{0,80}pack/i],
  },
];

export const PYTHON_RULES: readonly LexicalRule[] = [
  {
    id: 'request-to-command',
    weight: 80,
    reason: 'A web script runs a field of the request.',
    all: [
      /\b(?:os\.(?:system|popen\d?)|subprocess\.\w{1,20}|getoutput)\s{0,4}\([^\n]{0,60}(?:request\.|form\b|FieldStorage|getvalue|query)/,
    ],
  },
  {
    id: 'reverse-shell',
    weight: 70,
    reason: 'A script ties a shell to a socket.',
    all: [
      SOCKET,
      /\bdup2\b|\bpty\.spawn|\bsubprocess\b[^\n]{0,120}(?:\/bin\/(?:ba)?sh|cmd\.exe|shell\s{0,4}=\s{0,4}True)|\bos\.popen\b/,
      /\bconnect(?:_ex)?\s{0,4}\(|\bbind\s{0,4}\(/,
      /\/bin\/(?:ba)?sh\b|cmd\.exe|\brecv\s{0,4}\(/,
    ],
  },
  {
    id: 'request-to-command',
    weight: 60,
    reason: 'A web script runs commands from the request.',
    all: [
      PYTHON_REQUEST,
      PYTHON_COMMAND,
      /shell\s{0,4}=\s{0,4}True|os\.(?:system|popen)|getoutput|popen2/,
      /flask|cgi|wsgi|django|bottle|http\.server|BaseHTTPServer|tornado|webpy|import web\b/i,
      /\bcmd\b|\bcommand\b|\bshell\b|\bexec\b/i,
    ],
  },
  {
    id: 'request-to-code',
    weight: 70,
    reason: 'A web script runs code from the request.',
    all: [PYTHON_REQUEST, /\b(?:eval|exec)\s{0,4}\([^\n]{0,60}(?:request|form|FieldStorage|getvalue)/],
  },
];

export const COLD_FUSION_RULES: readonly LexicalRule[] = [
  {
    id: 'request-to-command',
    weight: 60,
    reason: 'A page runs programs from the request.',
    all: [/<cfexecute\b/i, /\b(?:form|url)\.|name\s{0,4}=\s{0,4}["']?#/i],
  },
  {
    id: 'request-writes-file',
    weight: 50,
    reason: 'A page keeps uploads and changes files by path.',
    all: [
      /<cffile\b[^>]{0,200}action\s{0,4}=\s{0,4}["']?(?:upload|write)/i,
      /\b(?:form|url)\.\w{0,20}(?:path|file|dir|name)/i,
      /<cfdirectory\b|action\s{0,4}=\s{0,4}["']?delete|cmd|shell/i,
    ],
  },
];

export const HTACCESS_RULES: readonly LexicalRule[] = [
  {
    id: 'handler-override',
    weight: 60,
    reason: 'A folder makes the server run files that are no scripts.',
    all: [
      /(?:AddHandler|AddType|SetHandler)\s[^\n]{0,80}php[^\n]{0,80}\.(?:jpe?g|png|gif|txt|ico|css|html?)\b|auto_(?:prepend|append)_file[\s=]{1,8}[^\n]{0,80}(?:\.(?:jpe?g|png|gif|txt|ico)|php:\/\/|data:|\/tmp\/)/i,
    ],
  },
];
