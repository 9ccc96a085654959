import type { HostScript } from '@cordon/core';
import putArchive from '../host/put-archive.sh';
import collect from './collect.sh';
import liveTriage from './live-triage.sh';
import processes from './processes.sh';
import quickTriage from './quick-triage.sh';
import sockets from './sockets.sh';
import tsv from './tsv.sh';

/** Plain bash over /proc: nothing is installed, nothing is left. */
export const TRIAGE: HostScript = {
  name: 'live-triage',
  text: [putArchive, tsv, processes, sockets, collect, liveTriage].join('\n'),
};

/** The part of it that fades first, kept in memory on the host. */
export const QUICK_TRIAGE: HostScript = {
  name: 'quick-triage',
  text: [tsv, processes, sockets, collect, quickTriage].join('\n'),
};
