import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';

const DOCUMENTATION = 'https://docs.github.com/rest';

/** GitHub's error envelope. */
export function refuse(status: number, message: string, errors?: readonly unknown[]): Reply {
  return jsonReply(status, {
    message,
    ...(errors === undefined ? {} : { errors }),
    documentation_url: DOCUMENTATION,
    status: String(status),
  });
}

export const notFound = () => refuse(404, 'Not Found');
export const notAccessible = () => refuse(403, 'Resource not accessible by integration');

/** One page of a list, with the `Link` header that names the others (docs: Using pagination in the REST API). */
export function page(
  { url }: Exchange,
  apiUrl: string,
  items: readonly unknown[],
  wrap: (items: readonly unknown[]) => unknown = (same) => same,
): Reply {
  const perPage = Math.min(Math.max(Number(url.searchParams.get('per_page') ?? 30) || 30, 1), 100);
  const number = Math.max(Number(url.searchParams.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / perPage), 1);
  const at = (target: number) => {
    const link = new URL(`${apiUrl}${url.pathname.replace(/^\/[^/]+/, '')}`);
    link.search = url.search;
    link.searchParams.set('page', String(target));
    return link.href;
  };
  const links = [
    ...(number > 1 ? [`<${at(number - 1)}>; rel="prev"`] : []),
    ...(number < last ? [`<${at(number + 1)}>; rel="next"`, `<${at(last)}>; rel="last"`] : []),
    ...(number > 1 ? [`<${at(1)}>; rel="first"`] : []),
  ];
  return jsonReply(
    200,
    wrap(items.slice((number - 1) * perPage, number * perPage)),
    links.length === 0 ? {} : { link: links.join(', ') },
  );
}

export function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
