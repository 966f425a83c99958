import type { ClipRole } from './clips.ts';

/** What the addresses of a row and of its clips end in: of the transfer's name, so that they last from page to page. */
export function anchorOf(transferId: string, role: ClipRole | 'transfer' = 'transfer'): string {
  // No id of the page itself has a slash, and none may hold a space.
  return `${role}/${encodePath(transferId)}`;
}

/** A path as part of an address. */
export function encodePath(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
