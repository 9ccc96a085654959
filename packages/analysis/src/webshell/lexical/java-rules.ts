import type { LexicalRule } from './lexical-rule.js';

const REQUEST =
  /\b(?:request|req|pageContext\.getRequest\(\))\s{0,4}\.\s{0,4}(?:getParameter|getHeader|getInputStream|getReader|getQueryString|getCookies|getPart)|\$\{\s{0,4}param\b|\bgetParameter(?:Values|Map)?\s{0,4}\(/;
const COMMAND = /\bgetRuntime\b|\bProcessBuilder\b|\bProcessImpl\b|\bUNIXProcess\b|java\.lang\.Runtime/i;
const SHELL = /\bcmd(?:\.exe)?\s{0,4}["/]|\/bin\/(?:ba)?sh|\bbash -i\b|\bwhoami\b/;
const REFLECTION = /\.\s{0,4}(?:getMethod|getDeclaredMethod)\s{0,4}\(|Class\s{0,4}\.\s{0,4}forName/;
const BYTES =
  /new\s{1,4}byte\s{0,4}\[\s{0,4}\]\s{0,4}\{\s{0,4}\d{1,3}\s{0,4},|\bnew\s{1,4}String\s{0,4}\(\s{0,4}"|\bBASE64Decoder\b|\bBase64\b|\bparse(?:Base64|Hex)Binary\b|\bdecodeBase64\b/i;
const LOADER =
  /\bdefineClass\d?\b|\bextends\s{1,4}ClassLoader\b|\bURLClassLoader\b|\bdefineAnonymousClass\b|\bLookup\b[^;]{0,80}\bdefine/;
const WRITE =
  /\bnew\s{1,4}(?:java\.io\.)?(?:FileOutputStream|FileWriter|RandomAccessFile)\s{0,4}\(|\bnew\s{1,4}Print(?:Writer|Stream)\s{0,4}\(\s{0,4}(?:new\s{1,4}File|path|file|url|f)\b|\bFiles\s{0,4}\.\s{0,4}(?:write|copy|newOutputStream)/;
const REQUESTED_NAME =
  /\b(?:String|File|var)\s{1,4}\w{1,40}\s{0,4}=\s{0,4}(?:new\s{1,4}(?:File|String)\s{0,4}\(\s{0,4})?request\s{0,4}\.\s{0,4}getParameter/;
const MAKES_FORM = /<form\b|<textarea\b|<input\b/i;

/** JSP pages. */
export const JAVA_RULES: readonly LexicalRule[] = [
  {
    id: 'request-to-command',
    weight: 70,
    reason: 'A page starts processes and reads the request.',
    all: [COMMAND, REQUEST],
  },
  { id: 'request-to-command', weight: 55, reason: 'A page starts a shell.', all: [COMMAND, SHELL] },
  {
    id: 'hidden-command',
    weight: 60,
    reason: 'A page calls methods by names that it spells in bytes.',
    all: [REFLECTION, BYTES, REQUEST, /\.\s{0,4}invoke\s{0,4}\(/],
  },
  {
    id: 'request-to-code',
    weight: 80,
    reason: 'A page defines classes from bytes of the request.',
    all: [LOADER, REQUEST],
  },
  {
    id: 'request-to-code',
    weight: 70,
    reason: 'A page defines classes from encoded bytes.',
    all: [LOADER, BYTES],
  },
  {
    id: 'hidden-class',
    weight: 60,
    reason: 'A page carries a compiled class as text.',
    // what every class file begins with, in base64, in hexadecimal, and in the escapes of BCEL
    all: [/\byv66vg[A-Za-z0-9+/]{100}|(?:\$ca\$fe\$ba\$be|\bcafebabe)[\w$]{100}/i],
  },
  {
    id: 'hidden-class',
    weight: 60,
    reason: 'A page loads a class that it carries as text of BCEL.',
    all: [/\$\$BCEL\$\$|\bbcel(?:\.internal)?\.util\.ClassLoader\b/],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page evaluates script from the request.',
    all: [
      /\bScriptEngineManager\b|\bELProcessor\b|\bJavaCompiler\b|\bExpressionFactory\b|\bGroovyShell\b|\bInterpreter\b|\bJShell\b|\bOgnl\b|\bSpelExpressionParser\b/,
      REQUEST,
    ],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page evaluates an expression of the request.',
    all: [
      /[$#]\{[^}]{0,200}\[\s{0,4}(?:param|header|cookie)\b[^}\]]{0,80}\]\s{0,4}\(|\$\{\s{0,4}(?:param|header|cookie)[^}]{0,80}getClass|\.forName\([^)]{0,80}\$\{?param/,
    ],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page unserializes, or looks up, what the request holds.',
    all: [/\bXMLDecoder\b|\bInitialContext\b[^;]{0,120}lookup|\bJdbcRowSetImpl\b|\bTemplatesImpl\b/, REQUEST],
  },
  {
    id: 'request-writes-file',
    weight: 55,
    reason: 'A page writes a file that the request names.',
    all: [WRITE, REQUESTED_NAME, MAKES_FORM],
  },
  {
    id: 'request-writes-file',
    weight: 55,
    reason: 'A page writes request data into a file.',
    all: [
      /\bnew\s{1,4}(?:java\.[\w.]{1,20}\.)?(?:FileOutputStream|FileWriter|RandomAccessFile|FileHandler|PrintStream)\s{0,4}\([^;]{0,200}request\s{0,4}\./,
    ],
  },
  {
    id: 'request-writes-file',
    weight: 50,
    reason: 'A page writes text of the request to a path of the request.',
    all: [
      WRITE,
      /getParameter\s{0,4}\(\s{0,4}"(?:path|file|filename|url|f|damapath|name|dir|t)"/i,
      /getParameter\s{0,4}\(\s{0,4}"(?:content|context|text|smart|data|code|c|body)"/i,
    ],
  },
  {
    id: 'request-to-database',
    weight: 45,
    reason: 'A page shows whatever table its visitor names.',
    all: [
      /\b(?:all_tables|user_tables|information_schema|show\s{1,4}tables)\b/i,
      /"\s{0,4}select\s[^"\n]{0,80}\bfrom\s{1,4}"\s{0,4}\+/i,
      REQUEST,
    ],
  },
  {
    id: 'tunnel',
    weight: 60,
    reason: 'A page carries connections for its visitor.',
    all: [
      /\b(?:SocketChannel|AsynchronousSocketChannel|ServerSocket|new\s{1,4}Socket)\b/,
      /\bX-CMD\b|\bX-TARGET\b|ProxyEndpoint|InetSocketAddress|StreamConnector|\bread\b[^;]{0,80}\bwrite\b/,
      /<%/,
    ],
  },
  {
    id: 'memory-shell',
    weight: 50,
    reason: 'A page rewrites the libraries of the server that runs it.',
    all: [
      /\b(?:Jar|Zip)(?:File|OutputStream)\b/,
      /\bCATALINA_HOME\b|\bcatalina\.(?:home|base)\b|WEB-INF\/lib\b/i,
      WRITE,
      /<%/,
    ],
  },
  {
    id: 'hidden-command',
    weight: 60,
    reason: 'A page reaches below the checks of the virtual machine.',
    all: [
      /\btheUnsafe\b|\bforkAndExec\b|\bVirtualMachine\s{0,4}\.\s{0,4}attach\b|\bredefineClasses\b|\bSystem\s{0,4}\.\s{0,4}load(?:Library)?\s{0,4}\(/,
      /<%/,
    ],
  },
  {
    id: 'hidden-command',
    weight: 60,
    reason: 'A page gives what its visitor sends to a caller of any method.',
    all: [
      /\bnew\s{1,4}(?:java\.beans\.)?(?:Expression|Statement)\s{0,4}\(|\bEventHandler\s{0,4}\.\s{0,4}create\b|\bMethodUtil\b/,
      REQUEST,
      /\bjava\.beans\b|\bMethodUtil\b/,
    ],
  },
  {
    id: 'memory-shell',
    weight: 60,
    reason: 'A page installs itself in the running server.',
    all: [
      /\b(?:addFilter|FilterDef|addServlet|addValve|addEndpoint|addListener|addApplicationEventListener|(?:set)?applicationEventListeners(?:List)?|httpUpgradeProtocols|setExecutor|getPipeline|getThreadGroup|lastServicedRequest|WRAP_SAME_OBJECT|ApplicationFilterConfig|filterConfigs|registerMapping|addInterceptor|ServerEndpointConfig)\b/,
      /\bStandardContext\b|\bgetDeclaredField\b|\bsetAccessible\b|\bServerContainer\b/,
      /<%/,
    ],
  },
  {
    id: 'file-manager',
    weight: 50,
    reason: 'A page lists, reads and deletes files that the request names.',
    all: [
      /\.\s{0,4}listFiles\s{0,4}\(|\blistRoots\b/,
      /\.\s{0,4}delete\s{0,4}\(\s{0,4}\)/,
      REQUEST,
      /<form\b/i,
      WRITE,
    ],
  },
];
