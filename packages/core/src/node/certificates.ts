import { TRUST_ADVICE } from '../model/advice/network-advice.ts';

/** What to do where a server's certificate is refused (codes of OpenSSL, as Node names them). */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/;

/** `null` for every other code. */
export function adviseOnCertificate(code: string | null): string | null {
  if (code == null) return null;
  if (UNTRUSTED.test(code)) return `its certificate is not trusted here: ${TRUST_ADVICE}`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'its certificate is not valid at the time of this machine: renew it, or set the clock';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'its certificate is for another name: check the address, or whose proxy stands before it';
  return null;
}
