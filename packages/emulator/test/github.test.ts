import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository } from './assets.ts';
import { at, call, startWorkbench, type Workbench } from './workbench.ts';

let repository: Repository;
beforeAll(() => {
  repository = createRepository({
    'girl.png': girl,
    'a folder/grüße & more.txt': Buffer.from('hello'),
    'lfs/dance.mp4': dance,
  });
});
afterAll(() => repository.remove());

const RUN = { workflow_run_backend_id: 'run-1', workflow_job_run_backend_id: 'job-1' };

function twirp(bench: Workbench, method: string, fields: object, token?: string) {
  const { ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL } = bench.emulator.environment();
  const path = `twirp/github.actions.results.api.v1.ArtifactService/${method}`;
  return call(`${ACTIONS_RESULTS_URL}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? ACTIONS_RUNTIME_TOKEN}`,
    },
    body: JSON.stringify({ ...RUN, ...fields }),
  });
}

/** Uploads in two blocks, as the Azure client does. */
async function uploadBlocks(url: string, bytes: Buffer, contentType: string): Promise<void> {
  const half = Math.floor(bytes.length / 2);
  const ids = ['YmxvY2stMQ==', 'YmxvY2stMg=='];
  const put = async (
    query: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${url}&${query}`, {
      method: 'PUT',
      body: new Blob([body]),
      headers,
    });
    expect(response.status).toBe(201);
  };
  await put(`comp=block&blockid=${encodeURIComponent(ids[0] ?? '')}`, bytes.subarray(0, half));
  await put(`comp=block&blockid=${encodeURIComponent(ids[1] ?? '')}`, bytes.subarray(half));
  const list = ids.map((id) => `<Latest>${id}</Latest>`).join('');
  await put('comp=blocklist', `<?xml version="1.0"?><BlockList>${list}</BlockList>`, {
    'x-ms-blob-content-type': contentType,
  });
}

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('the artifact service', () => {
  const expiresAt = '2026-12-01T00:00:00Z';
  const sent = { name: 'dance.mp4', version: 7, mime_type: 'video/mp4', expires_at: expiresAt };
  const finalize = { name: 'dance.mp4', size: String(dance.length), hash: digestOf(dance) };

  test('takes an artifact in blocks, lists it, serves it, and deletes it', async () => {
    const bench = await startWorkbench(repository);
    const created = await twirp(bench, 'CreateArtifact', sent);
    expect(created.json).toEqual({ ok: true, signed_upload_url: expect.any(String) });
    await uploadBlocks(String(created.json.signed_upload_url), dance, 'video/mp4');
    expect(bench.emulator.artifacts).toEqual([]);
    const finalized = await twirp(bench, 'FinalizeArtifact', finalize);
    expect(finalized.json).toEqual({ ok: true, artifact_id: '101' });
    expect(bench.emulator.artifacts).toMatchObject([
      { id: '101', name: 'dance.mp4', size: dance.length, mimeType: 'video/mp4', expiresAt },
    ]);
    expect(bench.emulator.artifacts[0]?.bytes.equals(dance)).toBe(true);

    const listed = await twirp(bench, 'ListArtifacts', { name_filter: 'dance.mp4' });
    expect(listed.json.artifacts).toMatchObject([
      { ...RUN, database_id: '101', size: String(dance.length), digest: digestOf(dance) },
    ]);
    expect((await twirp(bench, 'ListArtifacts', { id_filter: '7' })).json.artifacts).toEqual([]);

    const signed = await twirp(bench, 'GetSignedArtifactURL', { name: 'dance.mp4' });
    const url = String(signed.json.signed_url);
    const response = await fetch(url, { headers: { 'x-ms-range': 'bytes=4-7' } });
    expect([response.status, await response.text()]).toEqual([206, 'ftyp']);
    expect((await fetch(url)).headers.get('content-disposition')).toBe(
      'attachment; filename="dance.mp4"',
    );
    expect((await fetch(url.replace(/sig=.*/, 'sig=forged'))).status).toBe(403);

    expect((await twirp(bench, 'DeleteArtifact', { name: 'dance.mp4' })).json.artifact_id).toBe(
      '101',
    );
    expect(bench.emulator.artifacts).toEqual([]);
    expect((await twirp(bench, 'CreateArtifact', sent)).status).toBe(200);
  });

  test.each([
    ['a name that is taken', 'CreateArtifact', sent, 409, 'already_exists'],
    ['a name that is not allowed', 'CreateArtifact', { name: 'a/b' }, 400, 'invalid_argument'],
    ['another size', 'FinalizeArtifact', { ...finalize, size: '5' }, 400, 'invalid_argument'],
    [
      'another hash',
      'FinalizeArtifact',
      { ...finalize, hash: 'sha256:00' },
      400,
      'invalid_argument',
    ],
    ['what was never created', 'FinalizeArtifact', { name: 'x', size: '1' }, 404, 'not_found'],
    ['what is not there', 'GetSignedArtifactURL', { name: 'x' }, 404, 'not_found'],
    ['an unknown method', 'MigrateArtifact', {}, 404, 'bad_route'],
  ])('refuses %s', async (_, method, fields, status, code) => {
    const bench = await startWorkbench(repository);
    const { json } = await twirp(bench, 'CreateArtifact', sent);
    await uploadBlocks(String(json.signed_upload_url), dance, 'video/mp4');
    const answer = await twirp(bench, method, fields);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test('refuses a token that it did not give out, or that is for another run', async () => {
    const bench = await startWorkbench(repository);
    expect((await twirp(bench, 'ListArtifacts', {}, 'forged')).status).toBe(401);
    const other = bench.emulator.environment({ run: 'run-2' }).ACTIONS_RUNTIME_TOKEN;
    expect((await twirp(bench, 'ListArtifacts', {}, other)).status).toBe(403);
  });

  test('keeps the names of different runs apart', async () => {
    const bench = await startWorkbench(repository);
    const other = bench.emulator.environment({ run: 'run-2' }).ACTIONS_RUNTIME_TOKEN;
    const fields = { ...sent, workflow_run_backend_id: 'run-2' };
    expect((await twirp(bench, 'CreateArtifact', sent)).status).toBe(200);
    expect((await twirp(bench, 'CreateArtifact', fields, other)).status).toBe(200);
    expect((await twirp(bench, 'CreateArtifact', fields, other)).status).toBe(409);
  });

  test('fails at each of its three steps on demand', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'artifact-create', kind: 'error', status: 503 });
    expect((await twirp(bench, 'CreateArtifact', sent)).status).toBe(503);
    bench.emulator.inject({ at: 'artifact-create', kind: 'lost-answer' });
    await expect(twirp(bench, 'CreateArtifact', sent)).rejects.toThrow('fetch failed');
    expect((await twirp(bench, 'CreateArtifact', sent)).status).toBe(409);

    const { json } = await twirp(bench, 'CreateArtifact', { ...sent, name: 'other' });
    const url = String(json.signed_upload_url);
    bench.emulator.inject({ at: 'artifact-upload', kind: 'error', status: 500 });
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(500);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(201);

    bench.emulator.inject({ at: 'artifact-finalize', kind: 'html-body', status: 502 });
    await expect(twirp(bench, 'FinalizeArtifact', { name: 'other', size: '1' })).rejects.toThrow();
    expect(bench.emulator.artifacts).toHaveLength(1);
  });

  test('gives a token that names the run and the job', async () => {
    const bench = await startWorkbench(repository);
    const payload = bench.emulator.environment().ACTIONS_RUNTIME_TOKEN?.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(at(claims, 'scp')).toBe('Actions.Results:run-1:job-1');
  });
});

describe('the raw host', () => {
  test('serves the blobs of a commit, whole and in ranges', async () => {
    const bench = await startWorkbench(repository);
    const response = await fetch(bench.url('girl.png'));
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await response.arrayBuffer()).equals(girl)).toBe(true);
    const part = await fetch(bench.url('girl.png'), { headers: { range: 'bytes=-4' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(girl.subarray(-4))).toBe(true);
    const encoded = ['a folder', 'grüße & more.txt'].map(encodeURIComponent).join('/');
    expect(await (await fetch(bench.url(encoded))).text()).toBe('hello');
  });

  test('serves the pointer of an LFS file, whose content is at the media host', async () => {
    const bench = await startWorkbench(repository);
    const raw = await fetch(bench.url('lfs/dance.mp4'));
    expect(await raw.text()).toContain('version https://git-lfs.github.com/spec/v1');
    const media = await fetch(bench.url('lfs/dance.mp4').replace('/raw/', '/media/'));
    expect(Buffer.from(await media.arrayBuffer()).equals(dance)).toBe(true);
    expect((await fetch(bench.url('girl.png').replace('/raw/', '/media/'))).status).toBe(404);
  });

  test.each([
    ['another path', (url: string) => `${url}x`],
    ['another commit', (url: string) => url.replace(/[0-9a-f]{40}/, '0'.repeat(40))],
    ['a branch that does not exist', (url: string) => url.replace(/[0-9a-f]{40}/, 'other')],
    ['a folder', (url: string) => url.replace('girl.png', 'lfs')],
    ['another repository', (url: string) => url.replace('octo/', 'other/')],
  ])('has nothing at %s', async (_, change) => {
    const bench = await startWorkbench(repository);
    expect((await fetch(change(bench.url('girl.png')))).status).toBe(404);
  });

  test('shows nothing of a private repository', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.serveRepository('octo/animations', repository.directory, 'private');
    expect((await fetch(bench.url('girl.png'))).status).toBe(404);
  });
});
