import { reportOfIncident } from '../../src/report/from-incident.js';
import type { ReportModel } from '../../src/report/model.js';
import type { ProcessNode } from '../../src/report/processes.js';
import { incident, observation } from './incident.js';

/** What a file name, a log line or a user agent may be. */
export const EVIL = `"><img src=x onerror="owned()"><svg onload=owned()></title></style></textarea><script>owned()</script>\u202e\x1b[2J\u2028{{7*7}}\${owned()}`;

/** Without a place to break it. */
const LONG = 'A'.repeat(4_000);

const child: ProcessNode = {
  pid: 2,
  name: EVIL,
  command: `${EVIL}${LONG}`,
  uid: 0,
  notes: [EVIL],
  severity: 'critical',
  because: [EVIL],
  children: [],
};

/** An incident in which everything that a suspect can write is hostile. */
export function hostileModel(): ReportModel {
  const source = { artifact: EVIL, path: EVIL, line: 1 };
  const known = incident();
  const evil = observation({
    title: EVIL,
    excerpt: EVIL,
    entity: `file:${EVIL}`,
    rule: EVIL,
    reasons: [EVIL],
    techniques: [EVIL],
    evidence: [source],
  });
  const hostile = incident({
    finding: { ...known.finding, title: EVIL, type: EVIL, id: EVIL, description: EVIL },
    observations: [
      evil,
      observation({ severity: 'info', title: EVIL }),
      observation({ title: LONG, entity: LONG }),
    ],
    steps: [{ id: EVIL, phase: 'contain', status: 'failed', reason: `${EVIL} ${LONG}` }],
    // The incident has a change.
    changes: known.changes.map((change) => ({ ...change, resources: [EVIL, LONG], outcome: EVIL })),
    heads: { [EVIL]: EVIL },
  });
  const event = { kind: `${EVIL}.x`, what: EVIL, source };
  return reportOfIncident(hostile, {
    events: [
      { ...event, at: '2026-11-20T03:00:00Z', message: EVIL },
      { ...event, at: '2026-11-20T03:00:01Z', message: LONG },
    ],
    processes: { roots: [{ ...child, pid: 1, children: [child] }], shown: 2, kernelThreads: 0, left: 0 },
    unread: [{ label: EVIL, value: EVIL }],
  });
}
