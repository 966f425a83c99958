/**
 * In the place of what the artifact client does besides uploading: nothing here uses it, and with it come Octokit and
 * two more copies of undici.
 */
function leftOut() {
  throw new Error(
    'this part of @actions/artifact is not in the bundle, which only uploads; see packages/action/bundle/bundle.ts',
  );
}

export {
  leftOut as deleteArtifactInternal,
  leftOut as deleteArtifactPublic,
  leftOut as downloadArtifactInternal,
  leftOut as downloadArtifactPublic,
  leftOut as getArtifactInternal,
  leftOut as getArtifactPublic,
  leftOut as listArtifactsInternal,
  leftOut as listArtifactsPublic,
};
