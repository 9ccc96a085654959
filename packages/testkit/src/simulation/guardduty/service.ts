import * as sdk from '@aws-sdk/client-guardduty';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedService } from '../service.js';
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

const handlers: Handlers<typeof sdk, 'GetFindings'> = {
  GetFindings: ({ region, input }) => {
    const { DetectorId = '', FindingIds = [] } = input;
    const findings = detectorsOf(region).get(DetectorId);
    if (findings === undefined) {
      throw awsError(
        'BadRequestException',
        'The request is rejected because the input detectorId is not owned by the current account.',
      );
    }
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
