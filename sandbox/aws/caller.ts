import { AwsFailure } from './failure.ts';
import type { Caller, Service } from './operation.ts';
import { assumedRoleArn } from './role.ts';
import type { World } from './world.ts';

export interface Identity {
  readonly accountId: string;
  /** The region that the request was signed for. */
  readonly region: string;
  readonly caller: Caller;
}

/**
 * Who asks, by the access key id in the signature (SigV4's Authorization header; signatures themselves are not
 * checked). Credentials that STS handed out belong to their role; all others to the default account.
 */
export function identify(world: World, service: Service, authorization: string | undefined): Identity {
  const [, keyId = '', region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization ?? '') ?? [];
  const account = world.account();
  const session = world.sessions.get(keyId);
  if (!session) {
    if (keyId.startsWith('ASIA')) throw invalidToken(service);
    const arn = operatorArn(account.id);
    const caller = { arn, userId: 'AIDAOPERATOROFTHESTAN', viaRole: false, sourceIdentity: undefined };
    return { accountId: account.id, region: region ?? account.region, caller };
  }
  if (session.expiresAt <= world.now()) throw expiredToken(service);
  const caller = {
    arn: assumedRoleArn(session),
    userId: `${session.role.id}:${session.name}`,
    viaRole: true,
    sourceIdentity: session.sourceIdentity,
  };
  return { accountId: session.accountId, region: region ?? account.region, caller };
}

/** Whom static credentials belong to. */
export function operatorArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:user/stand-in-operator`;
}

function invalidToken(service: Service): AwsFailure {
  const message = 'The security token included in the request is invalid.';
  return usesXml(service)
    ? new AwsFailure('InvalidClientTokenId', message, 403)
    : new AwsFailure('UnrecognizedClientException', message);
}

function expiredToken(service: Service): AwsFailure {
  const message = 'The security token included in the request is expired';
  return usesXml(service)
    ? new AwsFailure('ExpiredToken', message, 403)
    : new AwsFailure('ExpiredTokenException', message);
}

function usesXml(service: Service): boolean {
  return service === 'iam' || service === 'sts';
}
