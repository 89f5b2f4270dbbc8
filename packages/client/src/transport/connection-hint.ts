const UNTRUSTED =
  'Give the authority that signed it with caCertPath (--ca-cert), or skip the check with insecure (--insecure).';

const CLOSED =
  'The server closed the connection without an answer, as one does that is spoken to without TLS (write https://), or that asks ' +
  'for a client certificate (--client-cert, --client-key).';

/** What the reader can do, by the code of what went wrong. */
const HINTS: Record<string, string> = {
  ECONNREFUSED: 'Check the address and that the server is up; `aibrix simulate` starts one to try with.',
  ENOTFOUND: 'No such host is known: check its name.',
  EAI_AGAIN: 'The name could not be looked up: check it, and the network.',
  UND_ERR_CONNECT_TIMEOUT:
    'No connection came about: check the address, and what may stand between (a firewall, a proxy).',
  DEPTH_ZERO_SELF_SIGNED_CERT: `The server's certificate is signed by itself. ${UNTRUSTED}`,
  SELF_SIGNED_CERT_IN_CHAIN: `The server's certificate is signed by an authority that is not known. ${UNTRUSTED}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `The server's certificate is signed by an authority that is not known. ${UNTRUSTED}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `The server's certificate is signed by an authority that is not known. ${UNTRUSTED}`,
  CERT_HAS_EXPIRED: "The server's certificate is out of date, or the clock of this machine is wrong.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The server's certificate is for another name than the endpoint's host.",
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server speaks no TLS there: write http:// in place of https://.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'The server speaks no TLS there: write http:// in place of https://.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'The server asks for a client certificate: give clientCertPath and clientKeyPath (--client-cert, --client-key).',
  UND_ERR_SOCKET: CLOSED,
  ECONNRESET: CLOSED,
};

/** What to do about a connection that failed with this code. */
export const connectionHint = (code: string | null): string =>
  (Object.hasOwn(HINTS, code ?? '') && HINTS[code ?? '']) || 'Check the address and that the server is up.';
