import { OBSERVATION_SEVERITIES, type Observation } from '@cordon/core';
import { columns } from '../text/columns.js';
import type { Paint } from '../text/paint.js';
import { plainText } from '../text/plain-text.js';
import type { Style } from './step-row.js';

type Severity = Observation['severity'];

/** The worst first. */
const WORST_FIRST: readonly Severity[] = OBSERVATION_SEVERITIES.toReversed();

export function severityColour(severity: Severity, paint: Paint): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return paint.bad;
  return severity === 'medium' ? paint.warn : paint.faint;
}

/** By severity, the worst first; within it as they were seen. */
export function bySeverity(observations: readonly Observation[]): readonly Observation[] {
  return observations.toSorted((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity));
}

/** `found 3 critical, 5 high`. */
export function foundText(observations: readonly Observation[], { paint }: Pick<Style, 'paint'>): string {
  const counts = WORST_FIRST.flatMap((severity) => {
    const count = observations.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [severityColour(severity, paint)(`${count} ${severity}`)];
  });
  return counts.length === 0 ? 'found nothing' : `found ${counts.join(', ')}`;
}

/** `disk/vol-1.tar.gz etc/cron.d/x:3`: where the proof lies. */
export function proofText({ evidence }: Observation): string {
  const [first] = evidence;
  if (first === undefined) return '';
  const place = first.path ?? first.artifact;
  const line = first.line === undefined ? '' : `:${first.line}`;
  const more = evidence.length > 1 ? ` and ${evidence.length - 1} more` : '';
  return `${plainText(place, 80)}${line}${more}`;
}

/** Each observation in a line: severity, what, about what, where it is proved. */
export function observationLines(observations: readonly Observation[], { paint }: Style): readonly string[] {
  return columns(
    observations.map((observation) => [
      severityColour(observation.severity, paint)(observation.severity),
      plainText(observation.title, 90),
      paint.faint(plainText(proofText(observation), 110)),
      paint.faint(plainText(observation.techniques.join(' '), 40)),
    ]),
  );
}
