import type { FlowRule, FlowSink } from './flow-rule.js';

/** In VBScript `Execute` is a statement: where a value is expected the name is a function of the application's. */
const EVALUATED: FlowSink = {
  head: /(?<![.\w])eval\b(?!\s{0,4}[=.])|(?<=(?:^|[:%\n]|\bthen|\belse|\bnext)[ \t]{0,20})execute(?:global)?\b(?!\s{0,4}[=.])/gi,
  notAfter: 'text',
};
const WRITTEN_PATH: FlowSink = {
  head: /(?<!\b(?:function|sub)\s{1,4})\b(?:CreateTextFile|OpenTextFile|SaveToFile|new\s{1,4}(?:System\.IO\.)?(?:StreamWriter|FileStream)|File\s{0,4}\.\s{0,4}(?:WriteAll\w{1,8}|Create\w{0,8}|AppendAll\w{1,8}))\b/gi,
  argument: 0,
  notAfter: 'folder',
};
const WRITTEN_TEXT: FlowSink = {
  head: /(?<!\b(?:Response|Out|Console))\.\s{0,4}(?:Write|WriteLine|WriteText)\b|\b(?:WriteAll|AppendAll)\w{1,8}\b/gi,
};
const FOLDER: FlowSink = {
  head: /(?<!\b(?:function|sub)\s{1,4})\b(?:GetFolder|new\s{1,4}(?:System\.IO\.)?DirectoryInfo|GetDirectories|GetFiles)\b/gi,
  argument: 0,
  notAfter: 'folder',
};
const FILE: FlowSink = {
  head: /(?<!\b(?:function|sub)\s{1,4})\b(?:OpenTextFile|CreateTextFile|GetFile|CopyFile|CopyFolder|DeleteFile|DeleteFolder|MoveFile|LoadFromFile|new\s{1,4}(?:System\.IO\.)?(?:FileInfo|StreamReader|FileStream)|File\s{0,4}\.\s{0,4}(?:ReadAll\w{1,8}|Open\w{0,8}|Delete|Copy|Move|Create)|TransmitFile|WriteFile)\b/gi,
  argument: 0,
  notAfter: 'folder',
};

const READ: FlowSink = {
  head: /\b(?:OpenTextFile|LoadFromFile|new\s{1,4}(?:System\.IO\.)?StreamReader|File\s{0,4}\.\s{0,4}(?:ReadAll\w{1,8}|ReadLines|Open\w{0,8})|TransmitFile|WriteFile)\b/gi,
  argument: 0,
  notAfter: 'root',
};

