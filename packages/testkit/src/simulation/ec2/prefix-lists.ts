import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource } from './resource.js';

export interface PrefixList extends Resource {
  /** `com.amazonaws.eu-west-1.s3` */
  readonly name: string;
  readonly cidrs: readonly string[];
  /** `AWS`, or the account that made it. */
  readonly owner: string;
}

// AWS-managed lists are in every region.
export const prefixListsOf = slice((region: SimulatedRegion) => {
  const lists = new Collection<PrefixList>(region);
  const managed = [
    ['pl-63a5400a', 's3', '52.218.0.0/17'],
    ['pl-6da54004', 'dynamodb', '52.94.24.0/23'],
  ] as const;
  for (const [id, service, cidr] of managed) {
    lists.add({
      ...placed(id),
      name: `com.amazonaws.${region.name}.${service}`,
      cidrs: [cidr],
      owner: 'AWS',
    });
  }
  return lists;
});
