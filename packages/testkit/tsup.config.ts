import { library } from '../../scripts/tsup-library.ts';

export default library({ index: 'src/index.ts', 'guest/index': 'src/guest/index.ts' });
