import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { protect } from '../../../src/steps/protect/protect.js';

/** All that comes before the suspect is sealed. */
export const contained = () =>
  IncidentPipeline.create('t')
    .use(inspect())
    .use(protect())
    .use(isolate())
    .use(denyRole())
    .use(verifyContainment());
