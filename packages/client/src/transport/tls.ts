import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { BenchmarkError } from '@aibrix/core/errors';

/** How the server's certificate is checked, and which one the client shows. All files are PEM. */
export interface TlsOptions {
  /** Certificates of authorities that are trusted besides those that Node trusts. */
  caCertPath?: string | undefined;
  /** Certificate that the client shows, for servers that ask for one; needs `clientKeyPath`. */
  clientCertPath?: string | undefined;
  /** Its private key. */
  clientKeyPath?: string | undefined;
  /** Take any certificate, whoever signed it. Default false. */
  insecure?: boolean | undefined;
}

/** TLS as the transport uses it: files read, and made ready once for all connections. */
export interface TlsContext {
  secureContext: SecureContext;
  rejectUnauthorized: boolean;
}

/** What is set of these options; null where nothing is. */
export const givenTls = (options: TlsOptions | undefined): TlsOptions | null => {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined && value !== false);
  return given.length > 0 ? Object.fromEntries(given) : null;
};

const readPem = async (option: string, path: string): Promise<string> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new BenchmarkError('file-not-found', `${option}: ${path} cannot be read`, { cause });
  }
  if (text.includes('-----BEGIN ')) return text;
  throw new BenchmarkError('input', `${option}: it holds no PEM text`, {
    location: { file: path },
    hint: 'A PEM file has lines such as -----BEGIN CERTIFICATE-----; `openssl x509 -inform der` makes one of a DER file.',
  });
};

/**
 * Reads the files of TLS. The contents of the key are kept nowhere else, and shown in no error.
 *
 * @throws BenchmarkError `file-not-found`, or `input` when a file holds no certificate or key, or the two do not belong together
 */
export const loadTls = async (options: TlsOptions): Promise<TlsContext> => {
  const { caCertPath, clientCertPath, clientKeyPath } = options;
  const [ca, cert, key] = await Promise.all([
    caCertPath === undefined ? undefined : readPem('caCertPath', caCertPath),
    clientCertPath === undefined ? undefined : readPem('clientCertPath', clientCertPath),
    clientKeyPath === undefined ? undefined : readPem('clientKeyPath', clientKeyPath),
  ]);
  try {
    return {
      // Authorities given to a context replace Node's own, and parsing them all takes too long to do for each connection.
      secureContext: createSecureContext({
        ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
      }),
      rejectUnauthorized: options.insecure !== true,
    };
  } catch (cause) {
    const files = [caCertPath, clientCertPath, clientKeyPath].filter((path) => path !== undefined).join(', ');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchmarkError('input', `the TLS files cannot be used (${files}): ${reason}`, {
      hint: 'Is the key that of the certificate, and without a pass phrase?',
    });
  }
};
