import type { LexicalRule } from './lexical-rule.js';

const REQUEST =
  /\bRequest\s{0,4}(?:\.\s{0,4}(?:Item|Form|QueryString|Params|Headers|Cookies|Files|InputStream|BinaryRead|TotalBytes)\b|[[(])/i;
const FORM_FIELD = /\.Text\b|\basp:TextBox\b|\bRequest\b/i;
/** What stands in every page of ASP.NET, and in few of those before it. */
const ASP_NET =
  /<%@\s{0,8}(?:Page|Web\w{1,8}|Import|Assembly|Control)\b|\brunat\b|\b(?:System|Assembly|Process|Convert|Activator|Registry)\s{0,4}\.|\b(?:using|new)\s/i;

export const isAspNet = (text: string) => ASP_NET.test(text);

/** What pages of ASP.NET do to the host and to the application that runs them. */
export const ASP_NET_RULES: readonly LexicalRule[] = [
  {
    id: 'request-to-code',
    weight: 70,
    reason: 'A page loads assemblies from bytes.',
    all: [
      /\bAssembly\b[^;]{0,120}\.\s{0,4}Load\b|\bCompileAssemblyFromSource\b|\bLoadFrom\b|"Load"/i,
      /\bRequest\b/i,
      /\bRijndael|\bAes\b|FromBase64String|BinaryRead|\bCryptoServiceProvider|\bCodeDomProvider\b|CSharpCodeProvider/i,
    ],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page unserializes, or transforms, what the request holds.',
    all: [
      /\b(?:LosFormatter|BinaryFormatter|ObjectStateFormatter|XslCompiledTransform|XamlReader|ActivitySurrogate)\b/,
      REQUEST,
    ],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page transforms by style sheets whose scripts it runs, and reads a field.',
    all: [
      /\bXsl(?:Compiled)?Transform\b/,
      /\bEnableScript\s{0,4}=\s{0,4}true\b|\bTrustedXslt\b|\bnew\s{1,4}XsltSettings\s{0,4}\(\s{0,4}\w{1,10}\s{0,4},\s{0,4}true\b/i,
      FORM_FIELD,
    ],
  },
  {
    id: 'tunnel',
    weight: 60,
    reason: 'A page carries connections for its visitor.',
    all: [
      /\bnew\s{1,4}Socket\s{0,4}\(|\bTcpClient\b|\bTcpListener\b/,
      /\bX-CMD\b|\bX-TARGET\b|\bSocketType\.Raw\b|IOControlCode|\bcmd\b|PortMap|\bListen\b/i,
      /<%@/,
    ],
  },
  {
    id: 'machine-code',
    weight: 70,
    reason: 'A page calls on the system to run programs, or code that it puts into memory.',
    all: [
      /\bDllImport\b|\bDefinePInvokeMethod\b|\bGetDelegateForFunctionPointer\b|\bDeclare\s{1,4}(?:Auto\s{1,4})?(?:Function|Sub)\b/i,
      /\bVirtualAlloc(?:Ex\w{0,8})?\b|\bWriteProcessMemory\b|\bNtMapViewOfSection\b|\bGetDelegateForFunctionPointer\b|\bVirtualProtect\b|\bCreateRemoteThread\b|\bCreateProcess(?:As|With)?\w{0,12}\b|\bWSASocket\w?\b|\bDuplicateTokenEx\b|\bImpersonateNamedPipeClient\b|\b(?:Nt|Zw)AllocateVirtualMemory\b|\bHeapCreate\b|\bCreateThread\b|\bEnumSystemLocales\w{1,4}\b|\bDefinePInvokeMethod\b/i,
    ],
  },
  {
    id: 'request-to-command',
    weight: 70,
    reason: 'A page runs PowerShell for its visitor.',
    all: [
      /\bRunspaceFactory\b|\bPowerShell\s{0,4}\.\s{0,4}Create\b|\bAutomation\.PowerShell\b/,
      /\bAddScript\b|\bAddCommand\b|\bInvoke\b/,
      FORM_FIELD,
    ],
  },
  {
    id: 'fixed-command',
    weight: 45,
    reason: 'A page starts a shell.',
    all: [
      /\bProcess(?:StartInfo)?\b/,
      /["'\\/](?:cmd|powershell)(?:\.exe)?["'\s]/i,
      /\.\s{0,4}Start\s{0,4}\(/,
      /<%@\s{0,8}Page\b|<%@\s{0,8}WebHandler\b/i,
    ],
  },
  {
    id: 'request-to-command',
    weight: 60,
    reason: 'A page starts the program that its visitor names in a field.',
    all: [
      /\bnew\s{1,4}Process(?:StartInfo)?\b/,
      /\.\s{0,4}(?:FileName|Arguments)\s{0,4}=\s{0,4}\w{1,40}\s{0,4}\.\s{0,4}(?:Value|Text)\b/,
    ],
  },
  {
    id: 'request-to-code',
    weight: 60,
    reason: 'A page loads an assembly, and calls it with what its visitor sends.',
    all: [/\bAssembly\s{0,4}\.\s{0,4}Load\s{0,4}\(/, /\.\s{0,4}Invoke\s{0,4}\(/, /\bRequest\s{0,4}[.[(]/],
  },
  {
    id: 'hidden-command',
    weight: 50,
    reason: 'A page makes objects, and calls methods, by names that it hides.',
    all: [
      /\bActivator\s{0,4}\.\s{0,4}CreateInstance\b/,
      /\.\s{0,4}GetMethod\s{0,4}\(\s{0,4}(?!"|nameof)\w/,
      /\.\s{0,4}GetType\s{0,4}\(\s{0,4}(?!"|\))\w|\.\s{0,4}GetProperty\s{0,4}\(\s{0,4}(?!"|nameof)\w/,
      FORM_FIELD,
      /<%@\s{0,8}Page\b/i,
    ],
  },
  {
    id: 'hidden-code',
    weight: 50,
    reason: 'A page writes a page, and has the server compile it.',
    all: [
      /\bWriteAll(?:Text|Bytes|Lines)\b|\bStreamWriter\b|\bFileStream\b|\bFile\s{0,4}\.\s{0,4}Create/,
      /\bBuildManager\s{0,4}\.\s{0,4}(?:CreateInstanceFromVirtualPath|GetCompiled\w{1,10})\b/,
    ],
  },
  {
    id: 'fixed-command',
    weight: 45,
    reason: 'A page runs a program that fetches, or opens a shell.',
    all: [
      /\bProcess\s{0,4}\.\s{0,4}Start\s{0,4}\(\s{0,4}@?"[^"\n]{0,60}(?<![\w.-])(?:curl|wget|certutil|bitsadmin|mshta|regsvr32|ncat|nc|bash|sh|powershell|pwsh|cmd)(?:\.exe)?["\s]/i,
      /<%|\bIHttpHandler\b/i,
    ],
  },
  {
    id: 'hidden-command',
    weight: 50,
    reason: 'A page makes a shell object by way of types.',
    all: [
      /\bGetTypeFromProgID\s{0,4}\(\s{0,4}"\s{0,4}(?:WScript|Shell|MMC20)\b|\bGetTypeFromCLSID\s{0,4}\([^;\n]{0,60}(?:72C24DD5|F935DC22|13709620|9BA05972|C08AFD90|49B2791A)-/i,
    ],
  },
  {
    id: 'drops-file',
    weight: 45,
    reason: 'A handler writes a page.',
    all: [
      /<%@\s{0,8}WebHandler\b/i,
      /\b(?:File\s{0,4}\.\s{0,4}(?:Create\w{0,8}|WriteAll\w{1,8}|AppendAll\w{1,8}|Copy|Move)|new\s{1,4}(?:StreamWriter|FileStream)|SaveAs)\s{0,4}\([^;\n]{0,120}\.(?:aspx?|as[hm]x|asa|cer|php|jsp)"/i,
    ],
  },
  {
    id: 'process-list',
    weight: 45,
    reason: 'A page ends the processes that its visitor names.',
    all: [/\bProcess\s{0,4}\.\s{0,4}GetProcess(?:es|ById|esByName)\b/, /\.\s{0,4}Kill\s{0,4}\(/, FORM_FIELD],
  },
  {
    id: 'hidden-class',
    weight: 60,
    reason: 'A page loads an assembly that it carries as text.',
    all: [/\bAssembly\s{0,4}\.\s{0,4}Load\s{0,4}\([^;\n]{0,60}FromBase64String\s{0,4}\(\s{0,4}"/],
  },
  {
    id: 'memory-shell',
    weight: 50,
    reason: 'A page installs itself in the running application.',
    all: [
      /\bRegisterVirtualPathProvider\b|\bRouteTable\s{0,4}\.\s{0,4}Routes\b|\bGlobalFilters\s{0,4}\.\s{0,4}Filters\s{0,4}\.\s{0,4}Add\b|\bnew\s{1,4}(?:System\.Net\.)?HttpListener\b/,
      /\bBindingFlags\b|\bProcess\b|\bFromBase64String\b|\bAssembly\s{0,4}\.\s{0,4}Load\b/,
      /<%@\s{0,8}Page\b/i,
    ],
  },
];
