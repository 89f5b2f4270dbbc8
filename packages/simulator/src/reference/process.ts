// A reference server as a program of its own: prints its URL, and ends when its stdin does, however its parent dies.
import { startReferenceServer } from './reference-server.js';

const server = await startReferenceServer();
process.stdout.write(`${server.url}\n`);
process.stdin.on('end', () => process.exit()).resume();
