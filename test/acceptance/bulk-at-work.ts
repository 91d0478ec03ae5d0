/** What people do with bulk requests, by the words that they see. */
import { findButton, openApproval, textOf } from '../../sandbox/at-work.ts';
import type { StoredIssue } from '../../sandbox/github/by-hand.ts';
import type { Loop } from '../../sandbox/loop.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import type { Thread } from '../../sandbox/slack/reader.ts';
import { until } from '../../sandbox/until.ts';

/** The newest card of a bulk request for this account, once it says so. */
export function bulkCard(
  { slack }: Loop,
  says: (text: string, card: Thread) => boolean,
  account = '',
): Promise<Thread> {
  return until(`the card of the bulk request ${account}`, async () => {
    const card = (await slack.reader.messages()).findLast(
      ({ text }) => text.startsWith('Bulk request for') && text.includes(account),
    );
    return card && says(textOf(card), card) ? card : undefined;
  });
}

/** Reads the list and approves it; waits until that is recorded. */
export async function approveBulk(loop: Loop, who: PersonName, account?: string): Promise<void> {
  const { reader, byHand } = loop.slack;
  const card = await bulkCard(loop, (_, shown) => findButton(shown, 'Approve') !== undefined, account);
  const view = await openApproval(loop, who, card);
  await byHand.submit(who, view.id);
  await until(
    'the approval',
    () => JSON.stringify(reader.openViews(who).at(-1) ?? {}).includes('*Recorded.*') || undefined,
  );
}

export async function bulkIssues({ github }: Loop): Promise<StoredIssue[]> {
  return (await github.byHand.issues()).filter(({ labels }) => labels.includes('keyturn:bulk'));
}

/** Waits until so many issues of bulk requests are closed. */
export async function closedBulks(loop: Loop, count: number): Promise<void> {
  for (let looks = 0; looks < 240; looks += 1) {
    const closed = (await bulkIssues(loop)).filter(({ state }) => state === 'closed');
    if (closed.length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Waited too long for the closed bulk issue:\n${loop.bot.log.join('\n')}`);
}
