import { spawn } from 'node:child_process';
import { bytesReply, type Exchange, type Reply } from '../http/exchange.ts';

/** What the server allows, as GitHub does, whatever the repository's own configuration leaves open. */
const SETTINGS = {
  'http.receivepack': 'true',
  'uploadpack.allowFilter': 'true',
  'uploadpack.allowReachableSHA1InWant': 'true',
};

/** Hands one request to `git http-backend` (git-http-backend(1), RFC 3875). */
export function askHttpBackend(
  directory: string,
  path: string,
  exchange: Exchange,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      env: environmentOf(directory, path, exchange),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(exchange.bytes);
    child.on('error', reject);
    child.on('close', () => resolve(parseAnswer(Buffer.concat(chunks))));
  });
}

function environmentOf(directory: string, path: string, exchange: Exchange): NodeJS.ProcessEnv {
  const settings = Object.entries(SETTINGS);
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    GIT_PROJECT_ROOT: directory,
    GIT_HTTP_EXPORT_ALL: '1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    PATH_INFO: path,
    REQUEST_METHOD: exchange.method,
    QUERY_STRING: exchange.url.search.slice(1),
    CONTENT_TYPE: exchange.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(exchange.bytes.length),
    HTTP_CONTENT_ENCODING: exchange.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(exchange.headers['git-protocol'] ?? ''),
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: 'git',
  };
}

function parseAnswer(answer: Buffer): Reply {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return bytesReply(500, answer, { 'content-type': 'text/plain' });
  const lines = answer.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const { status = '200', ...rest } = headers;
  return bytesReply(Number.parseInt(status, 10), answer.subarray(end + 4), rest);
}
