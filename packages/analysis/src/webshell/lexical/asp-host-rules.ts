import type { LexicalRule } from './lexical-rule.js';

const FORM_FIELD = /\.Text\b|\basp:TextBox\b|\bRequest\b/i;

/** What ASP and ASP.NET pages do to the host and to the application that runs them. */
export const ASP_HOST_RULES: readonly LexicalRule[] = [
  {
    id: 'machine-code',
    weight: 70,
    reason: 'A page calls on the system to run programs, or code that it puts into memory.',
    all: [
      /\bDllImport\b|\bGetDelegateForFunctionPointer\b|\bDeclare\s{1,4}(?:Auto\s{1,4})?(?:Function|Sub)\b/i,
      /\bVirtualAlloc(?:Ex\w{0,8})?\b|\bWriteProcessMemory\b|\bNtMapViewOfSection\b|\bGetDelegateForFunctionPointer\b|\bVirtualProtect\b|\bCreateRemoteThread\b|\bCreateProcess(?:As|With)?\w{0,12}\b|\bWSASocket\w?\b|\bDuplicateTokenEx\b|\bImpersonateNamedPipeClient\b/i,
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
    reason: 'A page runs a command and shows what it prints.',
    all: [
      /\bCreateObject\s{0,4}\(\s{0,4}"wscript\.shell"/i,
      /\.\s{0,4}exec\s{0,4}\(/i,
      /\.\s{0,4}StdOut\s{0,4}\.\s{0,4}Read(?:All|Line)\b/i,
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
    id: 'adds-account',
    weight: 50,
    reason: 'A page makes an account on the host.',
    all: [
      /\bnew\s{1,4}UserPrincipal\b|"WinNT:\/\/[\s\S]{0,400}\.\s{0,4}Create\s{0,4}\(\s{0,4}"user"|\bnet1?\s{1,4}(?:user|localgroup)\s[^"\n]{0,80}\/add\b/i,
      /\bAdministrators\b|\/add\b|"user"/i,
    ],
  },
  {
    id: 'registry-read',
    weight: 45,
    reason: 'A page lists the accounts of the host.',
    all: [/\bGetObject\s{0,4}\(\s{0,4}"WinNT:\/\//i, /\.\s{0,4}Class\s{0,4}=\s{0,4}"(?:User|Group)"/i],
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
