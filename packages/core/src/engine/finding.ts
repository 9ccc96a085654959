import * as v from 'valibot';
import { defineFact } from './fact.js';

/** GuardDuty's severity bands (1.0-3.9, 4.0-6.9, 7.0-8.9, 9.0-10.0). */
export const SEVERITY_BANDS = ['low', 'medium', 'high', 'critical'] as const;
export type SeverityBand = (typeof SEVERITY_BANDS)[number];

/** The compromised instance: who owns it and where it runs. */
export const SuspectSchema = v.object({
  instanceId: v.pipe(v.string(), v.regex(/^i-[0-9a-f]{8,17}$/)),
  account: v.pipe(v.string(), v.regex(/^[0-9]{12}$/)),
  region: v.pipe(v.string(), v.regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/)),
  partition: v.picklist(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']),
});
export type Suspect = v.InferOutput<typeof SuspectSchema>;

/** What a detector, or a person, said about one instance. Every text in it may be the intruder's. */
export const FindingSchema = v.object({
  source: v.picklist(['guardduty', 'security-hub', 'manual']),
  id: v.string(),
  arn: v.optional(v.string()),
  type: v.string(),
  title: v.string(),
  description: v.string(),
  /** 0 to 10, GuardDuty's scale. */
  severity: v.number(),
  band: v.picklist(SEVERITY_BANDS),
  resourceRole: v.optional(v.picklist(['TARGET', 'ACTOR'])),
  /** A sample finding: never contains anything. */
  sample: v.boolean(),
  firstSeen: v.optional(v.string()),
  lastSeen: v.optional(v.string()),
  updatedAt: v.optional(v.string()),
  count: v.optional(v.number()),
  suspect: SuspectSchema,
  /** What the instance talked to, or was talked to by. */
  remote: v.object({
    addresses: v.array(v.string()),
    domains: v.array(v.string()),
    ports: v.array(v.number()),
  }),
  /** The role's session that the finding names, when it names one. */
  principal: v.optional(v.string()),
  /** The key of that session, when the finding names it. */
  accessKeyId: v.optional(v.pipe(v.string(), v.regex(/^[A-Z0-9]{16,128}$/))),
});
export type Finding = v.InferOutput<typeof FindingSchema>;

/** Every pipeline begins with these two facts. */
export const finding = defineFact('finding', FindingSchema);
export const suspect = defineFact('suspect', SuspectSchema);
