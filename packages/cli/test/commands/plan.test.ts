import { fileURLToPath } from 'node:url';
import { rolesOf } from '@cordon/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/main.js';
import { world } from '../world/checked.config.js';
import { fakeIo } from '../world/fake-io.js';
import { FINDING } from '../world/scene.js';

const CONFIG = fileURLToPath(new URL('../world/checked.config.ts', import.meta.url));
const SAMPLE = fileURLToPath(
  new URL('../../../core/test/fixtures/findings/sample.eventbridge.json', import.meta.url),
);
const INSTANCE = ['--instance', 'i-0f3a9c51d2b7e8460', '--account', '111122223333', '--region', 'eu-west-1'];

async function cordon(...words: readonly string[]) {
  const { io, stdout, stderr } = fakeIo({ cwd: '/', kind: 'pipe' });
  const exit = await main([...words, '--config', CONFIG], io);
  return { exit, stdout: stdout.text(), stderr: stderr.text() };
}

/** What was changed; a session changes nothing. */
const changes = () =>
  world.calls
    .changes()
    .map(({ operation }) => operation)
    .filter((operation) => operation !== 'sts:AssumeRole');

afterAll(() => world.dispose());

describe('cordon plan', () => {
  it('asks nobody when no suspect is named', async () => {
    const before = world.calls.total;
    const { exit, stdout } = await cordon('plan');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^Plan [0-9a-f]{64}\n\nWave 1 \(protect\)\n {2}inspect: /);
    expect(stdout).toMatch(/reversible: (yes|partly)/);
    expect(stdout).toContain('    by hand   aws ec2 modify-network-interface-attribute');
    expect(stdout).not.toContain('Estimate');
    expect(world.calls.total).toBe(before);
  });

  it('tells what it takes for the suspect that is named, having looked at it', async () => {
    const { stdout } = await cordon('plan', ...INSTANCE);
    expect(stdout).toMatch(/ {4}costs {5}copies of \d+ GiB: \$\d+\.\d\d a month \(list prices\)\n/);
    expect(stdout).toMatch(/Estimate\n {2}all steps together: \$\d+\.\d\d a month while it is kept/);
    expect(changes()).toEqual([]);
  });

  it('tells what one incident takes of the host that is configured', async () => {
    const { io, stdout } = fakeIo({ cwd: '/', kind: 'pipe' });
    const priced = fileURLToPath(new URL('../world/priced.config.ts', import.meta.url));
    expect(await main(['plan', '--config', priced], io)).toBe(0);
    expect(stdout.text()).toContain(
      'Estimate\n  4 calls of a function: $0.0012 (list prices)\n  the host in all: $0.0012\n',
    );
  });

  it("puts the suspect's own names into the commands that a person types when Cordon fails", async () => {
    const { stdout } = await cordon('plan', ...INSTANCE);
    expect(stdout).toContain(
      'by hand   aws ec2 modify-network-interface-attribute --network-interface-id eni-0a1b2c3d4e5f60718 --groups GROUP --region eu-west-1\n',
    );
    expect(stdout).toContain('aws iam put-role-policy --role-name shop-frontend --policy-name');
  });

  it('checks with the sessions of a run, proves what it can, and names what would fail', async () => {
    const { exit, stdout } = await cordon('plan', '--check', '--finding', FINDING);
    expect(stdout).toMatch(
      /\nCheck\n {2}suspect +arn:aws:sts::111122223333:assumed-role\/\S+ +\d+ likely, \d+ allowed\n/,
    );
    expect(stdout).toMatch(
      / {2}unknown +security +s3:GetObject +acme\.copies +iam:SimulatePrincipalPolicy: AccessDenied/,
    );
    expect(exit).toBe(3);
    expect(changes()).toEqual([]);
  });

  it('is content when every action is allowed, or likely', async () => {
    const all = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }],
    };
    const forensics = rolesOf(world.account('999900001111')).get('CordonForensics');
    forensics?.inline.set('all', { text: JSON.stringify(all), document: all, effectiveFromMs: 0 });
    const { exit, stdout } = await cordon('plan', '--check', '--json', ...INSTANCE);
    expect(exit).toBe(0);
    const { check } = JSON.parse(stdout);
    expect(check.actions).toContainEqual({
      role: 'security',
      action: 's3:GetObject',
      steps: ['acme.copies'],
      answer: 'likely',
      by: 'simulation',
    });
  });

  it('is made for samples too, which are never contained', async () => {
    const { exit, stdout } = await cordon('plan', '--finding', SAMPLE);
    expect(exit).toBe(0);
    expect(stdout).toContain('contain.isolate');
  });

  it('needs a suspect for the check', async () => {
    const { exit, stderr } = await cordon('plan', '--check');
    expect(stderr).toContain('cordon: USAGE: --check needs a suspect');
    expect(exit).toBe(2);
  });
});
