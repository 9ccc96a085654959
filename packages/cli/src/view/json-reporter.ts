import { asciiJson } from '../text/plain-text.js';
import { follow, type Reporter, type ReporterOptions } from './reporter.js';

/** One JSON object a line: every entry as the journal has it, progress, logs. ASCII, whatever an intruder wrote. */
export function jsonReporter({ console, clock }: ReporterOptions): Reporter {
  const put = (value: unknown) => console.say(asciiJson(value));
  return {
    watch(events) {
      const followed = follow(events, clock);
      const incident = () => followed.incidentId ?? null;
      events.on('entry', (entry) => put({ type: 'entry', incident: incident(), entry }));
      events.on('progress', (progress) => put({ type: 'progress', incident: incident(), ...progress }));
      events.on('log', (line) => put({ type: 'log', incident: incident(), ...line }));
      return followed;
    },
    note: (line) => console.remark(line),
    close: () => undefined,
  };
}
