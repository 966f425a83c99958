/**
 * In the place of what nothing here calls: of the artifact client all but uploads (with downloads come Octokit and two
 * more copies of undici), and of its archiver what finds files by globs and writes tar.
 */
function leftOut() {
  throw new Error(
    'this is not in the bundle, because nothing was known to use it; take it out of packages/action/bundle/bundle.ts, LEFT_OUT',
  );
}

export {
  leftOut as deleteArtifactInternal,
  leftOut as deleteArtifactPublic,
  leftOut as downloadArtifactInternal,
  leftOut as downloadArtifactPublic,
  leftOut as getArtifactInternal,
  leftOut as getArtifactPublic,
  leftOut as glob,
  leftOut as listArtifactsInternal,
  leftOut as listArtifactsPublic,
  leftOut as pack,
};
