import type { Observation } from '@cordon/core';
import { column, type PluginRows } from './results.js';

/** A forged table of modules or of system calls has no end. */
const MOST_TOLD = 50;

function hiddenModules(results: PluginRows, artifact: string): readonly Observation[] {
  return (results.get('Hidden_modules') ?? []).slice(0, MOST_TOLD).map((row) => ({
    rule: 'memory.hidden-module',
    title: `A kernel module that took itself out of the kernel's list: ${column(row, 'Module Name')}`,
    severity: 'critical',
    techniques: ['T1014', 'T1547.006'],
    entity: `module:${column(row, 'Module Name')}`,
    evidence: [{ artifact, path: 'volatility/Hidden_modules.json' }],
    confidence: 0.9,
    reasons: ['in the memory image as a module that works', 'not in the list that lsmod reads'],
  }));
}

/** Volatility calls a function so that belongs neither to the kernel nor to a module in its list. */
const NOBODYS = 'UNKNOWN';

function hookedCalls(results: PluginRows, artifact: string): readonly Observation[] {
  const hooked = (results.get('Check_syscall') ?? []).filter(
    (row) => column(row, 'Handler Symbol') === NOBODYS,
  );
  return hooked.slice(0, MOST_TOLD).map((row) => ({
    rule: 'memory.hooked-system-call',
    title: `System call ${column(row, 'Index')} leads out of the kernel`,
    severity: 'high',
    techniques: ['T1014'],
    entity: `system-call:${column(row, 'Table Name')}:${column(row, 'Index')}`,
    evidence: [{ artifact, path: 'volatility/Check_syscall.json' }],
    confidence: 0.7,
    reasons: ['its handler belongs neither to the kernel nor to a module that the kernel knows'],
  }));
}

/** What somebody has done to the kernel itself: modules that hide, and system calls that lead elsewhere. */
export function kernelTampering(results: PluginRows, artifact: string): readonly Observation[] {
  return [...hiddenModules(results, artifact), ...hookedCalls(results, artifact)];
}
