import { IncidentPipeline, memoryJournal, startIncident } from '@cordon/core';
import {
  cutConnections,
  detachFromAutoScaling,
  endForeignSessions,
  inspect,
  isolate,
  verifyContainment,
} from '@cordon/core/steps';
import { limeDump, liveTriage } from '@cordon/steps-memory';
import { tell } from './incident.ts';
import { type GuestScene, type GuestSceneOptions, guestScene } from './scene.ts';

/** What touches the suspect: contained first, then its live state and its memory. */
function capture({ deployment }: GuestScene) {
  const { stagingBucket, modules } = deployment;
  return IncidentPipeline.create('capture')
    .use(inspect())
    .use(detachFromAutoScaling())
    .use(isolate())
    .use(endForeignSessions())
    .use(cutConnections())
    .use(verifyContainment())
    .use(liveTriage({ stagingBucket }))
    .use(limeDump({ destination: 'upload', stagingBucket, modules }));
}

/** A guest with nothing but its agent: what is tried out on it wants no server. */
const BARE = { memoryMiB: 128, append: 'systemd.unit=examine.target' };

/** A dump whose host is gone is waited for for an hour. */
const LAPSE = 60;

/** Contains such a server and takes its memory. `prepare` is what has been done on it before. */
export async function captured(
  { boot = {}, ...options }: GuestSceneOptions,
  prepare: (scene: GuestScene) => Promise<unknown> = async () => undefined,
) {
  const append = `${BARE.append} ${boot.append ?? ''}`;
  const scene = await guestScene({
    intruder: 'absent',
    lapse: LAPSE,
    ...options,
    boot: { ...BARE, ...boot, append },
  });
  try {
    await prepare(scene);
    const run = startIncident(capture(scene), scene.finding(), {
      journal: memoryJournal(),
      environment: scene.environment,
    });
    const notices: string[] = [];
    run.events.on('entry', (entry) => {
      if (entry.kind === 'notice') notices.push(entry.body.code);
      tell(entry);
    });
    const result = await run.finished;
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    return { scene, result, notices };
  } catch (error) {
    await scene.world.dispose();
    throw error;
  }
}

/** Has the guest do something as soon as a condition of bash holds there. */
export function once(condition: string, deed: string): string {
  return `setsid bash -c 'until ${condition}; do sleep 0.05; done; ${deed}' </dev/null >/dev/null 2>&1 &`;
}

const DUMP = '/var/tmp/cordon-*/mem.lime';
/** The dump has begun to grow. */
export const DUMPING = `s=$(stat -c %s ${DUMP} 2>/dev/null) && (( s > 1048576 ))`;
/** What it takes is there, and nothing of it yet. */
export const FETCHED = 'compgen -G "/var/tmp/cordon-*/lime.ko" >/dev/null';
/** LiME has written the last of it, and is gone. */
export const WHOLE = `compgen -G "${DUMP}.sha256" >/dev/null && ! compgen -G "/var/tmp/cordon-*/lime.ko" >/dev/null`;
