import type { AwsSecurityFinding, BatchImportFindingsCommandInput } from '@aws-sdk/client-securityhub';
import { assertType, it } from 'vitest';
import type { AsffFinding } from '../../src/export/asff.js';

it('is a finding as the AWS SDK has it, and what a batch of them is made of', () => {
  // Only its type is looked at.
  const finding = {} as AsffFinding;
  assertType<AwsSecurityFinding>(finding);
  assertType<BatchImportFindingsCommandInput>({ Findings: [finding] });
});
