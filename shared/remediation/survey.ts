import type { Ages } from '../keys/age.ts';
import { nextChange } from '../keys/next-change.ts';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import { type Quorum, quorumFor } from '../policy/approvals.ts';
import { runbookRoleArn } from '../policy/runbook-role.ts';
import type { Policy } from '../policy/schema.ts';
import { buildPlan, type PlanBasis, type Wish } from './build-plan.ts';
import { type Approvable, digestOf } from './digest.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { RunbookDocument, World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';

/** What would be done at this moment, and to whom. */
export interface Survey {
  readonly kind: 'surveyed';
  readonly user: UserSnapshot;
  readonly approvable: Approvable;
  readonly digest: string;
  /** When the plan would become another one by itself. Undefined: never. */
  readonly planChangesAt: Date | undefined;
}

/** What the plans of all users of one account depend on alike. */
export type AccountBasis = Pick<PlanBasis, 'ages' | 'region' | 'roleArn' | 'document'>;

/** The same for the runbook, whose document is read, too. */
export type RunbookBasis = AccountBasis & { readonly document: RunbookDocument };

export async function readRunbookBasis(
  world: World,
  policy: Policy,
  accountId: string,
): Promise<RunbookBasis> {
  const basis = await readAccountBasis(world, policy, accountId);
  const place = { accountId, region: basis.region };
  return { ...basis, document: await world.runbooks.describeDocument(place, policy.aws.runbookVersion) };
}

async function readAccountBasis(world: World, policy: Policy, accountId: string): Promise<AccountBasis> {
  const rule = await world.rules.readRule(accountId);
  const { region, runbookRole, maxCredentialUsageAge } = policy.aws;
  const ages: Ages = {
    maxAccessKeyAge: rule.maxAccessKeyAge,
    maxCredentialUsageAge: maxCredentialUsageAge ?? rule.maxAccessKeyAge,
  };
  const roleArn = runbookRoleArn(runbookRole, { partition: rule.partition, accountId });
  return { ages, region, roleArn, document: undefined };
}

/** Reads everything that a plan depends on, live, and makes the plan. */
export async function survey(
  world: World,
  policy: Policy,
  finding: FindingTrail,
  wish: Wish,
): Promise<Survey | Refused> {
  const read = wish.kind === 'runbook' ? readRunbookBasis : readAccountBasis;
  const basis = await read(world, policy, finding.issue.finding.accountId);
  return surveyUser(world, basis, quorumFor(policy, wish.kind), finding, wish);
}

/** The same where the account is known already. */
export async function surveyUser(
  world: World,
  basis: AccountBasis,
  quorum: Quorum,
  { issue, state, subject }: FindingTrail,
  wish: Wish,
): Promise<Survey | Refused> {
  const user = await world.users.readUser(issue.finding, issue.userName);
  if (!user) return refuse('user-gone', 'IAM has no such user any more.');
  const now = world.clock.now();
  const planned = buildPlan(wish, { ...basis, user, state, now });
  if (planned.kind === 'refused') return planned;
  const { userName, arn } = user;
  const approvable: Approvable = { subject, userName, arn, plan: planned.plan, quorum };
  const isTimed = wish.kind === 'runbook' || wish.kind === 'strict';
  return {
    kind: 'surveyed',
    user,
    approvable,
    digest: digestOf(approvable),
    planChangesAt: isTimed ? nextChange(user, basis.ages, now) : undefined,
  };
}
