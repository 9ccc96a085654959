import type { LexicalRule } from './lexical-rule.js';

const REQUEST =
  /\bRequest\s{0,4}(?:\.\s{0,4}(?:Item|Form|QueryString|Params|Headers|Cookies|Files|InputStream|BinaryRead|TotalBytes)\b|[[(])/i;
const FORM_FIELD = /\.Text\b|\basp:TextBox\b|\bRequest\b/i;
const PROCESS =
  /\bProcessStartInfo\b|\bProcess\s{0,4}\.\s{0,4}Start\b|\bnew\s{1,4}Process\s{0,4}\(|\bStartInfo\b|\bCreateProcess\b|\bWin32_Process\b|\bexec\w{0,4}\s[^\n]{0,30}xp_cmdshell\b/i;
const SHELL_OBJECT =
  /wscript\s{0,4}\.\s{0,4}shell|shell\s{0,4}\.\s{0,4}application|72C24DD5-D70A-438B-8A42-98424B88AFB8|13709620-C279-11CE-A49E-444553540000|F935DC22-1CF0-11D0-ADB9-00C04FD58A0B/i;
const FILE_OBJECT =
  /Scripting\s{0,4}\.\s{0,4}FileSystemObject|ADODB\s{0,4}\.\s{0,4}Stream|0D43FE01-F093-11CF-8940-00A0C9054228|\bCONST_FSO\b/i;
const FILE_WRITE =
  /\b(?:CreateTextFile|OpenTextFile|SaveToFile|SaveAs|WriteAllText|WriteAllBytes|StreamWriter|FileStream|File\s{0,4}\.\s{0,4}Create)\b/i;
const RUNS = /(?:^|[\s;:<%{(=])(?:eval|execute|executeglobal)\b/i;

/** ASP and ASP.NET pages. */
export const ASP_RULES: readonly LexicalRule[] = [
  {
    id: 'hidden-code',
    weight: 60,
    reason: 'A page evaluates something, and spells a call that evaluates the request in pieces.',
    all: [RUNS, /"\s{0,2}(?:eval|exec\w{0,12})[\s(]{1,4}request\b/i],
  },
  {
    id: 'hidden-code',
    weight: 60,
    reason: 'A page carries, as text, a page that evaluates what its visitor sends.',
    all: [
      /\b(?:eval|execute(?:global)?)\s{0,4}\(?\s{0,4}(?:request|session)\s{0,4}(?:\.\s{0,4}\w{1,20}\s{0,4})?[[(]\s{0,4}(?:""|\\")/i,
    ],
  },
  {
    id: 'request-to-code',
    weight: 90,
    reason: 'A page evaluates the request.',
    all: [/(?:\beval|(?<![.\w]|=[ \t]{0,4})execute(?:global)?)\b[\s(]{1,8}[^;\n]{0,160}\brequest\b/i],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A short page evaluates something and reads the request.',
    all: [RUNS, /\brequest\b/i],
    maxLength: 1_200,
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page takes an evaluator by its name, and reads the request.',
    all: [
      /\[\s{0,4}["']eval["']\s{0,4}\]|=\s{0,4}eval\s{0,4}[;,\r\n}%]|\bnew\s{1,4}Function\s{0,4}\(|"eval"\s{0,4}[,)]/,
      /\bRequest\b/,
      /<%@[^%]{0,80}language\s{0,4}=\s{0,4}["']?\s{0,4}(?:jscript|javascript)|<script\b[^>]{0,60}\brunat\b[^>]{0,60}script|<script\b[^>]{0,60}script[^>]{0,60}\brunat\b/i,
    ],
  },
  {
    id: 'decoded-to-code',
    weight: 60,
    reason: 'A page evaluates what a function decodes.',
    all: [
      /(?<![.\w])execute(?:global)?\b\s{0,4}\(?\s{0,4}[A-Za-z_]\w{0,60}\s{0,4}\(/i,
      /\bChrW?\s{0,4}\(|\bAsc[BW]?\s{0,4}\(|\bStrReverse\b|\bXor\b|\bMid\s{0,4}\(/i,
    ],
  },
  {
    id: 'decoded-to-code',
    weight: 60,
    reason: 'A page evaluates decoded text.',
    all: [
      /\beval\s{0,4}\(/i,
      /FromBase64String|fromCharCode|"unsafe"/i,
      /<%@[^%]{0,80}language\s{0,4}=\s{0,4}["']?\s{0,4}(?:jscript|javascript)|runat\s{0,4}=\s{0,4}["']?server/i,
    ],
  },
  {
    id: 'decoded-to-code',
    weight: 60,
    reason: 'A page hands text to an evaluator by another name.',
    all: [
      /\beval\s{0,4}\(\s{0,4}\w{1,40}\s{0,4},\s{0,4}\w{1,40}\s{0,4}\)|\bExecuteStatement\b|\bcodepage\s{0,4}=\s{0,4}65000|<msxsl:script\b|\{\s{0,4}'\w'\s{0,4}:\s{0,4}eval\b/i,
      /runat\s{0,4}=\s{0,4}["']?server|<%/i,
    ],
  },
  {
    id: 'decoded-to-code',
    weight: 55,
    reason: 'A short page evaluates a text that it changes first.',
    all: [
      RUNS,
      /\b(?:replace|split|strreverse|unescape)\s{0,4}\(/i,
      /(?:^|[\s:])(\w{1,20})\s{0,4}=[^\n]{0,200}\b(?:replace|strreverse|unescape|temp)\b/i,
    ],
    maxLength: 1_000,
  },
  {
    id: 'request-to-code',
    weight: 80,
    reason: 'A page gives text of the request to an interpreter.',
    all: [/\.\s{0,4}(?:addcode|executestatement)\b[\s(]{1,4}[^\n]{0,80}\brequest\b/i],
  },
  {
    id: 'request-writes-file',
    weight: 60,
    reason: 'A page keeps an upload under a path of the request.',
    all: [/\.\s{0,4}SaveAs\s{0,4}\(\s{0,4}[^;\n]{0,60}\bRequest\s{0,4}[[(]/i],
  },
  {
    id: 'request-writes-file',
    weight: 50,
    reason: 'A page writes a file that its visitor names in a field.',
    all: [
      /\b(?:StreamWriter|FileStream|CreateText|WriteAllText|WriteAllBytes)\s{0,4}\(\s{0,4}[^;\n]{0,80}(?:\w\.Text\b|\bRequest\b)/,
    ],
  },
  {
    id: 'drops-file',
    weight: 55,
    reason: 'A page fetches a file and keeps it, or writes a script for the host.',
    all: [
      /\bXMLHTTP\b|\bWinHttpRequest\b|\bWebClient\b|CreateTextFile\s{0,4}\(\s{0,4}"[a-z]:\\/i,
      /\bSaveToFile\b[^\n]{0,80}(?:\.(?:aspx?|asa|cer|exe)\b|\bRequest\b)|\bDownloadFile\b|\.vbs"|\.bat"/i,
    ],
  },
  {
    id: 'request-writes-file',
    weight: 25,
    reason: 'A small page writes a file for its visitor.',
    all: [/\bCreateTextFile\b|\bSaveToFile\b|\bWriteAllText\b/i, REQUEST, /<(?:form|textarea)\b/i],
    maxLength: 2_500,
  },
  {
    id: 'request-to-database',
    weight: 45,
    reason: "A page sends its visitor's queries to a database of his choice.",
    all: [
      /\bnew\s{1,4}(?:Sql|OleDb|Odbc|MySql)(?:Command|DataAdapter)\s{0,4}\([^;]{0,80}(?:\.Text|sql|query|cmd)/i,
      /\bnew\s{1,4}(?:Sql|OleDb|Odbc|MySql)Connection\s{0,4}\([^;]{0,80}(?:\.Text|str|conn)/i,
      /<asp:TextBox\b|\btxt\w{1,20}\.Text/i,
      /\bConnection\s?String\b|\bServer\s?IP\b|Data Source|\bAUTHKEY\b|\bxp_/i,
    ],
  },
  {
    id: 'request-to-command',
    weight: 60,
    reason: 'A page makes a shell object and reads the request.',
    all: [
      SHELL_OBJECT,
      REQUEST,
      /\.\s{0,4}(?:exec|run|ShellExecute|NameSpace)\b/i,
      /\bcmd|comspec|\bstdout\b/i,
    ],
  },
  {
    id: 'request-to-command',
    weight: 60,
    reason: 'A page starts processes for its visitor.',
    all: [PROCESS, FORM_FIELD, /cmd(?:\.exe)?\b|\.FileName\b|Arguments|xp_cmdshell/i],
  },
  {
    id: 'request-writes-file',
    weight: 25,
    reason: 'A page writes a file for its visitor, by path.',
    all: [
      FILE_OBJECT,
      FILE_WRITE,
      REQUEST,
      /\bMapPath\b|PATH_TRANSLATED|\bRequest\s{0,4}[.(][^\n]{0,40}(?:path|file|name|syfdpath|cyfddata)/i,
      /<(?:form|textarea)\b|\bexecute\b/i,
      /\bGetSpecialFolder\b|\bcyfd|syfd|webshell|hack|木马|\bcmd\b|\bServerVariables\s{0,4}\(\s{0,4}"script_name"\s{0,4}\)[^\n]{0,40}\?action/i,
    ],
  },
  {
    id: 'request-writes-file',
    weight: 55,
    reason: 'A page writes text of the request to a path of the request.',
    all: [
      /\b(?:WriteAllText|WriteAllBytes|StreamWriter|CreateTextFile|SaveToFile)\b\s{0,4}\(?[^;\n]{0,80}\bRequest\b/i,
    ],
  },
  {
    id: 'file-manager',
    weight: 50,
    reason: 'A page lists, reads and changes any file of the host.',
    all: [
      /\b(?:DirectoryInfo|GetDirectories|GetLogicalDrives|DriveInfo|SubFolders|\.Drives)\b/i,
      /\b(?:GetFiles|\.Files)\b/i,
      /\bDelete(?:File)?\b|\bWriteFile\b|\bTransmitFile\b/i,
      FORM_FIELD,
      /<form\b|runat\s{0,4}=\s{0,4}["']?server/i,
      /\bAUTHKEY\b|shell\b|\bcmd\b|hack|木马|\bfilesystembrowser\b/i,
    ],
  },
  {
    id: 'registry-read',
    weight: 45,
    reason: 'A page reads the registry or the accounts of the host.',
    all: [
      /\bRegRead\b|\bRegistry\s{0,4}\.\s{0,4}LocalMachine\b|\bWinNT:\/\/|\bServiceController\b|\bManagementObjectSearcher\b/i,
      FORM_FIELD,
      /<%|runat/i,
    ],
  },
];
