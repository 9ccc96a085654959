/** Rights of root that a file gives to whoever runs it. */
export interface FileCapabilities {
  /** `cap_setuid`; those that the program has, or may take. */
  readonly permitted: readonly string[];
  /** Those that it has only where its caller has them too. */
  readonly inheritable: readonly string[];
}

/** By their numbers (linux/capability.h of Linux 6.12). */
const NAMES =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
    .split(' ')
    .map((name) => `cap_${name}`);

/** Words of 32 bits in each set, by the format's revision: `struct vfs_cap_data` of the same header. */
const WORDS: { readonly [revision: number]: number } = { 1: 1, 2: 2, 3: 2 };

/** The value of a file's attribute `security.capability`; undefined for what is none. */
export function parseCapabilityAttribute(value: Uint8Array): FileCapabilities | undefined {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const words = bytes.length < 4 ? undefined : WORDS[bytes.readUInt8(3)];
  if (words === undefined || bytes.length < 4 + 8 * words) return undefined;
  const set = (at: number) => {
    const high = words === 2 ? bytes.readUInt32LE(at + 8) : 0;
    return namesOf((BigInt(high) << 32n) | BigInt(bytes.readUInt32LE(at)));
  };
  return { permitted: set(4), inheritable: set(8) };
}

function namesOf(bits: bigint): readonly string[] {
  return NAMES.filter((_, number) => ((bits >> BigInt(number)) & 1n) === 1n);
}

/** A file that `getcap -r` lists. */
export interface ListedCapabilities extends FileCapabilities {
  /** As it stands there. */
  readonly path: string;
}

const CLAUSE = /^([a-z0-9_]{1,40}(?:,[a-z0-9_]{1,40}){0,63})?((?:[=+-][eip]{0,3}){1,4})$/;

/**
 * A line that `getcap` prints: `/usr/bin/ping cap_net_raw=ep`, `/bin/x = cap_chown+i cap_kill+p` of older ones; with
 * `[rootid=1000]` behind it where the rights hold in one user namespace only.
 */
export function parseGetcapLine(text: string): ListedCapabilities | undefined {
  const words = text.replace(/ \[rootid=\d{1,10}\]$/, '').split(' ');
  let first = words.length;
  while (first > 1 && CLAUSE.test(words[first - 1] ?? '')) first -= 1;
  const path = words.slice(0, first).join(' ').replace(/ =$/, '');
  if (first === words.length || path === '') return undefined;
  const [permitted, inheritable] = [new Set<string>(), new Set<string>()];
  for (const word of words.slice(first)) {
    const [, names = 'all', changes = ''] = CLAUSE.exec(word) ?? [];
    const meant = names === 'all' ? NAMES : names.split(',');
    for (const [, sign = '', flags = ''] of changes.matchAll(/([=+-])([eip]{0,3})/g)) {
      change(permitted, meant, { sign, has: flags.includes('p') });
      change(inheritable, meant, { sign, has: flags.includes('i') });
    }
  }
  return { path, permitted: [...permitted], inheritable: [...inheritable] };
}

interface Change {
  readonly sign: string;
  readonly has: boolean;
}

/** `=` says of both whether they are there; `+` and `-` only change what they name. */
function change(set: Set<string>, names: readonly string[], { sign, has }: Change): void {
  for (const name of names)
    if (sign === '+' && has) set.add(name);
    else if (sign === '=' && has) set.add(name);
    else if (sign === '=' || (sign === '-' && has)) set.delete(name);
}
