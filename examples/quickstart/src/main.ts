// The demo: the `cordon` command over two simulated AWS accounts. The SDK clients, the shell and the evidence are real.
import { join } from 'node:path';
import { main, processIo } from '@cordon/cli';
import { verifyJournal, visitJournal } from '@cordon/core';
import { PLANTS } from '@cordon/testkit';
import { config, world } from '../cordon.config.ts';
import { placeOf, proofs } from './plants.ts';
import { FOLDER } from './simulation.ts';

const here = join(import.meta.dirname, '..');
const say = (line = '') => process.stdout.write(`${line}\n`);

async function observationsOf(incidentId: string) {
  const journal = await visitJournal(config.journal, incidentId, world.environment.clock);
  const entries = journal.entries.flatMap((entry) =>
    entry.kind === 'observations' ? entry.body.observations : [],
  );
  await journal.close();
  return entries;
}

async function tellWhatWasFound(incidentId: string): Promise<boolean> {
  const found = proofs(PLANTS, await observationsOf(incidentId));
  say(`\nPlanted on the server beforehand: ${found.length} things. Found:`);
  for (const { plant, observation } of found)
    say(
      observation === undefined
        ? `  ✗ ${plant.what}`
        : `  ✓ ${plant.what}\n      ${observation.severity}: ${observation.title}\n      ${placeOf(observation)}`,
    );
  return found.every(({ observation }) => observation !== undefined);
}

async function tellProof(incidentId: string): Promise<boolean> {
  const { evidence } = world.environment;
  const { state, problems, entries } = await verifyJournal(config.journal, incidentId, { evidence });
  say(
    `\nJournal and evidence verify as ${state}: ${entries} entries, every hash and every artifact checked.`,
  );
  for (const { ledger, seq, message } of problems) say(`  ${ledger} ${seq}: ${message}`);
  return state === 'whole';
}

say(
  'A GuardDuty finding says that a web server talks to a command and control server (examples/quickstart/finding.json).',
);
say('Everything below happens in two simulated AWS accounts: nothing of yours is touched.\n');
const began = performance.now();
const arguments_ = [
  'run',
  '--config',
  join(here, 'cordon.config.ts'),
  '--finding',
  join(here, 'finding.json'),
  '--yes',
];
const code = await main([...arguments_, ...process.argv.slice(2)], processIo());
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const [incidentId = ''] = await config.journal.list();
const ok = [code === 0, await tellWhatWasFound(incidentId), await tellProof(incidentId)].every(Boolean);
const evidence = `${FOLDER}/s3/evidence`;
say(
  `\nThe incident took ${seconds} s here. Its journal lies in ${FOLDER}/journal, its evidence in ${evidence}.`,
);
say(`Read the report: ${evidence}/${incidentId}/evidence/report/index.html`);
await world.world.dispose();
process.exitCode = ok ? 0 : 1;
