import { schema as published } from '@octokit/graphql-schema';
import { buildSchema, type GraphQLSchema, graphql, parse, validate } from 'graphql';
import type { Clock } from '../clock.ts';
import type { HostedRepository } from '../git/git-host.ts';
import { type Exchange, jsonReply, type Reply } from '../http/exchange.ts';
import { isRecord } from '../json.ts';
import { branchTip, moveBranch, writeCommit, writeTree } from './git-data.ts';
import type { Token } from './rest/world.ts';

interface Parts {
  readonly clock: Clock;
  readonly hosted: ReadonlyMap<string, HostedRepository>;
  readonly onViolation: (violation: string) => void;
}

interface CommitInput {
  readonly branch: { readonly repositoryNameWithOwner?: string; readonly branchName?: string };
  readonly message: { readonly headline: string; readonly body?: string };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[];
    readonly deletions?: readonly { readonly path: string }[];
  };
  readonly expectedHeadOid: string;
}

/** A refusal with the `type` that GitHub puts beside its message. */
class GraphQLRefusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

let schema: GraphQLSchema | undefined;

/**
 * GitHub's GraphQL API by its own published schema: every document and every variable is judged by it. What is
 * behind it is the login of the viewer, and commits on branches.
 */
export async function answerGraphql(
  exchange: Exchange,
  token: Token,
  parts: Parts,
): Promise<Reply> {
  schema ??= buildSchema(published.idl, { assumeValidSDL: true });
  const { query, variables } = isRecord(exchange.json) ? exchange.json : {};
  const source = String(query);
  try {
    for (const { message } of validate(schema, parse(source)))
      parts.onViolation(`GraphQL: ${message}`);
  } catch (error) {
    parts.onViolation(`GraphQL: ${error}`);
  }
  const { data, errors = [] } = await graphql({
    schema,
    source,
    variableValues: isRecord(variables) ? variables : {},
    rootValue: {
      viewer: { login: token.account.login },
      createCommitOnBranch: ({ input }: { input: CommitInput }) => commit(input, token, parts),
    },
  });
  for (const { message, path } of errors)
    if (path === undefined) parts.onViolation(`GraphQL: ${message}`);
  return jsonReply(200, {
    ...(data === undefined ? {} : { data }),
    ...(errors.length > 0 && {
      errors: errors.map(({ message, path, originalError }) => ({
        ...(originalError instanceof GraphQLRefusal && { type: originalError.type }),
        ...(path === undefined ? {} : { path }),
        message,
      })),
    }),
  });
}

/** docs: createCommitOnBranch. The commit is by the owner of the token, and signed by GitHub. */
async function commit(input: CommitInput, token: Token, { clock, hosted }: Parts) {
  const { branch, message, fileChanges = {}, expectedHeadOid } = input;
  const name = branch.branchName?.replace(/^refs\/heads\//, '') ?? '';
  const { directory } = hosted.get(branch.repositoryNameWithOwner?.toLowerCase() ?? '') ?? {};
  const tip = directory === undefined ? undefined : await branchTip(directory, name);
  if (directory === undefined || tip === undefined)
    throw new GraphQLRefusal('NOT_FOUND', `No such branch: ${name}`);
  if (token.permissions.contents !== 'write')
    throw new GraphQLRefusal('FORBIDDEN', 'Resource not accessible by integration');
  const stale = new GraphQLRefusal(
    'STALE_DATA',
    `Expected branch to point to "${expectedHeadOid}" but it did not.  Pull and try again.`,
  );
  if (tip !== expectedHeadOid) throw stale;
  const tree = await writeTree(directory, {
    base: expectedHeadOid,
    additions: (fileChanges.additions ?? []).map(({ path, contents }) => ({
      path,
      content: Buffer.from(contents, 'base64'),
    })),
    deletions: (fileChanges.deletions ?? []).map(({ path }) => path),
  });
  const oid = await writeCommit(directory, {
    tree,
    parents: [expectedHeadOid],
    message: [message.headline, message.body].filter((part) => part !== undefined).join('\n\n'),
    author: token.account,
    atMs: clock.nowMs(),
    isSigned: true,
  });
  const moved = await moveBranch(directory, name, { to: oid, expected: expectedHeadOid });
  if (moved === 'elsewhere') throw stale;
  return { commit: { oid } };
}
