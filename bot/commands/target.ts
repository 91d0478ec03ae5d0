import { KeyturnError } from '../../shared/errors.ts';
import { countOf } from '../../shared/keys/written-moments.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { Bot } from '../bot.ts';
import type { Command } from './grammar.ts';

/** Whom a command means. */
export type Target =
  | { readonly kind: 'one'; readonly issue: TrailIssue }
  | { readonly kind: 'several'; readonly issues: readonly TrailIssue[] };

/**
 * The finding that a command is about. A user may have had findings before, under another unique id: what is to be done
 * now is about the open ones; what is to be shown or undone may be about all.
 *
 * @throws KeyturnError `user-unknown`, with what was looked at
 */
export async function findTarget(bot: Bot, command: Command): Promise<Target> {
  const { user = '', account, name } = command;
  const all = await bot.findings.named(user, account);
  const open = all.filter(({ state }) => state === 'open');
  const isAboutNow = name === 'remediate' || name === 'exempt';
  const meant = onePerFinding(isAboutNow && open.length > 0 ? open : all);
  const [issue] = meant;
  if (!issue) throw await unknownUser(bot, user, account);
  return meant.length === 1 ? { kind: 'one', issue } : { kind: 'several', issues: meant };
}

/** Two issues for one finding are a fault that the use cases name; here they are one and the same user. */
function onePerFinding(issues: readonly TrailIssue[]): TrailIssue[] {
  const byFinding = new Map(
    issues.map((issue) => [`${issue.finding.accountId} ${issue.finding.userId}`, issue]),
  );
  return [...byFinding.values()];
}

async function unknownUser(bot: Bot, user: string, account: string | undefined): Promise<KeyturnError> {
  const all = await bot.findings.all();
  const open = all.filter(({ state }) => state === 'open').length;
  const where = account === undefined ? '' : ` in account ${account}`;
  return new KeyturnError(
    'user-unknown',
    `No finding is about a user ${user}${where}. Looked at: ${countOf(all.length, 'issue')} labelled keyturn, ${open} of them open.`,
  );
}
