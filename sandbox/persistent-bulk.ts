/** People who do not give up on a bulk request: asked for and approved again until one has its end. */
import type { BulkState } from '../shared/trail/bulk-state.ts';
import { foldBulk } from '../shared/trail/fold-bulk.ts';
import { readTrail } from '../shared/trail/read-trail.ts';
import { parsePublicKeys } from '../shared/trail/signature.ts';
import type { Loop } from './loop.ts';
import { aMoment, approveOne, commentsOn, nextApprover, type } from './persistent-hands.ts';

/**
 * From the command to the end of all users. Throws when it has not come to an end within `limit` milliseconds.
 *
 * @param line what is typed after `--all-unused`
 */
export async function remediateAll(loop: Loop, line = '', limit = 240_000): Promise<BulkState> {
  const before = (await bulkIssues(loop)).map(({ number }) => number);
  const read = async () => newest(loop, before);
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const bulk = await read();
    if (bulk?.status === 'finished') return bulk;
    if (bulk?.status === 'pending') await approveNext(loop, bulk, read);
    else if (bulk?.status === 'started' || bulk?.status === 'stopped') await aMoment();
    else
      await type(
        loop,
        `/keys remediate --all-unused ${line}`,
        async () => (await read())?.status === 'pending',
      );
  }
  throw new Error(`The bulk request has no end:\n${loop.bot.log.slice(-40).join('\n')}`);
}

async function bulkIssues({ github }: Loop) {
  return (await github.byHand.issues()).filter(({ labels }) => labels.includes('keyturn:bulk'));
}

/** The newest that was recorded since. */
async function newest(loop: Loop, before: readonly number[]): Promise<BulkState | undefined> {
  const { aws, github, publicKey } = loop;
  const issues = (await bulkIssues(loop)).filter(({ number }) => !before.includes(number));
  for (const { number: issue } of issues.toReversed()) {
    const subject = { repositoryId: github.repositoryId, issue, accountId: aws.world.account().id };
    const trail = readTrail(await commentsOn(loop, issue), subject, parsePublicKeys([publicKey]));
    const { bulk } = foldBulk(trail.events, aws.world.now());
    if (bulk) return bulk;
  }
  return undefined;
}

async function approveNext(
  loop: Loop,
  { approvals, requested }: BulkState,
  read: () => Promise<BulkState | undefined>,
): Promise<void> {
  const who = nextApprover(loop, approvals);
  if (!who) return;
  await approveOne(
    loop,
    who,
    ({ ts }) => ts === requested.data.card.ts,
    async () => {
      const now = await read();
      return now?.status !== 'pending' || now.approvals.length > approvals.length;
    },
  );
}
