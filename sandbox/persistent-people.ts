/** People who do not give up: what fails or is not answered they do again, until the remediation has its end. */
import { fold } from '../shared/trail/fold.ts';
import { readTrail } from '../shared/trail/read-trail.ts';
import { parsePublicKeys } from '../shared/trail/signature.ts';
import type { FindingState } from '../shared/trail/state.ts';
import type { Loop } from './loop.ts';
import { aMoment, approveOne, commentsOn, nextApprover, type } from './persistent-hands.ts';

export interface Wanted {
  readonly user: string;
  readonly strict?: boolean;
}

/** The state of the trail about this user, as anybody can read it; of the newest issue about them. */
export async function stateOf(loop: Loop, user: string): Promise<FindingState | undefined> {
  const { aws, github, publicKey } = loop;
  const issues = await github.byHand.issues();
  const issue = issues.findLast(
    ({ title, number }) => title.includes(`IAM user ${user} `) && !github.byHand.isGone(number),
  );
  if (!issue) return undefined;
  const subject = {
    repositoryId: github.repositoryId,
    issue: issue.number,
    accountId: aws.world.account().id,
    userId: aws.world.userNamed(user).id,
  };
  const comments = await commentsOn(loop, issue.number);
  return fold(readTrail(comments, subject, parsePublicKeys([publicKey])).events, aws.world.now());
}

/** From the command to the verified outcome. Throws when it has not come to an end within `limit` milliseconds. */
export async function remediate(loop: Loop, wanted: Wanted, limit = 240_000): Promise<void> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const state = await stateOf(loop, wanted.user);
    const request = [...(state?.requests.values() ?? [])].at(-1);
    if (request?.status === 'verified') return;
    if (!request || request.status === 'voided') await ask(loop, wanted);
    else if (request.status === 'pending') await approveNext(loop, wanted.user);
    else await aMoment();
  }
  throw new Error(`The remediation of ${wanted.user} has no end:\n${loop.bot.log.slice(-40).join('\n')}`);
}

async function ask(loop: Loop, { user, strict }: Wanted): Promise<void> {
  const before = (await stateOf(loop, user))?.requests.size ?? 0;
  const line = `/keys remediate ${user}${strict ? ' --strict' : ''}`;
  await type(loop, line, async () => ((await stateOf(loop, user))?.requests.size ?? 0) > before);
}

async function approveNext(loop: Loop, user: string): Promise<void> {
  const state = await stateOf(loop, user);
  const approvals = state?.open?.approvals ?? [];
  const who = nextApprover(loop, approvals);
  if (!who) return;
  await approveOne(
    loop,
    who,
    ({ text }) => text.includes(`for \`${user}\``),
    async () => {
      const open = (await stateOf(loop, user))?.open;
      return open?.status !== 'pending' || open.approvals.length > approvals.length;
    },
  );
}
