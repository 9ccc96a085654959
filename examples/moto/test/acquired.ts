import { type IncidentResult, runIncident } from '@cordon/core';
import { groupsNow, protectionNow, publicAddressesNow, rolePoliciesNow, targetsNow } from '../src/looks.ts';
import { acquisition } from '../src/pipeline.ts';
import { present } from '../src/present.ts';
import { prepareScene, type Scene } from '../src/scene.ts';

export interface Acquired {
  readonly scene: Scene;
  /** As it was prepared, asked before Cordon was let in. */
  readonly before: Awaited<ReturnType<typeof stateOf>>;
  readonly result: Extract<IncidentResult, { status: 'closed' }>;
}

/** A suspect at moto, and the run that acquires it. */
export async function acquire(): Promise<Acquired> {
  const scene = await prepareScene();
  const before = await stateOf(scene);
  const result = await runIncident(acquisition(scene.security), scene.finding, scene);
  if (result.status !== 'closed') throw new Error('another incident has this suspect');
  return { scene, before, result };
}

/** What the run changes and a release gives back. */
export async function stateOf({ suspect }: Scene) {
  const { account } = suspect;
  return {
    groups: await groupsNow(suspect),
    addresses: await publicAddressesNow(suspect),
    protection: await protectionNow(suspect),
    policies: Object.keys(await rolePoliciesNow(account)),
    targets: await targetsNow(suspect),
  };
}

/** A fact by its name. */
export const factOf = <T>({ result }: Acquired, name: string): T =>
  present(result.facts[name], `fact ${name}`) as T; // The engine has validated it.
