import type { Case } from '../world.ts';
import { GROUP_CASES, RULE_CASES } from './groups.ts';
import { IDENTITY_CASES } from './identity.ts';
import { INSTANCE_CASES } from './instances.ts';
import { READ_CASES } from './object-reads.ts';
import { WRITE_CASES } from './object-writes.ts';
import { PLACE_CASES } from './places.ts';
import { SERVICE_CASES } from './services.ts';
import { STORAGE_CASES } from './storage.ts';
import { UPLOAD_CASES } from './uploads.ts';

export const ALL_CASES: readonly Case[] = [
  ...GROUP_CASES,
  ...RULE_CASES,
  ...PLACE_CASES,
  ...STORAGE_CASES,
  ...INSTANCE_CASES,
  ...IDENTITY_CASES,
  ...WRITE_CASES,
  ...READ_CASES,
  ...UPLOAD_CASES,
  ...SERVICE_CASES,
];
