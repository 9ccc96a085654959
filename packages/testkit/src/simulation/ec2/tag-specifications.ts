import { awsError } from '../errors.js';
import type { Tags } from './resource.js';

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

interface TagSpecification {
  readonly ResourceType?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export const MOST_TAGS = 50;

/** Checks tags as EC2 does and gives them as a record. */
export function checkedTags(tags: readonly Tag[]): Tags {
  for (const { Key = '', Value = '' } of tags) {
    if (Key === '' || Key.length > 127) {
      throw awsError(
        'InvalidParameterValue',
        `Tag key is invalid. Tag keys must be between 1 and 127 characters in length.`,
      );
    }
    if (Key.toLowerCase().startsWith('aws:')) {
      throw awsError(
        'InvalidParameterValue',
        `Value ( ${Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
    if (Value.length > 255)
      throw awsError('InvalidParameterValue', 'Tag value exceeds the maximum length of 255 characters');
  }
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) {
    throw awsError('InvalidParameterValue', 'Tag keys must be unique');
  }
  if (tags.length > MOST_TAGS) {
    throw awsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** The tags that a call gives to what it makes. */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  resourceType: string,
  others: readonly string[] = [],
): Tags {
  for (const { ResourceType: type } of specifications ?? []) {
    if (type !== resourceType && !others.includes(type ?? '')) {
      throw awsError(
        'InvalidParameterValue',
        `'${type}' is not a valid taggable resource type for this operation.`,
      );
    }
  }
  const own = (specifications ?? []).filter((specification) => specification.ResourceType === resourceType);
  return checkedTags(own.flatMap((specification) => specification.Tags ?? []));
}
