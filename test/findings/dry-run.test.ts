import { expect, test } from '@jest/globals';
import { dryRun, type KeptBack } from '../../shared/findings/dry-run.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { countActions } from '../../shared/findings/report.ts';
import { scan } from '../../shared/findings/scan.ts';
import { AwsWorld } from '../fakes/aws-world.ts';
import { findingSettings, issueRecord } from '../fakes/finding-data.ts';
import { InMemoryIssueLedger } from '../fakes/issue-ledger.ts';
import { today, userSnapshot } from '../fakes/user-snapshot.ts';

test('a dry run writes nothing and says what it would have done', async () => {
  const grace = userSnapshot({ userId: 'AIDAGRACE', userName: 'grace' });
  const aws = new AwsWorld(today, userSnapshot(), grace);
  const ledger = new InMemoryIssueLedger(
    issueRecord({ number: 4 }),
    issueRecord({ number: 5, body: writeMarker({ ...grace, userId: 'AIDAGONE' }) }),
  );
  const kept: KeptBack[] = [];
  const log: string[] = [];
  const issues = dryRun(ledger, (write) => kept.push(write));
  const ports = { compliance: aws, users: aws, issues, progress: { step: (line: string) => log.push(line) } };
  const report = await scan(ports, findingSettings(), today);

  expect(ledger.writes).toEqual([]);
  expect(kept).toMatchObject([
    { kind: 'open', issue: { title: expect.stringContaining('grace') } },
    { kind: 'change', number: 4, change: { body: expect.stringContaining('`ada`') } },
    { kind: 'comment', number: 5, body: expect.stringContaining('Closing') },
    { kind: 'change', number: 5, change: { state: 'closed' } },
  ]);
  expect(countActions(report)).toEqual({ opened: 1, updated: 1, closed: 1 });
  expect(report.complete).toBe(true);
  expect(report.actions[0]).not.toHaveProperty('issue');
  expect(report.findings.map(({ issue }) => issue?.number)).toEqual([4, undefined]);
  expect(log).toContain('Open an issue for grace in account 123456789012');
});
