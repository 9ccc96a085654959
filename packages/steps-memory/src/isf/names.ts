import type { BtfType } from './btf.js';

export type UserBtfType = Extract<BtfType, { kind: 'struct' | 'union' | 'enum' }>;

export const isUserType = (type: BtfType | undefined): type is UserBtfType =>
  type?.kind === 'struct' || type?.kind === 'union' || type?.kind === 'enum';

/** Enumerations and structures have names of their own kind each. */
const keyOf = ({ kind }: UserBtfType, name: string) => `${kind === 'enum' ? 'enum' : 'type'} ${name}`;

/**
 * The names of all that has fields or constants: its own, and those that typedefs give it. Two files may each have a
 * structure of one name: the first is the kernel's at large and has it, the others get a number.
 */
export class Names {
  readonly #owners = new Map<string, number>();
  readonly #names = new Map<number, string[]>();

  constructor(types: readonly BtfType[]) {
    const own = [...types.entries()].flatMap(([id, type]) => (isUserType(type) ? [{ id, type }] : []));
    for (const { id, type } of own) this.#give(id, type, type.name);
    for (const one of types) {
      const type = one.kind === 'typedef' ? types[one.type] : undefined;
      if (one.kind === 'typedef' && isUserType(type)) this.#give(one.type, type, one.name);
    }
    for (const { id, type } of own)
      if (!this.#names.has(id)) this.#give(id, type, `${type.name || 'unnamed'}_${id}`);
  }

  all(id: number): readonly string[] {
    return this.#names.get(id) ?? [];
  }

  /** Its name, or the one that the typedef on the way to it has given it. */
  of(id: number, type: UserBtfType, typedef = ''): string {
    if (typedef !== '' && this.#owners.get(keyOf(type, typedef)) === id) return typedef;
    return this.all(id)[0] ?? `unnamed_${id}`;
  }

  #give(id: number, type: UserBtfType, name: string): void {
    const key = keyOf(type, name);
    if (name === '' || this.#owners.has(key)) return;
    this.#owners.set(key, id);
    this.#names.set(id, [...this.all(id), name]);
  }
}
