import {
  DescribeSessionsCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListAssociationsCommand,
  SSMClient,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { addParameter } from '../../src/ssm/parameters.js';
import { addAssociation } from '../../src/ssm/sessions.js';
import { codeOf, ssmWorld } from './ssm-world.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';

describe('sessions', () => {
  it("show the intruder's, which can be ended", async () => {
    const { ssm } = await ssmWorld();
    const active = await ssm.send(
      new DescribeSessionsCommand({ State: 'Active', Filters: [{ key: 'Target', value: INSTANCE }] }),
    );
    expect(active.Sessions?.map((session) => session.Owner)).toEqual([
      `arn:aws:sts::111122223333:assumed-role/shop-frontend/${INSTANCE}`,
    ]);
    await ssm.send(new TerminateSessionCommand({ SessionId: active.Sessions?.[0]?.SessionId }));
    expect((await ssm.send(new DescribeSessionsCommand({ State: 'Active' }))).Sessions).toEqual([]);
    expect((await ssm.send(new DescribeSessionsCommand({ State: 'History' }))).Sessions?.[0]?.Status).toBe(
      'Terminated',
    );
    expect(await codeOf(ssm.send(new TerminateSessionCommand({ SessionId: 'no-such' })))).toBe(
      'DoesNotExistException',
    );
  });

  it('are not there without the intruder', async () => {
    const { ssm } = await ssmWorld({ intruder: 'absent' });
    expect((await ssm.send(new DescribeSessionsCommand({ State: 'Active' }))).Sessions).toEqual([]);
  });
});

describe('associations and parameters', () => {
  it('are listed by instance', async () => {
    const { ssm, scene } = await ssmWorld();
    addAssociation(scene.suspectRegion, { instanceId: INSTANCE, document: 'AWS-RunShellScript' });
    const list = (value: string) =>
      ssm.send(new ListAssociationsCommand({ AssociationFilterList: [{ key: 'InstanceId', value }] }));
    expect((await list(INSTANCE)).Associations?.length).toBe(1);
    expect((await list('i-00000000000000000')).Associations).toEqual([]);
  });

  it('give a value, or the word that there is none', async () => {
    const { world, scene } = await ssmWorld();
    const ssm = new SSMClient({
      region: 'eu-west-1',
      credentials: world.account(scene.ids.securityAccount).credentials(),
    });
    const image = await ssm.send(new GetParameterCommand({ Name: '/cordon/forensic-ami' }));
    expect(image.Parameter?.Value).toBe(scene.security.imageId);
    expect(await codeOf(ssm.send(new GetParameterCommand({ Name: '/no/such' })))).toBe('ParameterNotFound');
    addParameter(scene.securityRegion, { name: '/secret', value: 'x', type: 'SecureString' });
    const several = await ssm.send(
      new GetParametersCommand({ Names: ['/secret', '/no/such'], WithDecryption: true }),
    );
    expect([several.Parameters?.[0]?.Value, several.InvalidParameters]).toEqual(['x', ['/no/such']]);
    expect((await ssm.send(new GetParameterCommand({ Name: '/secret' }))).Parameter?.Value).not.toBe('x');
  });
});
