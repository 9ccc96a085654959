import * as v from 'valibot';
import { either, lenient, lenientList, moment } from './lenient.js';
import { ActionSchema, EndpointSchema } from './remote.js';

const text = lenient(v.string());
/** Asked of CloudTrail: nothing but a key's own characters. */
const accessKey = lenient(v.pipe(v.string(), v.regex(/^[A-Z0-9]{16,128}$/)));
const anything = v.optional(v.unknown());

const SequenceResource = either({
  uid: text,
  resourceType: text,
  accountId: text,
  region: text,
  cloudPartition: text,
});
export type SequenceResource = v.InferOutput<typeof SequenceResource>;

const Resource = either({
  resourceType: text,
  instanceDetails: lenient(either({ instanceId: anything })),
  accessKeyDetails: lenient(either({ principalId: text, accessKeyId: accessKey })),
  eksClusterDetails: anything,
  ecsClusterDetails: anything,
  kubernetesDetails: anything,
});

const Service = either({
  action: lenient(ActionSchema),
  resourceRole: lenient(v.picklist(['TARGET', 'ACTOR'])),
  additionalInfo: anything,
  eventFirstSeen: lenient(moment),
  eventLastSeen: lenient(moment),
  count: lenient(v.number()),
  detection: lenient(
    either({
      sequence: lenient(
        either({ resources: lenientList(SequenceResource), endpoints: lenientList(EndpointSchema) }),
      ),
    }),
  ),
});

/**
 * A GuardDuty finding as EventBridge sends it or as GetFindings returns it: what Cordon reads of it. The first five
 * decide; the rest may be absent, null or ill-formed.
 *
 * @see https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
 */
export const GuardDutySchema = either({
  arn: v.string(),
  id: v.pipe(v.string(), v.nonEmpty()),
  type: v.pipe(v.string(), v.nonEmpty()),
  severity: v.pipe(v.number(), v.minValue(0), v.maxValue(10)),
  resource: Resource,
  title: text,
  description: text,
  updatedAt: lenient(moment),
  service: lenient(Service),
});
export type GuardDuty = v.InferOutput<typeof GuardDutySchema>;
