import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelCommandCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PacedClock } from '../../src/guest/paced-clock.js';
import type { Machine, MachineDisk, MachineExecution } from '../../src/hosts/machine.js';
import { volumesOf } from '../../src/simulation/ec2/volumes.js';
import { codeOf, START, ssmWorld } from './ssm-world.js';

const WAIT = { timeout: 15_000, interval: 50 };

/** This machine's own bash: real time, real processes, and an agent that can be lost. */
class ThisMachine implements Machine, MachineDisk {
  readonly kind = 'machine-disk';
  agentAlive = true;
  /** Rejects what runs, once the agent is lost. */
  lose: (reason: Error) => void = () => undefined;

  machineOf(): Machine {
    return this;
  }

  run(script: string, signal: AbortSignal): Promise<MachineExecution> {
    return new Promise((resolve, reject) => {
      this.lose = (reason) => {
        this.agentAlive = false;
        reject(reason);
      };
      execFile('bash', ['-c', script], { signal, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
        if (error?.name === 'AbortError') reject(error);
        else resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }
}

async function onThisMachine() {
  const machine = new ThisMachine();
  const clock = new PacedClock({ start: START, lapse: 2_000 });
  const ssm = await ssmWorld({}, { clock, latencyMs: [0, 0] });
  const { suspectRegion, ids } = ssm.scene;
  const root = volumesOf(suspectRegion).peek(ids.rootVolumeId);
  if (root === undefined) throw new Error('the suspect has no root volume');
  root.content = machine;
  return { ...ssm, machine };
}

/** What a script waits for until the test lets it go on. */
async function closedGate() {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-machine-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'open');
  return { wait: `until [ -e ${file} ]; do sleep 0.05; done`, open: () => writeFile(file, '') };
}

describe('a command on a machine of its own', () => {
  it('is under way while it runs, and ends when it has ended', async () => {
    const { send, look, ended } = await onThisMachine();
    const gate = await closedGate();
    const id = await send(`${gate.wait}; echo done`);
    await vi.waitFor(async () => {
      expect(await look(id)).toMatchObject({ Status: 'InProgress', StandardOutputContent: '' });
    }, WAIT);
    await gate.open();
    expect(await ended(id)).toMatchObject({ Status: 'Success', StandardOutputContent: 'done\n' });
  });

  it('runs beside another one', async () => {
    const { send, look } = await onThisMachine();
    const gate = await closedGate();
    const slow = await send(gate.wait);
    const quick = await send('exit 65');
    await vi.waitFor(async () => expect((await look(quick)).Status).toBe('Failed'), WAIT);
    await vi.waitFor(async () => expect((await look(slow)).Status).toBe('InProgress'), WAIT);
    await gate.open();
    await vi.waitFor(async () => expect((await look(slow)).Status).toBe('Success'), WAIT);
  });

  it('is killed when it is cancelled', async () => {
    const { ssm, send, ended } = await onThisMachine();
    const CommandId = await send('sleep 600');
    await ssm.send(new CancelCommandCommand({ CommandId }));
    expect(await ended(CommandId)).toMatchObject({ Status: 'Cancelled' });
  });

  it('has timed out when its agent was lost, no earlier than its time was over', async () => {
    const { world, machine, send, ended } = await onThisMachine();
    const id = await send('sleep 600', {}, { executionTimeout: ['60'] });
    const sent = world.now().getTime();
    machine.lose(new Error('nobody answers'));
    expect(await ended(id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'Execution Timed Out' });
    expect(world.now().getTime() - sent).toBeGreaterThanOrEqual(59_000);
  });

  it('is refused, after a while, where the agent is lost', async () => {
    const { machine, send, seconds } = await onThisMachine();
    machine.agentAlive = false;
    // For some minutes a silent agent is still called online.
    await send('true');
    await seconds(600);
    expect(await codeOf(send('true'))).toBe('InvalidInstanceId');
  });
});
