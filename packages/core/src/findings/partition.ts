import type { Suspect } from '../engine/finding.js';

/** The partition of a region: its name is enough, since the other partitions have prefixes of their own. */
export function partitionOf(region: string): Suspect['partition'] {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}
