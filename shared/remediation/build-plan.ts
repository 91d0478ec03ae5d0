import type { Ages } from '../keys/age.ts';
import { planRunbook } from '../keys/plan-runbook.ts';
import { planStrict } from '../keys/plan-strict.ts';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import type { Plan } from '../trail/plan.ts';
import type { FindingState } from '../trail/state.ts';
import { deactivatedBy } from '../trail/transitions.ts';
import type { RunbookDocument } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';

/** What somebody asks for; the rest of a plan is read from AWS. */
export type Wish =
  | { readonly kind: 'runbook' }
  | { readonly kind: 'strict' }
  /** `undoes`: a request id; absent: the latest request whose deactivations still hold. */
  | { readonly kind: 'undo'; readonly undoes?: string }
  | { readonly kind: 'exempt'; readonly keyIds: readonly string[]; readonly until: Date };

/** Everything that a plan is made from. */
export interface PlanBasis {
  readonly user: UserSnapshot;
  readonly ages: Ages;
  readonly region: string;
  readonly roleArn: string;
  /** Needed for mode runbook alone. */
  readonly document: RunbookDocument | undefined;
  readonly state: FindingState;
  readonly now: Date;
}

export type Planned = { readonly kind: 'planned'; readonly plan: Plan } | Refused;

/** The longest exemption: a year, leap years included. */
const longestExemption = 366 * 24 * 3_600_000;

/** What exactly would be done now, or why nothing may be. Pure: asked again before anything is done. */
export function buildPlan(wish: Wish, basis: PlanBasis): Planned {
  switch (wish.kind) {
    case 'runbook':
      return planForRunbook(basis);
    case 'strict':
      return planForStrict(basis);
    case 'undo':
      return planForUndo(wish.undoes, basis);
    case 'exempt':
      return planForExemption(wish, basis);
  }
}

/** What has to be wished for to get this plan again. */
export function wishOf(plan: Plan): Wish {
  switch (plan.kind) {
    case 'runbook':
    case 'strict':
      return { kind: plan.kind };
    case 'undo':
      return { kind: 'undo', undoes: plan.undoes };
    case 'exempt':
      return { kind: 'exempt', keyIds: plan.keyIds, until: new Date(plan.until) };
  }
}

/**
 * Whether the runbook would act on this very user. It turns the unique id into the name that Config has recorded: after
 * a rename that is another user's name, or nobody's.
 */
export function refuseUnrecorded(user: UserSnapshot): Refused | undefined {
  if (user.configName === undefined) {
    return refuse(
      'config-record-differs',
      `AWS Config does not record ${user.userName}, so the runbook would fail.`,
    );
  }
  if (user.configName !== user.userName) {
    return refuse(
      'config-record-differs',
      `AWS Config records this user as ${user.configName}, but the name is ${user.userName} now: the runbook would act on whoever has the old name.`,
    );
  }
  return undefined;
}

function planForRunbook({ user, ages, region, roleArn, document, now }: PlanBasis): Planned {
  if (ages.maxCredentialUsageAge === 0) {
    return refuse(
      'usage-age-zero',
      'With a credential usage age of 0 days the runbook takes every key and may fail half way.',
    );
  }
  const refusal = refuseUnrecorded(user) ?? refuseExpired(user);
  if (refusal) return refusal;
  const { fails, ...planned } = planRunbook(user, ages.maxCredentialUsageAge, now);
  if (fails || !document) return refuse('nothing-to-do', 'The runbook would fail.');
  const plan: Plan = {
    kind: 'runbook',
    region,
    document: { ...document },
    roleArn,
    ages: { ...ages },
    keys: keyStatuses(user),
    updates: [...planned.updates],
    deactivates: [...planned.deactivates],
    deletesLoginProfile: planned.deletesLoginProfile,
    ...(user.loginProfileCreatedAt && { loginProfileCreatedAt: user.loginProfileCreatedAt.toISOString() }),
  };
  return { kind: 'planned', plan };
}

function planForStrict({ user, ages, now }: PlanBasis): Planned {
  const refusal = refuseExpired(user);
  if (refusal) return refusal;
  const { deactivates } = planStrict(user, ages.maxAccessKeyAge, now);
  if (deactivates.length === 0) {
    return refuse(
      'nothing-to-do',
      `${user.userName} has no Active key older than ${ages.maxAccessKeyAge} days.`,
    );
  }
  const plan: Plan = {
    kind: 'strict',
    ages: { ...ages },
    keys: keyStatuses(user),
    deactivates: [...deactivates],
  };
  return { kind: 'planned', plan };
}

/**
 * All of the keys that the request deactivated and that nobody has reactivated since, if each is as the request left it:
 * what an undo that failed halfway left over can be undone by the next.
 */
function planForUndo(wished: string | undefined, { user, state }: PlanBasis): Planned {
  const undoes = wished ?? [...state.deactivated.values()].at(-1)?.requestId;
  const request = undoes === undefined ? undefined : state.requests.get(undoes);
  const keyIds = request
    ? deactivatedBy(request).filter((id) => state.deactivated.get(id)?.requestId === request.id)
    : [];
  if (!request || keyIds.length === 0) {
    return refuse('undo-impossible', 'No request deactivated keys of this user that are still so.');
  }
  const changed = keyIds.find((id) => user.accessKeys.find((key) => key.id === id)?.status !== 'Inactive');
  if (changed !== undefined) {
    return refuse('undo-impossible', `The key ${changed} is not as the request left it: Inactive.`);
  }
  const plan: Plan = { kind: 'undo', undoes: request.id, keys: keyStatuses(user), reactivates: keyIds };
  return { kind: 'planned', plan };
}

function planForExemption(
  { keyIds, until }: Extract<Wish, { kind: 'exempt' }>,
  { user, now }: PlanBasis,
): Planned {
  const ids = [...new Set(keyIds)];
  const unknown = ids.find((id) => !user.accessKeys.some((key) => key.id === id));
  if (ids.length === 0)
    return refuse('exemption-invalid', 'An exemption is for named keys, and none is named.');
  if (unknown !== undefined) return refuse('exemption-invalid', `${user.userName} has no key ${unknown}.`);
  const duration = until.getTime() - now.getTime();
  if (!(duration > 0 && duration <= longestExemption)) {
    return refuse('exemption-invalid', 'The end of the exemption is no date within the coming year.');
  }
  return { kind: 'planned', plan: { kind: 'exempt', keyIds: ids, until: until.toISOString() } };
}

function refuseExpired({ accessKeys }: UserSnapshot): Refused | undefined {
  const expired = accessKeys.find(({ status }) => status === 'Expired');
  return (
    expired &&
    refuse(
      'key-expired',
      `The key ${expired.id} has the status Expired, and what AWS does to such a key is not documented.`,
    )
  );
}

function keyStatuses(user: UserSnapshot): { id: string; status: 'Active' | 'Inactive' | 'Expired' }[] {
  return user.accessKeys.map(({ id, status }) => ({ id, status }));
}
