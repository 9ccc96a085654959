import { library } from '../../scripts/tsup-library.ts';

export default library({ index: 'src/index.ts', 'remote/index': 'src/remote/index.ts' });
