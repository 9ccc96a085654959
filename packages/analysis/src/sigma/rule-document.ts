import * as v from 'valibot';
import { type DocumentPath, RuleProblem } from './rule-error.js';

const Text = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
const Texts = v.optional(
  v.nullable(
    v.union([
      v.array(Text),
      v.pipe(
        Text,
        v.transform((text) => [text]),
      ),
    ]),
  ),
);
const OptionalText = v.optional(v.nullable(Text));

const LogsourceSchema = v.object({
  product: OptionalText,
  category: OptionalText,
  service: OptionalText,
});

const Meta = {
  title: v.pipe(v.string(), v.minLength(1)),
  id: OptionalText,
  name: OptionalText,
  description: OptionalText,
  status: OptionalText,
  level: v.optional(v.picklist(['informational', 'low', 'medium', 'high', 'critical'])),
  author: OptionalText,
  license: OptionalText,
  references: Texts,
  tags: Texts,
  falsepositives: Texts,
  logsource: v.optional(LogsourceSchema),
};

const DetectionRuleSchema = v.object({
  ...Meta,
  detection: v.looseObject({
    condition: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]),
  }),
});

const Limit = v.optional(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/), v.transform(Number))]),
);

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
] as const;

const CorrelationRuleSchema = v.object({
  ...Meta,
  correlation: v.object({
    type: v.picklist(CORRELATION_TYPES),
    rules: v.union([
      v.pipe(v.array(v.string()), v.minLength(1)),
      v.pipe(
        v.string(),
        v.transform((rule) => [rule]),
      ),
    ]),
    'group-by': Texts,
    timespan: v.string(),
    generate: v.optional(v.boolean()),
    aliases: v.optional(v.record(v.string(), v.record(v.string(), v.string()))),
    condition: v.optional(
      v.object({
        field: v.optional(v.union([v.string(), v.array(v.string())])),
        percentile: Limit,
        gt: Limit,
        gte: Limit,
        lt: Limit,
        lte: Limit,
        eq: Limit,
        neq: Limit,
      }),
    ),
  }),
});

export type DetectionDocument = v.InferOutput<typeof DetectionRuleSchema>;
export type CorrelationDocument = v.InferOutput<typeof CorrelationRuleSchema>;

export type RuleDocument =
  | { readonly kind: 'detection'; readonly content: DetectionDocument }
  | { readonly kind: 'correlation'; readonly content: CorrelationDocument };

/** Checks a document's shape. @throws RuleProblem that names the first field that is wrong */
export function readRuleDocument(content: unknown): RuleDocument {
  if (typeof content !== 'object' || content === null)
    throw new RuleProblem('RULE_SHAPE', 'a rule is a map', []);
  if ('correlation' in content)
    return { kind: 'correlation', content: check(CorrelationRuleSchema, content) };
  return { kind: 'detection', content: check(DetectionRuleSchema, content) };
}

function check<TSchema extends v.GenericSchema>(schema: TSchema, content: unknown): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path: DocumentPath = (issue.path ?? []).flatMap(({ key }) =>
    typeof key === 'string' || typeof key === 'number' ? [key] : [],
  );
  throw new RuleProblem('RULE_SHAPE', `${path.join('.') || 'rule'}: ${issue.message}`, path);
}
