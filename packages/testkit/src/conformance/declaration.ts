import { compile, type Fact, IncidentPipeline, milliseconds, type Step, touchesSuspect } from '@cordon/core';
import * as coreSteps from '@cordon/core/steps';
import type { Breach } from './breach.js';

/** First words of Cordon's own ids and facts. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'capture',
  'cleanup',
  'contain',
  'containment',
  'cordon',
  'disk',
  'finding',
  'guard',
  'inspect',
  'instance',
  'live',
  'memory',
  'protect',
  'quarantine',
  'release',
  'report',
  'retry',
  'seal',
  'snapshots',
  'suspect',
  'triage',
  'undone',
]);

const ACTION = /^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/;
const READS = /:(?:Describe|Get|List|Lookup|Filter)/;
const LONGEST_TITLE = 120;
/** A suspect acts while a step waits: what touches it answers at once and is polled. */
const SUSPECT_CALL_MS = 60_000;

function foreign(name: string, vendor: string | undefined): boolean {
  const [first = '', ...rest] = name.split('.');
  if (vendor === 'cordon') return false;
  if (rest.length === 0) return true;
  return vendor === undefined ? OWN_WORDS.has(first) : first !== vendor;
}

/** Cordon's own facts: whoever dumps memory otherwise provides `memoryImage` too. */
const CORE: ReadonlySet<unknown> = new Set(Object.values(coreSteps));

function foreignFact(fact: Fact, vendor: string | undefined): boolean {
  return !CORE.has(fact) && foreign(fact.name, vendor);
}

function names(step: Step, vendor: string | undefined): readonly Breach[] {
  const prefix = vendor === undefined ? 'your own name' : `'${vendor}'`;
  const wanted = `begin with ${prefix} and a dot: other people's steps and facts stand beside it`;
  const breaches: Breach[] = [];
  if (foreign(step.id, vendor))
    breaches.push({ code: 'ID_FOREIGN', message: `id '${step.id}' must ${wanted}` });
  for (const fact of step.provides)
    if (foreignFact(fact, vendor))
      breaches.push({ code: 'FACT_NAME_FOREIGN', message: `fact '${fact.name}' must ${wanted}` });
  return breaches;
}

function title(step: Step): readonly Breach[] {
  const { title: text } = step;
  const words = text.trim().split(/\s+/).length;
  const sentence =
    /^[A-Z]/.test(text) && words >= 3 && text.length <= LONGEST_TITLE && !/[\r\n]|\.$/.test(text);
  if (sentence) return [];
  const message = `title '${text}' must be one sentence that says what it does: a capital, three words or more, at most ${LONGEST_TITLE} characters, no full stop`;
  return [{ code: 'TITLE_NOT_A_SENTENCE', message }];
}

function actions(step: Step): readonly Breach[] {
  const all = [...(step.actions.suspect ?? []), ...(step.actions.security ?? [])];
  return all
    .filter((action) => !ACTION.test(action))
    .map((action) => ({
      code: 'ACTION_NOT_AN_ACTION',
      message: `'${action}' is no IAM action: write service:Action, without wildcards`,
    }));
}

function touches(step: Step): boolean {
  return touchesSuspect(step.phase) && (step.actions.suspect ?? []).some((action) => !READS.test(action));
}

function timeouts(step: Step): readonly Breach[] {
  const call = milliseconds(step.callTimeout);
  const whole = milliseconds(step.timeout);
  const breaches: Breach[] = [];
  const breach = (message: string) => breaches.push({ code: 'TIMEOUT_UNSOUND', message });
  if (!(call > 0)) breach('callTimeout must be longer than nothing');
  // The default of protect's timeout is shorter than the default of a call: the shorter one ends it.
  if (call > whole && call !== SUSPECT_CALL_MS)
    breach(`callTimeout (${call / 1000} s) must not be longer than timeout (${whole / 1000} s)`);
  if (touches(step) && call > SUSPECT_CALL_MS)
    breach(
      `a step of phase '${step.phase}' must return within 60 s and be polled for the rest, not take ${call / 1000} s`,
    );
  return breaches;
}

/** What `compile` says of it, among the steps that come before it. */
function inPipeline(step: Step, before: readonly Step[]): readonly Breach[] {
  const used = [...before, step].map((one) => ({ step: one, after: [] }));
  const compiled = compile(IncidentPipeline.fromSteps('conformance', used));
  return compiled.ok ? [] : compiled.problems.filter((problem) => problem.step === step.id);
}

/** What is wrong with a step before it has run. */
export function declarationBreaches(
  step: Step,
  vendor: string | undefined,
  before: readonly Step[],
): readonly Breach[] {
  return [
    ...names(step, vendor),
    ...title(step),
    ...actions(step),
    ...timeouts(step),
    ...inPipeline(step, before),
  ];
}
