import { OBSERVATION_SEVERITIES, type Observation } from '@cordon/core';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
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

const MAX_TITLE = 120;

/** The worst, one of each entity: four words about one process would hide three other things. */
export function worstOfEach(observations: readonly Observation[]): readonly Observation[] {
  const entities = new Set<string>();
  return bySeverity(observations).filter(({ entity }) => {
    const isNew = !entities.has(entity);
    entities.add(entity);
    return isNew;
  });
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
  return `${plainText(place, 160)}${line}${more}`;
}

interface Widths {
  readonly title: number;
  readonly proof: number;
}

const SEVERITY_AND_TECHNIQUE = 24;

/** Titles get what they need, up to three quarters; the proof gets the rest. */
function widthsFor(observations: readonly Observation[], width: number): Widths {
  const room = Math.max(40, width - SEVERITY_AND_TECHNIQUE);
  const longest = Math.max(0, ...observations.map(({ title }) => stringWidth(plainText(title, MAX_TITLE))));
  const title = Math.min(longest, Math.floor(room * 0.74));
  return { title, proof: room - title };
}

/** Each observation in a line: severity, technique, what, where it is proved. Of a path the end says most. */
export function observationLines(
  observations: readonly Observation[],
  { paint, width }: { readonly paint: Paint; readonly width: number },
): readonly string[] {
  const widths = widthsFor(observations, width);
  return columns(
    observations.map((observation) => [
      severityColour(observation.severity, paint)(observation.severity),
      paint.faint(plainText(observation.techniques[0] ?? '', 12)),
      cliTruncate(plainText(observation.title, MAX_TITLE), widths.title),
      paint.faint(cliTruncate(proofText(observation), widths.proof, { position: 'start' })),
    ]),
  );
}
