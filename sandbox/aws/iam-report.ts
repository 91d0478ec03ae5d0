import { z } from 'zod';
import type { Account } from './account.ts';
import { freshReport, generateReport, reportCsv } from './credential-report.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';

const Nothing = z.object({});

/** IAM's credential report: asked for, waited for, then the same one for four hours. */
export const reportOperations: Readonly<Record<string, Operation>> = {
  GenerateCredentialReport: operation(Nothing, generate),
  GetCredentialReport: operation(Nothing, get),
};

function generate(_input: unknown, { account, now }: Call): Answer {
  const { report } = account;
  if (report.pendingPolls !== undefined) {
    return { State: pollReady(account, now) ? 'COMPLETE' : 'INPROGRESS' };
  }
  if (freshReport(account, now)) return { State: 'COMPLETE' };
  report.pendingPolls = report.pollsUntilReady;
  return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
}

function get(_input: unknown, { account, now }: Call): Answer {
  const { report } = account;
  if (report.pendingPolls !== undefined && !pollReady(account, now)) {
    throw new AwsFailure('ReportInProgress', 'Report generation is still in progress', 404);
  }
  if (!report.latest) {
    throw new AwsFailure('ReportNotPresent', 'No report has been generated for this account', 410);
  }
  const fresh = freshReport(account, now);
  if (!fresh) throw new AwsFailure('ReportExpired', 'The most recent credential report has expired', 410);
  return {
    Content: Buffer.from((report.spoil ?? String)(reportCsv(fresh))).toString('base64'),
    ReportFormat: 'text/csv',
    GeneratedTime: fresh.generatedAt,
  };
}

/** Counts one poll of the report under way; the last one finds it ready. */
function pollReady(account: Account, now: Date): boolean {
  const { report } = account;
  if (report.pendingPolls !== undefined && report.pendingPolls > 0) {
    report.pendingPolls -= 1;
    return false;
  }
  report.pendingPolls = undefined;
  generateReport(account, now);
  return true;
}
