import { type IssueHold, noHold } from '../../shared/findings/hold.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import type { Compliance, IssueRecord, RuleSnapshot } from '../../shared/findings/ports.ts';
import type { FindingSettings } from '../../shared/findings/settings.ts';
import type { Evidence, RememberedUser } from '../../shared/keys/evidence.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { userSnapshot } from './user-snapshot.ts';

/** The rule with its default of 90 days, in the account of `userSnapshot()`. */
export function ruleSnapshot(changes: Partial<RuleSnapshot> = {}): RuleSnapshot {
  return {
    name: 'access-keys-rotated',
    arn: 'arn:aws:config:us-east-1:123456789012:config-rule/config-rule-abc123',
    accountId: '123456789012',
    region: 'us-east-1',
    partition: 'aws',
    maxAccessKeyAge: 90,
    ...changes,
  };
}

export function complianceOf(
  nonCompliantUserIds: readonly string[],
  changes: Partial<Compliance> = {},
): Compliance {
  return { rule: ruleSnapshot(), nonCompliantUserIds, evaluated: true, warnings: [], ...changes };
}

export function findingSettings(changes: Partial<FindingSettings> = {}): FindingSettings {
  return {
    labels: [],
    assignees: [],
    ownerTag: 'owner',
    maxNewIssues: 50,
    ...changes,
  };
}

/** What the trail of an issue says when somebody decided something on it. */
export function issueHold(changes: Partial<IssueHold> = {}): IssueHold {
  return { ...noHold, isSealed: true, ...changes };
}

/** What the credential report says of a user, with the memory that makes the next scan cheap. */
export function reportEvidence(user: UserSnapshot = userSnapshot()): Evidence & { kind: 'user' } {
  return { kind: 'user', user, source: 'report', remembered: rememberedUser(user) };
}

/** What IAM says now; a live read remembers nothing. */
export function liveEvidence(user: UserSnapshot = userSnapshot()): Evidence & { kind: 'user' } {
  return { kind: 'user', user, source: 'live' };
}

export function rememberedUser({ userName, accessKeys }: UserSnapshot = userSnapshot()): RememberedUser {
  return {
    userName,
    readIn: '2026-11',
    keys: accessKeys.map(({ id, createdAt }) => ({
      id,
      createdAt: createdAt.toISOString(),
      rotatedAt: createdAt.toISOString(),
    })),
  };
}

/** Open issue #1 about `userSnapshot()`, with a marker and a text that no scan has written. */
export function issueRecord(changes: Partial<IssueRecord> = {}): IssueRecord {
  const { number = 1 } = changes;
  return {
    number,
    url: `https://github.com/octo/keys/issues/${number}`,
    title: 'Old access key',
    body: `Old text.\n\n${writeMarker(userSnapshot())}`,
    state: 'open',
    labels: ['keyturn'],
    assignees: [],
    comments: 0,
    updatedAt: new Date('2026-11-20T08:00:00Z'),
    ...changes,
  };
}
