import type { AccountRole } from '../../engine/environment.js';

/** What an incident may leave lying about, beside evidence. */
export type ThingKind =
  | 'instance'
  | 'volume'
  | 'snapshot'
  | 'security-group'
  /** A rule that lets the quarantined suspect upload to S3. */
  | 'upload-window'
  /** An interface of the suspect that wears the group which lets everything through. */
  | 'exposure'
  | 'multipart-upload'
  | 'staged-object';

/** Something in AWS that may be an incident's. */
export interface Thing {
  readonly kind: ThingKind;
  readonly id: string;
  readonly role: AccountRole;
  /** The group of a rule; the group that an exposed interface is to wear; the bucket of an upload or object. */
  readonly of?: string;
  /** Key of a multipart upload. */
  readonly key?: string;
  /** State as EC2 says it, where it matters for deleting. */
  readonly state?: string;
}

/**
 * `left-over`: nobody needs it any more. `in-use`: its incident is under way. `kept`: evidence, or what contains the
 * suspect. `suspicious`: it claims to be ours and no journal says so.
 */
export type Standing = 'left-over' | 'in-use' | 'kept' | 'suspicious';

/** A thing, and what is to be thought of it. */
export interface Judged extends Thing {
  readonly standing: Standing;
  readonly why: string;
  /** Its id stands in no entry yet: it is written down before it is deleted. */
  readonly adopt?: true;
}
