/** The documentation of the release that prints the address: whoever reads a log has no checkout of ours. */
const DOCS_URL = 'https://github.com/motion-transfer/motion-transfer/blob/v1/docs';

/** The page of `docs/` as messages name it. */
export function docsPage(name: 'config' | 'providers' | 'staging'): string {
  return `${DOCS_URL}/${name}.md`;
}
