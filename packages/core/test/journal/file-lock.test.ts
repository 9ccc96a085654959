import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { JournalInUse } from '../../src/engine/entry.js';
import { fileJournal } from '../../src/journal/file-journal.js';
import { lockFile } from '../../src/journal/file-lock.js';
import { openJournal } from '../../src/journal/journal.js';
import { ownIdentity } from '../../src/journal/process-identity.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { INCIDENT, notice, SUSPECT } from './incident.js';
import { manualClock } from './manual-clock.js';
import { bundleWriter, startWriter, type Writer } from './processes.js';
import { temporaryDirectory } from './providers.js';

let bundle = '';
beforeAll(async () => {
  bundle = await bundleWriter();
});

const start = (count: number, ...task: readonly string[]): Promise<readonly Writer[]> =>
  Promise.all(Array.from({ length: count }, () => startWriter(bundle, ...task)));

async function race(writers: readonly Writer[]): Promise<readonly string[]> {
  for (const writer of writers) writer.go();
  return Promise.all(writers.map((writer) => writer.next()));
}

const endAll = (writers: readonly Writer[]) => Promise.all(writers.map((writer) => writer.end()));

describe('the lock of a file journal', () => {
  it('keeps others out while its process lives, and names it', async () => {
    const directory = await temporaryDirectory();
    const [writer] = await start(1, 'open', directory, INCIDENT);
    if (writer === undefined) throw new Error('one was started');
    expect(await race([writer])).toEqual(['won']);
    const trying = openJournal(fileJournal({ directory }), INCIDENT, manualClock());
    await expect(trying).rejects.toThrow(JournalInUse);
    await expect(trying).rejects.toThrow(`process ${writer.child.pid} on`);
    await writer.end();
    const journal = await openJournal(fileJournal({ directory }), INCIDENT, manualClock());
    expect(journal.entries).toHaveLength(1);
    await journal.close();
  });

  it('is won by one of many that come at once', async () => {
    const directory = await temporaryDirectory();
    const writers = await start(5, 'open', directory, INCIDENT);
    const said = [...(await race(writers))].sort();
    await endAll(writers);
    expect(said).toEqual([...Array(4).fill('JournalInUse'), 'won']);
  });

  it('is taken over by one of many when its process was killed, again and again', async () => {
    const directory = await temporaryDirectory();
    for (let round = 0; round < 4; round += 1) {
      const writers = await start(5, 'open', directory, INCIDENT);
      const said = await race(writers);
      expect([...said].sort(), `round ${round}`).toEqual([...Array(4).fill('JournalInUse'), 'won']);
      await Promise.all(writers.map((writer) => writer.kill('SIGKILL')));
    }
    const journal = await openJournal(fileJournal({ directory }), INCIDENT, manualClock());
    expect(journal.entries.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    await journal.close();
  });
});

describe('a process that is killed while it writes', () => {
  it('leaves a journal that holds everything it had said was written', async () => {
    const directory = await temporaryDirectory();
    const provider = fileJournal({ directory });
    for (let round = 0; round < 6; round += 1) {
      const [writer] = await start(1, 'write', directory, INCIDENT);
      if (writer === undefined) throw new Error('one was started');
      writer.go();
      await writer.next();
      await setTimeout(10 + round * 7);
      await writer.kill('SIGKILL');
      const journal = await openJournal(provider, INCIDENT, manualClock());
      const written = new Set(journal.entries.map(({ ledger, seq, hash }) => `${ledger} ${seq} ${hash}`));
      for (const line of writer.said.slice(1)) expect(written).toContain(line);
      await journal.append('run', [notice('RESUMED')]);
      await journal.close();
      const { problems } = await verifyJournal(provider, INCIDENT);
      // It was never opened properly: the writer writes notices only.
      expect(problems.filter(({ code }) => code !== 'NOT_OPENED')).toEqual([]);
    }
  });
});

describe('the lease of a file journal', () => {
  it('has one winner among processes', async () => {
    const directory = await temporaryDirectory();
    const writers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => startWriter(bundle, 'lease', directory, `incident-${n}`, SUSPECT)),
    );
    const holders = new Set(await race(writers));
    await endAll(writers);
    expect(holders.size).toBe(1);
    const [holder = ''] = holders;
    expect(await fileJournal({ directory }).lease(SUSPECT, 'incident-9')).toBe(holder);
  });
});

describe('the owner that a lock file names', () => {
  async function lockedBy(change: object): Promise<string> {
    const path = join(await temporaryDirectory(), 'journal.lock');
    const owner = { ...(await ownIdentity()), ...change };
    await writeFile(path, JSON.stringify({ token: '5b0c8d0e-7f5c-4b44-9d57-1a7e0f1f2a3b', owner }));
    return path;
  }

  it('is dead when its pid now means another process, or the machine has booted since', async () => {
    for (const change of [{ started: '1' }, { boot: 'another' }]) {
      const path = await lockedBy(change);
      const lock = await lockFile(path);
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ owner: await ownIdentity() });
      await lock.release();
      await (await lockFile(path)).release();
    }
  });

  it.skipIf(process.platform !== 'linux')('is dead when it is a zombie that nobody has buried', async () => {
    const parent = spawn('bash', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    const stat = () => readFile(`/proc/${pid}/stat`, 'utf8');
    // A shell buries its children; what it has become by `exec` does not.
    while (!(await readFile(`/proc/${parent.pid}/comm`, 'utf8')).startsWith('sleep')) await setTimeout(10);
    process.kill(pid);
    while (!(await stat()).includes(') Z ')) await setTimeout(10);
    const started = (await stat()).split(') ')[1]?.split(' ')[19];
    const path = await lockedBy({ pid, started });
    await (await lockFile(path)).release();
    parent.kill();
  });

  it('is taken for alive where it cannot be judged: another machine, another container, no owner at all', async () => {
    for (const change of [
      { host: 'elsewhere', started: '1' },
      { namespace: 'pid:[1]', started: '1' },
      { pid: 'x' },
    ]) {
      const path = await lockedBy(change);
      await expect(lockFile(path)).rejects.toThrow(JournalInUse);
    }
  });

  it('keeps its lock when somebody else gives back what he no longer has', async () => {
    const path = await lockedBy({ started: '1' });
    const lock = await lockFile(path);
    const taken = await readFile(path, 'utf8');
    await writeFile(path, taken.replace(/"token":"[^"]*"/, '"token":"6b0c8d0e-7f5c-4b44-9d57-1a7e0f1f2a3b"'));
    await lock.release();
    expect(await readFile(path, 'utf8')).toContain('6b0c8d0e');
  });
});
