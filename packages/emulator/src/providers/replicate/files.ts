import type { Clock } from '../../clock.ts';
import { sha256Hex } from '../../hash.ts';
import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';
import { readFormFile } from '../../http/form-file.ts';
import { randomText } from '../../random.ts';

interface StoredFile {
  readonly id: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly createdAtMs: number;
}

/** `POST /v1/files`: one form; what it stores is for the account's own predictions. */
export interface ReplicateFiles {
  store(exchange: Exchange): Promise<Reply>;
  describe(id: string): Reply | undefined;
  /** Bytes behind an address of this store, as only the provider itself can read them. */
  read(url: string): Uint8Array | undefined;
}

const DAY_MS = 24 * 3_600_000;

export function createReplicateFiles(origin: string, clock: Clock): ReplicateFiles {
  const files = new Map<string, StoredFile>();
  const addressOf = (id: string) => `${origin}/replicate/v1/files/${id}`;
  const describe = ({ id, contentType, bytes, createdAtMs }: StoredFile) => ({
    id,
    content_type: contentType,
    size: bytes.length,
    checksums: { sha256: sha256Hex(bytes) },
    metadata: {},
    created_at: new Date(createdAtMs).toISOString(),
    expires_at: new Date(createdAtMs + DAY_MS).toISOString(),
    urls: { get: addressOf(id) },
  });

  return {
    async store(exchange) {
      const content = await readFormFile(exchange, 'content');
      if (content === undefined) {
        return jsonReply(400, { detail: 'Missing content', status: 400 });
      }
      const file: StoredFile = {
        id: randomText(12, 'hex'),
        contentType: content.type,
        bytes: new Uint8Array(await content.arrayBuffer()),
        createdAtMs: clock.nowMs(),
      };
      files.set(file.id, file);
      return jsonReply(201, describe(file));
    },
    describe(id) {
      const file = files.get(id);
      return file === undefined ? undefined : jsonReply(200, describe(file));
    },
    read: (url) => [...files.values()].find(({ id }) => url === addressOf(id))?.bytes,
  };
}
