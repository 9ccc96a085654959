import { library } from '../../scripts/tsup-library.ts';

export default library(
  {
    index: 'src/index.ts',
    'aws/index': 'src/aws/index.ts',
    'steps/index': 'src/steps/index.ts',
  },
  // Whole, they take a quarter of the time in which the package is imported.
  ['canonicalize', 'eventemitter3', 'valibot'],
);
