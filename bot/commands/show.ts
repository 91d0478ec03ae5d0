import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { Message } from '../../shared/slack/message.ts';
import { explainBreak } from '../../shared/trail/trail.ts';
import { findingDetail } from '../blocks/finding-detail.ts';
import type { Bot } from '../bot.ts';

/** `/keys show`: the user read live, and the trail. */
export async function show({ world }: Bot, known: TrailIssue): Promise<Message> {
  const [policy, issue] = await Promise.all([world.policies.read(), world.issues.read(known.number)]);
  const [user, rule, finding] = await Promise.all([
    world.users.readUser(issue.finding, issue.userName ?? known.userName),
    world.rules.readRule(issue.finding.accountId),
    readFindingTrail(world, policy, issue),
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
    now: world.clock.now(),
    ...(trail.state === 'broken' && { broken: explainBreak(trail) }),
  });
}
