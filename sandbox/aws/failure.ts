/** An error as AWS answers it: `code` is what the SDKs turn into an exception's name. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** IAM's answer about a user, key or login profile that is not there. */
export function noSuchEntity(message: string): AwsFailure {
  return new AwsFailure('NoSuchEntity', message, 404);
}
