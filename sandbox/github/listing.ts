import { z } from 'zod';
import type { Answer, Request } from './exchange.ts';

const entries = z.array(
  z.looseObject({
    created_at: z.string(),
    updated_at: z.string(),
    number: z.number().optional(),
    issue_url: z.string().optional(),
  }),
);

type Entry = z.infer<typeof entries>[number];

/** What a list does not show. */
export interface View {
  /** How many of the newest entries. */
  readonly hideNewest: number;
  readonly hides: (entry: Entry) => boolean;
}

/** Everything is shown. */
export const everything: View = { hideNewest: 0, hides: () => false };

/** Lists that the front sorts, filters and cuts into pages itself. */
export function isListing({ method, path }: Request): boolean {
  return method === 'GET' && /^\/repos\/[^/]+\/[^/]+\/issues(\/comments|\/\d+\/comments)?$/.test(path);
}

function sorted(list: Entry[], { path, query }: Request): Entry[] {
  const newestFirst = path.endsWith('/issues');
  const sign = (query.get('direction') ?? (newestFirst ? 'desc' : 'asc')) === 'asc' ? 1 : -1;
  const key = query.get('sort') === 'updated' ? 'updated_at' : 'created_at';
  return list
    .map((entry, index) => ({ entry, index }))
    .sort((one, other) => {
      if (one.entry[key] !== other.entry[key]) return one.entry[key] < other.entry[key] ? -sign : sign;
      return (one.index - other.index) * sign;
    })
    .map(({ entry }) => entry);
}

function linkHeader(url: string, { query }: Request, page: number, pages: number): Record<string, string> {
  const link = (target: number, rel: string) => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(target));
    return `<${url}?${parameters}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < pages ? [link(page + 1, 'next'), link(pages, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return links.length > 0 ? { link: links.join(', ') } : {};
}

/**
 * One page of a whole list given oldest first, as GitHub answers it: `since` compares whole seconds and includes its
 * own moment, at most 100 a page, the other pages in the header Link. `url` is the list's address without a query.
 */
export function pageOf(all: unknown, request: Request, url: string, view: View): Answer {
  const { query } = request;
  const shown = entries.parse(all).filter((entry) => !view.hides(entry));
  const since = Date.parse(query.get('since') ?? '1970-01-01T00:00:00Z');
  const visible = shown
    .slice(0, shown.length - view.hideNewest)
    .filter((entry) => Date.parse(entry.updated_at) >= Math.floor(since / 1_000) * 1_000);
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30) || 30));
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const headers = linkHeader(url, request, page, Math.ceil(visible.length / size));
  return { status: 200, headers, body: sorted(visible, request).slice((page - 1) * size, page * size) };
}
