import type { BtfMember, BtfType } from './btf.js';
import { isUserType, Names } from './names.js';

/** How an ISF names a type. */
export type Descriptor =
  | { readonly kind: 'base' | 'struct' | 'union' | 'enum'; readonly name: string }
  | { readonly kind: 'pointer'; readonly subtype: Descriptor }
  | { readonly kind: 'array'; readonly count: number; readonly subtype: Descriptor }
  | { readonly kind: 'function' }
  | {
      readonly kind: 'bitfield';
      readonly bit_position: number;
      readonly bit_length: number;
      readonly type: Descriptor;
    };

/** Types that name each other in a circle would never end. */
const DEEPEST = 64;
/** The encoding of truth values: they are narrower than their size, and no bit fields. */
export const BOOLEAN = 4;

/** Tells types of BTF in the words of an ISF. */
export class Descriptors {
  readonly names: Names;

  constructor(private readonly types: readonly BtfType[]) {
    this.names = new Names(types);
  }

  /** @throws Error where types name each other in a circle */
  of(id: number, depth = 0): Descriptor {
    const type = this.types[id];
    if (depth > DEEPEST) throw new Error(`type ${id} leads to itself`);
    switch (type?.kind) {
      case 'int':
      case 'float':
        return { kind: 'base', name: type.name };
      case 'pointer':
        return { kind: 'pointer', subtype: this.of(type.type, depth + 1) };
      case 'array':
        return { kind: 'array', count: type.count, subtype: this.of(type.type, depth + 1) };
      case 'struct':
      case 'union':
      case 'enum':
        return { kind: type.kind, name: this.names.of(id, type) };
      case 'forward':
        return { kind: type.of, name: type.name };
      case 'typedef': {
        const named = this.types[type.type];
        if (!isUserType(named)) return this.of(type.type, depth + 1);
        return { kind: named.kind, name: this.names.of(type.type, named, type.name) };
      }
      case 'variable':
      case 'qualifier':
        return this.of(type.type, depth + 1);
      case 'function':
        return { kind: 'function' };
      default:
        return { kind: 'base', name: 'void' };
    }
  }

  /** A field: where it lies, and what it is. */
  field({ type, bitOffset, bits }: BtfMember): { readonly type: Descriptor; readonly offset: number } {
    const described = this.of(type);
    const narrow = bits === 0 ? this.#narrow(type) : { bits, shift: 0 };
    const at = bitOffset + narrow.shift;
    const offset = Math.floor(at / 8);
    if (narrow.bits === 0) return { type: described, offset };
    const place = { bit_position: at % 8, bit_length: narrow.bits } as const;
    return { type: { kind: 'bitfield', ...place, type: described }, offset };
  }

  /** Kernels before 5.0 tell a bit field by an integer that is narrower than its size. */
  #narrow(id: number): { readonly bits: number; readonly shift: number } {
    const type = this.types[id];
    const is = type?.kind === 'int' && type.bits < type.size * 8 && type.encoding !== BOOLEAN;
    return is ? { bits: type.bits, shift: type.bitOffset } : { bits: 0, shift: 0 };
  }
}
