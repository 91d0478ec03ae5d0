import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { parseJson } from '../trail/parse-json.ts';
import { isRecord } from '../trust-boundaries.ts';
import { awsError } from './aws-error.ts';

const claimsSchema = z.object({
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
});

/**
 * Why AssumeRoleWithWebIdentity failed, in terms of what to correct. Shows the token's `sub` and `aud`,
 * because trust policies are compared with them, and never the token.
 *
 * Source: STS API Reference, AssumeRoleWithWebIdentity, Errors.
 */
export function assumeRoleError(error: unknown, roleArn: string, token: string): KeyturnError {
  const name = isRecord(error) ? error['name'] : undefined;
  const message = isRecord(error) && typeof error['message'] === 'string' ? error['message'] : '';
  const presented = presentedClaims(token);
  switch (name) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      return new KeyturnError(
        'aws-oidc-trust',
        `The trust policy of ${roleArn} refuses this workflow; it presented ${presented}.`,
        { cause: error },
      );
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
      // STS has one name for both: no provider in the account, and an audience that the provider does not list.
      return new KeyturnError(
        /no openidconnect provider/i.test(message) ? 'aws-oidc-provider' : 'aws-oidc-audience',
        `AWS does not accept the ID token for ${roleArn} (${message}); it presented ${presented}.`,
        { cause: error },
      );
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return new KeyturnError('aws-oidc-expired', `AWS calls GitHub's ID token expired.`, { cause: error });
    default:
      return awsError('sts:AssumeRoleWithWebIdentity', error);
  }
}

/** The two claims in words. An unreadable token is described, not shown. */
function presentedClaims(token: string): string {
  const claims = claimsSchema.safeParse(payloadOf(token));
  if (!claims.success) return 'a token without readable claims';
  const { sub, aud } = claims.data;
  return `sub "${sub}" and aud "${[aud].flat().join(', ')}"`;
}

function payloadOf(token: string): unknown {
  const [, payload = ''] = token.split('.');
  return parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
}
