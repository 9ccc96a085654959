import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import type { World } from '../world.ts';

export const WEB = {
  IpProtocol: 'tcp',
  FromPort: 80,
  ToPort: 80,
  IpRanges: [{ CidrIp: '10.20.1.0/24' }],
};
export const EVERYTHING = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

export async function aGroup({ ec2, vpcId }: World, name: string): Promise<string> {
  const command = new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId });
  return (await ec2.send(command)).GroupId ?? '';
}
