import { createHash } from 'node:crypto';
import type { Quorum } from '../policy/approvals.ts';
import type { BulkPlan } from '../trail/bulk-plan.ts';
import type { Plan } from '../trail/plan.ts';
import type { Subject } from '../trail/subject.ts';

/**
 * Everything that an approval depends on. Dates of last use, ages and prose are left out: they change without changing
 * what would be done.
 */
export interface Approvable {
  readonly subject: Subject;
  readonly userName: string;
  readonly arn: string;
  readonly plan: Plan;
  readonly quorum: Quorum;
}

/** Everything that the approval of a bulk request depends on. */
export interface BulkApprovable {
  readonly subject: Subject;
  readonly plan: BulkPlan;
  readonly quorum: Quorum;
}

/** SHA-256 (hexadecimal) of the canonical JSON: the same digest means that the same would be done. */
export function digestOf({ subject, userName, arn, plan, quorum }: Approvable): string {
  const covered = {
    v: 1,
    subject,
    userName,
    arn,
    plan: withKeysInOrder(plan),
    quorum: inOrder(quorum),
  };
  return hashOf(covered);
}

/** The same of a bulk request: each user's own digest is part of its plan. */
export function bulkDigestOf({ subject, plan, quorum }: BulkApprovable): string {
  const users = plan.users.toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
  return hashOf({ v: 1, subject, plan: { ...plan, users }, quorum: inOrder(quorum) });
}

function hashOf(covered: object): string {
  return createHash('sha256').update(canonicalJson(covered)).digest('hex');
}

function inOrder(quorum: Quorum): Quorum {
  return { ...quorum, approvers: quorum.approvers.toSorted() };
}

/** IAM lists keys in any order; the order of the updates, in contrast, belongs to the plan. */
export function withKeysInOrder(plan: Plan): Plan {
  if (!('keys' in plan)) return plan;
  return { ...plan, keys: plan.keys.toSorted((one, other) => (one.id < other.id ? -1 : 1)) };
}

/** JSON without spaces, with the members of every object in the order of their names. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
