/** What to do about a certificate that is not trusted, for whoever meets one: requests of ours, and git. */
export const TRUST_ADVICE =
  'if a server or proxy of your own stands there, set NODE_EXTRA_CA_CERTS in the env of the job to a PEM file with the certificate of its CA';

/** The same for a proxy that lets nothing through. */
export const PROXY_ADVICE =
  'give HTTPS_PROXY the user and password of the proxy (http://user:password@host:port, from a secret), and let the proxy allow this host';
