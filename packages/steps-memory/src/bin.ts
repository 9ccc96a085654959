#!/usr/bin/env node
import { limeCatalog } from './catalogue/command.js';

try {
  await limeCatalog(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
