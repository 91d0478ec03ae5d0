/** One page of a list. The token is opaque to callers, as AWS's are. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** Takes the page that `token` points at; a token that this function did not make throws `invalid`. */
export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  token: string | undefined,
  invalid: Error,
): Page<Item> {
  const start = token === undefined ? 0 : offsetOf(token);
  if (start === undefined || start > items.length) throw invalid;
  const end = start + limit;
  const page = items.slice(start, end);
  return end < items.length ? { items: page, next: tokenOf(end) } : { items: page };
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64');
}

function offsetOf(token: string): number | undefined {
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64').toString());
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
