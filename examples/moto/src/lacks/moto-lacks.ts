import { CALL_LACKS } from './call-lacks.ts';
import type { Lack } from './lack.ts';
import { OBJECT_LACKS } from './object-lacks.ts';
import { SNAPSHOT_LACKS } from './snapshot-lacks.ts';

/** All that moto 5.2.5 lacks of what Cordon calls. A test asks moto for each of them: the list stays true. */
export const MOTO_LACKS: readonly Lack[] = [...SNAPSHOT_LACKS, ...OBJECT_LACKS, ...CALL_LACKS];
