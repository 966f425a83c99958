/** Kling's limit for a motion video, and more than its limit for an image (10 MB). */
const MAX_BYTES = 100 * 1024 * 1024;
const TIMEOUT_MS = 300_000;

export type FetchedInput = { readonly bytes: Uint8Array } | { readonly problem: string };

/**
 * Reads an input as a provider does: no credentials, no redirects. `userAgent` tells our own
 * raw host which provider is asking.
 */
export async function fetchInput(url: string, userAgent: string): Promise<FetchedInput> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': userAgent },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { problem: `${url} answered ${response.status}` };
    }
    return { bytes: await readAtMost(response, MAX_BYTES) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { problem: `${url} could not be read: ${reason}` };
  }
}

async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
