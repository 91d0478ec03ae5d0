import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { Message } from '../../shared/slack/message.ts';
import { findingList, type OpenFinding } from '../blocks/finding-list.ts';
import type { Bot } from '../bot.ts';

/** `/keys list [account]`, and the buttons that turn its pages. */
export async function list(bot: Bot, account: string | undefined, page: number): Promise<Message> {
  const findings = (await bot.findings.all())
    .filter(({ state }) => state === 'open')
    .filter(({ finding }) => account === undefined || finding.accountId === account)
    .map(listed);
  return findingList({
    findings,
    page,
    now: bot.world.clock.now(),
    ...(account !== undefined && { account }),
  });
}

function listed(issue: TrailIssue): OpenFinding {
  return { issue, ...(issue.oldestKeyAt && { oldestKeyAt: issue.oldestKeyAt }) };
}
