import type { Observation } from '@cordon/core';
import { techniquesOf } from '../attack/techniques.js';

/** The parts of an intrusion, in the order in which they are told. */
export const CHAPTERS = [
  'entry',
  'foothold',
  'privilege',
  'persistence',
  'control',
  'evasion',
  'reach',
  'impact',
] as const;
export type ChapterId = (typeof CHAPTERS)[number];

export const CHAPTER_TITLES: { readonly [id in ChapterId]: string } = {
  entry: 'First entry',
  foothold: 'Foothold',
  privilege: 'Becoming root',
  persistence: 'Staying',
  control: 'Remote control',
  evasion: 'Hiding',
  reach: 'Reaching further',
  impact: 'Impact',
};

/** Rules say more than techniques, which serve several ends. The first that applies decides. */
const BY_RULE: readonly (readonly [RegExp, ChapterId])[] = [
  [/^role\.blinded/, 'evasion'],
  [/^role\.made-access/, 'persistence'],
  [/^role\.(?:used-elsewhere|read-secrets|reached-hosts|assumed)/, 'reach'],
  [/^(?:role|volume)\./, 'impact'],
  [/^user-data\./, 'persistence'],
  [/^log\.ssh-(?:brute-force|login)/, 'entry'],
  [/^(?:web\.|webshell)/, 'foothold'],
  [/^log\.(?:root-after|sudo)/, 'privilege'],
  [/^file\.setuid/, 'privilege'],
  [/(?:^|\.)miner(?:_|$)|mining/, 'impact'],
  [/reverse[-_]shell/, 'control'],
  [/^network\.|^indicator\.|^ssm\./, 'control'],
  [/^(?:persistence\.|account\.|log\.(?:user|added|password|cron))/, 'persistence'],
  [/history|logs_wiped|hidden|deleted|kernel-thread|immutable|firewall|disguised|rootkit/, 'evasion'],
  [/download|decoded|temporary|in-temp|runs-from/, 'foothold'],
];

/** Ids of the pinned release of ATT&CK. */
const BY_TECHNIQUE: readonly (readonly [RegExp, ChapterId])[] = [
  [/^T1496|^T1485|^T1486|^T1498/, 'impact'],
  [/^T1190|^T1110|^T1078|^T1133/, 'entry'],
  [/^T1548|^T1068|^T1611/, 'privilege'],
  [/^T1053|^T1543|^T1546|^T1547|^T1574|^T1098|^T1136|^T1505/, 'persistence'],
  [/^T1070|^T1036|^T1564|^T168[5-9]|^T1690|^T1014|^T1620|^T1222|^T1027|^T1140|^T1553/, 'evasion'],
  [/^T1003|^T1018|^T1021|^T1040|^T1046|^T1550|^T1552|^T1555/, 'reach'],
  [/^T1071|^T1571|^T1205|^T1095|^T1105/, 'control'],
];

export function chapterOf({ rule, techniques }: Observation): ChapterId {
  const byRule = BY_RULE.find(([pattern]) => pattern.test(rule))?.[1];
  if (byRule !== undefined) return byRule;
  const known = techniquesOf(techniques);
  return BY_TECHNIQUE.find(([pattern]) => known.some(({ id }) => pattern.test(id)))?.[1] ?? 'foothold';
}
