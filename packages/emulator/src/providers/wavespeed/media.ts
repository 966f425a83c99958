import type { FaultSite } from '../../faults/fault.ts';
import { sha256Hex } from '../../hash.ts';
import { type Exchange, jsonReply, type Reply, textReply } from '../../http/exchange.ts';
import { readFormFile } from '../../http/form-file.ts';
import { serveBytes } from '../../http/serve-bytes.ts';
import { randomText } from '../../random.ts';
import type { Mount } from '../../server/mount.ts';

/** wavespeed.ai/docs/upload-files-api: one form, and an address that is read without a key. */
export interface WavespeedMedia {
  store(exchange: Exchange): Promise<Reply>;
  readonly cdn: Mount;
}

interface StoredFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export function createWavespeedMedia(origin: string): WavespeedMedia {
  const files = new Map<string, StoredFile>();
  return {
    async store(exchange) {
      const file = await readFormFile(exchange, 'file');
      if (file === undefined) return jsonReply(400, { code: 400, message: 'file is required' });
      const [type = ''] = file.type.split('/');
      if (!['image', 'video', 'audio'].includes(type)) {
        return jsonReply(400, { code: 400, message: `unsupported file type ${file.type}` });
      }
      const path = `/${randomText(12, 'hex')}/${encodeURIComponent(file.name)}`;
      const bytes = new Uint8Array(await file.arrayBuffer());
      files.set(path, { contentType: file.type, bytes });
      return jsonReply(200, {
        code: 200,
        message: 'success',
        data: {
          type,
          download_url: `${origin}/wavespeed-cdn${path}`,
          filename: file.name,
          size: bytes.length,
        },
      });
    },
    cdn: {
      name: 'wavespeed-cdn',
      siteOf: (): FaultSite => ({ at: 'input', provider: 'wavespeed' }),
      async handle(exchange): Promise<Reply> {
        const file = files.get(exchange.path);
        if (file === undefined) return textReply(404, 'no such file');
        const etag = sha256Hex(file.bytes).slice(0, 32);
        return serveBytes(exchange, file.bytes, { contentType: file.contentType, etag });
      },
      errorBody: (status) => ({ message: `emulated HTTP ${status}` }),
    },
  };
}
