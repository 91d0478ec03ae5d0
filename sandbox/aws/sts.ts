import { z } from 'zod';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { assumedRoleArn, type Role } from './role.ts';
import { admitWebIdentity } from './web-identity.ts';

const RoleArn = z.string().min(20).max(2048);
const SessionWord = z
  .string()
  .regex(/^[\w+=,.@-]*$/)
  .min(2)
  .max(64);
const DurationSeconds = z.coerce.number().int().min(900).max(43_200).default(3600);
const Assume = z.object({ RoleArn, RoleSessionName: SessionWord, DurationSeconds });
const AssumeAcross = Assume.extend({ SourceIdentity: SessionWord.optional() });
const AssumeWithToken = Assume.extend({ WebIdentityToken: z.string().min(4).max(20_000) });

export const stsOperations: Readonly<Record<string, Operation>> = {
  AssumeRoleWithWebIdentity: operation(AssumeWithToken, (input, call) => {
    const wanted = call.world.roleByArn(input.RoleArn);
    const { role, subject } = admitWebIdentity(wanted, input.WebIdentityToken, call.now);
    return {
      SubjectFromWebIdentityToken: subject,
      Provider: `arn:aws:iam::${role.accountId}:oidc-provider/token.actions.githubusercontent.com`,
      ...openSession(call, role, input),
    };
  }),

  AssumeRole: operation(AssumeAcross, assumeRole),

  GetCallerIdentity: operation(z.object({}), (_input, { account, caller }) => ({
    Arn: caller.arn,
    UserId: caller.userId,
    Account: account.id,
  })),
};

function assumeRole(input: z.output<typeof AssumeAcross>, call: Call): Answer {
  const { RoleArn: arn, SourceIdentity: wanted } = input;
  const role = call.world.roleByArn(arn);
  if (!role || !trusts(role, call)) throw notAuthorized(call, 'sts:AssumeRole', arn);
  const held = call.caller.sourceIdentity;
  // What a session was opened with stays: nobody takes another name on the way through roles.
  const isAnother = wanted !== undefined && held !== undefined && wanted !== held;
  if (isAnother || ((wanted ?? held) !== undefined && !letsSetSourceIdentity(role))) {
    throw notAuthorized(call, 'sts:SetSourceIdentity', arn);
  }
  if (call.caller.viaRole && input.DurationSeconds > 3600) {
    throw new AwsFailure(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  return openSession(call, role, input, wanted ?? held);
}

function notAuthorized({ caller }: Call, action: string, roleArn: string): AwsFailure {
  return new AwsFailure(
    'AccessDenied',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`,
    403,
  );
}

function trusts({ trust }: Role, { account, caller }: Call): boolean {
  if (trust.kind !== 'principals') return false;
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(caller.arn) ?? [];
  const arn = roleName === undefined ? caller.arn : `arn:aws:iam::${account.id}:role/${roleName}`;
  return trust.principals.includes(account.id) || trust.principals.includes(arn);
}

function letsSetSourceIdentity({ trust }: Role): boolean {
  return trust.kind === 'principals' && trust.allowsSourceIdentity === true;
}

function openSession(
  { world, now }: Call,
  role: Role,
  input: { readonly RoleSessionName: string; readonly DurationSeconds: number },
  sourceIdentity?: string,
): Answer {
  if (input.DurationSeconds > role.maxSessionSeconds) {
    throw new AwsFailure(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const id = world.newId('ASIA');
  const expiresAt = new Date(now.getTime() + (role.sessionSeconds ?? input.DurationSeconds) * 1000);
  const session = { accountId: role.accountId, role, name: input.RoleSessionName, sourceIdentity, expiresAt };
  world.sessions.set(id, session);
  return {
    Credentials: {
      AccessKeyId: id,
      SecretAccessKey: `standin${id}secret`,
      SessionToken: `standin-session-${id}`,
      Expiration: expiresAt,
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
      Arn: assumedRoleArn(session),
    },
    SourceIdentity: sourceIdentity,
  };
}
