import type { RequestLaunchTemplateData, RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { slice } from '../slice.js';
import { paged } from './pages.js';
import { Collection, placed, type Resource } from './resource.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

export interface LaunchTemplate extends Resource {
  readonly name: string;
  /** Version 1 first. */
  readonly versions: readonly RequestLaunchTemplateData[];
  readonly createdAt: Date;
}

export const launchTemplatesOf = slice((region: SimulatedRegion) => new Collection<LaunchTemplate>(region));

export interface LaunchTemplateOptions {
  readonly id?: string;
  readonly name: string;
  readonly versions: readonly [RequestLaunchTemplateData, ...RequestLaunchTemplateData[]];
}

/** Puts a launch template into the region; the last version is both default and latest. */
export function addLaunchTemplate(region: SimulatedRegion, options: LaunchTemplateOptions): LaunchTemplate {
  const { id = region.world.id('lt'), name, versions } = options;
  return launchTemplatesOf(region).add({ ...placed(id), name, versions, createdAt: region.world.now() });
}

function templateNamed(
  region: SimulatedRegion,
  id: string | undefined,
  name: string | undefined,
): LaunchTemplate {
  const found = launchTemplatesOf(region)
    .visible()
    .find((one) => one.id === id || one.name === name);
  if (found !== undefined) return found;
  throw id === undefined
    ? awsError(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${name}, does not exist.`,
      )
    : awsError(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
}

function versionNumber(template: LaunchTemplate, version: string): number {
  const number = version.startsWith('$') ? template.versions.length : Number(version);
  if (template.versions[number - 1] !== undefined) return number;
  throw awsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

/** The request with what its launch template says filled in; the request wins. */
export function launchRequest(call: SimulatedCall<RunInstancesCommandInput>): RunInstancesCommandInput {
  const { LaunchTemplate: named } = call.input;
  if (named === undefined) return call.input;
  const template = templateNamed(call.region, named.LaunchTemplateId, named.LaunchTemplateName);
  const data = template.versions[versionNumber(template, named.Version ?? '$Default') - 1];
  // The template's shape is the request's, with a few narrower types.
  return { ...(data as Partial<RunInstancesCommandInput>), ...call.input };
}

export const launchTemplateHandlers: Handlers<Ec2, 'DescribeLaunchTemplateVersions'> = {
  DescribeLaunchTemplateVersions: (call) => {
    const { LaunchTemplateId, LaunchTemplateName, Versions = [] } = call.input;
    const template = templateNamed(call.region, LaunchTemplateId, LaunchTemplateName);
    const wanted = Versions.map((version) => versionNumber(template, version));
    const numbers = wanted.length > 0 ? wanted : template.versions.map((_, index) => index + 1).reverse();
    const described = numbers.map((number) => ({
      LaunchTemplateId: template.id,
      LaunchTemplateName: template.name,
      VersionNumber: number,
      CreateTime: template.createdAt,
      DefaultVersion: number === template.versions.length,
      // Read back in the shape in which it was given, apart from narrower types.
      LaunchTemplateData: template.versions[number - 1] as object,
    }));
    const { items, next } = paged(call, described, { least: 1 });
    return { LaunchTemplateVersions: items, ...next };
  },
};
