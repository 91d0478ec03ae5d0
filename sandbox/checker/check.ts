import { readBulk } from './bulks.ts';
import { checkAws } from './check-aws.ts';
import { checkBulk } from './check-bulk.ts';
import { checkIssues } from './check-issues.ts';
import { checkLimit } from './check-limit.ts';
import { checkThreads } from './check-threads.ts';
import { readLedger } from './ledger.ts';
import type { Observed } from './observed.ts';
import { readRequests } from './requests.ts';

/**
 * Whether nothing was lost, nothing done twice, and no key touched without a valid approved request: what is wrong, in
 * words; nothing when all is well. It shares no code with Keyturn: whatever Keyturn believes, this reads again.
 *
 * To be asked when everything has come to rest and a scan has seen it.
 */
export function check(observed: Observed): string[] {
  const ledgers = observed.issues.map((issue) => readLedger(issue, observed.law));
  const single = ledgers.filter(({ isBulk }) => !isBulk);
  const readings = single.map((ledger) => readRequests(ledger, observed.law));
  const requests = readings.flatMap((reading) => [...reading.requests.values()]);
  const bulkReadings = ledgers.filter(({ isBulk }) => isBulk).map((ledger) => readBulk(ledger, observed.law));
  const bulks = bulkReadings.flatMap(({ bulk }) => bulk ?? []);
  return [
    ...[...ledgers, ...readings, ...bulkReadings].flatMap(({ problems }) => problems),
    ...checkAws(observed, requests),
    ...checkBulk(observed, bulks, requests),
    ...checkLimit(observed, requests),
    ...checkIssues(observed, ledgers, requests),
    ...checkThreads(observed, bulks, requests),
  ];
}
