import * as v from 'valibot';
import { defineFact } from '../engine/fact.js';

const Used = { count: v.number(), errors: v.number(), first: v.string(), last: v.string() };

/** What CloudTrail shows of the session that the instance's role has on it. The longest lists are cut. */
const RoleUseSchema = v.object({
  /** Its name: the instance's id. */
  session: v.string(),
  events: v.number(),
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  /** What could not be read of it: then it is not all. */
  missing: v.array(v.string()),
  distinct: v.object({ calls: v.number(), addresses: v.number() }),
  calls: v.array(
    v.object({
      /** `ec2:DescribeInstances` */
      call: v.string(),
      ...Used,
      addresses: v.array(v.string()),
      /** How many came from an address that is not the instance's. */
      elsewhere: v.number(),
    }),
  ),
  addresses: v.array(
    v.object({
      /** Or the name of the AWS service that called. */
      address: v.string(),
      whereabouts: v.picklist(['own', 'service', 'inside', 'elsewhere']),
      ...Used,
    }),
  ),
});
export type RoleUse = v.InferOutput<typeof RoleUseSchema>;

const EntryPointSchema = v.object({
  kind: v.picklist(['dns-record', 'accelerator', 'cloud-map']),
  /** `shop.example.com A`, a listener's ARN, a service's name. */
  name: v.string(),
  /** The address or id by which it means the suspect. */
  target: v.string(),
  /** The zone, endpoint group or service that it stands in. */
  of: v.string(),
});
/** Something outside of the suspect that sends to it, and goes on doing so. */
export type EntryPoint = v.InferOutput<typeof EntryPointSchema>;

/** What AWS itself knows of the suspect: paths of the artifacts, what the role did, and what sends to the suspect. */
export const controlPlane = defineFact(
  'controlPlane',
  v.object({
    artifacts: v.array(v.string()),
    roleUse: v.optional(RoleUseSchema),
    /** The longest lists are cut; the artifacts are whole. */
    entryPoints: v.optional(v.array(EntryPointSchema)),
  }),
);
