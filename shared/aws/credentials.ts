import { fromNodeProviderChain, fromWebToken } from '@aws-sdk/credential-providers';
import { KeyturnError, messageOf } from '../errors.ts';
import { assumeRoleError } from './assume-role-error.ts';
import { awsError } from './aws-error.ts';
import { patience } from './clients.ts';
import { type AwsCredentials, type CredentialsSource, heldUntilDue } from './held-credentials.ts';

export interface WebIdentity {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly audience: string;
  readonly region: string;
  /** Asks GitHub for an ID token; it lives 300 seconds. */
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly now: () => Date;
}

/**
 * Credentials of a role that trusts GitHub's OIDC provider (AssumeRoleWithWebIdentity).
 *
 * The SDK's fromWebToken captures one token for good, which is worthless after five minutes, so each refresh
 * makes its own. All clients share the result.
 *
 * @throws KeyturnError `aws-oidc-…`, from the returned function.
 */
export function webIdentityCredentials(identity: WebIdentity): CredentialsSource {
  return heldUntilDue(() => assumeRole(identity), identity.now);
}

/**
 * Credentials that the SDK finds by itself: environment, shared files, container or instance.
 *
 * @throws KeyturnError `aws-credentials-missing`, from the returned function.
 */
export function defaultCredentials(region: string): CredentialsSource {
  const chain = fromNodeProviderChain({ clientConfig: clientConfig(region) });
  return async () => {
    try {
      return await chain();
    } catch (error) {
      throw awsError('Finding AWS credentials', error);
    }
  };
}

/** Of the STS client that the SDK makes for itself. */
function clientConfig(region: string) {
  return { region, requestHandler: patience };
}

async function assumeRole(identity: WebIdentity): Promise<AwsCredentials> {
  const token = await idToken(identity);
  const { roleArn, roleSessionName, region } = identity;
  try {
    return await fromWebToken({
      roleArn,
      roleSessionName,
      webIdentityToken: token,
      clientConfig: clientConfig(region),
    })();
  } catch (error) {
    throw assumeRoleError(error, roleArn, token);
  }
}

async function idToken({ getIdToken, audience }: WebIdentity): Promise<string> {
  try {
    return await getIdToken(audience);
  } catch (error) {
    const message = messageOf(error);
    // GitHub sets ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN for jobs with the permission, and for no others.
    if (message.includes('ACTIONS_ID_TOKEN_REQUEST_')) {
      throw new KeyturnError('aws-oidc-permission', 'GitHub gives this job no ID token.', { cause: error });
    }
    throw new KeyturnError('aws-oidc-token', `GitHub's ID token service failed: ${message}.`, {
      cause: error,
    });
  }
}
