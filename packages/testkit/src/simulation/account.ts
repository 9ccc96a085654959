import { ADMINISTRATOR_ACCESS, type PolicyDocument } from './iam/policy.js';
import type { Credentials, Principal } from './principal.js';
import type { SimulatedWorld } from './world.js';

/** One AWS account. What lives in it is kept in slices, one per resource family. */
export class SimulatedAccount {
  readonly #regions = new Map<string, SimulatedRegion>();
  #testers = 0;

  constructor(
    readonly world: SimulatedWorld,
    /** Twelve digits. */
    readonly id: string,
  ) {}

  region(name: string): SimulatedRegion {
    const known = this.#regions.get(name);
    if (known !== undefined) return known;
    const region = new SimulatedRegion(this, name);
    this.#regions.set(name, region);
    return region;
  }

  /** The regions that somebody has used. */
  regions(): readonly SimulatedRegion[] {
    return [...this.#regions.values()];
  }

  /** Keys of a new user with these policies: an administrator unless told. */
  credentials(policies: readonly PolicyDocument[] = [ADMINISTRATOR_ACCESS]): Credentials {
    this.#testers += 1;
    const name = `user-${this.#testers}`;
    const principal: Principal = {
      kind: 'user',
      accountId: this.id,
      arn: `arn:aws:iam::${this.id}:user/${name}`,
      principalArn: `arn:aws:iam::${this.id}:user/${name}`,
      userId: this.world.principalId('AIDA'),
      policies: () => policies,
    };
    return this.world.issueKeys(principal);
  }
}

/** One region of an account. */
export class SimulatedRegion {
  constructor(
    readonly account: SimulatedAccount,
    readonly name: string,
  ) {}

  get world(): SimulatedWorld {
    return this.account.world;
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.name}:${this.account.id}:${resource}`;
  }
}
