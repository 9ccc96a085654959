import { StepFailure } from '@cordon/core';
import type { Tools } from '../catalogue/catalogue.js';
import type { ProbeAnswer } from './answers.js';
import { findAvml, findModule, type LimeModule } from './catalogue.js';
import { isUpload, type LimeDumpOptions } from './options.js';
import type { Method } from './ticket.js';

const GIB = 2 ** 30;
/** Room beside the memory: headers, the module, one part that is being cut out. */
const MARGIN_SHARE = 0.1;
const LEAST_MARGIN_BYTES = 96 * 2 ** 20;

/** The ways in which this host's memory can be taken, the best first. */
export interface Choice {
  readonly methods: readonly [Method, ...Method[]];
  /** Why LiME is not the first of them. */
  readonly because?: string;
}

function refuse(code: string, message: string): never {
  throw StepFailure.permanent(code, message);
}

/** Bytes that a dump of so much memory may need. */
export function roomFor(ramBytes: number): number {
  return Math.ceil(ramBytes + Math.max(LEAST_MARGIN_BYTES, ramBytes * MARGIN_SHARE));
}

/** @throws StepFailure `RAM_UNKNOWN`, `TOO_MUCH_RAM`, `NO_SPACE` */
function assertRoom(probe: ProbeAnswer, options: LimeDumpOptions): void {
  const { maxRamGiB = 256 } = options;
  if (probe.ram === 0) refuse('RAM_UNKNOWN', '/proc/iomem tells no memory');
  if (probe.ram > maxRamGiB * GIB)
    refuse('TOO_MUCH_RAM', `${Math.round(probe.ram / GIB)} GiB of memory, ${maxRamGiB} GiB are allowed`);
  const needed = roomFor(probe.ram);
  if (isUpload(options) && probe.free < needed)
    refuse('NO_SPACE', `${probe.free} bytes are free, ${needed} are needed: the dump would be short`);
}

interface Obstacle {
  readonly code: string;
  readonly message: string;
}

/** What a kernel says to a module that nobody has signed for it. */
function unsigned(probe: ProbeAnswer): Obstacle | undefined {
  const boot = probe.secureBoot ? ', booted by Secure Boot' : '';
  if (probe.lockdown === 'integrity')
    return {
      code: 'LOCKDOWN',
      message: `the kernel is locked down (integrity)${boot}: it loads only modules that it can verify`,
    };
  if (probe.signaturesEnforced)
    return {
      code: 'SIGNATURE_ENFORCED',
      message: `the kernel enforces signatures${boot}: it loads only modules that it can verify`,
    };
  return undefined;
}

/** Why LiME cannot be loaded; undefined when it may be tried. */
function obstacle(probe: ProbeAnswer, module: LimeModule | undefined): Obstacle | undefined {
  if (probe.lockdown === 'confidentiality')
    return { code: 'LOCKDOWN', message: 'the kernel is locked down: it gives its memory to nobody' };
  if (probe.loaded)
    return { code: 'LIME_LOADED_ALREADY', message: 'a module named lime is loaded, and not by us' };
  if (module === undefined)
    return {
      code: 'NO_MODULE_FOR_KERNEL',
      message: `the catalogue has no LiME module for ${probe.kernel} on ${probe.architecture}: build one and retry`,
    };
  return module.signed === true ? undefined : unsigned(probe);
}

interface Given {
  readonly tools: Tools;
  readonly options: LimeDumpOptions;
}

/** What takes memory without a module: both read /proc/kcore. */
function withoutModule(probe: ProbeAnswer, { tools, options: { fallback } }: Given): readonly Method[] {
  if (!probe.kcore || probe.lockdown === 'confidentiality' || fallback === 'none') return [];
  return findAvml(tools.avml, probe) === undefined ? ['kcore'] : ['avml', 'kcore'];
}

/**
 * LiME where there is a module that the kernel will take; then AVML; then the kernel's own view of its memory by plain
 * tools, unless the options or the kernel forbid that.
 *
 * @throws StepFailure `LOCKDOWN`, `SIGNATURE_ENFORCED`, `NO_MODULE_FOR_KERNEL`, `LIME_LOADED_ALREADY`, `RAM_UNKNOWN`,
 * `TOO_MUCH_RAM`, `NO_SPACE`
 */
export function chooseMethods(probe: ProbeAnswer, given: Given): Choice {
  const why = obstacle(probe, findModule(given.tools.modules, probe));
  const others = withoutModule(probe, given);
  const [first, ...rest] = others;
  if (why !== undefined && first === undefined) refuse(why.code, why.message);
  assertRoom(probe, given.options);
  if (why === undefined || first === undefined) return { methods: ['lime', ...others] };
  return { methods: [first, ...rest], because: `${why.code}: ${why.message}` };
}
