import { StepFailure } from '@cordon/core';
import type { ProbeAnswer } from './answers.js';
import { findModule, type LimeModule } from './catalogue.js';
import type { LimeDumpOptions } from './options.js';

const GIB = 2 ** 30;
/** Room beside the memory: headers, the module, one part that is being cut out. */
const MARGIN_SHARE = 0.1;
const LEAST_MARGIN_BYTES = 96 * 2 ** 20;

/** How this host's memory can be taken. */
export type Method =
  | { readonly is: 'lime'; readonly module: LimeModule; readonly otherwise?: 'kcore' }
  | { readonly is: 'kcore'; readonly because: string };

function refuse(code: string, message: string): never {
  throw StepFailure.permanent(code, message);
}

/** @throws StepFailure `RAM_UNKNOWN`, `TOO_MUCH_RAM`, `NO_SPACE` */
function assertRoom(probe: ProbeAnswer, { maxRamGiB = 256 }: LimeDumpOptions): void {
  if (probe.ram === 0) refuse('RAM_UNKNOWN', '/proc/iomem tells no memory');
  if (probe.ram > maxRamGiB * GIB)
    refuse('TOO_MUCH_RAM', `${Math.round(probe.ram / GIB)} GiB of memory, ${maxRamGiB} GiB are allowed`);
  const needed = probe.ram + Math.max(LEAST_MARGIN_BYTES, probe.ram * MARGIN_SHARE);
  if (probe.free < needed)
    refuse(
      'NO_SPACE',
      `${probe.free} bytes are free, ${Math.ceil(needed)} are needed: the dump would be short`,
    );
}

interface Obstacle {
  readonly code: string;
  readonly message: string;
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
  if (probe.lockdown === 'integrity' && module.signed !== true)
    return {
      code: 'LOCKDOWN',
      message: 'the kernel is locked down (integrity): it loads only modules that it can verify',
    };
  return undefined;
}

/**
 * LiME where there is a module that the kernel will take; else the kernel's own view of its memory, unless the options
 * or the kernel forbid that.
 *
 * @throws StepFailure `LOCKDOWN`, `NO_MODULE_FOR_KERNEL`, `LIME_LOADED_ALREADY`, `RAM_UNKNOWN`, `TOO_MUCH_RAM`, `NO_SPACE`
 */
export function chooseMethod(probe: ProbeAnswer, options: LimeDumpOptions): Method {
  const module = findModule(options.modules, probe);
  const why = obstacle(probe, module);
  const kcore = probe.kcore && probe.lockdown !== 'confidentiality' && options.fallback !== 'none';
  if (why !== undefined && !kcore) refuse(why.code, why.message);
  assertRoom(probe, options);
  if (why !== undefined || module === undefined)
    return { is: 'kcore', because: why === undefined ? '' : `${why.code}: ${why.message}` };
  return { is: 'lime', module, ...(kcore ? { otherwise: 'kcore' as const } : {}) };
}
