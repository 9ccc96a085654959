import type { Language } from './language.js';
import type { Signal } from './signal.js';

interface LexicalRule {
  readonly languages: readonly Language[];
  readonly id: string;
  readonly weight: number;
  readonly reason: string;
  /** All must be found. Linear-time by construction: bounded repeats only. */
  readonly all: readonly RegExp[];
}

const JAVA_REQUEST =
  /\brequest\s{0,4}\.\s{0,4}(?:getParameter|getHeader|getInputStream|getReader|getQueryString|getCookies)/;
const NET_REQUEST =
  /\bRequest(?:\s{0,4}\.\s{0,4}(?:Item|Form|QueryString|Params|Headers|Cookies|Files|InputStream|BinaryRead)\b|\s{0,4}[[(])/i;
const PYTHON_REQUEST =
  /\b(?:request\.(?:args|form|values|get_data|data|cookies|headers|GET|POST)|cgi\.FieldStorage|QUERY_STRING|sys\.stdin)/;
const PERL_REQUEST =
  /\bparam\s{0,4}\(|\$ENV\s{0,4}\{\s{0,4}['"]?(?:QUERY_STRING|HTTP_|CONTENT_LENGTH)|<STDIN>|\$in\{/;

/** Shells in languages the PHP engine does not read: request and sink in one short file. */
export const LEXICAL_RULES: readonly LexicalRule[] = [
  {
    languages: ['jsp'],
    id: 'request-to-command',
    weight: 70,
    reason: 'A page starts processes and reads the request.',
    all: [JAVA_REQUEST, /\bgetRuntime\s{0,4}\(\s{0,4}\)|\bProcessBuilder\b|\bProcessImpl\b/],
  },
  {
    languages: ['jsp'],
    id: 'request-to-code',
    weight: 80,
    reason: 'A page defines classes from bytes of the request.',
    all: [
      /\bdefineClass\b|\bClassLoader\b[^;]{0,200}\bdefineClass|\bU\s{0,4}extends\s{1,4}ClassLoader/,
      /\brequest\b|\bpageContext\b|\bjavax?\.crypto\b/,
    ],
  },
  {
    languages: ['jsp'],
    id: 'request-to-code',
    weight: 60,
    reason: 'A page evaluates script from the request.',
    all: [/\bScriptEngineManager\b|\bELProcessor\b|\bJavaCompiler\b/, JAVA_REQUEST],
  },
  {
    languages: ['jsp'],
    id: 'request-to-file',
    weight: 50,
    reason: 'A page writes request data into a file.',
    all: [
      /\bnew\s{1,4}(?:java\.io\.)?(?:FileOutputStream|FileWriter|RandomAccessFile)\s{0,4}\([^;]{0,200}request\s{0,4}\./,
    ],
  },
  {
    languages: ['aspx', 'asp'],
    id: 'request-to-code',
    weight: 90,
    reason: 'A page evaluates the request.',
    all: [/\b(?:eval|execute|executeglobal)\b[\s(]{1,8}[^;\n]{0,160}\brequest\b/i],
  },
  {
    languages: ['aspx'],
    id: 'request-to-command',
    weight: 60,
    reason: 'A page starts processes and reads the request.',
    all: [/\bProcessStartInfo\b|\bProcess\s{0,4}\.\s{0,4}Start\b/, /\bRequest\b|\.Text\b/i],
  },
  {
    languages: ['aspx'],
    id: 'request-to-code',
    weight: 70,
    reason: 'A page loads assemblies from bytes.',
    all: [
      /\bAssembly\b[^;]{0,120}\.\s{0,4}Load\b|\bCreateInstance\b/i,
      /\bRequest\b/i,
      /\bRijndael|FromBase64String|BinaryRead|\bCryptoServiceProvider/i,
    ],
  },
  {
    languages: ['asp'],
    id: 'request-to-command',
    weight: 60,
    reason: 'A page makes a shell object and reads the request.',
    all: [/wscript\s{0,4}\.\s{0,4}shell|shell\s{0,4}\.\s{0,4}application/i, NET_REQUEST],
  },
  {
    languages: ['perl'],
    id: 'request-to-command',
    weight: 55,
    reason: 'A CGI script runs commands from the request.',
    all: [
      PERL_REQUEST,
      /\bsystem\b\s{0,4}\(?|\bexec\b\s{0,4}\(?|`[^`\n]{0,120}\$|\bopen\s{0,4}\(?[^;]{0,80}\|/,
      /Content-type/i,
    ],
  },
  {
    languages: ['perl', 'python'],
    id: 'reverse-shell',
    weight: 70,
    reason: 'A script ties a shell to a socket.',
    all: [/\bsocket\b/i, /\/bin\/(?:ba)?sh\b|cmd\.exe/, /\bdup2?\b|\bopen\s{0,4}\(?\s{0,4}STDIN|>&/i],
  },
  {
    languages: ['python'],
    id: 'request-to-command',
    weight: 60,
    reason: 'A web script runs commands from the request.',
    all: [
      PYTHON_REQUEST,
      /\bos\.(?:system|popen)\b|\bsubprocess\.|\bcommands\.getoutput/,
      /shell\s{0,4}=\s{0,4}True|os\.(?:system|popen)|getoutput/,
      /flask|cgi|wsgi|django|bottle|http\.server|BaseHTTPServer/i,
    ],
  },
  {
    languages: ['cfm'],
    id: 'request-to-command',
    weight: 60,
    reason: 'A page runs programs from the request.',
    all: [/<cfexecute\b/i, /\b(?:form|url)\./i],
  },
  {
    languages: ['htaccess'],
    id: 'handler-override',
    weight: 60,
    reason: 'A folder makes the server run files that are no scripts.',
    all: [
      /(?:AddHandler|AddType|SetHandler)\s[^\n]{0,80}php[^\n]{0,80}\.(?:jpe?g|png|gif|txt|ico|css|html?)\b|auto_(?:prepend|append)_file[\s=]{1,8}[^\n]{0,80}(?:\.(?:jpe?g|png|gif|txt|ico)|php:\/\/|data:|\/tmp\/)/i,
    ],
  },
];

export function lexicalSignals(language: Language, source: string): readonly Signal[] {
  const signals: Signal[] = [];
  for (const rule of LEXICAL_RULES) {
    if (!rule.languages.includes(language)) continue;
    const offsets = rule.all.map((pattern) => source.search(pattern));
    if (offsets.every((offset) => offset >= 0)) {
      signals.push({ id: rule.id, weight: rule.weight, reason: rule.reason, offset: offsets[0] ?? 0 });
    }
  }
  return signals;
}
