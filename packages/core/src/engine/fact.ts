import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A small, typed JSON value that one step hands to others: an id, an artifact reference; never bulk data. */
export interface Fact<Name extends string = string, Value = unknown> {
  readonly name: Name;
  readonly schema: StandardSchemaV1<unknown, Value>;
}

export type FactList = readonly Fact[];
type ValueOf<F> = F extends Fact<string, infer Value> ? Value : never;

/** The facts of a list as an object: `{ snapshots: Snapshots, containment: Containment }`. */
export type Facts<List extends FactList> = {
  readonly [F in List[number] as F['name']]: ValueOf<F>;
};

/** The same, each of them perhaps missing. */
export type WantedFacts<List extends FactList> = {
  readonly [F in List[number] as F['name']]: ValueOf<F> | undefined;
};

/** The largest fact, as UTF-8 JSON. The tightest host (Step Functions, 256 kB a state) still carries a dozen. */
export const MAX_FACT_BYTES = 16 * 1024;

/**
 * Names a fact and gives its schema, in any library that speaks Standard Schema.
 * Third parties prefix the name: `acme.scan`.
 *
 * @example
 * const scan = defineFact('acme.scan', v.object({ verdict: v.string() }));
 */
export function defineFact<const Name extends string, Schema extends StandardSchemaV1>(
  name: Name,
  schema: Schema,
): Fact<Name, StandardSchemaV1.InferOutput<Schema>> {
  // The schema's input is whatever the journal holds, so `unknown` is the honest input type.
  return { name, schema: schema as StandardSchemaV1<unknown, StandardSchemaV1.InferOutput<Schema>> };
}
