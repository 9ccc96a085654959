import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { cdkInterface } from './cdk-interface.ts';

export interface ForensicNetworkProps {
  readonly key: IKey;
}

/** Two zones, so that a volume finds an instance beside it where one zone has no capacity. */
const ZONES = 2;

/** Peered with nothing: any private range will do. */
const ADDRESSES = '10.77.0.0/16';

/** What SSM's agent calls; S3 has a gateway endpoint. */
const SERVICES = {
  ssm: InterfaceVpcEndpointAwsService.SSM,
  ssmmessages: InterfaceVpcEndpointAwsService.SSM_MESSAGES,
  ec2messages: InterfaceVpcEndpointAwsService.EC2_MESSAGES,
} as const;

/**
 * Where the forensic instance runs: no way out and none in, but for the endpoints of SSM and S3. Each incident makes a
 * group of its own there, which lets out to these endpoints and nothing else.
 */
export class ForensicNetwork extends Construct {
  readonly vpc: Vpc;
  readonly subnets: readonly ISubnet[];

  constructor(scope: Construct, id: string, { key }: ForensicNetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(ADDRESSES),
      maxAzs: ZONES,
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'forensic', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
    });
    this.subnets = this.vpc.isolatedSubnets;
    const logGroup = new LogGroup(this, 'Flows', { encryptionKey: key, retention: RetentionDays.ONE_YEAR });
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: FlowLogTrafficType.ALL,
    });
    this.#endpoints();
  }

  #endpoints(): void {
    const group = new SecurityGroup(this, 'Endpoints', {
      vpc: cdkInterface<IVpc>(this.vpc),
      description: 'Endpoints of SSM: HTTPS from inside',
      allowAllOutbound: false,
    });
    group.addIngressRule(Peer.ipv4(ADDRESSES), Port.tcp(443), 'HTTPS from inside');
    for (const [name, service] of Object.entries(SERVICES))
      this.vpc.addInterfaceEndpoint(name, { service, securityGroups: [group], open: false });
    this.vpc.addGatewayEndpoint('s3', { service: GatewayVpcEndpointAwsService.S3 });
  }
}
