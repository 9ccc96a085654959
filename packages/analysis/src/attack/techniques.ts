import { currentId } from './renumbered.js';

/**
 * MITRE ATT&CK for Enterprise; ids, names and tactics are those of this release, which split Defense Evasion into
 * Stealth (TA0005) and Defense Impairment (TA0112).
 */
export const ATTACK_VERSION = '19';

export interface Technique {
  readonly id: string;
  readonly name: string;
  /** The tactic under which a report tells it. */
  readonly tactic: string;
}

const TABLE: { readonly [id: string]: readonly [name: string, tactic: string] } = {
  T1003: ['OS Credential Dumping', 'Credential Access'],
  'T1003.007': ['Proc Filesystem', 'Credential Access'],
  'T1003.008': ['/etc/passwd and /etc/shadow', 'Credential Access'],
  T1006: ['Direct Volume Access', 'Stealth'],
  T1014: ['Rootkit', 'Stealth'],
  T1016: ['System Network Configuration Discovery', 'Discovery'],
  T1018: ['Remote System Discovery', 'Discovery'],
  T1021: ['Remote Services', 'Lateral Movement'],
  'T1021.004': ['SSH', 'Lateral Movement'],
  'T1021.008': ['Direct Cloud VM Connections', 'Lateral Movement'],
  T1027: ['Obfuscated Files or Information', 'Stealth'],
  T1033: ['System Owner/User Discovery', 'Discovery'],
  T1036: ['Masquerading', 'Stealth'],
  'T1036.004': ['Masquerade Task or Service', 'Stealth'],
  'T1036.005': ['Match Legitimate Resource Name or Location', 'Stealth'],
  T1037: ['Boot or Logon Initialization Scripts', 'Persistence'],
  'T1037.004': ['RC Scripts', 'Persistence'],
  T1040: ['Network Sniffing', 'Credential Access'],
  T1046: ['Network Service Discovery', 'Discovery'],
  T1048: ['Exfiltration Over Alternative Protocol', 'Exfiltration'],
  'T1048.002': ['Exfiltration Over Asymmetric Encrypted Non-C2 Protocol', 'Exfiltration'],
  'T1048.003': ['Exfiltration Over Unencrypted Non-C2 Protocol', 'Exfiltration'],
  T1053: ['Scheduled Task/Job', 'Persistence'],
  'T1053.002': ['At', 'Persistence'],
  'T1053.003': ['Cron', 'Persistence'],
  'T1056.001': ['Keylogging', 'Collection'],
  T1059: ['Command and Scripting Interpreter', 'Execution'],
  'T1059.004': ['Unix Shell', 'Execution'],
  'T1059.006': ['Python', 'Execution'],
  'T1059.007': ['JavaScript', 'Execution'],
  'T1059.011': ['Lua', 'Execution'],
  T1068: ['Exploitation for Privilege Escalation', 'Privilege Escalation'],
  'T1069.002': ['Domain Groups', 'Discovery'],
  T1070: ['Indicator Removal', 'Stealth'],
  'T1070.003': ['Clear Command History', 'Stealth'],
  'T1070.004': ['File Deletion', 'Stealth'],
  'T1070.006': ['Timestomp', 'Stealth'],
  'T1070.008': ['Clear Mailbox Data', 'Stealth'],
  T1071: ['Application Layer Protocol', 'Command and Control'],
  'T1071.004': ['DNS', 'Command and Control'],
  'T1074.001': ['Local Data Staging', 'Collection'],
  T1078: ['Valid Accounts', 'Initial Access'],
  'T1078.003': ['Local Accounts', 'Initial Access'],
  'T1078.004': ['Cloud Accounts', 'Initial Access'],
  T1082: ['System Information Discovery', 'Discovery'],
  T1083: ['File and Directory Discovery', 'Discovery'],
  'T1087.001': ['Local Account', 'Discovery'],
  'T1087.002': ['Domain Account', 'Discovery'],
  T1090: ['Proxy', 'Command and Control'],
  T1095: ['Non-Application Layer Protocol', 'Command and Control'],
  T1098: ['Account Manipulation', 'Persistence'],
  'T1098.001': ['Additional Cloud Credentials', 'Persistence'],
  'T1098.003': ['Additional Cloud Roles', 'Persistence'],
  'T1098.004': ['SSH Authorized Keys', 'Persistence'],
  'T1098.007': ['Additional Local or Domain Groups', 'Persistence'],
  T1105: ['Ingress Tool Transfer', 'Command and Control'],
  T1110: ['Brute Force', 'Credential Access'],
  'T1110.001': ['Password Guessing', 'Credential Access'],
  T1113: ['Screen Capture', 'Collection'],
  T1114: ['Email Collection', 'Collection'],
  T1115: ['Clipboard Data', 'Collection'],
  'T1136.001': ['Local Account', 'Persistence'],
  'T1136.003': ['Cloud Account', 'Persistence'],
  T1140: ['Deobfuscate/Decode Files or Information', 'Stealth'],
  T1190: ['Exploit Public-Facing Application', 'Initial Access'],
  T1201: ['Password Policy Discovery', 'Discovery'],
  T1205: ['Traffic Signaling', 'Command and Control'],
  T1217: ['Browser Information Discovery', 'Discovery'],
  T1219: ['Remote Access Tools', 'Command and Control'],
  'T1222.002': ['Linux and Mac Permissions', 'Defense Impairment'],
  T1485: ['Data Destruction', 'Impact'],
  T1486: ['Data Encrypted for Impact', 'Impact'],
  T1489: ['Service Stop', 'Impact'],
  T1496: ['Resource Hijacking', 'Impact'],
  'T1496.001': ['Compute Hijacking', 'Impact'],
  'T1497.001': ['System Checks', 'Discovery'],
  'T1499.001': ['OS Exhaustion Flood', 'Impact'],
  'T1505.003': ['Web Shell', 'Persistence'],
  'T1518.001': ['Security Software Discovery', 'Discovery'],
  T1529: ['System Shutdown/Reboot', 'Impact'],
  T1537: ['Transfer Data to Cloud Account', 'Exfiltration'],
  'T1543.002': ['Systemd Service', 'Persistence'],
  T1546: ['Event Triggered Execution', 'Persistence'],
  'T1546.004': ['Unix Shell Configuration Modification', 'Persistence'],
  'T1546.005': ['Trap', 'Persistence'],
  'T1547.006': ['Kernel Modules and Extensions', 'Persistence'],
  T1548: ['Abuse Elevation Control Mechanism', 'Privilege Escalation'],
  'T1548.001': ['Setuid and Setgid', 'Privilege Escalation'],
  'T1548.003': ['Sudo and Sudo Caching', 'Privilege Escalation'],
  'T1550.001': ['Application Access Token', 'Lateral Movement'],
  'T1552.001': ['Credentials In Files', 'Credential Access'],
  'T1552.003': ['Shell History', 'Credential Access'],
  'T1552.004': ['Private Keys', 'Credential Access'],
  'T1552.005': ['Cloud Instance Metadata API', 'Credential Access'],
  'T1553.004': ['Install Root Certificate', 'Defense Impairment'],
  'T1555.003': ['Credentials from Web Browsers', 'Credential Access'],
  'T1555.006': ['Cloud Secrets Management Stores', 'Credential Access'],
  'T1556.003': ['Pluggable Authentication Modules', 'Persistence'],
  'T1560.001': ['Archive via Utility', 'Collection'],
  'T1561.001': ['Disk Content Wipe', 'Impact'],
  T1564: ['Hide Artifacts', 'Stealth'],
  'T1564.001': ['Hidden Files and Directories', 'Stealth'],
  T1567: ['Exfiltration Over Web Service', 'Exfiltration'],
  'T1569.003': ['Systemctl', 'Execution'],
  T1571: ['Non-Standard Port', 'Command and Control'],
  T1572: ['Protocol Tunneling', 'Command and Control'],
  'T1574.006': ['Dynamic Linker Hijacking', 'Persistence'],
  T1578: ['Modify Cloud Compute Infrastructure', 'Defense Impairment'],
  'T1578.002': ['Create Cloud Instance', 'Defense Impairment'],
  T1609: ['Container Administration Command', 'Execution'],
  T1610: ['Deploy Container', 'Execution'],
  T1611: ['Escape to Host', 'Privilege Escalation'],
  T1614: ['System Location Discovery', 'Discovery'],
  T1620: ['Reflective Code Loading', 'Stealth'],
  T1651: ['Cloud Administration Command', 'Execution'],
  T1685: ['Disable or Modify Tools', 'Defense Impairment'],
  'T1685.002': ['Disable or Modify Cloud Log', 'Defense Impairment'],
  'T1685.004': ['Disable or Modify Linux Audit System Log', 'Defense Impairment'],
  'T1685.006': ['Clear Linux or Mac System Logs', 'Defense Impairment'],
  T1686: ['Disable or Modify System Firewall', 'Defense Impairment'],
  'T1686.001': ['Cloud Firewall', 'Defense Impairment'],
  T1690: ['Prevent Command History Logging', 'Defense Impairment'],
};