export const ASP_FLOW_RULES: readonly FlowRule[] = [
  {
    id: 'request-to-code',
    weight: 80,
    reason: 'What the visitor sends is evaluated.',
    all: [EVALUATED],
    standsAlone: true,
  },
  {
    id: 'request-to-command',
    weight: 80,
    reason: 'What the visitor sends is run as a command.',
    all: [{ head: /\.\s{0,4}(?:exec|run|ShellExecute)\b(?!\s{0,4}=)/gi }],
    and: [/wscript|shell\s{0,4}\.\s{0,4}application|72C24DD5|13709620|F935DC22/i],
  },
  {
    id: 'request-to-command',
    weight: 70,
    reason: 'What the visitor sends starts a process.',
    all: [
      {
        head: /\bProcess\s{0,4}\.\s{0,4}Start\b|\bnew\s{1,4}(?:System\.Diagnostics\.)?ProcessStartInfo\b|\.\s{0,4}Arguments\b|\bStartInfo\.FileName\b/gi,
      },
    ],
    and: [/\bProcess(?:StartInfo)?\b/],
  },
  {
    id: 'request-to-code',
    weight: 70,
    reason: 'What the visitor sends is decrypted, and called.',
    all: [{ head: /\bTransformFinalBlock\b|\bnew\s{1,4}(?:[\w.]{1,40}\.)?CryptoStream\b/gi }],
    and: [/\bGetMethod\b|\bCreateInstance\b|\bAssembly\b/, /\.\s{0,4}(?:Invoke|CreateInstance|Equals)\b/],
  },
  {
    id: 'request-writes-file',
    weight: 50,
    reason: 'What the visitor sends is written to any path of the host.',
    all: [{ ...WRITTEN_PATH, notAfter: 'root' }, WRITTEN_TEXT],
    standsAlone: true,
  },
  {
    id: 'request-writes-file',
    weight: 40,
    reason: 'What the visitor sends is written to the path he sends.',
    all: [WRITTEN_PATH, WRITTEN_TEXT],
    standsAlone: true,
  },
  {
    id: 'request-writes-file',
    weight: 40,
    reason: 'What the visitor sends is written into a page.',
    all: [WRITTEN_TEXT],
    and: [
      /\b(?:CreateTextFile|SaveToFile|StreamWriter|WriteAllText)\b[^\n]{0,80}\.(?:aspx?|as[hm]x|asa|cer|cdx|php|jsp)"/i,
    ],
    standsAlone: true,
  },
  {
    id: 'request-writes-file',
    weight: 40,
    reason: 'What the visitor uploads is kept under the path he sends.',
    all: [{ head: /\.\s{0,4}SaveAs\b/gi, argument: 0, notAfter: 'folder' }],
    standsAlone: true,
  },
  {
    id: 'file-manager',
    weight: 45,
    reason: 'Folders and files of the whole host are opened by the path that the visitor sends.',
    all: [
      { ...FOLDER, notAfter: 'root' },
      { ...FILE, notAfter: 'root' },
    ],
    standsAlone: true,
  },
  {
    id: 'file-manager',
    weight: 30,
    reason: 'Folders and files are opened by the path that the visitor sends.',
    all: [FOLDER, FILE],
    standsAlone: true,
  },
  {
    id: 'file-manager',
    weight: 30,
    reason: 'Any file of the host is read for the visitor.',
    all: [READ],
    standsAlone: true,
  },
  {
    id: 'file-manager',
    weight: 30,
    reason: 'Any folder of the host is listed for the visitor.',
    all: [{ ...FOLDER, notAfter: 'root' }],
    standsAlone: true,
  },
  {
    id: 'request-to-database',
    weight: 40,
    reason: 'The visitor sends the whole query.',
    all: [
      {
        head: /\bnew\s{1,4}(?:[\w.]{1,40}\.)?\w{0,20}(?:Command|DataAdapter)\b|\.\s{0,2}CommandText\b/gi,
        argument: 0,
        notAfter: 'query',
      },
    ],
    standsAlone: true,
  },
  {
    id: 'request-to-database',
    weight: 50,
    reason: 'The visitor chooses the database, and sends the query.',
    all: [
      {
        head: /\bnew\s{1,4}(?:[\w.]{1,40}\.)?\w{0,20}Connection\b|\bConnectionString\b|\bconn?\w{0,20}\s{0,2}\.\s{0,2}open\b/gi,
      },
      {
        head: /\.\s{0,2}execute\b|\bnew\s{1,4}(?:[\w.]{1,40}\.)?\w{0,20}(?:Command|DataAdapter)\b|\bCommandText\b|\brs\w{0,20}\s{0,2}\.\s{0,2}open\b/gi,
      },
    ],
    standsAlone: true,
  },
  {
    id: 'tunnel',
    weight: 20,
    reason: 'The page fetches what its visitor names.',
    all: [
      {
        head: /\.\s{0,4}open\b\s{0,4}\(?\s{0,4}"(?:GET|POST)"\s{0,4},|\bWebRequest\s{0,4}\.\s{0,4}Create\b|\.\s{0,4}Download(?:String|Data|File)\b/gi,
        notAfter: 'folder',
      },
    ],
    and: [/XMLHTTP|WinHttp|WebRequest|WebClient/i],
    standsAlone: true,
  },
  {
    id: 'tunnel',
    weight: 50,
    reason: 'What the visitor sends is passed on to a service that only the host itself reaches.',
    all: [{ head: /\.\s{0,4}send\b/gi }],
    and: [/\bopen\b[^\n]{0,60}"http:\/\/(?:127\.0\.0\.1|localhost):/i],
    standsAlone: true,
  },
  {
    id: 'port-scan',
    weight: 45,
    reason: 'The page connects to the hosts that its visitor names.',
    all: [
      {
        head: /\bnew\s{1,4}(?:System\.Net\.Sockets\.)?TcpClient\b|(?<!\w)\w{1,20}\s{0,2}\.\s{0,2}Connect\b/gi,
      },
    ],
    and: [/\bTcpClient\b|\bSocket\b/],
    standsAlone: true,
  },
];

/** What is kept under the name that the visitor's browser gives it, in a page that is there for nothing else. */
export const UPLOAD_RULES: readonly FlowRule[] = [
  {
    id: 'request-writes-file',
    weight: 30,
    reason: 'The page keeps uploads of any kind under their own names.',
    all: [{ head: /\.\s{0,4}SaveAs\b/gi, argument: 0 }],
    and: [
      /^(?![\s\S]*(?:\bGetExtension\b|\bEndsWith\b|\bContentType\b|\.(?:jpe?g|gif|png|pdf|docx?|xlsx?|csv|txt|zip)\b))/i,
    ],
    standsAlone: true,
  },
];

export const FETCHED_RULES: readonly FlowRule[] = [
  {
    id: 'fetched-to-code',
    weight: 70,
    reason: 'What the page fetches from elsewhere is evaluated.',
    all: [EVALUATED],
  },
];
