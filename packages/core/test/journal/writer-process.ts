import { createInterface } from 'node:readline';
import { systemClock } from '../../src/engine/clock.js';
import { fileJournal } from '../../src/journal/file-journal.js';
import { openJournal } from '../../src/journal/journal.js';

/** A process of its own: says `ready`, waits for a line, does what it was started for, says what came of it. */
const [, , task = '', directory = '', incidentId = '', suspect = ''] = process.argv;
const say = (text: string) => process.stdout.write(`${text}\n`);
const provider = fileJournal({ directory });
const orders = createInterface({ input: process.stdin });

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Takes the journal and keeps it until stdin ends. */
  async open() {
    try {
      const journal = await openJournal(provider, incidentId, systemClock);
      await journal.append('run', [{ kind: 'notice', body: { code: 'HELD', message: String(process.pid) } }]);
      say('won');
      orders.on('close', () => journal.close());
    } catch (error) {
      say(error instanceof Error ? error.name : String(error));
    }
  },
  async lease() {
    say(await provider.lease(suspect, incidentId));
  },
  /** Writes until it is killed; says each place once it is on disk. */
  async write() {
    const journal = await openJournal(provider, incidentId, systemClock);
    for (let round = 0; ; round += 1) {
      const ledger = ['run', 'isolate', 'disk.snapshots'][round % 3] ?? 'run';
      const message = 'x'.repeat(round % 700);
      const entries = await journal.append(ledger, [{ kind: 'notice', body: { code: 'W', message } }]);
      for (const entry of entries) say(`${entry.ledger} ${entry.seq} ${entry.hash}`);
    }
  },
};

orders.once('line', () => void tasks[task]?.());
say('ready');
