import { join } from 'node:path';
import { createNodePorts, findStateDirectory, messageOf, readRecords } from '@motion-transfer/core';
import { uploadBundle } from './artifact.ts';
import { assembleBundle, createPendingNote, freshDirectory } from './bundle.ts';
import { actionsLog } from './environment.ts';
import { readGitHubContext } from './github-context.ts';
import { readInputs } from './inputs.ts';

/**
 * After the step, whatever became of it: uploads what a killed or cancelled run left on disk. It buys
 * nothing and trusts only the journal, never the lockfile (a pull request can write it) and never state
 * that a printed line could have set.
 */
export async function post(): Promise<number> {
  try {
    const github = await readGitHubContext(process.env);
    const pending = createPendingNote(github.temporaryDirectory);
    const startedMs = await pending.read();
    if (startedMs == null) return 0;
    const ports = createNodePorts(actionsLog);
    const stateDirectory = await findStateDirectory(ports, github.workspace);
    const { journal } = await readRecords(ports, { workspace: github.workspace, stateDirectory });
    const videos = [...journal.values()].flatMap(({ state, atMs, output, download }) =>
      ['stored', 'recorded'].includes(state) && atMs >= startedMs && download != null
        ? [{ path: output, isAside: false, sha256: download.sha256 }]
        : [],
    );
    const bundle = await assembleBundle(ports, {
      workspace: github.workspace,
      stateDirectory,
      directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer-post')),
      videos,
      drafts: { directory: '', all: [] },
      documents: {},
    });
    if (!bundle.hasVideos) return 0;
    if (!github.supportsArtifacts) {
      actionsLog.warning(`no artifact service here; the videos are in ${bundle.directory}`);
      return 0;
    }
    const { artifactName: name, retentionDays } = readInputs();
    const artifact = await uploadBundle(bundle, { name, retentionDays, log: actionsLog });
    actionsLog.info(`uploaded what the interrupted run left behind as ${artifact.name}`);
    await pending.clear();
  } catch (error) {
    actionsLog.warning(
      `the post step could not upload the videos: ${messageOf(error)}; they are still in the workspace`,
    );
  }
  return 0;
}
