import { type DocumentPath, RuleProblem } from './rule-error.js';

const ENCODINGS = ['base64', 'base64offset', 'utf16', 'utf16le', 'utf16be', 'wide', 'windash'] as const;
const POSITIONS = ['contains', 'startswith', 'endswith'] as const;
const RELATIONS = ['lt', 'lte', 'gt', 'gte'] as const;
const TIMES = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
const FLAGS = ['i', 'm', 's'] as const;
const OTHERS = ['all', 'cased', 'neq', 'exists', 're', 'cidr', 'fieldref', 'expand'] as const;

type Named<T extends readonly string[]> = T[number];
export type EncodingModifier = Named<typeof ENCODINGS>;
export type PositionModifier = Named<typeof POSITIONS>;
export type RelationModifier = Named<typeof RELATIONS>;
export type TimeModifier = Named<typeof TIMES>;
type Modifier =
  | EncodingModifier
  | PositionModifier
  | RelationModifier
  | TimeModifier
  | Named<typeof FLAGS>
  | Named<typeof OTHERS>;

const KNOWN: ReadonlySet<string> = new Set([
  ...ENCODINGS,
  ...POSITIONS,
  ...RELATIONS,
  ...TIMES,
  ...FLAGS,
  ...OTHERS,
]);

/** `field|modifier|modifier`, taken apart. An empty field: keywords. */
export interface FieldKey {
  readonly field: string;
  readonly modifiers: readonly string[];
  has(modifier: Modifier): boolean;
  /** The one of a kind that stands there. */
  readonly encoding: readonly EncodingModifier[];
  readonly position: PositionModifier | undefined;
  readonly relation: RelationModifier | undefined;
  readonly time: TimeModifier | undefined;
}

/** @throws RuleProblem for a modifier that Sigma does not have, or a pair that excludes itself */
export function parseKey(key: string, path: DocumentPath): FieldKey {
  const [field = '', ...modifiers] = key.split('|');
  for (const modifier of modifiers) {
    if (!KNOWN.has(modifier))
      throw new RuleProblem('UNKNOWN_MODIFIER', `unknown modifier '${modifier}'`, path);
  }
  const has = (modifier: Modifier) => modifiers.includes(modifier);
  const pick = <T extends string>(list: readonly T[]): T[] => list.filter((name) => modifiers.includes(name));
  const types = pick(['re', 'cidr', 'exists', 'fieldref', ...RELATIONS, ...TIMES]);
  if (types.length > 1) throw misuse(`'${types.join("' and '")}' exclude each other`, path);
  if (pick(FLAGS).length > 0 && !has('re')) throw misuse(`'${pick(FLAGS)[0]}' needs 're' before it`, path);
  if (pick(POSITIONS).length > 1)
    throw misuse(`'${pick(POSITIONS).join("' and '")}' exclude each other`, path);
  if (has('re') && pick([...POSITIONS, ...ENCODINGS]).length > 0) {
    throw misuse(`'re' cannot follow '${pick([...POSITIONS, ...ENCODINGS])[0]}'`, path);
  }
  return {
    field,
    modifiers,
    has,
    encoding: modifiers.filter((modifier) => isEncoding(modifier)),
    position: pick(POSITIONS)[0],
    relation: pick(RELATIONS)[0],
    time: pick(TIMES)[0],
  };
}

function isEncoding(modifier: string): modifier is EncodingModifier {
  return ENCODINGS.some((name) => name === modifier);
}

function misuse(message: string, path: DocumentPath): RuleProblem {
  return new RuleProblem('MODIFIER_MISUSE', message, path);
}
