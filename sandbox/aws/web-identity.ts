import { z } from 'zod';
import { AwsFailure } from './failure.ts';
import type { Role } from './role.ts';

const audienceOf = z.union([z.string(), z.array(z.string())]);
const Claims = z.object({ aud: audienceOf, sub: z.string(), exp: z.number() });

/**
 * Checks a GitHub ID token against a role's trust policy. Signatures are not checked: the stand-in has no keys of
 * GitHub's. Throws what STS answers.
 */
export function admitWebIdentity(
  role: Role | undefined,
  token: string,
  now: Date,
): { role: Role; subject: string } {
  const claims = claimsOf(token);
  if (role?.trust.kind !== 'github') throw notAuthorized();
  const seconds = Math.floor(now.getTime() / 1000);
  if (claims.exp <= seconds) {
    throw new AwsFailure(
      'ExpiredTokenException',
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${claims.exp}`,
    );
  }
  if (![claims.aud].flat().includes(role.trust.audience)) {
    throw new AwsFailure('InvalidIdentityToken', 'Incorrect token audience');
  }
  if (!role.trust.subjects.includes(claims.sub)) throw notAuthorized();
  return { role, subject: claims.sub };
}

/** STS does not say whether the role is missing or its trust policy refuses. */
function notAuthorized(): AwsFailure {
  return new AwsFailure('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
}

function claimsOf(token: string): z.output<typeof Claims> {
  const invalid = new AwsFailure(
    'InvalidIdentityToken',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  );
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) throw invalid;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return Claims.parse(claims);
  } catch {
    throw invalid;
  }
}
