import type { Observation } from '@cordon/core';
import { visitLive } from '../analyses/live/live-analysis.js';
import { type LiveProcess, type LiveSocket, LiveState } from '../analyses/live/process-table.js';
import type { Analysis } from '../engine/analysis.js';
import { SEVERITY_RANK } from '../engine/severity.js';

/** One process of the live triage, with what it started. Texts may be the intruder's. */
export interface ProcessNode {
  readonly pid: number;
  readonly name: string;
  /** Command line, or program where there is none. */
  readonly command: string;
  readonly uid?: number;
  /** ISO 8601, UTC. */
  readonly startedAt?: string;
  /** `program deleted`, `listens on 0.0.0.0:31337`, `connected to 203.0.113.66:4444`. */
  readonly notes: readonly string[];
  /** Of what was observed of it. */
  readonly severity?: Observation['severity'];
  readonly because: readonly string[];
  readonly children: readonly ProcessNode[];
}

export interface ProcessTree {
  readonly roots: readonly ProcessNode[];
  /** Processes that are shown. */
  readonly shown: number;
  readonly kernelThreads: number;
  /** More than a page can hold; the artifact has them. */
  readonly left: number;
}

/** A page holds that many; a host with more is shown by its suspicious branches. */
const MAX_SHOWN = 2_000;
/** Parents may be forged into a chain that no stack holds. */
const MAX_DEPTH = 48;
const MAX_NOTES = 6;

/** Reads the processes and sockets of a live triage on the way, for the report. */
export class ProcessCollector {
  readonly #state = new LiveState();

  readonly analysis: Analysis = {
    id: 'report.processes',
    begin: () => ({ visit: (file) => visitLive(file, this.#state) }),
  };

  /** Undefined: there was no triage. */
  tree(observations: readonly Observation[]): ProcessTree | undefined {
    return this.#state.processes.size === 0 ? undefined : new Grower(this.#state, observations).tree();
  }
}

class Grower {
  readonly #suspicions = new Map<number, Observation[]>();
  readonly #children = new Map<number, LiveProcess[]>();
  readonly #sockets = new Map<number, LiveSocket[]>();
  readonly #wanted = new Set<number>();
  #shown = 0;

  constructor(
    private readonly state: LiveState,
    observations: readonly Observation[],
  ) {
    for (const observation of observations) {
      const pid = /^process:(\d+)$/.exec(observation.entity)?.[1];
      if (pid === undefined || observation.severity === 'info') continue;
      add(this.#suspicions, Number(pid), observation);
    }
    for (const process of this.#visible()) add(this.#children, process.ppid, process);
    for (const socket of state.sockets) if (socket.pid !== undefined) add(this.#sockets, socket.pid, socket);
  }

  tree(): ProcessTree {
    const all = this.#visible();
    if (all.length > MAX_SHOWN) this.#wantSuspicious();
    else for (const { pid } of all) this.#wanted.add(pid);
    const tops = all.filter(
      ({ pid, ppid }) => ppid === pid || !this.state.processes.has(ppid) || this.#isThread(ppid),
    );
    // A forged table may have circles, which nothing above leads to: what is left begins a branch of its own.
    const roots = [...tops, ...all].flatMap((process) => this.#node(process, 0) ?? []);
    return {
      roots,
      shown: this.#shown,
      kernelThreads: this.state.processes.size - all.length,
      left: all.length - this.#shown,
    };
  }

  #visible(): readonly LiveProcess[] {
    return [...this.state.processes.values()].filter((process) => !this.state.isKernelThread(process));
  }

  #isThread(pid: number): boolean {
    const parent = this.state.processes.get(pid);
    return parent !== undefined && this.state.isKernelThread(parent);
  }

  #wantSuspicious(): void {
    for (const pid of this.#suspicions.keys()) {
      const process = this.state.processes.get(pid);
      if (process === undefined) continue;
      for (const each of [process, ...this.state.ancestors(process), ...(this.#children.get(pid) ?? [])])
        this.#wanted.add(each.pid);
    }
  }

  #node(process: LiveProcess, depth: number): ProcessNode | undefined {
    const { pid, uid, comm, cmdline, exe } = process;
    if (!this.#wanted.delete(pid) || this.#shown >= MAX_SHOWN) return undefined;
    this.#shown += 1;
    const seen = this.#suspicions.get(pid) ?? [];
    const [worst] = [...seen].sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity]);
    const startedMs = this.state.startedAtMs(process);
    const children = depth >= MAX_DEPTH ? [] : (this.#children.get(pid) ?? []);
    return {
      pid,
      name: comm,
      command: cmdline === '' ? exe : cmdline,
      ...(uid === undefined ? {} : { uid }),
      ...(startedMs === undefined ? {} : { startedAt: new Date(startedMs).toISOString() }),
      notes: this.#notes(process),
      ...(worst === undefined ? {} : { severity: worst.severity }),
      because: [...new Set(seen.map(({ title }) => withoutName(title, process)))],
      children: children.flatMap((child) => this.#node(child, depth + 1) ?? []),
    };
  }

  #notes({ pid, exeDeleted }: LiveProcess): readonly string[] {
    const sockets = (this.#sockets.get(pid) ?? []).map(
      ({ state, localAddress, localPort, remoteAddress, remotePort }) =>
        state === 'LISTEN' || remotePort === 0
          ? `listens on ${localAddress}:${localPort}`
          : `connected to ${remoteAddress}:${remotePort}`,
    );
    const notes = [...(exeDeleted ? ['program deleted'] : []), ...new Set(sockets)];
    return notes.length <= MAX_NOTES
      ? notes
      : [...notes.slice(0, MAX_NOTES), `and ${notes.length - MAX_NOTES} more sockets`];
  }
}

function add<V>(map: Map<number, V[]>, key: number, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** The tree says the name already. */
function withoutName(title: string, { comm, pid }: LiveProcess): string {
  const name = `${comm} (${pid})`;
  const rest = title.endsWith(`: ${name}`) ? title.slice(0, -name.length - 2) : title;
  return rest.startsWith(`${name} `) ? rest.slice(name.length + 1) : rest;
}
