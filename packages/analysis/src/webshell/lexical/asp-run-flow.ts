import type { FlowRule } from './flow-rule.js';

/** What ASP and ASP.NET pages run of what their visitor sends, by ways that no page of an application goes. */
export const ASP_RUN_RULES: readonly FlowRule[] = [
  {
    id: 'request-to-command',
    weight: 70,
    reason: 'What the visitor sends is run as a command.',
    all: [{ head: /\bInteraction\s{0,4}\.\s{0,4}Shell\b|(?<![.\w"])Shell(?=\s{0,4}\()/gi, argument: 0 }],
    and: [/\bAppWinStyle\b|\bVisualBasic\b|\bShell\s{0,4}\([^\n]{1,200},/i],
  },
  {
    id: 'request-to-command',
    weight: 70,
    reason: 'What the visitor sends is run by the management of Windows.',
    all: [
      {
        head: /\.\s{0,4}Create\b(?=[\s(])|\bInvokeMethod\b|\[\s{0,4}"CommandLine"\s{0,4}\]\s{0,4}=|\bManagementObjectSearcher\b/gi,
      },
    ],
    and: [/\bWin32_Process(?:StartUp)?\b/i],
  },
  {
    id: 'request-to-command',
    weight: 80,
    reason: 'What the visitor sends is run by PowerShell.',
    all: [{ head: /\.\s{0,4}(?:AddScript|AddCommand|InvokeScript)\b/gi }],
  },
  {
    id: 'request-to-code',
    weight: 80,
    reason: 'What the visitor sends is compiled, or interpreted.',
    all: [
      {
        head: /\bCompileAssemblyFrom(?:Source|File|Dom)\b|\b(?:JScriptEvaluate|EvaluateAsync|RunAsync|ExecuteStatement|AddCode|ParseControl)\b|\bCSharpSyntaxTree\s{0,4}\.\s{0,4}ParseText\b|\bXamlReader\s{0,4}\.\s{0,4}(?:Parse|Load)\b/gi,
      },
    ],
  },
  {
    id: 'request-to-code',
    weight: 70,
    reason: 'What the visitor sends is loaded as a program, or unserialized.',
    all: [
      {
        head: /\bAssembly\s{0,4}\.\s{0,4}(?:Load|LoadFrom|LoadFile|UnsafeLoadFrom)\b|\bAppDomain\s{0,4}\.\s{0,4}(?:CurrentDomain\s{0,4}\.\s{0,4})?(?:Load|ExecuteAssembly)\b|\b(?:Deserialize|UnsafeDeserialize)\b/gi,
      },
    ],
    and: [
      /\bAssembly\b|\bAppDomain\b|\b(?:BinaryFormatter|LosFormatter|ObjectStateFormatter|SoapFormatter|NetDataContractSerializer)\b/,
    ],
  },
];
