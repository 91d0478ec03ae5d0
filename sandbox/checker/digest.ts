import { createHash } from 'node:crypto';
import type { Claim } from './claims.ts';
import type { Ledger } from './ledger.ts';
import type { Law } from './observed.ts';

/**
 * What the digest of a request has to be (docs/adr/0003): SHA-256 of all that an approval depends on, as JSON with the
 * members of every object in the order of their names. Undefined members are left out.
 */
export function digestDue({ data }: Claim, { issue, about }: Ledger, { repositoryId }: Law): string {
  const { userName, arn, plan, quorum } = data;
  const { keys, users } = plan ?? {};
  const covered = {
    v: 1,
    subject: { repositoryId, issue: issue.number, ...about },
    userName,
    arn,
    plan: {
      ...plan,
      keys: keys?.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      users: users?.toSorted((one, other) => (one.userId < other.userId ? -1 : 1)),
    },
    quorum: { ...quorum, approvers: quorum?.approvers.toSorted() },
  };
  return createHash('sha256').update(inOrder(covered)).digest('hex');
}

function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${inOrder(member)}`).join(',')}}`;
}
