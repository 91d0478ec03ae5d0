import type { fromWebToken } from '@aws-sdk/credential-providers';

export type AwsCredentials = Awaited<ReturnType<ReturnType<typeof fromWebToken>>>;
export type CredentialsSource = () => Promise<AwsCredentials>;

/** As early as the SDK itself refreshes, so that no client is handed credentials that it calls expired. */
const refreshAheadMs = 5 * 60_000;

/**
 * Keeps credentials until five minutes before they expire, then renews them, once for all who ask meanwhile: left
 * alone, each client would assume the role for itself. A failure is not kept.
 */
export function heldUntilDue(renew: CredentialsSource, now: () => Date): CredentialsSource {
  let held: AwsCredentials | undefined;
  let renewal: Promise<AwsCredentials> | undefined;
  return async () => {
    if (held && !isDue(held, now())) return held;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    held = await renewal;
    return held;
  };
}

function isDue(credentials: AwsCredentials, now: Date): boolean {
  return credentials.expiration !== undefined && +credentials.expiration - +now < refreshAheadMs;
}
