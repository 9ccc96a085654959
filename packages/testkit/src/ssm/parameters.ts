import type { Parameter } from '@aws-sdk/client-ssm';
import type { SimulatedRegion } from '../simulation/account.js';
import type { Handlers } from '../simulation/service.js';
import { slice } from '../simulation/slice.js';
import { ssmError } from './errors.js';

type Ssm = typeof import('@aws-sdk/client-ssm');

interface StoredParameter {
  readonly value: string;
  readonly type: 'String' | 'SecureString';
  readonly at: Date;
}

const parametersOf = slice((_region: SimulatedRegion) => new Map<string, StoredParameter>());

/** Puts a parameter into Parameter Store. */
export function addParameter(
  region: SimulatedRegion,
  parameter: { readonly name: string; readonly value: string; readonly type?: StoredParameter['type'] },
): void {
  const { name, value, type = 'String' } = parameter;
  if (type === 'SecureString') region.world.discretion.secret(`the parameter ${name}`, value);
  parametersOf(region).set(name, { value, type, at: region.world.now() });
}

function describe(
  region: SimulatedRegion,
  name: string,
  options: { readonly WithDecryption?: boolean | undefined },
): Parameter | undefined {
  const stored = parametersOf(region).get(name);
  if (stored === undefined) return undefined;
  const secret = stored.type === 'SecureString' && options.WithDecryption !== true;
  return {
    Name: name,
    Type: stored.type,
    Value: secret ? `AQICAHh${Buffer.from(name).toString('base64')}` : stored.value,
    Version: 1,
    LastModifiedDate: stored.at,
    ARN: region.arn('ssm', `parameter/${name.replace(/^\//, '')}`),
    DataType: 'text',
  };
}

export const parameterHandlers: Handlers<Ssm, 'GetParameter' | 'GetParameters'> = {
  GetParameter: ({ region, input }) => {
    const found = describe(region, input.Name ?? '', input);
    if (found === undefined) throw ssmError.noParameter(input.Name ?? '');
    return { Parameter: found };
  },
  GetParameters: ({ region, input }) => {
    const names = input.Names ?? [];
    const found = names.flatMap((name) => describe(region, name, input) ?? []);
    const known = new Set(found.map((one) => one.Name));
    return { Parameters: found, InvalidParameters: names.filter((name) => !known.has(name)) };
  },
};
