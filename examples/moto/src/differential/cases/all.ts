import type { Case } from '../world.ts';
import { IDENTITY_CASES } from './identity.ts';
import { INSTANCE_CASES } from './instances.ts';
import { NETWORK_CASES } from './network.ts';
import { OBJECT_CASES } from './objects.ts';
import { SERVICE_CASES } from './services.ts';
import { STORAGE_CASES } from './storage.ts';

export const ALL_CASES: readonly Case[] = [
  ...NETWORK_CASES,
  ...STORAGE_CASES,
  ...INSTANCE_CASES,
  ...IDENTITY_CASES,
  ...OBJECT_CASES,
  ...SERVICE_CASES,
];
