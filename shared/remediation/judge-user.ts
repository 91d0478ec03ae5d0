import { planStrict } from '../keys/plan-strict.ts';
import type { Quorum } from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import { minuteOf } from '../trail/text.ts';
import { expiryOf } from './expiry.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';
import { type RunbookBasis, type Survey, surveyUser } from './survey.ts';

/** Whether a user can be part of a bulk request at this moment. */
export type Judged =
  | {
      readonly kind: 'ready';
      readonly survey: Survey;
      /** How many Active keys the runbook deactivates. */
      readonly keys: number;
      readonly deletesLoginProfile: boolean;
      readonly expiresAt: Date;
    }
  /** `why` is for people. */
  | { readonly kind: 'out'; readonly why: string };

/** The account as it is, and who has to approve. */
export interface BulkTerms {
  readonly policy: Policy;
  readonly basis: RunbookBasis;
  readonly quorum: Quorum;
}

/** Reads the user live. Rejects when AWS will not say. */
export async function judgeUser(
  world: World,
  { policy, basis, quorum }: BulkTerms,
  finding: FindingTrail,
): Promise<Judged> {
  const { trail, state } = finding;
  if (trail.state === 'broken') return out('the trail of the issue is broken');
  if (state.open) return out(`another request is ${state.open.status}`);
  const survey = await surveyUser(world, basis, quorum, finding, { kind: 'runbook' });
  if (survey.kind === 'refused') return out(survey.error.fact);
  return judgePlan(survey, finding, policy.approvals.expireAfterHours, world.clock.now());
}

function judgePlan(survey: Survey, { state }: FindingTrail, expireAfterHours: number, now: Date): Judged {
  const { plan } = survey.approvable;
  if (plan.kind !== 'runbook' || (plan.deactivates.length === 0 && !plan.deletesLoginProfile)) {
    return out('the runbook would change nothing');
  }
  const { deactivates, deletesLoginProfile } = plan;
  if (deactivates.some((id) => state.exemptions.has(id))) return out('a key of the user is exempt');
  // The runbook deletes an unused password, too, of whom it is not about any more: a rotated key closes the finding.
  const overAge = planStrict(survey.user, plan.ages.maxAccessKeyAge, now).deactivates;
  if (overAge.every((id) => state.exemptions.has(id))) {
    return out('no Active key of the user is over age any more, or they are exempt');
  }
  const expiry = expiryOf(survey.planChangesAt, expireAfterHours, now);
  if (expiry.kind === 'too-late') {
    return out(`the plan becomes another one by itself at ${minuteOf(expiry.planChangesAt)}`);
  }
  return { kind: 'ready', survey, keys: deactivates.length, deletesLoginProfile, expiresAt: expiry.at };
}

function out(why: string): Judged {
  return { kind: 'out', why };
}
