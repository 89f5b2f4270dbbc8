import type { RunSettings } from '../options.js';
import { CONTENT_CODINGS } from './content-codings.js';

type ConnectionSettings = Pick<RunSettings, 'warmConnections' | 'keepAlive' | 'http2' | 'acceptEncoding' | 'tls'>;

const encodingProblems = (acceptEncoding: string): string[] =>
  acceptEncoding
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'identity' && !CONTENT_CODINGS.includes(coding))
    .map((coding) => `acceptEncoding: "${coding}" is none of identity, ${CONTENT_CODINGS.join(', ')}`);

/** What is wrong with the options of connections, one sentence each. */
export const connectionProblems = (settings: ConnectionSettings): string[] => {
  const { warmConnections, keepAlive, http2, acceptEncoding, tls } = settings;
  const problems = encodingProblems(acceptEncoding);
  if (warmConnections !== 'auto' && !(Number.isInteger(warmConnections) && warmConnections >= 0)) {
    problems.push(`warmConnections: expected a whole number from 0, or auto, found ${warmConnections}`);
  }
  if (http2 && !keepAlive)
    problems.push('keepAlive: with http2 requests share connections, so there is no going without');
  if ((tls?.clientCertPath === undefined) !== (tls?.clientKeyPath === undefined)) {
    problems.push('tls: a client certificate and its key (clientCertPath, clientKeyPath) are needed together');
  }
  return problems;
};
