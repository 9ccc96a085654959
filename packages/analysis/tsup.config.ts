import { library } from '../../scripts/tsup-library.ts';

export default library({
  index: 'src/index.ts',
  'program/index': 'src/program/index.ts',
  'report/index': 'src/report/index.ts',
  'yara-process': 'src/yara/yara-process.ts',
});
