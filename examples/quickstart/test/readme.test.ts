import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plan } from '@cordon/core';
import { expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { stepTable } from '../src/step-table.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));
const TABLE = /\| step \| phase \|[\s\S]*?\n\n/;

it("shows in the project's README what each step needs, does and calls", () => {
  const pipeline = webServerPipeline({
    stagingBucket: 'staging',
    kmsKeyArn: 'arn:aws:kms:eu-west-1:999900001111:key/1',
    modules: [],
    forensic: {
      subnetId: 'subnet-1',
      securityGroupIds: ['sg-1'],
      image: { amiId: 'ami-1' },
      instanceProfileName: 'CordonForensicHost',
    },
  });
  const table = `${stepTable(plan(pipeline))}\n\n`;
  const readme = readFileSync(README, 'utf8');
  // UPDATE_README=1 writes the table instead of comparing it.
  if (process.env['UPDATE_README'] === '1')
    writeFileSync(
      README,
      readme.replace(TABLE, () => table),
    );
  else expect(TABLE.exec(readme)?.[0]).toBe(table);
});
