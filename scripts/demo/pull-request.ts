import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ActionRun, type PullRequest, runAction } from '@motion-transfer/emulator';
import { renderMarkdownPage } from './markdown-page.ts';
import {
  appendTo,
  changeCharacter,
  checkoutBranch,
  commitAll,
  headOf,
  mergeBranch,
  publish,
  readCommitted,
} from './repository.ts';
import { REPOSITORY, type Stage } from './stage.ts';

const NUMBER = 12;
const BRANCH = 'another-dance';
const ONE_MORE = `  - character: assets/characters/girl.png
    motion: assets/motions/dance.mp4
    output: animations/girl/dance.mp4
`;

export interface Commented {
  readonly run: ActionRun;
  readonly pull: PullRequest;
  /** The comment as a page. */
  readonly page: string;
}

/** A pull request with one more animation and another character: what a reviewer reads. */
export async function planPullRequest(stage: Stage, scene: string): Promise<Commented> {
  const { repository, emulator, out } = stage;
  const baseSha = headOf(repository);
  checkoutBranch(repository, BRANCH);
  changeCharacter(repository, 'assets/characters/girl.png', 'another dress');
  appendTo(repository, '.github/motion-transfer.yml', ONE_MORE);
  commitAll(repository, 'The girl dances, in another dress');
  const headSha = headOf(repository);
  const pull = emulator.github.openPullRequest(REPOSITORY, { number: NUMBER, headSha, baseSha });
  const repo = { full_name: REPOSITORY };
  const payload = {
    action: 'opened',
    number: NUMBER,
    pull_request: {
      number: NUMBER,
      head: { sha: headSha, ref: BRANCH, repo },
      base: { sha: baseSha, ref: 'main', repo },
    },
  };
  const run = await runAction(
    stage.optionsOf(scene, { draft: 'true' }, { event: { name: 'pull_request', payload } }),
  );
  const page = join(out, 'comment.html');
  writeFileSync(
    page,
    renderMarkdownPage('Comment', withPictures(stage, run.outputs['comment-body'])),
  );
  return { run, pull, page };
}

/** The pull request is merged, and the push buys it: the same comment says what was made. */
export async function buyAfterMerge(
  stage: Stage,
  scene: string,
  pull: PullRequest,
): Promise<Commented> {
  const { repository, server, emulator, out } = stage;
  const sha = mergeBranch(repository, BRANCH);
  publish(repository, server);
  emulator.github.merge(REPOSITORY, NUMBER, sha);
  const run = await runAction(
    stage.optionsOf(scene, { command: 'run', commit: 'branch', draft: 'true' }),
  );
  const page = join(out, 'comment-bought.html');
  writeFileSync(page, renderMarkdownPage('Comment', withPictures(stage, pull.comments[0]?.body)));
  return { run, pull, page };
}

/** GitHub shows pictures from the branch; here they stand beside the page. */
function withPictures({ server, out }: Stage, body = ''): string {
  const address = /https?:\/\/[^\s"?]+\/blob\/motion-transfer-previews\/([\w./-]+)\?raw=true/g;
  return body.replaceAll(address, (_, path: string) => {
    const target = join(out, 'pictures', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readCommitted(server, 'motion-transfer-previews', path));
    return `pictures/${path}`;
  });
}
