#!/usr/bin/env node
// What importing core takes in a fresh process: for `npm run bench -- import`.
import { fileURLToPath } from 'node:url';
import { timeImport, told } from './time-import.mjs';

const bench = fileURLToPath(new URL('../bench', import.meta.url));
const runs = Array.from({ length: 21 }, () => timeImport('@cordon/core', bench));
console.log(`import '@cordon/core': ${told(runs)}`);
