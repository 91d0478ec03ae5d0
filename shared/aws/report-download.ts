import {
  CredentialReportExpiredException,
  CredentialReportNotPresentException,
  CredentialReportNotReadyException,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { KeyturnError } from '../errors.ts';
import { asking, awsError } from './aws-error.ts';
import { type CredentialReport, parseCredentialReport } from './credential-report.ts';

export type Sleep = (milliseconds: number) => Promise<void>;

/** Pauses before looks at a report that AWS is making, about four minutes in all: long enough for 5,000 users. */
const pauses = Array.from({ length: 20 }, (_, attempt) => Math.min(1_000 * 2 ** attempt, 15_000));

/**
 * The credential report. AWS makes one for the asking, at most every four hours: asking first is one request more while
 * a report is fresh and one fewer when it is not, which is how a daily scan finds it.
 *
 * @throws KeyturnError `credential-report-late` when AWS does not finish it, `credential-report-unreadable`, `aws-…`
 */
export async function readCredentialReport(iam: IAMClient, sleep: Sleep): Promise<CredentialReport> {
  const making = await asking(
    'iam:GenerateCredentialReport',
    iam.send(new GenerateCredentialReportCommand({})),
  );
  const ready = making.State === 'COMPLETE' ? await download(iam) : undefined;
  if (ready !== undefined) return parseCredentialReport(ready);
  for (const pause of pauses) {
    await sleep(pause);
    const csv = await download(iam);
    if (csv !== undefined) return parseCredentialReport(csv);
  }
  throw new KeyturnError(
    'credential-report-late',
    'AWS did not finish the credential report in four minutes.',
  );
}

/** The report's text; undefined while there is none that AWS would give out. */
async function download(iam: IAMClient): Promise<string | undefined> {
  try {
    const { Content } = await iam.send(new GetCredentialReportCommand({}));
    return new TextDecoder().decode(Content);
  } catch (error) {
    const isUnderWay =
      error instanceof CredentialReportNotReadyException ||
      error instanceof CredentialReportNotPresentException ||
      error instanceof CredentialReportExpiredException;
    if (isUnderWay) return undefined;
    throw awsError('iam:GetCredentialReport', error);
  }
}
