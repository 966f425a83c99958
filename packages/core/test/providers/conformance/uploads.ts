import { describe, expect, test } from 'vitest';
import type { Bench } from './adapter-under-test.ts';

/** How local files reach the provider, where it takes them. */
export function testUploads({ adapter, isOwn }: Bench): void {
  const { uploads } = adapter;
  if (uploads == null) return;
  const stored = Object.entries(uploads).filter(([, { kind }]) => kind === 'stored');

  describe('takes local files', () => {
    test('within a limit that can be traced', () => {
      for (const { maxBytes } of Object.values(uploads)) {
        expect(maxBytes.value).toBeGreaterThan(0);
        expect(maxBytes.source).not.toBe('');
      }
    });

    test.each(stored)('the %s, asking for a place at an own origin', (role, upload) => {
      if (upload.kind !== 'stored') throw new Error('only stored uploads begin');
      const file = {
        role: role === 'motion' ? ('motion' as const) : ('character' as const),
        name: `${role}.bin`,
        contentType: 'image/png',
        bytes: 1_000,
      };
      const request = upload.begin(file);
      expect(isOwn(request.url)).toBe(true);
      expect(['public-link', 'private']).toContain(upload.visibility.value);
      expect(upload.visibility.source).not.toBe('');
      // Nobody may be left to guess that a file stays private.
      if (upload.visibility.value === 'private') expect(upload.visibility.basis).toBe('documented');
      expect(upload.retention.source).not.toBe('');
    });
  });
}
