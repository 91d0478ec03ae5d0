import { KeyturnError } from '../shared/errors.ts';
import { ofAccount } from '../shared/findings/of-account.ts';
import { isExcused, type ScanReport } from '../shared/findings/report.ts';
import type { Subject } from '../shared/findings/subject.ts';
import { countOf } from '../shared/keys/written-moments.ts';

/** Reasons named in one message; the job summary has more. */
const mostNamed = 5;

/** The error that this scan ends with, if any: one that cannot be trusted outweighs findings. Exempt ones are none. */
export function judgeScan(report: ScanReport, failOnFindings: boolean): KeyturnError | undefined {
  if (!report.complete) return new KeyturnError('scan-incomplete', incompleteness(report));
  const count = report.findings.filter((finding) => !isExcused(finding)).length;
  if (!failOnFindings || count === 0) return undefined;
  const who = `${countOf(count, 'user')} ${count === 1 ? 'has' : 'have'}`;
  const { scope } = report;
  const limit =
    scope.kind === 'account'
      ? `of more than ${countOf(scope.rule.maxAccessKeyAge, 'day')}`
      : 'older than the rule of its account allows';
  return new KeyturnError('findings-present', `${who} an Active access key ${limit}.`);
}

function incompleteness({ scope, unreadableAccounts, unreadable, failures, withheld }: ScanReport): string {
  const placeOf = ({ accountId }: Subject) =>
    scope.kind === 'organization' ? ` of account ${accountId}` : '';
  const reasons = [
    ...unreadableAccounts.map(({ accountId, reason, remedy }) => `${ofAccount(accountId, reason)} ${remedy}`),
    ...unreadable.map(
      ({ subject, reason }) => `${subject.userId}${placeOf(subject)} could not be read: ${reason}`,
    ),
    ...failures,
  ];
  const rest = reasons.length - mostNamed;
  return [
    'The scan does not show the whole picture.',
    ...reasons.slice(0, mostNamed).map((reason) => `- ${reason}`),
    ...(rest > 0 ? [`- and ${rest} more, see the job summary`] : []),
    ...(withheld.length > 0 ? [`- for that reason ${countOf(withheld.length, 'issue')} stayed open`] : []),
  ].join('\n');
}
