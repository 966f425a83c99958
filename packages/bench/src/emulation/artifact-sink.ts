import type { Exchange } from './exchange.ts';
import { readJson, sendJson } from './exchange.ts';

const SERVICE = '/twirp/github.actions.results.api.v1.ArtifactService/';
const AZURE_HEADERS = {
  'x-ms-version': '2025-01-05',
  'x-ms-request-id': 'emulated',
  etag: '"0x1"',
};

export interface ArtifactSink {
  /** Answers requests of GitHub's artifact client; `false` for any other. */
  answer(exchange: Exchange): Promise<boolean>;
  readonly uploadedBytes: number;
}

/** GitHub's artifact service as far as uploads go. It counts the bytes and keeps none: videos may be large. */
export function createArtifactSink(origin: () => string): ArtifactSink {
  let uploadedBytes = 0;
  let lastId = 0;
  return {
    get uploadedBytes() {
      return uploadedBytes;
    },
    async answer(exchange) {
      const { method, path, request, response } = exchange;
      if (path.startsWith('/blob/')) {
        for await (const piece of request) uploadedBytes += piece.length;
        response.writeHead(method === 'PUT' ? 201 : 404, { ...AZURE_HEADERS, 'content-length': 0 });
        response.end();
        return true;
      }
      if (!path.startsWith(SERVICE)) return false;
      await readJson(request);
      lastId += 1;
      switch (path.slice(SERVICE.length)) {
        case 'CreateArtifact':
          sendJson(exchange, 200, {
            ok: true,
            signed_upload_url: `${origin()}/blob/${lastId}?sig=emulated`,
          });
          break;
        case 'FinalizeArtifact':
          sendJson(exchange, 200, { ok: true, artifact_id: String(lastId) });
          break;
        default:
          sendJson(exchange, 200, { artifacts: [] });
      }
      return true;
    },
  };
}
