import { parseArgs } from 'node:util';
import { PROVIDER_NAMES, type ProviderName } from '@motion-transfer/emulator';

/** `--provider fal`: every transfer of the example goes through that one; otherwise as its config says. */
export function readChosenProvider(args: readonly string[]): ProviderName | null {
  const { provider } = readOptions(args);
  if (provider == null) return null;
  const known = PROVIDER_NAMES.find((name) => name === provider);
  if (known == null) {
    throw new Error(
      `--provider ${provider} is not emulated; there are ${PROVIDER_NAMES.join(', ')}`,
    );
  }
  return known;
}

function readOptions(args: readonly string[]): { readonly provider?: string | undefined } {
  try {
    return parseArgs({ args: [...args], options: { provider: { type: 'string' } } }).values;
  } catch (cause) {
    const names = PROVIDER_NAMES.join(' | ');
    throw new Error(`usage: npm start [-- --provider <${names}>]`, { cause });
  }
}
