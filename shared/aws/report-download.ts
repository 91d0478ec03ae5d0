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

/** Pauses between looks, about four minutes in all: long enough for 5,000 users. */
const pauses = Array.from({ length: 20 }, (_, attempt) => Math.min(1_000 * 2 ** attempt, 15_000));

/**
 * The credential report, which AWS makes for the asking and keeps for four hours.
 *
 * @throws KeyturnError `credential-report-late` when AWS does not finish it, `credential-report-unreadable`, `aws-…`
 */
export async function readCredentialReport(iam: IAMClient, sleep: Sleep): Promise<CredentialReport> {
  for (const pause of pauses) {
    const csv = await download(iam);
    if (csv !== undefined) return parseCredentialReport(csv);
    await sleep(pause);
  }
  throw new KeyturnError(
    'credential-report-late',
    'AWS did not finish the credential report in four minutes.',
  );
}

/** The report's text; when there is none, AWS is told to make one. */
async function download(iam: IAMClient): Promise<string | undefined> {
  try {
    const { Content } = await iam.send(new GetCredentialReportCommand({}));
    return new TextDecoder().decode(Content);
  } catch (error) {
    if (error instanceof CredentialReportNotReadyException) return undefined;
    const isAbsent =
      error instanceof CredentialReportNotPresentException ||
      error instanceof CredentialReportExpiredException;
    if (!isAbsent) throw awsError('iam:GetCredentialReport', error);
  }
  await asking('iam:GenerateCredentialReport', iam.send(new GenerateCredentialReportCommand({})));
  return undefined;
}
