import type { Exchange } from './exchange.ts';

/** The file in a field of a `multipart/form-data` body; `undefined` where there is none. */
export async function readFormFile(
  { headers, bytes }: Pick<Exchange, 'headers' | 'bytes'>,
  field: string,
): Promise<File | undefined> {
  try {
    const form = await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    const content = form.get(field);
    return content instanceof File ? content : undefined;
  } catch {
    return undefined;
  }
}
