/** MITRE ATT&CK for Enterprise; ids and names of the release named here. */
export const ATTACK_VERSION = '17.1';

export interface Technique {
  readonly id: string;
  readonly name: string;
  /** The tactic under which a report tells it. */
  readonly tactic: string;
}

const TABLE: { readonly [id: string]: readonly [name: string, tactic: string] } = {
  T1003: ['OS Credential Dumping', 'Credential Access'],
  'T1003.008': ['/etc/passwd and /etc/shadow', 'Credential Access'],
  T1014: ['Rootkit', 'Defense Evasion'],
  T1021: ['Remote Services', 'Lateral Movement'],
  'T1021.004': ['SSH', 'Lateral Movement'],
  T1027: ['Obfuscated Files or Information', 'Defense Evasion'],
  T1036: ['Masquerading', 'Defense Evasion'],
  'T1036.004': ['Masquerade Task or Service', 'Defense Evasion'],
  'T1036.005': ['Match Legitimate Resource Name or Location', 'Defense Evasion'],
  T1053: ['Scheduled Task/Job', 'Persistence'],
  'T1053.003': ['Cron', 'Persistence'],
  'T1059.004': ['Unix Shell', 'Execution'],
  'T1059.006': ['Python', 'Execution'],
  'T1070.002': ['Clear Linux or Mac System Logs', 'Defense Evasion'],
  'T1070.003': ['Clear Command History', 'Defense Evasion'],
  'T1070.004': ['File Deletion', 'Defense Evasion'],
  'T1070.006': ['Timestomp', 'Defense Evasion'],
  T1071: ['Application Layer Protocol', 'Command and Control'],
  T1078: ['Valid Accounts', 'Initial Access'],
  'T1078.003': ['Local Accounts', 'Initial Access'],
  T1098: ['Account Manipulation', 'Persistence'],
  'T1098.004': ['SSH Authorized Keys', 'Persistence'],
  'T1098.007': ['Additional Local or Domain Groups', 'Persistence'],
  T1105: ['Ingress Tool Transfer', 'Command and Control'],
  T1110: ['Brute Force', 'Credential Access'],
  'T1110.001': ['Password Guessing', 'Credential Access'],
  'T1136.001': ['Create Account: Local Account', 'Persistence'],
  T1140: ['Deobfuscate/Decode Files or Information', 'Defense Evasion'],
  T1190: ['Exploit Public-Facing Application', 'Initial Access'],
  T1205: ['Traffic Signaling', 'Command and Control'],
  'T1222.002': ['Linux and Mac File and Directory Permissions Modification', 'Defense Evasion'],
  T1496: ['Resource Hijacking', 'Impact'],
  'T1496.001': ['Compute Hijacking', 'Impact'],
  'T1505.003': ['Web Shell', 'Persistence'],
  'T1543.002': ['Systemd Service', 'Persistence'],
  'T1546.004': ['Unix Shell Configuration Modification', 'Persistence'],
  'T1547.006': ['Kernel Modules and Extensions', 'Persistence'],
  'T1548.001': ['Setuid and Setgid', 'Privilege Escalation'],
  'T1548.003': ['Sudo and Sudo Caching', 'Privilege Escalation'],
  'T1552.001': ['Credentials In Files', 'Credential Access'],
  'T1552.005': ['Cloud Instance Metadata API', 'Credential Access'],
  'T1562.001': ['Disable or Modify Tools', 'Defense Evasion'],
  'T1562.004': ['Disable or Modify System Firewall', 'Defense Evasion'],
  'T1564.001': ['Hidden Files and Directories', 'Defense Evasion'],
  T1571: ['Non-Standard Port', 'Command and Control'],
  'T1574.006': ['Dynamic Linker Hijacking', 'Persistence'],
  T1611: ['Escape to Host', 'Privilege Escalation'],
  T1620: ['Reflective Code Loading', 'Defense Evasion'],
};

/** A technique by its id. Unknown ids keep their id as name: rules of users may know newer ones. */
export function techniqueOf(id: string): Technique {
  const [name, tactic] = TABLE[id] ?? [id, 'Other'];
  return { id, name, tactic };
}

/** In the order of an intrusion. */
export const TACTICS: readonly string[] = [
  'Initial Access',
  'Execution',
  'Persistence',
  'Privilege Escalation',
  'Defense Evasion',
  'Credential Access',
  'Discovery',
  'Lateral Movement',
  'Collection',
  'Command and Control',
  'Exfiltration',
  'Impact',
  'Other',
];
