import { parquetFlows } from '../../../src/parsers/flow-log-parquet.js';
import { drain, type FuzzTarget, fixture } from '../fuzz-target.js';

export const targets: readonly FuzzTarget[] = [
  {
    name: 'flow log in Parquet',
    seed: () => fixture('flow-log.parquet'),
    run: (bytes) => drain(parquetFlows(bytes)),
    // The library's own, for each thing that can be wrong.
    throws: ['Error', 'RangeError', 'TypeError', 'SyntaxError'],
  },
];
