/** What to do about a certificate that is not trusted, for whoever meets one: requests of ours, and git. */
export const TRUST_ADVICE =
  'if a server or proxy of your own stands there, set NODE_EXTRA_CA_CERTS in the env of the job to a PEM file with the certificate of its CA';

/** The same for a proxy that lets nothing through. */
export const PROXY_ADVICE =
  'give HTTPS_PROXY the user and password of the proxy (http://user:password@host:port, from a secret), and let the proxy allow this host';

/** For one whose address git does not understand: ours is checked before, so that it is git's own. */
export const PROXY_SYNTAX_ADVICE =
  "write git's own setting http.proxy as http://host:port or http://user:password@host:port, with special characters of the password percent-encoded, or take it out (git config --unset http.proxy)";
