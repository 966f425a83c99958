import type { Clock } from '../../clock.ts';
import { bytesReply, jsonReply } from '../../http/exchange.ts';
import type { Artifact } from '../artifact-service.ts';
import { notFound, page, refuse } from './answers.ts';
import type { Route } from './route.ts';
import type { WorldInside } from './world.ts';

/** Finished artifacts, and where each can be downloaded without credentials. */
export interface ArtifactSource {
  list(): readonly Artifact[];
  signedUrl(artifact: Artifact): string;
}

export function actionRoutes(
  world: WorldInside,
  artifacts: ArtifactSource,
  clock: Clock,
): readonly Route[] {
  const isExpired = ({ expiresAt }: Artifact) =>
    expiresAt !== undefined && Date.parse(expiresAt) <= clock.nowMs();
  const find = (id: string) => artifacts.list().find((artifact) => artifact.id === id);
  const describe = (artifact: Artifact) => ({
    id: Number(artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    expired: isExpired(artifact),
    digest: artifact.digest,
    created_at: artifact.createdAt,
    expires_at: artifact.expiresAt ?? null,
    workflow_run: { id: runIdOf(artifact) },
  });
  const common = { method: 'GET', needs: ['actions'], access: 'read' } as const;
  return [
    {
      ...common,
      pattern: /^\/actions\/runs\/(\d+)\/attempts\/(\d+)$/,
      site: 'rest-run',
      answer({ repository, parts: [runId = '', attempt = ''] }) {
        const found = world.attempt(repository, runId, Number(attempt));
        if (found === undefined) return notFound();
        return jsonReply(200, { id: Number(runId), run_attempt: Number(attempt), ...found });
      },
    },
    {
      ...common,
      pattern: /^\/actions\/runs\/(\d+)\/artifacts$/,
      site: 'rest-artifact',
      answer({ exchange, apiUrl, parts: [runId = ''] }) {
        const name = exchange.url.searchParams.get('name');
        const found = artifacts
          .list()
          .filter((artifact) => runIdOf(artifact) === Number(runId))
          .filter((artifact) => name === null || artifact.name === name);
        return page(exchange, apiUrl, found.map(describe), (items) => ({
          total_count: found.length,
          artifacts: items,
        }));
      },
    },
    {
      ...common,
      pattern: /^\/actions\/artifacts\/(\d+)$/,
      site: 'rest-artifact',
      answer({ parts: [id = ''] }) {
        const artifact = find(id);
        return artifact === undefined ? notFound() : jsonReply(200, describe(artifact));
      },
    },
    {
      ...common,
      pattern: /^\/actions\/artifacts\/(\d+)\/zip$/,
      site: 'rest-artifact',
      tokenOnly: true,
      answer({ parts: [id = ''] }) {
        const artifact = find(id);
        if (artifact === undefined) return notFound();
        if (isExpired(artifact)) return refuse(410, 'Artifact has expired');
        return bytesReply(302, Buffer.alloc(0), { location: artifacts.signedUrl(artifact) });
      },
    },
  ];
}

/** The artifact service knows a run by a name of its own, here `run-<run id>`. */
function runIdOf(artifact: Artifact): number {
  return Number(/(\d+)$/.exec(artifact.run)?.[1] ?? 0);
}
