#!/usr/bin/env node
const OLDEST_NODE = 22;

/** Not `process.exit`: what is still being written to a pipe must arrive. */
async function run(): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    process.stderr.write(
      `cordon: NODE_TOO_OLD: this is Node ${process.versions.node}\n  Install Node ${OLDEST_NODE} or newer.\n`,
    );
    process.exitCode = 2;
    return;
  }
  // Loaded only now: older versions lack what the code takes for granted.
  const [{ processIo }, { main }] = await Promise.all([import('./io.js'), import('./main.js')]);
  process.exitCode = await main(process.argv.slice(2), processIo());
}

await run();
