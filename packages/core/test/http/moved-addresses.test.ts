import { expect, test } from 'vitest';
import { describeMoved, movableAddresses } from '../../src/http/moved-addresses.ts';
import { adapters } from '../../src/providers/registry.ts';

const addresses = movableAddresses(adapters);

test.each(addresses)(
  '$variable is named with both hosts when it is moved',
  ({ variable, documented }) => {
    const said = describeMoved(addresses, { [variable]: 'https://elsewhere.example.com/secret' });
    expect(said).toContain(variable);
    expect(said).toContain('elsewhere.example.com');
    expect(said).toContain(new URL(documented).host);
    expect(said).not.toContain('secret');
  },
);

test.each(addresses)(
  '$variable is not named while it is as documented',
  ({ variable, documented }) => {
    expect(describeMoved(addresses, {})).toBeNull();
    for (const text of [documented, `${documented}/`, ' '])
      expect(describeMoved(addresses, { [variable]: text })).toBeNull();
  },
);
