import { createHmac } from 'node:crypto';
import type { Json } from '../../model/json/json.ts';

/** A JSON Web Token (RFC 7519), signed with HS256. Pure: the same claims and secret give the same token. */
export function signToken(claims: Readonly<Record<string, Json>>, secret: string): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function encode(value: Readonly<Record<string, Json>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
