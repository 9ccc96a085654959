import type { PolicyStatement as Declared } from '@cordon/adapters-lambda';
import { ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** A managed policy has 6,144 characters at most, of which JSON's own are counted too; joining ARNs takes some more. */
const MOST_CHARACTERS = 5_000;

/** Statements in as few policies as they fit in. */
function packed(statements: readonly Declared[]): readonly (readonly Declared[])[] {
  const policies: Declared[][] = [];
  let room = 0;
  for (const statement of statements) {
    const size = JSON.stringify(statement).length;
    if (size > room) {
      policies.push([]);
      room = MOST_CHARACTERS;
    }
    policies.at(-1)?.push(statement);
    room -= size;
  }
  return policies;
}

/** What the pipeline's policies give, as managed policies: an inline one has no room for it. */
export function packedPolicies(
  scope: Construct,
  id: string,
  statements: readonly Declared[],
): readonly ManagedPolicy[] {
  return packed(statements).map(
    (some, index) =>
      new ManagedPolicy(scope, `${id}${index + 1}`, {
        document: new PolicyDocument({ statements: some.map((one) => PolicyStatement.fromJson(one)) }),
      }),
  );
}
