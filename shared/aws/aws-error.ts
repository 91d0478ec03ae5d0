import { type ErrorCode, KeyturnError } from '../errors.ts';
import { isRecord } from '../trust-boundaries.ts';

/** One cause has several names: query services (IAM, STS) and JSON services (Config, SSM) name it differently. */
const codesByName: Readonly<Record<string, ErrorCode>> = {
  AccessDenied: 'aws-access-denied',
  AccessDeniedException: 'aws-access-denied',
  CredentialsProviderError: 'aws-credentials-missing',
  ExpiredToken: 'aws-credentials-expired',
  ExpiredTokenException: 'aws-credentials-expired',
  InvalidClientTokenId: 'aws-credentials-invalid',
  InvalidSignatureException: 'aws-credentials-invalid',
  SignatureDoesNotMatch: 'aws-credentials-invalid',
  UnrecognizedClientException: 'aws-credentials-invalid',
  RequestLimitExceeded: 'aws-throttled',
  Throttling: 'aws-throttled',
  ThrottlingException: 'aws-throttled',
  TooManyRequestsException: 'aws-throttled',
  TimeoutError: 'aws-unreachable',
};

const noAnswer = /\b(EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT)\b/;

/**
 * Awaits an answer of AWS; whatever it throws becomes a KeyturnError that names `action`.
 *
 * @param action the IAM action that the caller needs, such as `iam:ListUsers`: what a person has to allow.
 */
export async function asking<Answer>(action: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw awsError(action, error);
  }
}

/** An error of the SDK as one that a person can act on; a KeyturnError stays what it is. */
export function awsError(action: string, error: unknown): KeyturnError {
  if (error instanceof KeyturnError) return error;
  // Not `instanceof Error`: it says no to errors of another realm, and all that is needed are two strings.
  const { name, message, code, $metadata } = isRecord(error) ? error : {};
  // Node puts the reason into `code`; an error that the SDK has wrapped has it in the message only.
  const [lost] = noAnswer.exec(`${code} ${message}`) ?? [];
  if (lost !== undefined) {
    return new KeyturnError('aws-unreachable', `${action} got no answer (${lost}).`, { cause: error });
  }
  const status = isRecord($metadata) ? Number($metadata['httpStatusCode']) : 0;
  if (status >= 500 && (name === 'SyntaxError' || name === 'Unknown')) {
    // What is between AWS and here answers in HTML; the parser's complaint about it tells nobody anything.
    return new KeyturnError('aws-failed', `${action} failed: AWS answered ${status} without saying why.`, {
      cause: error,
    });
  }
  const cause = typeof name === 'string' ? name : 'unknown error';
  const detail = typeof message === 'string' && message !== '' ? `: ${endSentence(message)}` : '.';
  return new KeyturnError(codesByName[cause] ?? 'aws-failed', `${action} failed with ${cause}${detail}`, {
    cause: error,
  });
}

function endSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
