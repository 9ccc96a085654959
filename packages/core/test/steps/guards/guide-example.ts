import { fileJournal, IncidentPipeline } from '@cordon/core';
import {
  askInJournal,
  blastRadiusGuard,
  capGuard,
  confirmFindingGuard,
  containmentsInJournal,
  exemptionGuard,
  inspect,
  isolate,
  sampleGuard,
  verifyContainment,
} from '@cordon/core/steps';

const journal = fileJournal({ directory: '/var/lib/cordon' });
const approval = { ask: askInJournal(journal), deadline: { minutes: 30 }, onExpiry: 'refuse' } as const;

export const pipeline = IncidentPipeline.create('guarded')
  .use(inspect())
  .use(sampleGuard())
  .use(confirmFindingGuard())
  .use(exemptionGuard({ from: { parameter: '/cordon/exemptions' } }))
  .use(blastRadiusGuard({ onHit: approval }))
  .use(capGuard({ most: 10, within: { hours: 1 }, past: containmentsInJournal(journal), approval }))
  .use(isolate())
  .use(verifyContainment());
