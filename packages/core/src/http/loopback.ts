const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const LOOPBACK = new RegExp(`^(?:localhost|\\[::1\\]|::1|127(?:\\.${OCTET}){3})$`);

/**
 * Whether a host, as `URL.hostname` writes it, or an address is this machine. Only `localhost` and
 * literal addresses are: any other name, `127.example.com` and `x.localhost` among them, leads wherever
 * its DNS says.
 */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
