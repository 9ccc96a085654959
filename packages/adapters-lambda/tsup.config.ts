import { library } from '../../scripts/tsup-library.ts';

export default library({
  index: 'src/index.ts',
  'durable/index': 'src/durable/index.ts',
  'lambda/index': 'src/lambda/index.ts',
  'step-functions/index': 'src/step-functions/index.ts',
});
