import type { FlowRule, FlowSink } from './flow-rule.js';
import type { FlowGrammar } from './request-flow.js';

export const JAVA_GRAMMAR: FlowGrammar = {
  source:
    /\.\s{0,4}get(?:Parameter|ParameterValues|ParameterMap|Header|Headers|InputStream|Reader|QueryString|Cookies|Part|Parts)\s{0,4}\(|\bgetParameter\s{0,4}\(|\.\s{0,4}getString\s{0,4}\(\s{0,4}\)/,
  functionHead:
    /\b[\w<>[\].]{1,40}[ \t]{1,8}(?<name>[A-Za-z_]\w{0,60})[ \t]{0,4}\((?<parameters>[^()]{1,300})\)\s{0,8}(?:throws[^{;]{1,200})?\{/g,
  ignoresCase: false,
};

const PATH: FlowSink = {
  head: /\bnew\s{1,4}(?:java\.io\.)?(?:FileOutputStream|FileWriter|RandomAccessFile|PrintWriter|PrintStream)\b|\bFiles\s{0,4}\.\s{0,4}(?:write|copy|newOutputStream|newBufferedWriter)\b/g,
  argument: 0,
  notAfter: 'folder',
};

export const JAVA_FLOW_RULES: readonly FlowRule[] = [
  {
    id: 'request-writes-file',
    weight: 50,
    reason: 'What the visitor sends is written to the path he sends.',
    all: [PATH, { head: /(?<!\b(?:out|response|res))\.\s{0,4}(?:write|print|println|append)\b/g }],
    standsAlone: true,
  },
  {
    id: 'file-manager',
    weight: 45,
    reason: 'Folders and files are opened by the path that the visitor sends.',
    all: [{ head: /\bnew\s{1,4}(?:java\.io\.)?File\b/g, notAfter: 'folder' }],
    and: [
      /\.\s{0,4}list(?:Files)?\s{0,4}\(/,
      /\bFile(?:InputStream|Reader)\b|\.\s{0,4}delete\s{0,4}\(\s{0,4}\)/,
    ],
    standsAlone: true,
  },
  {
    id: 'request-to-database',
    weight: 50,
    reason: 'The visitor chooses the database, and sends the query.',
    all: [
      { head: /\bgetConnection\b/g, argument: 0 },
      { head: /\.\s{0,4}(?:execute|executeQuery|executeUpdate|prepareStatement)\b/g },
    ],
    standsAlone: true,
  },
  {
    id: 'tunnel',
    weight: 45,
    reason: 'The page fetches what its visitor names.',
    all: [{ head: /\bnew\s{1,4}(?:java\.net\.)?URL\b/g, notAfter: 'folder' }],
    and: [/\bopenConnection\b|\bopenStream\b/],
    standsAlone: true,
  },
  {
    id: 'port-scan',
    weight: 45,
    reason: 'The page connects to the hosts that its visitor names.',
    all: [{ head: /\bnew\s{1,4}(?:java\.net\.)?(?:Socket|InetSocketAddress)\b/g }],
    standsAlone: true,
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'The visitor names the class or the method that is called.',
    all: [{ head: /\bforName\b|\bgetMethod\b|\bgetDeclaredMethod\b|\bloadClass\b/g }],
    and: [/\.\s{0,4}invoke\s{0,4}\(|\bnewInstance\b/],
    standsAlone: true,
  },
  {
    id: 'hidden-command',
    weight: 60,
    reason: 'What the visitor sends is given to a method whose name the page hides.',
    all: [{ head: /\binvoke\b/g }],
    // a literal name is there to be read, and names of drivers are
    and: [
      /\bforName\s{0,4}\(\s{0,4}(?!"[\w.$]{1,80}"\s{0,4}[,)])|\bgetDeclaredMethods\b/,
      /\bget(?:Declared)?Methods?\s{0,4}\(\s{0,4}(?!"[\w.$]{1,80}"\s{0,4}[,)])/,
    ],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'What the visitor sends is run as a style sheet.',
    all: [{ head: /\bnew(?:Transformer|Templates)\b/g }],
  },
];
