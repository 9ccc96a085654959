#!/usr/bin/env node
import { processIo } from './io.js';
import { main } from './main.js';

// Not `process.exit`: what is still being written to a pipe must arrive.
process.exitCode = await main(process.argv.slice(2), processIo());
