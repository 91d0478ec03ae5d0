import { KeyturnError } from '../errors.ts';
import { isRecord } from '../trust-boundaries.ts';
import { awsError } from './aws-error.ts';

/** A hundred rows a page make a million: no account and no organization has as many users. */
export const mostPages = 10_000;

/**
 * All pages of an SDK paginator. Paginators go on as long as a page says that more follow, so that an answer which leads
 * back to an earlier page would be asked for without end.
 *
 * @param action the IAM action that the caller needs, such as `iam:ListUsers`: what a person has to allow.
 * @throws KeyturnError `aws-answer-unexpected` when the pages go round in a circle or have no end; `aws-…`
 */
export async function askingForPages<Page>(action: string, pages: AsyncIterable<Page>): Promise<Page[]> {
  const found: Page[] = [];
  const seen = new Set<string>();
  try {
    for await (const page of pages) {
      found.push(page);
      const token = nextOf(page);
      // To the paginators an empty one is none.
      if (token === undefined || token === null || token === '') continue;
      if (typeof token !== 'string') throw endless(action, 'names the next page by what is no text');
      if (seen.has(token)) throw endless(action, 'leads back to a page that was there before');
      if (found.length === mostPages) throw endless(action, `has no end after ${mostPages} pages`);
      seen.add(token);
    }
  } catch (error) {
    throw awsError(action, error);
  }
  return found;
}

/** AWS Config says NextToken, IAM says Marker. */
function nextOf(page: unknown): unknown {
  return isRecord(page) ? (page['NextToken'] ?? page['Marker']) : undefined;
}

function endless(action: string, how: string): KeyturnError {
  return new KeyturnError('aws-answer-unexpected', `The answer to ${action} ${how}.`);
}
