import { tapBody } from '../http/body.ts';
import { messageOf } from '../model/errors.ts';
import type { HttpPort, WireRequest } from '../ports.ts';

/** Answers of an API are smaller; of anything larger the beginning is kept. */
const MAX_KEPT_BYTES = 262_144;

/** A request and its answer as they went over the wire: nothing in it is redacted. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  /** The text that was sent; for a streamed body its length in bytes; `null` without one. */
  readonly body: string | number | null;
  /** `null` when no answer came. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** As far as it was read and kept. */
  readonly text: string;
  readonly problem: string | null;
}

export interface HttpRecorder {
  readonly http: HttpPort;
  /** In the order in which they were sent. */
  calls(): readonly RecordedCall[];
  /** What requests were authorized with: a token may be made of a key for each of them. */
  readonly credentials: ReadonlySet<string>;
}

/** The same network, with everything that goes over it written down in memory. */
export function recordHttp(http: HttpPort): HttpRecorder {
  const entries: (() => RecordedCall)[] = [];
  const credentials = new Set<string>();
  return {
    credentials,
    calls: () => entries.map((read) => read()),
    http: {
      async send(request) {
        const credential = request.headers.authorization?.split(' ').at(-1) ?? '';
        if (credential !== '') credentials.add(credential);
        const chunks: Buffer[] = [];
        const sent = { method: request.method, url: request.url, body: bodyOf(request) };
        let answer: Pick<RecordedCall, 'status' | 'headers' | 'problem'> = {
          status: null,
          headers: {},
          problem: 'no answer yet',
        };
        entries.push(() => ({ ...sent, ...answer, text: Buffer.concat(chunks).toString('utf8') }));
        try {
          const response = await http.send(request);
          answer = { status: response.status, headers: response.headers, problem: null };
          if (isVideo(response.headers)) return response;
          let kept = 0;
          return tapBody(response, (chunk) => {
            if (kept < MAX_KEPT_BYTES) chunks.push(chunk.subarray(0, MAX_KEPT_BYTES - kept));
            kept += chunk.length;
          });
        } catch (error) {
          answer = { ...answer, problem: messageOf(error) };
          throw error;
        }
      },
    },
  };
}

/** Of a video the head alone tells something about the API. */
function isVideo(headers: Readonly<Record<string, string>>): boolean {
  return /^(video|image|audio)\/|octet-stream/i.test(headers['content-type'] ?? '');
}

function bodyOf({ body }: WireRequest): string | number | null {
  if (body == null) return null;
  return typeof body === 'string' ? body : body.bytes;
}
