import { marked } from 'marked';

/** A job summary or a comment as a page that looks as it does on GitHub. */
export function renderMarkdownPage(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; max-width: 980px; margin: 24px auto; padding: 0 24px; color: #1f2328; background: #fff; }
  h2 { padding-bottom: .3em; border-bottom: 1px solid #d1d9e0; font-size: 1.5em; }
  p, blockquote, ul, table, details { margin: 0 0 16px; }
  a { color: #0969da; }
  img { max-width: 100%; }
  sub { font-size: 75%; }
  summary { cursor: pointer; }
  table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto; }
  th, td { padding: 6px 13px; border: 1px solid #d1d9e0; }
  tr:nth-child(2n) td { background: #f6f8fa; }
  blockquote { padding: 0 1em; border-left: .25em solid #cf222e; }
  @media (prefers-color-scheme: dark) {
    body { color: #f0f6fc; background: #0d1117; }
    a { color: #4493f8; }
    h2, th, td { border-color: #3d444d; }
    tr:nth-child(2n) td { background: #151b23; }
  }
</style>
<main>${marked.parse(markdown, { async: false, gfm: true })}</main>
</html>
`;
}
