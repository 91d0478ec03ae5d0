import type { AccessKey } from '../keys/user-snapshot.ts';
import { limits } from './limits.ts';
import { code } from './markdown.ts';

/** The table of a user's keys. Dates are UTC days: a key in daily use changes the text once a day at most. */
export function renderKeys(keys: readonly AccessKey[], overAge: readonly AccessKey[]): string {
  if (keys.length === 0) return 'The user has no access keys.';
  const rows = keys
    .slice(0, limits.keysShown)
    .map((key) => `| ${code(key.id)} | ${status(key, overAge)} | ${day(key.createdAt)} | ${lastUse(key)} |`);
  const rest = keys.length - rows.length;
  return [
    '| Access key | Status | Created | Last used |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(rest > 0 ? ['', `… and ${rest} more.`] : []),
  ].join('\n');
}

/** The UTC day, `2026-11-22`. */
export function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function status(key: AccessKey, overAge: readonly AccessKey[]): string {
  return overAge.includes(key) ? `**${key.status}, over age**` : key.status;
}

function lastUse({ lastUsedAt, lastUsedService, lastUsedRegion }: AccessKey): string {
  if (lastUsedAt === undefined) return 'never';
  const service = lastUsedService === undefined ? '' : ` for ${code(lastUsedService)}`;
  const region = lastUsedRegion === undefined ? '' : ` in ${code(lastUsedRegion)}`;
  return `${day(lastUsedAt)}${service}${region}`;
}
