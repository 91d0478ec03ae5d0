import type { Account } from './account.ts';
import { type ComplianceType, type RecordedUser, recordsType } from './config-state.ts';
import type { Value } from './operation.ts';

/** A recorded resource: its values by property, dotted names for what is within. */
export type ResourceRow = ReadonlyMap<string, Value>;

/** Rows that need not be made because the query would not have them; absent: all are needed. */
export interface Needed {
  readonly types?: ReadonlySet<string>;
  readonly userIds?: ReadonlySet<string>;
}

/** What Config's queries see of an account: its users, and what its rules say of each, where that is recorded. */
export function* rowsOf(account: Account, { types, userIds }: Needed = {}): Generator<ResourceRow> {
  const { recordedUsers, recorder } = account.config;
  if (types?.has('AWS::IAM::User') !== false) {
    for (const id of userIds ?? recordedUsers.keys()) {
      const user = recordedUsers.get(id);
      if (user) yield userRow(user, account.id);
    }
  }
  const compliance = 'AWS::Config::ResourceCompliance';
  if (types?.has(compliance) === false || !recordsType(recorder, compliance)) return;
  for (const { id } of recordedUsers.values()) {
    const verdicts = verdictsOn(id, account);
    if (verdicts.length > 0) yield complianceRow(id, verdicts, account);
  }
}

function userRow(user: RecordedUser, accountId: string): ResourceRow {
  const tags = Object.entries(user.tags).map(([key, value]) => ({ tag: `${key}=${value}`, key, value }));
  return new Map<string, Value>([
    ['resourceId', user.id],
    ['resourceName', user.name],
    ['resourceType', 'AWS::IAM::User'],
    ['arn', user.arn],
    ['accountId', accountId],
    ['awsRegion', 'global'],
    ['configurationItemCaptureTime', user.recordedAt.toISOString()],
    ['tags', tags],
    ['configuration.createDate', user.createdAt.toISOString()],
    ['configuration.userName', user.name],
  ]);
}

interface Verdict {
  readonly ruleName: string;
  readonly compliance: ComplianceType;
}

function verdictsOn(userId: string, { config }: Account): Verdict[] {
  return [...config.rules.values()].flatMap(({ name: ruleName, results }) => {
    const result = results.get(userId);
    return result ? [{ ruleName, compliance: result.compliance }] : [];
  });
}

function complianceRow(userId: string, verdicts: readonly Verdict[], { id, region }: Account): ResourceRow {
  const isBad = verdicts.some(({ compliance }) => compliance === 'NON_COMPLIANT');
  return new Map<string, Value>([
    ['resourceId', `AWS::IAM::User/${userId}`],
    ['resourceType', 'AWS::Config::ResourceCompliance'],
    ['accountId', id],
    ['awsRegion', region],
    ['configuration.targetResourceId', userId],
    ['configuration.targetResourceType', 'AWS::IAM::User'],
    ['configuration.complianceType', isBad ? 'NON_COMPLIANT' : 'COMPLIANT'],
    [
      'configuration.configRuleList',
      verdicts.map(({ ruleName, compliance }) => ({
        configRuleName: ruleName,
        complianceType: compliance,
        configRuleArn: `arn:aws:config:${region}:${id}:config-rule/config-rule-${ruleName}`,
      })),
    ],
    ['configuration.configRuleList.configRuleName', verdicts.map(({ ruleName }) => ruleName)],
    ['configuration.configRuleList.complianceType', verdicts.map(({ compliance }) => compliance)],
  ]);
}

const knownProperties: ReadonlySet<string> = new Set([
  ...userRow(
    { id: '', name: '', arn: '', createdAt: new Date(0), tags: {}, recordedAt: new Date(0) },
    '',
  ).keys(),
  'configuration.targetResourceId',
  'configuration.targetResourceType',
  'configuration.complianceType',
  'configuration.configRuleList',
  'configuration.configRuleList.configRuleName',
  'configuration.configRuleList.complianceType',
]);

export function isKnownProperty(name: string): boolean {
  return knownProperties.has(name);
}
