import type { RunOptions } from '@aibrix/client';
import type { Command } from 'commander';
import { fileName, type NumberOrNull, nullable, number, numberOrNull, whole } from './flag-values.js';

/** How a client connects to its server. */
export interface ConnectionFlags {
  warmConnections: number | 'auto';
  maxConnections: NumberOrNull;
  keepAlive: boolean;
  idleTimeoutSecond: number;
  http2: boolean;
  acceptEncoding: string;
  caCert?: string | undefined;
  clientCert?: string | undefined;
  clientKey?: string | undefined;
  insecure: boolean;
}

type ConnectionOptions = Pick<
  RunOptions,
  'warmConnections' | 'maxConnections' | 'keepAlive' | 'idleTimeoutMs' | 'http2' | 'acceptEncoding' | 'tls'
>;

const wholeOrAuto = (text: string): number | 'auto' => (text === 'auto' ? text : whole(text));

export const connectionOptions = (flags: ConnectionFlags): ConnectionOptions => ({
  warmConnections: flags.warmConnections,
  maxConnections: nullable(flags.maxConnections),
  keepAlive: flags.keepAlive,
  idleTimeoutMs: flags.idleTimeoutSecond * 1000,
  http2: flags.http2,
  acceptEncoding: flags.acceptEncoding,
  tls: {
    caCertPath: flags.caCert,
    clientCertPath: flags.clientCert,
    clientKeyPath: flags.clientKey,
    insecure: flags.insecure,
  },
});

export const addConnectionFlags = (command: Command): void => {
  command
    .option(
      '--warm-connections <n>',
      'connections opened before the schedule begins; auto: as the first seconds need',
      wholeOrAuto,
      'auto',
    )
    .option('--max-connections <n>', 'connections at once; waiting for one is queue time', numberOrNull, null)
    .option('--no-keep-alive', 'a connection for each request')
    .option('--idle-timeout-second <s>', 'then a connection without a request is closed', number, 4)
    .option('--http2', 'speak HTTP/2 where the server does; requests share connections', false)
    .option(
      '--accept-encoding <codings>',
      'compression of answers: identity (none), gzip, br, zstd, deflate, with commas',
      'identity',
    )
    .option('--ca-cert <file>', 'PEM file of authorities to trust besides those that Node trusts', fileName)
    .option('--client-cert <file>', 'PEM file of the certificate that the client shows', fileName)
    .option('--client-key <file>', 'PEM file of its key', fileName)
    .option('--insecure', 'take any certificate of the server', false);
};
