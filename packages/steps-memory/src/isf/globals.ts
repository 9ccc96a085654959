import type { Descriptor } from './descriptors.js';
import type { IsfTypes } from './user-types.js';

/**
 * Variables of the kernel that volatility 2.28 reads as what they are. BTF has the types of all structures, but of
 * variables only those that each processor has its own of; these are declared so since Linux 4.18, the first with BTF.
 */
const GLOBALS = new Map(
  Object.entries({
    __log_buf: 'char[]',
    __start___ksymtab: 'kernel_symbol[]',
    __start___tracepoints_ptrs: 'int[]',
    __stop___ksymtab: 'kernel_symbol[]',
    __stop___tracepoints_ptrs: 'int[]',
    arp_seq_ops: 'seq_operations',
    bpf_kallsyms: 'list_head',
    bpf_tree: 'latch_tree_root',
    cap_last_cap: 'int',
    ftrace_list_end: 'ftrace_ops',
    ftrace_mod_maps: 'list_head',
    ftrace_ops_list: 'ftrace_ops*',
    ftrace_ops_trampoline_list: 'list_head',
    idt_table: 'gate_desc[]',
    init_files: 'files_struct',
    init_mm: 'mm_struct',
    init_pid_ns: 'pid_namespace',
    init_task: 'task_struct',
    iomem_resource: 'resource',
    kallsyms_markers: 'unsigned int[]',
    kallsyms_names: 'unsigned char[]',
    kallsyms_num_syms: 'unsigned int',
    kallsyms_offsets: 'int[]',
    kallsyms_relative_base: 'long unsigned int',
    kallsyms_seqs_of_names: 'unsigned char[]',
    kallsyms_token_index: 'short unsigned int[]',
    kallsyms_token_table: 'char[]',
    keyboard_notifier_list: 'atomic_notifier_head',
    linux_banner: 'char[]',
    log_buf: 'char*',
    log_buf_len: 'unsigned int',
    log_first_idx: 'unsigned int',
    log_next_idx: 'unsigned int',
    mem_section: 'mem_section**',
    mod_tree: 'mod_tree_root',
    module_addr_max: 'long unsigned int',
    module_addr_min: 'long unsigned int',
    module_kset: 'kset*',
    modules: 'list_head',
    net_namespace_list: 'list_head',
    node_data: 'pg_data_t*[]',
    num_registered_fb: 'int',
    packet_seq_ops: 'seq_operations',
    prb: 'printk_ringbuffer*',
    printk_rb_dynamic: 'printk_ringbuffer',
    printk_rb_static: 'printk_ringbuffer',
    prog_idr: 'idr',
    raw6_seq_ops: 'seq_operations',
    raw_seq_ops: 'seq_operations',
    registered_fb: 'fb_info*[]',
    socket_file_ops: 'file_operations',
    sockfs_dentry_operations: 'dentry_operations',
    sys_call_table: 'function*[]',
    taint_flags: 'taint_flag[]',
    tcp4_seq_afinfo: 'tcp_seq_afinfo',
    tcp4_seq_ops: 'seq_operations',
    tcp6_seq_afinfo: 'tcp_seq_afinfo',
    tcp6_seq_ops: 'seq_operations',
    tk_core: 'tk_data',
    tty_drivers: 'list_head',
    udp4_seq_afinfo: 'udp_seq_afinfo',
    udp6_seq_afinfo: 'udp_seq_afinfo',
    udp6_seq_ops: 'seq_operations',
    udp_seq_ops: 'seq_operations',
    udplite4_seq_afinfo: 'udp_seq_afinfo',
    udplite6_seq_afinfo: 'udp_seq_afinfo',
    unix_seq_ops: 'seq_operations',
    vmemmap_base: 'long unsigned int',
    wall_to_monotonic: 'timespec64',
  }),
);

/** Marks that the linker sets: begin and end of something. */
const MARKS = new Set(['_text', '_stext', '_etext', '_sinittext', '_einittext', '_end', 'init_top_pgt']);

function named(name: string, types: IsfTypes): Descriptor | undefined {
  if (name === 'function') return { kind: 'function' };
  if (name in types.base_types) return { kind: 'base', name };
  const kind = types.user_types[name]?.kind;
  return kind === undefined ? undefined : { kind, name };
}

function sizeOf(described: Descriptor, types: IsfTypes): number {
  if (described.kind === 'pointer') return 8;
  if (described.kind === 'base') {
    const size = (types.base_types[described.name] as { readonly size?: number } | undefined)?.size; // as written by us
    return size ?? 0;
  }
  return described.kind === 'struct' ? (types.user_types[described.name]?.size ?? 0) : 0;
}

function declared(declaration: string, sizeBytes: number, types: IsfTypes): Descriptor | undefined {
  const [, name = '', stars = '', brackets = ''] = /^([\w ]+)(\**)((?:\[\])?)$/.exec(declaration) ?? [];
  let described = named(name, types);
  for (const _ of stars) described = described && { kind: 'pointer', subtype: described };
  if (described === undefined || brackets === '') return described;
  const each = sizeOf(described, types);
  return { kind: 'array', count: each === 0 ? 0 : Math.floor(sizeBytes / each), subtype: described };
}

/** The type of a variable; undefined for what is none, or none that anybody reads. */
export function typeOfGlobal(
  { name, size }: { readonly name: string; readonly size: number },
  types: IsfTypes,
): Descriptor | undefined {
  const declaration = GLOBALS.get(name);
  if (declaration !== undefined) return declared(declaration, size, types);
  if (MARKS.has(name)) return { kind: 'array', count: 0, subtype: { kind: 'base', name: 'char' } };
  return types.variables.get(name);
}

/** Until Linux 6.12 the structure around the kernel's clock has no name, so that BTF does not know it. */
export function withClock(
  types: IsfTypes,
  clock: { readonly size: number } | undefined,
): IsfTypes['user_types'] {
  const keeper = types.user_types['timekeeper'];
  if (clock === undefined || keeper === undefined || 'tk_data' in types.user_types) return types.user_types;
  const timekeeper = {
    type: { kind: 'struct', name: 'timekeeper' } as const,
    offset: clock.size - keeper.size,
  };
  return { ...types.user_types, tk_data: { kind: 'struct', size: clock.size, fields: { timekeeper } } };
}
