import { link, type Mrkdwn, md } from './mrkdwn.ts';

/** "issue #7", as a link. */
export function issueLink({ url, number }: { readonly url: string; readonly number: number }): Mrkdwn {
  return link(url, md`issue #${number}`);
}
