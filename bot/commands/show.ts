import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { Message } from '../../shared/slack/message.ts';
import { explainBreak } from '../../shared/trail/trail.ts';
import { findingDetail } from '../blocks/finding-detail.ts';
import type { Bot } from '../bot.ts';
import { findOpenBulks, openSince } from '../open-bulks.ts';

/** `/keys show`: the user read live, the trail, and the bulk requests that hold the user. */
export async function show({ world }: Pick<Bot, 'world'>, known: TrailIssue): Promise<Message> {
  const [policy, issue] = await Promise.all([world.policies.read(), world.issues.read(known.number)]);
  const now = world.clock.now();
  const { accountId, userId } = issue.finding;
  const [user, rule, finding, bulks] = await Promise.all([
    world.users.readUser(issue.finding, issue.userName ?? known.userName),
    world.rules.readRule(accountId),
    readFindingTrail(world, policy, issue),
    findOpenBulks(world, policy, openSince(now), accountId),
  ]);
  const { trail, state } = finding;
  return findingDetail({
    issue,
    user,
    ages: {
      maxAccessKeyAge: rule.maxAccessKeyAge,
      maxCredentialUsageAge: policy.aws.maxCredentialUsageAge ?? rule.maxAccessKeyAge,
    },
    state,
    bulks: bulks.filter(({ bulk }) =>
      bulk.requested.data.plan.users.some((one) => one.userId === userId && one.issue === issue.number),
    ),
    now,
    ...(trail.state === 'broken' && { broken: explainBreak(trail) }),
  });
}