/**
 * A technique by its id, of this release or an earlier one: an id that was given up is answered with what took its
 * place. Unknown ids keep their id as name: rules of users may know newer ones.
 */
export function techniqueOf(idThen: string): Technique {
  const id = currentId(idThen);
  const [name, tactic] = (Object.hasOwn(TABLE, id) ? TABLE[id] : undefined) ?? [id, 'Other'];
  return { id, name, tactic };
}

/** Techniques by their ids, each once, in the order given. */
export function techniquesOf(ids: readonly string[]): readonly Technique[] {
  return [
    ...new Map(ids.map((id) => techniqueOf(id)).map((technique) => [technique.id, technique])).values(),
  ];
}

/** In the order of an intrusion, with their ids. */
export const TACTIC_IDS: { readonly [tactic: string]: string } = {
  'Initial Access': 'TA0001',
  Execution: 'TA0002',
  Persistence: 'TA0003',
  'Privilege Escalation': 'TA0004',
  Stealth: 'TA0005',
  'Defense Impairment': 'TA0112',
  'Credential Access': 'TA0006',
  Discovery: 'TA0007',
  'Lateral Movement': 'TA0008',
  Collection: 'TA0009',
  'Command and Control': 'TA0011',
  Exfiltration: 'TA0010',
  Impact: 'TA0040',
};

export const TACTICS: readonly string[] = [...Object.keys(TACTIC_IDS), 'Other'];
