import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that signs itself: whoever is given it as a CA trusts it, nobody else does. Both are PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const DAY_MS = 24 * 3_600_000;

/** Made for these host names, valid from yesterday until `validUntilMs` (in 30 days). RFC 5280, in DER. */
export function createCertificate(
  names: readonly string[],
  validUntilMs = Date.now() + 30 * DAY_MS,
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = sequence(set(sequence(COMMON_NAME, tagged(UTF8, Buffer.from(names[0] ?? '')))));
  const alternatives = names.map((name) => tagged(DNS_NAME, Buffer.from(name)));
  const signed = sequence(
    tagged(VERSION, tagged(INTEGER, Buffer.from([2]))),
    tagged(INTEGER, Buffer.from([1])),
    sequence(ECDSA_WITH_SHA256),
    subject,
    sequence(time(Math.min(Date.now(), validUntilMs) - DAY_MS), time(validUntilMs)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      EXTENSIONS,
      sequence(
        sequence(BASIC_CONSTRAINTS, octets(sequence(tagged(BOOLEAN, Buffer.from([0xff]))))),
        sequence(SUBJECT_ALTERNATIVE_NAMES, octets(sequence(...alternatives))),
      ),
    ),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = sequence(
    signed,
    sequence(ECDSA_WITH_SHA256),
    tagged(BIT_STRING, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join(
      '\n',
    ),
  };
}

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8 = 0x0c;
const GENERALIZED_TIME = 0x18;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const DNS_NAME = 0x82;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const SUBJECT_ALTERNATIVE_NAMES = Buffer.from('0603551d11', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');

function tagged(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(content);
  const length =
    value.length < 0x80 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

function sequence(...content: readonly Uint8Array[]): Buffer {
  return tagged(SEQUENCE, ...content);
}

function set(...content: readonly Uint8Array[]): Buffer {
  return tagged(SET, ...content);
}

function octets(content: Uint8Array): Buffer {
  return tagged(OCTET_STRING, content);
}

/** Years before 2050 are written with two digits. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\.\d+Z$|[-:T]/g, '');
  return digits < '2050'
    ? tagged(UTC_TIME, Buffer.from(`${digits.slice(2)}Z`))
    : tagged(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}
