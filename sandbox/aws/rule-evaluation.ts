import type { Account } from './account.ts';
import type { ConfigRule } from './config-state.ts';
import { freshReport, generateReport, type ReportRow } from './credential-report.ts';

const dayMs = 86_400_000;

/**
 * Evaluates ACCESS_KEYS_ROTATED as Config does: from the credential report, which is cached for four hours, and only
 * for users that it has recorded. A key that was deactivated a minute ago can still be NON_COMPLIANT.
 */
export function evaluate(account: Account, rule: ConfigRule, now: Date): void {
  const report = freshReport(account, now) ?? generateReport(account, now);
  const rows = new Map(report.rows.map((row) => [row.get('user'), row]));
  rule.results.clear();
  rule.evaluatedAt = now;
  for (const user of account.config.recordedUsers.values()) {
    const row = rows.get(user.name);
    if (row)
      rule.results.set(user.id, {
        compliance: complianceOf(row, rule.maxAccessKeyAge ?? 90, now),
        recordedAt: now,
      });
  }
}

function complianceOf(row: ReportRow, maxAccessKeyAge: number, now: Date): 'COMPLIANT' | 'NON_COMPLIANT' {
  const tooOld = [1, 2].some((slot) => {
    if (row.get(`access_key_${slot}_active`) !== 'true') return false;
    const rotated = Date.parse(row.get(`access_key_${slot}_last_rotated`) ?? '');
    return Math.floor((now.getTime() - rotated) / dayMs) > maxAccessKeyAge;
  });
  return tooOld ? 'NON_COMPLIANT' : 'COMPLIANT';
}
