import * as z from 'zod';
import type { HttpResponse, OpenUpload, StoredUpload, UploadFile } from '../adapter.ts';

/** fal-js libs/client/src/storage.ts, 381105e: single up to 90 MB, then parts of 10 MB. */
const SOURCE = 'fal-js libs/client/src/storage.ts, 381105e (2026-08-02)';
const SINGLE_MAX_BYTES = 90 * 1_048_576;
const PART_BYTES = 10 * 1_048_576;
const KEPT_SECONDS = 86_400;

const opened = z.object({ upload_url: z.url(), file_url: z.url({ protocol: /^https?$/ }) });
const part = z.object({ etag: z.string().min(1) });

/** fal's own storage. Whoever has the address can read the file, so it is asked to go after a day. */
export function falStorage(origin: string): StoredUpload {
  return {
    kind: 'stored',
    visibility: {
      value: 'public-link',
      basis: 'documented',
      source: 'fal.ai/docs/documentation/model-apis/file-access-controls',
    },
    maxBytes: { value: 1024 * 1_048_576, basis: 'assumed', source: SOURCE },
    retention: {
      value: 'a day: an expiry is asked for with every upload',
      basis: 'documented',
      source: `${SOURCE}, X-Fal-Object-Lifecycle`,
    },

    begin: (file) => ({
      method: 'POST',
      url: `${origin}/storage/upload/${isLarge(file) ? 'initiate-multipart' : 'initiate'}?storage_type=fal-cdn-v3`,
      headers: {
        'x-fal-object-lifecycle': JSON.stringify({ expiration_duration_seconds: KEPT_SECONDS }),
      },
      body: { kind: 'json', json: { content_type: file.contentType, file_name: file.name } },
    }),

    opened(response, file): OpenUpload {
      const { upload_url, file_url } = opened.parse(response.json);
      if (!isLarge(file)) {
        return {
          url: file_url,
          parts: [
            {
              method: 'PUT',
              url: upload_url,
              body: { kind: 'bytes', offset: 0, length: file.bytes },
            },
          ],
        };
      }
      const count = Math.ceil(file.bytes / PART_BYTES);
      return {
        url: file_url,
        parts: Array.from({ length: count }, (_, index) => ({
          method: 'PUT' as const,
          url: below(upload_url, String(index + 1)),
          body: {
            kind: 'bytes' as const,
            offset: index * PART_BYTES,
            length: Math.min(PART_BYTES, file.bytes - index * PART_BYTES),
          },
        })),
        finishUrl: below(upload_url, 'complete'),
      };
    },

    finish: (url, answers) => ({
      method: 'POST',
      url,
      body: {
        kind: 'json',
        json: {
          parts: answers.map((answer, index) => ({
            partNumber: index + 1,
            etag: readEtag(answer),
          })),
        },
      },
    }),
  };
}

function isLarge(file: UploadFile): boolean {
  return file.bytes > SINGLE_MAX_BYTES;
}

/** One more step of the path, before the query that may hold a signature. */
function below(url: string, step: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}/${step}${search}`;
}

/** fal-js reads `{partNumber, etag}` from the body; a bare store says it in its header. */
function readEtag(answer: HttpResponse): string {
  const read = part.safeParse(answer.json);
  const etag = read.success ? read.data.etag : answer.headers.etag;
  if (etag == null || etag === '') throw new Error('the answer to a part carries no etag');
  return etag;
}
