#!/usr/bin/env node
/** The lowest Node.js that the packages run on. */
const LOWEST = '22.19';

const isOldNode = (): boolean => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [lowestMajor = 0, lowestMinor = 0] = LOWEST.split('.').map(Number);
  return major < lowestMajor || (major === lowestMajor && minor < lowestMinor);
};

if (isOldNode()) {
  // Before anything is loaded: an older Node.js would fail with words that do not tell why.
  process.stderr.write(`error aibrix needs Node.js ${LOWEST} or later; this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  // Where stdout is a full disk, what was printed is lost; where its reader has gone, nobody misses it.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.stderr.write(`error stdout: ${error.message}\n`);
    process.exit(1);
  });
  const { main } = await import('./program.js');
  process.exitCode = await main(process.argv.slice(2));
}

export {};
