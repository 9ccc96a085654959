import { writeSync } from 'node:fs';
import { carryOut } from './carry-out.js';

const STDOUT = 1;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: analysis-program.mjs FOLDER');
// At once, and not when the stream finds time: whoever reads it passes it on.
await carryOut(folder, (done, total) => writeSync(STDOUT, `${done} ${total}\n`));
