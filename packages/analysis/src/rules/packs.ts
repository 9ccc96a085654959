import type { SigmaSource } from '../sigma/load.js';
import concealment from './packs/concealment.yml';
import containers from './packs/containers.yml';
import credentials from './packs/credentials.yml';
import discovery from './packs/discovery.yml';
import downloadAndRun from './packs/download-and-run.yml';
import exfiltration from './packs/exfiltration.yml';
import impact from './packs/impact.yml';
import persistence from './packs/persistence.yml';
import reverseShells from './packs/reverse-shells.yml';
import shellEscapes from './packs/shell-escapes.yml';

/** Our own rules for commands, in Sigma. */
export const COMMAND_PACKS: readonly SigmaSource[] = [
  { file: 'reverse-shells.yml', text: reverseShells },
  { file: 'download-and-run.yml', text: downloadAndRun },
  { file: 'persistence.yml', text: persistence },
  { file: 'credentials.yml', text: credentials },
  { file: 'concealment.yml', text: concealment },
  { file: 'impact.yml', text: impact },
  { file: 'containers.yml', text: containers },
  { file: 'shell-escapes.yml', text: shellEscapes },
  { file: 'discovery.yml', text: discovery },
  { file: 'exfiltration.yml', text: exfiltration },
];
