import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** However busy the machine is. */
export const PATIENCE_MS = 300_000;

/** Chromium from npm, without the switches of the package that would end it with its first page or weaken what is tested. */
export async function startBrowser(): Promise<Browser> {
  const refused = [
    '--single-process',
    '--disable-web-security',
    '--allow-running-insecure-content',
  ];
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: sparticuz.args.filter((argument) => !refused.includes(argument)),
    timeout: PATIENCE_MS,
  });
}
