import { Random } from '../simulation/random.js';
import { type MachineShape, paintMachine } from './proc/machine-files.js';
import { NET_PROTOCOLS, netFile } from './proc/net-files.js';
import { paintProcesses } from './proc/process-files.js';
import { processTable } from './proc/process-table.js';
import { socketTable } from './proc/sockets.js';
import { DEMO_FINDING_AT, timelineOf } from './timeline.js';
import { paintAuthLog } from './tree/auth-log.js';
import { treeDraft } from './tree/draft.js';
import { paintHomes } from './tree/homes.js';
import { paintLoginRecords } from './tree/login-records.js';
import { paintPackages } from './tree/packages.js';
import type { Scene } from './tree/scene.js';
import { paintSyslog } from './tree/syslog.js';
import { paintSystemFiles } from './tree/system-files.js';
import { paintUnits } from './tree/units.js';
import { paintWebLogs } from './tree/web-logs.js';
import { paintWebRoot } from './tree/web-root.js';

export interface PlantedTreeOptions {
  /** The same seed gives the same tree, byte for byte. Default 1. */
  readonly seed?: string | number;
  /** When the finding was made: everything happened before it. Default: the demo's, 2026-11-20T03:35:01Z. */
  readonly findingAt?: Date;
  /** `absent`: the same host, untouched. Default `present`. */
  readonly intruder?: 'present' | 'absent';
  /** What /proc/iomem and /proc/meminfo say. Default 16. */
  readonly memoryMiB?: number;
}

const PAINTERS = {
  system: paintSystemFiles,
  units: paintUnits,
  packages: paintPackages,
  homes: paintHomes,
  web: paintWebRoot,
  logins: paintAuthLog,
  syslog: paintSyslog,
  access: paintWebLogs,
  records: paintLoginRecords,
};

/**
 * Makes a believable compromised web server under `folder`: Debian 12 with Apache, PHP and a shop, thousands of log
 * lines, a faithful /proc, and everything of `PLANTS`. Ownership is the caller's: uid and gid need privileges.
 */
export function plantTree(folder: string, options: PlantedTreeOptions = {}): void {
  const { seed = 1, findingAt = DEMO_FINDING_AT, intruder = 'present' } = options;
  const shape: MachineShape = { memoryMiB: options.memoryMiB ?? 16 };
  const times = timelineOf(findingAt);
  const draft = treeDraft();
  for (const [name, paint] of Object.entries(PAINTERS)) {
    // Each from its own fork: the intruder's lines must not move the noise around them.
    const scene: Scene = { draft, times, intruder, random: new Random(`tree-${seed}`).fork(name) };
    paint(scene);
  }
  paintProcesses(draft, processTable(times, intruder), times);
  paintMachine(draft, times, shape);
  for (const protocol of NET_PROTOCOLS) {
    draft.file(`proc/net/${protocol}`, netFile(socketTable(intruder), protocol), { at: times.boot });
  }
  draft.write(folder);
}
