import * as actions from '@actions/core';
import { messageOf } from '@motion-transfer/core';
import { type UploadedArtifact, uploadBundle } from './artifact.ts';
import type { Bundle } from './bundle.ts';
import type { Session } from './session.ts';

export interface Delivery {
  readonly artifact: UploadedArtifact | null;
  readonly problem: string | null;
}

/** Trouble after a purchase never loses the bytes: they stay on disk, and the step says where. */
export async function deliver(
  { inputs, github, ports }: Session,
  bundle: Bundle,
): Promise<Delivery> {
  if (!github.supportsArtifacts) {
    ports.log.warning(
      `no artifact service here (GitHub Enterprise Server has none); the videos are in ${bundle.directory}`,
    );
    return { artifact: null, problem: null };
  }
  try {
    const { artifactName: name, retentionDays } = inputs;
    const artifact = await actions.group('Artifact', () =>
      uploadBundle(bundle, { name, retentionDays, log: ports.log }),
    );
    actions.setOutput('artifact-id', String(artifact.id));
    actions.setOutput('artifact-url', github.artifactUrl(artifact.id) ?? '');
    return { artifact, problem: null };
  } catch (error) {
    const problem = `The videos could not be uploaded (${messageOf(error)}). They are in ${bundle.directory}; those that were bought are also at their paths in the workspace. Upload or commit them in a later step of this job.`;
    return { artifact: null, problem };
  }
}
