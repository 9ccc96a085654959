import type { LexicalRule } from './lexical-rule.js';

const FORM_FIELD = /\.Text\b|\basp:TextBox\b|\bRequest\b/i;

/** What ASP and ASP.NET pages do to the host and to the application that runs them. */
export const ASP_HOST_RULES: readonly LexicalRule[] = [
  {
    id: 'machine-code',
    weight: 70,
    reason: 'A page puts machine code into memory and runs it.',
    all: [
      /\bDllImport\b|\bDeclare\s{1,4}(?:Auto\s{1,4})?(?:Function|Sub)\b/i,
      /\bVirtualAlloc(?:Ex\w{0,8})?\b|\bWriteProcessMemory\b|\bNtMapViewOfSection\b|\bHeapCreate\b/i,
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
