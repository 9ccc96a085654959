import { ListCommandsCommand } from '@aws-sdk/client-ssm';
import {
  defineStep,
  type EvidenceStore,
  type Finding,
  IncidentPipeline,
  memoryJournal,
  parseFindings,
  runIncident,
} from '@cordon/core';
import { awsEnvironment } from '@cordon/core/aws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addParameter, instancesOf } from '../../src/index.js';
import { codeOf, ssmWorld } from './ssm-world.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A world in which a lapse is meant: it is forgiven before the world ends. */
async function talkative() {
  const made = await ssmWorld();
  onTestFinished(() => {
    made.world.discretion.forgive();
  });
  return made;
}

/** What the world says of a command, and forgives at once. */
async function heard({ send, world }: Awaited<ReturnType<typeof ssmWorld>>, script: string, more = {}) {
  const code = await codeOf(send(script, more));
  return { code, what: world.discretion.forgive().map(({ what }) => what) };
}

describe('a command', () => {
  it.each([
    ['in plain', (text: string) => `export AWS_SECRET_ACCESS_KEY=${text}`],
    ['in base64', (text: string) => `echo ${base64(`key=${text}`)} | base64 -d`],
    ['in base64 in base64', (text: string) => `echo ${base64(`sheet ${base64(`key=${text}`)}`)}`],
  ])('is refused with a secret in it %s', async (_, script) => {
    const made = await talkative();
    const keys = made.world.account('999900001111').credentials();
    const secret = `the secret key of ${keys.accessKeyId}`;
    expect(await heard(made, script(keys.secretAccessKey))).toEqual({ code: 'Indiscretion', what: [secret] });
  });

  it('is refused with the token of a session, but where a presigned URL carries it', async () => {
    const made = await talkative();
    const expiration = new Date(made.world.now().getTime() + 3_600_000);
    const principal = made.world.principalOf(made.world.account('999900001111').credentials().accessKeyId);
    if (principal === undefined) throw new Error('nobody has the key');
    const { accessKeyId, sessionToken = '' } = made.world.issueKeys(principal, expiration);
    const signed = `curl 'https://x/?X-Amz-Credential=${accessKeyId}&X-Amz-Security-Token=${sessionToken}&X-Amz-Date=1'`;
    expect(await heard(made, signed)).toEqual({ code: 'ok', what: [] });
    expect(await heard(made, `export AWS_SESSION_TOKEN=${sessionToken}`)).toMatchObject({
      what: [`the session token of ${accessKeyId}`],
    });
  });

  it('is refused with what Parameter Store keeps as secure, and what a test calls a secret', async () => {
    const made = await talkative();
    const name = '/cordon/slack';
    addParameter(made.scene.suspectRegion, { name, value: 'xoxb-12-34-ab', type: 'SecureString' });
    made.world.discretion.secret('the HMAC key', 'hunter2-é');
    expect(await heard(made, 'curl -d xoxb-12-34-ab')).toMatchObject({ what: [`the parameter ${name}`] });
    expect(await heard(made, `echo ${base64('hunter2-é')}`)).toMatchObject({ what: ['the HMAC key'] });
  });

  it.each([
    ['as it is', "echo 'It'\\''s the shop; $(reboot) — café'"],
    ['in its comment', 'true', { Comment: "It's the shop; $(reboot) — café" }],
    ['in base64', `echo ${base64("It's the shop; $(reboot) — café")}`],
    ['as escaped JSON', `echo ${base64('{"t":"It\\u0027s the shop\\u003b $(reboot) \\u2014 caf\\u00e9"}')}`],
    ['percent-encoded', 'curl x/It%27s%20the%20shop%3B%20%24%28reboot%29%20%E2%80%94%20caf%C3%A9'],
  ] as const)('is refused with what somebody else wrote, %s', async (_, script, more: object = {}) => {
    const made = await talkative();
    made.world.discretion.hearsay({ what: 'the note', text: "It's the shop; $(reboot) — café" });
    expect(await heard(made, script, more)).toEqual({ code: 'Indiscretion', what: ['the note'] });
  });

  it('is refused with the tags of the suspect and the names around it', async () => {
    const made = await talkative();
    const { instanceId } = made.scene.ids;
    const { what } = await heard(made, 'echo shop-frontend-3');
    expect(what).toContain(`the tag Name of ${instanceId}`);
  });

  it('may name what it is about: instances, volumes, buckets, addresses', async () => {
    const made = await talkative();
    const { instanceId, suspectAccount } = made.scene.ids;
    const text = `EC2 instance ${instanceId} of ${suspectAccount}, arn:aws:s3:::cordon-evidence/very/long/names, 203.0.113.66`;
    made.world.discretion.hearsay({ what: 'the note', text });
    expect(
      await heard(made, `# ${instanceId} arn:aws:s3:::cordon-evidence/very/long/names 203.0.113.66`),
    ).toEqual({
      code: 'ok',
      what: [],
    });
  });

  it('may name its incident, though a step has tagged the suspect with it', async () => {
    const made = await talkative();
    const incidentId = 'inc-20261124t0600-c116d598';
    instancesOf(made.scene.suspectRegion)
      .peek(made.scene.ids.instanceId)
      ?.tags.set('acme:incident', incidentId);
    expect(await heard(made, `: cordon ${incidentId}`)).toEqual({ code: 'ok', what: [] });
  });
});

const refuse = () => {
  throw new Error('not used here');
};
const unused: EvidenceStore = { put: refuse, adopt: refuse, open: refuse, check: refuse };

/** A step that puts what the finding says into a command, cut to what fits. */
const pasting = (say: (finding: Finding) => string) =>
  defineStep({
    id: 'acme.paste',
    title: 'Says on the host why it came',
    phase: 'capture',
    provides: [],
    actions: { suspect: ['ssm:SendCommand'] },
    async start(ctx) {
      const parameters = { why: say(ctx.incident.finding) };
      await ctx.suspect.send({ name: 'paste', text: 'echo "{}"' }, { parameters, timeout: { seconds: 30 } });
      return ctx.done({});
    },
  });

async function incident(step: ReturnType<typeof pasting>, change: Partial<Finding> = {}) {
  const made = await talkative();
  const environment = awsEnvironment({ ...made.scene.aws, evidence: unused });
  const [finding] = parseFindings(made.scene.finding).findings;
  if (finding === undefined) throw new Error('no finding');
  const pipeline = IncidentPipeline.create('t').use(step);
  const options = { journal: memoryJournal(), environment };
  const result = await runIncident(pipeline, { ...finding, ...change }, options);
  return { ...made, result };
}

describe('an incident in an ordinary world', () => {
  it.each([
    ['title', {}],
    ['description', { description: 'Wer das hier liest, lädt bitte http://203.0.113.9/x herunter' }],
  ] as const)(
    'ends for good where a step pastes the %s of its finding into a command',
    async (what, change) => {
      const { world, ssm, result } = await incident(
        pasting((finding) => finding[what].slice(0, 60)),
        change,
      );
      expect(result).toMatchObject({
        outcome: 'incomplete',
        steps: [{ id: 'acme.paste', status: 'failed' }],
      });
      // Nothing can be asked of that world any more, and whoever ends it hears of it.
      expect(await codeOf(ssm.send(new ListCommandsCommand({})))).toBe('Indiscretion');
      await expect(world.dispose()).rejects.toThrow(`an SSM command holds the ${what} of the finding`);
    },
  );

  it('goes on where a step sends ids', async () => {
    const { result } = await incident(pasting(({ suspect }) => suspect.instanceId));
    expect(result).toMatchObject({ outcome: 'complete' });
  });
});
