import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate and its key, as PEM text. */
interface Identity {
  cert: string;
  key: string;
}

export interface Certificates extends AsyncDisposable {
  authority: Identity;
  /** Signed by the authority, for 127.0.0.1 and localhost. */
  server: Identity;
  /** The same for another name. */
  elsewhere: Identity;
  /** The same, long out of date. */
  expired: Identity;
  /** Signed by the authority, for a client. */
  client: Identity;
  /** Writes a text into a file that goes with the certificates, and returns its path. */
  file(name: string, text: string): Promise<string>;
}

const identity = async (commonName: string, options: Parameters<typeof generate>[1]): Promise<Identity> => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...options,
  });
  return { cert, key };
};

/** Makes an authority and what it signs. */
export const makeCertificates = async (): Promise<Certificates> => {
  const authority = await identity('Test authority', {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'tls-'));
  const forHere = {
    ca: authority,
    extensions: [
      {
        name: 'subjectAltName' as const,
        altNames: [
          { type: 2 as const, value: 'localhost' },
          { type: 7 as const, ip: '127.0.0.1' },
        ],
      },
    ],
  };
  const longAgo = { notBeforeDate: new Date('2001-01-01'), notAfterDate: new Date('2002-01-01') };
  return {
    authority,
    server: await identity('localhost', forHere),
    elsewhere: await identity('elsewhere.test', {
      ca: authority,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'elsewhere.test' }] }],
    }),
    expired: await identity('localhost', { ...forHere, ...longAgo }),
    client: await identity('A client', { ca: authority, extensions: [{ name: 'extKeyUsage', clientAuth: true }] }),
    async file(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
};
