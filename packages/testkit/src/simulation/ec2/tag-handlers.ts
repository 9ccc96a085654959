import type { TagDescription } from '@aws-sdk/client-ec2';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { collectionsOf } from './collections.js';
import { type FilterTable, filtered } from './filters.js';
import { idError } from './not-found.js';
import { paged } from './pages.js';
import type { Resource } from './resource.js';
import { checkedTags, MOST_TAGS } from './tag-specifications.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

function kindOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

function resourceNamed(region: SimulatedRegion, id: string): Resource {
  const kind = kindOf(id);
  const entry = collectionsOf(region).find((one) => one.kind === kind);
  if (entry === undefined) throw awsError('InvalidID', `The ID '${id}' is not valid`);
  const found = entry.find(id);
  if (found === undefined) throw idError(kind, id);
  return found;
}

const FILTERS: FilterTable<TagDescription> = {
  key: (tag) => tag.Key,
  'resource-id': (tag) => tag.ResourceId,
  'resource-type': (tag) => tag.ResourceType,
  value: (tag) => tag.Value,
};

export const tagHandlers: Handlers<Ec2, 'CreateTags' | 'DeleteTags' | 'DescribeTags'> = {
  CreateTags: ({ region, input }) => {
    const tags = checkedTags(input.Tags ?? []);
    // All are looked up before one is changed: EC2 tags all or none.
    const resources = (input.Resources ?? []).map((id) => resourceNamed(region, id));
    for (const resource of resources) {
      const keys = new Set([...resource.tags.keys(), ...Object.keys(tags)]);
      if (keys.size > MOST_TAGS) {
        throw awsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
      }
    }
    for (const resource of resources)
      for (const [key, value] of Object.entries(tags)) resource.tags.set(key, value);
    return {};
  },

  DeleteTags: ({ region, input }) => {
    const resources = (input.Resources ?? []).map((id) => resourceNamed(region, id));
    for (const { tags } of resources) {
      const asked = input.Tags ?? [...tags.keys()].map((Key) => ({ Key, Value: undefined }));
      for (const { Key = '', Value } of asked) {
        const reserved = Key.startsWith('aws:');
        if (!reserved && (Value === undefined || tags.get(Key) === Value)) tags.delete(Key);
      }
    }
    return {};
  },

  DescribeTags: (call) => {
    const all = collectionsOf(call.region).flatMap(({ visible, type }) =>
      visible().flatMap(({ id, tags }) =>
        [...tags].map(([Key, Value]) => ({
          Key,
          Value,
          ResourceId: id,
          ResourceType: type,
          Tags: [{ Key, Value }],
        })),
      ),
    );
    const { items, next } = paged(call, filtered(all, call.input.Filters, FILTERS));
    return { Tags: items.map(({ Tags: _, ...tag }) => tag), ...next };
  },
};
