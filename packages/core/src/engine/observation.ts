import * as v from 'valibot';

export const OBSERVATION_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

/** One thing an analysis saw, with what proves it. Texts in it may be the intruder's. */
export const ObservationSchema = v.object({
  /** Stable id of the rule: `log.ssh-brute-force`. */
  rule: v.string(),
  title: v.string(),
  severity: v.picklist(OBSERVATION_SEVERITIES),
  /** ATT&CK technique ids: `T1110.001`. */
  techniques: v.array(v.string()),
  /** ISO 8601, UTC: when it happened, where that is known. */
  at: v.optional(v.string()),
  /** What it is about: `process:4242`, `file:/tmp/x`, `ip:203.0.113.66`, `user:root`. */
  entity: v.string(),
  /** The bytes that show it, cut to a readable length. */
  excerpt: v.optional(v.string()),
  evidence: v.array(
    v.object({
      /** Path of the artifact in the evidence store. */
      artifact: v.string(),
      /** Path within the artifact, when it holds files. */
      path: v.optional(v.string()),
      /** 1-based. */
      line: v.optional(v.number()),
      offsetBytes: v.optional(v.number()),
    }),
  ),
  /** 0 to 1. */
  confidence: v.optional(v.number()),
  reasons: v.optional(v.array(v.string())),
});
export type Observation = v.InferOutput<typeof ObservationSchema>;
