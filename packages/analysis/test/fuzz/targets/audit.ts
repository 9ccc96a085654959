import { AuditEvents } from '../../../src/parsers/audit-events.js';
import { parseAuditRecord } from '../../../src/parsers/audit-record.js';
import { type FuzzTarget, fixture, lines } from '../fuzz-target.js';

export const targets: readonly FuzzTarget[] = [
  lines(
    'audit',
    () => fixture('audit.log').toString('utf8'),
    () => {
      const events = new AuditEvents(() => undefined);
      return (text, line) => {
        const record = parseAuditRecord(text);
        if (record !== undefined) events.add(record, line);
      };
    },
  ),
];
