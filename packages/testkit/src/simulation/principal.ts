import type { PolicyDocument } from './iam/policy.js';

/** Who calls, as AWS sees it. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'role';
  /** Twelve digits. */
  readonly accountId: string;
  /** `arn:aws:sts::111122223333:assumed-role/Name/session` for a role's session. */
  readonly arn: string;
  /** `aws:userid`: `AIDA...`, or `AROA...:session`. */
  readonly userId: string;
  /** ARN of the role or user itself: `aws:PrincipalArn`. */
  readonly principalArn: string;
  readonly roleName?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The policies as they stand now: a deny added to a role reaches its sessions. */
  policies(): readonly PolicyDocument[];
  /** The most that they can give, where there is a permissions boundary. */
  boundary?(): PolicyDocument | undefined;
}

/** Keys that make a request a principal's. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly principal: Principal;
}

/** Keys as the SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}
