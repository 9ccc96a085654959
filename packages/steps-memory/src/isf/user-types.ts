import type { BtfType } from './btf.js';
import { BOOLEAN, type Descriptor, Descriptors } from './descriptors.js';

interface Field {
  readonly type: Descriptor;
  /** In bytes. */
  readonly offset: number;
  readonly anonymous?: true;
}

export interface UserType {
  readonly kind: 'struct' | 'union';
  readonly size: number;
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Enumeration {
  readonly size: number;
  /** The integer that it is kept in. */
  readonly base: string;
  readonly constants: ReadonlyMap<string, bigint>;
}

/** The types of a kernel as an ISF has them. */
export interface IsfTypes {
  readonly base_types: Readonly<Record<string, object>>;
  readonly user_types: Readonly<Record<string, UserType>>;
  readonly enums: Readonly<Record<string, Enumeration>>;
  /** Of variables that each processor has its own of. */
  readonly variables: ReadonlyMap<string, Descriptor>;
}

const base = (kind: string, size: number, { signed }: { readonly signed: boolean }) => ({
  size,
  signed,
  kind,
  endian: 'little',
});

/** Of the encodings of integers, 1 says signed. */
function integer({ name, size, encoding }: Extract<BtfType, { kind: 'int' }>): object {
  const kind = encoding === BOOLEAN ? 'bool' : /\bchar$/.test(name) ? 'char' : 'int';
  return base(kind, size, { signed: (encoding & 1) === 1 });
}

/** Names of integers by their size: with a sign, and without. */
const INTEGERS: Readonly<Record<number, readonly [string, string]>> = {
  1: ['signed char', 'unsigned char'],
  2: ['short int', 'short unsigned int'],
  4: ['int', 'unsigned int'],
  8: ['long int', 'long unsigned int'],
};

function enumeration({ size, values }: Extract<BtfType, { kind: 'enum' }>): Enumeration {
  const signed = [...values.values()].some((value) => value < 0n);
  const [withSign, without] = INTEGERS[size] ?? ['int', 'unsigned int'];
  return { size, base: signed ? withSign : without, constants: values };
}

function composite(type: Extract<BtfType, { kind: 'struct' | 'union' }>, descriptors: Descriptors): UserType {
  let nameless = 0;
  const fields = type.members.map((member): readonly [string, Field] => {
    const field = descriptors.field(member);
    return member.name === ''
      ? [`unnamed_field_${nameless++}`, { ...field, anonymous: true }]
      : [member.name, field];
  });
  return { kind: type.kind, size: type.size, fields: Object.fromEntries(fields) };
}

/** What ISF demands and BTF does not have: pointers have a size, and nothing has none. */
const ALWAYS = {
  void: base('void', 0, { signed: false }),
  pointer: base('int', 8, { signed: false }),
};

/** Translates the types of a kernel. */
export function isfTypes(types: readonly BtfType[]): IsfTypes {
  const descriptors = new Descriptors(types);
  const bases = new Map<string, object>(Object.entries(ALWAYS));
  const users = new Map<string, UserType>();
  const enums = new Map<string, Enumeration>();
  const variables = new Map<string, Descriptor>();
  for (const [id, type] of types.entries()) {
    if (type.kind === 'int' && !bases.has(type.name)) bases.set(type.name, integer(type));
    if (type.kind === 'float') bases.set(type.name, base('float', type.size, { signed: true }));
    for (const name of descriptors.names.all(id)) {
      if (type.kind === 'struct' || type.kind === 'union') users.set(name, composite(type, descriptors));
      if (type.kind === 'enum') enums.set(name, enumeration(type));
    }
    if (type.kind === 'variable') variables.set(type.name, descriptors.of(type.type));
  }
  return {
    base_types: Object.fromEntries(bases),
    user_types: Object.fromEntries(users),
    enums: Object.fromEntries(enums),
    variables,
  };
}
