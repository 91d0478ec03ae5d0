import type { Ages } from './age.ts';
import { runbookKeyReason, strictKeyReason } from './explain-plan.ts';
import { phraseCause } from './phrase-reason.ts';
import { planStrict } from './plan-strict.ts';
import type { AccessKey, UserSnapshot } from './user-snapshot.ts';
import type { WrittenMoments } from './written-moments.ts';

/** The part of an approved plan that can be compared with what happened. Lists hold access key ids. */
export type ExpectedChange =
  | { readonly kind: 'runbook'; readonly updates: readonly string[]; readonly deletesLoginProfile: boolean }
  | { readonly kind: 'strict'; readonly deactivates: readonly string[] }
  | { readonly kind: 'undo'; readonly reactivates: readonly string[] };

/** What became of one key. */
export interface KeyOutcome {
  readonly id: string;
  /** `already inactive`: unusable before and now. `differs`: any other change of status. */
  readonly outcome:
    | 'deactivated'
    | 'reactivated'
    | 'already inactive'
    | 'still active'
    | 'gone'
    | 'new'
    | 'differs';
  /** For people: "used 3 hours ago for s3 in us-east-1". Holds AWS's text: escape it where it is shown. */
  readonly why?: string;
}

/** `new`: there was none before, or another one has taken its place. */
export type LoginProfileOutcome = 'none' | 'kept' | 'deleted' | 'new';

/** What a remediation did to a user, as read back from IAM. Plain JSON. */
export interface Outcome {
  /** The keys that were there before, in their order, then new ones. */
  readonly keys: readonly KeyOutcome[];
  readonly loginProfile: LoginProfileOutcome;
  /** The finding is over: no Active key over age is left, or the user is gone. */
  readonly resolved: boolean;
  /** Whether keys and password are exactly as the plan said. How the run itself ended is not looked at. */
  readonly asPredicted: boolean;
  /** Each difference from the plan as a line for people. Empty when `asPredicted`. */
  readonly differences: readonly string[];
}

export interface RemediatedUser {
  /** The user as read just before the first write. */
  readonly before: UserSnapshot;
  readonly plan: ExpectedChange;
  /** The same user (by unique id) as read back. Undefined: IAM has no such user any more. */
  readonly after: UserSnapshot | undefined;
  readonly ages: Ages;
  /** The moment at which the remediation decided about ages and idleness. */
  readonly startedAt: Date;
}

/** Compares what IAM shows at `now` with what it showed before, and with the plan. */
export function judgeOutcome(remediated: RemediatedUser, now: Date, moments: WrittenMoments): Outcome {
  const { before, after, ages } = remediated;
  const differences = after ? differencesFromPlan(remediated, after) : ['the user does not exist any more'];
  return {
    keys: [
      ...before.accessKeys.map((key) => keyOutcome(key, remediated, moments)),
      ...newKeys(before, after).map(({ id, status }) => ({
        id,
        outcome: 'new' as const,
        why: `it is ${status}`,
      })),
    ],
    loginProfile: loginProfileOutcome(before, after),
    resolved: !after || planStrict(after, ages.maxAccessKeyAge, now).deactivates.length === 0,
    asPredicted: differences.length === 0,
    differences,
  };
}

function keyOutcome(key: AccessKey, remediated: RemediatedUser, moments: WrittenMoments): KeyOutcome {
  const { id } = key;
  const found = remediated.after && findKey(remediated.after, id);
  if (!found) return { id, outcome: 'gone' };
  switch (`${key.status} → ${found.status}` as const) {
    case 'Active → Inactive':
      return { id, outcome: 'deactivated' };
    case 'Inactive → Active':
      return { id, outcome: 'reactivated' };
    case 'Inactive → Inactive':
      return { id, outcome: 'already inactive' };
    case 'Expired → Expired':
      return { id, outcome: 'already inactive', why: 'its status is Expired, as before' };
    case 'Active → Active':
      return { id, outcome: 'still active', why: whyStillActive(found, remediated, moments) };
    default:
      return { id, outcome: 'differs', why: `it was ${key.status} and is ${found.status}` };
  }
}

/** Goes by the key as it is now: a use since the plan was made is what kept the runbook off it. */
function whyStillActive(found: AccessKey, remediated: RemediatedUser, moments: WrittenMoments): string {
  const { before, plan, ages, startedAt } = remediated;
  if (plan.kind === 'undo') return 'it was Active before';
  const reason =
    plan.kind === 'strict'
      ? strictKeyReason(found, ages.maxAccessKeyAge, startedAt)
      : runbookKeyReason(before, found, ages.maxCredentialUsageAge, startedAt);
  const cause = phraseCause(reason, moments);
  return reason.why === 'overAge' || reason.why === 'idle' ? `not deactivated, although ${cause}` : cause;
}

function differencesFromPlan({ before, plan }: RemediatedUser, after: UserSnapshot): string[] {
  const keys = before.accessKeys.flatMap((key) =>
    difference(key.id, expectedStatus(key, plan), findKey(after, key.id)?.status ?? 'no such key'),
  );
  const added = newKeys(before, after).map(({ id, status }) => `${id}: not there before, now ${status}`);
  const password = difference(
    'console password',
    expectedLoginProfile(before, plan),
    loginProfileOutcome(before, after),
  );
  return [...keys, ...added, ...password];
}

function difference(subject: string, predicted: string, found: string): string[] {
  return predicted === found ? [] : [`${subject}: predicted ${predicted}, found ${found}`];
}

function expectedStatus({ id, status }: AccessKey, plan: ExpectedChange): AccessKey['status'] {
  switch (plan.kind) {
    case 'runbook':
      return plan.updates.includes(id) ? 'Inactive' : status;
    case 'strict':
      return plan.deactivates.includes(id) ? 'Inactive' : status;
    case 'undo':
      return plan.reactivates.includes(id) ? 'Active' : status;
  }
}

function expectedLoginProfile(before: UserSnapshot, plan: ExpectedChange): LoginProfileOutcome {
  if (!before.loginProfileCreatedAt) return 'none';
  return plan.kind === 'runbook' && plan.deletesLoginProfile ? 'deleted' : 'kept';
}

function loginProfileOutcome(before: UserSnapshot, after: UserSnapshot | undefined): LoginProfileOutcome {
  const was = before.loginProfileCreatedAt?.getTime();
  const is = after?.loginProfileCreatedAt?.getTime();
  if (is === undefined) return was === undefined ? 'none' : 'deleted';
  return is === was ? 'kept' : 'new';
}

function findKey(user: UserSnapshot, id: string): AccessKey | undefined {
  return user.accessKeys.find((key) => key.id === id);
}

function newKeys(before: UserSnapshot, after: UserSnapshot | undefined): readonly AccessKey[] {
  return after?.accessKeys.filter(({ id }) => !findKey(before, id)) ?? [];
}
