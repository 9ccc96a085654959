import type { LexicalRule } from './lexical-rule.js';

/** What pages in VBScript and JScript do to the host that runs them. */
export const ASP_HOST_RULES: readonly LexicalRule[] = [
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
    id: 'hidden-command',
    weight: 45,
    reason: 'A page asks the server for a shell by the number of its class.',
    all: [
      /<object\b(?=[^>]{0,200}\brunat\b)[^>]{0,200}\bclassid\s{0,4}=\s{0,4}["']?\s{0,4}clsid:\s{0,4}(?:72C24DD5|F935DC22|13709620)-/i,
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
];
