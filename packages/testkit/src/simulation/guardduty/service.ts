import * as sdk from '@aws-sdk/client-guardduty';
import type { SimulatedRegion } from '../account.js';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall, SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { slice } from '../slice.js';

/** Findings of a region's detector, by id, in the capitals of `GetFindings`. */
const detectorsOf = slice((_region: SimulatedRegion) => new Map<string, Map<string, sdk.Finding>>());

const MOST_IDS = 50;

function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
      capitalized(inner),
    ]),
  );
}

/**
 * Puts a finding where `GetFindings` sees it. Takes EventBridge's `detail` (camel case) or `GetFindings`' own form;
 * the same id again is an update.
 */
export function addFinding(region: SimulatedRegion, finding: object): void {
  // Whatever the test writes: `GetFindings` gives it back as it is.
  const capital = capitalized(finding) as sdk.Finding;
  const { Id: id = '', Service } = capital;
  const detectors = detectorsOf(region);
  const findings = detectors.get(Service?.DetectorId ?? '') ?? new Map<string, sdk.Finding>();
  detectors.set(Service?.DetectorId ?? '', findings);
  findings.set(id, capital);
}

function detectorOf(region: SimulatedRegion, id = ''): Map<string, sdk.Finding> {
  const findings = detectorsOf(region).get(id);
  if (findings !== undefined) return findings;
  throw awsError(
    'BadRequestException',
    'The request is rejected because the input detectorId is not owned by the current account.',
  );
}

/** `resource.instanceDetails.instanceId`, in the capitals of the answers. */
function fieldOf(finding: sdk.Finding, path: string): unknown {
  let inner: unknown = finding;
  for (const name of path.split('.'))
    inner = Reflect.get(Object(inner), `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
  return inner;
}

function matches(finding: sdk.Finding, criteria: sdk.FindingCriteria | undefined): boolean {
  return Object.entries(criteria?.Criterion ?? {}).every(([path, condition]) => {
    const { Equals, ...others } = condition;
    if (Equals === undefined || Object.keys(others).length > 0)
      throw new NotSimulated(`a finding criterion by ${Object.keys(condition).join(', ')}`);
    return Equals.includes(String(fieldOf(finding, path)));
  });
}

function pageOf<T>(
  { world, input }: SimulatedCall<{ MaxResults?: number | undefined; NextToken?: string | undefined }>,
  all: readonly T[],
) {
  const from = Number(input.NextToken ?? 0);
  const to = from + Math.min(input.MaxResults ?? MOST_IDS, world.pageSize);
  // At the end GuardDuty gives an empty token.
  return { items: all.slice(from, to), NextToken: to < all.length ? String(to) : '' };
}

const handlers: Handlers<typeof sdk, 'GetFindings' | 'ListDetectors' | 'ListFindings'> = {
  ListDetectors: (call) => {
    const { items, NextToken } = pageOf(call, [...detectorsOf(call.region).keys()]);
    return { DetectorIds: items, NextToken };
  },

  ListFindings: (call) => {
    const { DetectorId, FindingCriteria } = call.input;
    const found = [...detectorOf(call.region, DetectorId)].filter(([, one]) => matches(one, FindingCriteria));
    const { items, NextToken } = pageOf(
      call,
      found.map(([id]) => id),
    );
    return { FindingIds: items, NextToken };
  },

  GetFindings: ({ region, input }) => {
    const { DetectorId, FindingIds = [] } = input;
    const findings = detectorOf(region, DetectorId);
    if (FindingIds.length > MOST_IDS) {
      throw awsError(
        'BadRequestException',
        'The request is rejected because the parameter findingIds has an invalid value.',
      );
    }
    // Ids that it does not know are passed over.
    return { Findings: FindingIds.flatMap((id) => findings.get(id) ?? []) };
  },
};

export const guardDutyService: SimulatedService = {
  id: 'guardduty',
  client: sdk.GuardDutyClient,
  sdk,
  errors: {
    ...jsonErrors,
    internal: () => awsError('InternalServerErrorException', 'An internal error occurred', { status: 500 }),
  },
  handlers,
};
