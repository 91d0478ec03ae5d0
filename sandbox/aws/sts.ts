import { z } from 'zod';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { assumedRoleArn, type Role } from './role.ts';
import { admitWebIdentity } from './web-identity.ts';

const RoleArn = z.string().min(20).max(2048);
const RoleSessionName = z
  .string()
  .regex(/^[\w+=,.@-]*$/)
  .min(2)
  .max(64);
const DurationSeconds = z.coerce.number().int().min(900).max(43_200).default(3600);
const Assume = z.object({ RoleArn, RoleSessionName, DurationSeconds });
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

  AssumeRole: operation(Assume, (input, call) => {
    const role = call.world.roleByArn(input.RoleArn);
    if (!role || !trusts(role, call)) {
      throw new AwsFailure(
        'AccessDenied',
        `User: ${call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
        403,
      );
    }
    if (call.caller.viaRole && input.DurationSeconds > 3600) {
      throw new AwsFailure(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    }
    return openSession(call, role, input);
  }),

  GetCallerIdentity: operation(z.object({}), (_input, { account, caller }) => ({
    Arn: caller.arn,
    UserId: caller.userId,
    Account: account.id,
  })),
};

function trusts({ trust }: Role, { account, caller }: Call): boolean {
  if (trust.kind !== 'principals') return false;
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(caller.arn) ?? [];
  const arn = roleName === undefined ? caller.arn : `arn:aws:iam::${account.id}:role/${roleName}`;
  return trust.principals.includes(account.id) || trust.principals.includes(arn);
}

function openSession(
  { world, now }: Call,
  role: Role,
  input: { readonly RoleSessionName: string; readonly DurationSeconds: number },
): Answer {
  if (input.DurationSeconds > role.maxSessionSeconds) {
    throw new AwsFailure(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const id = world.newId('ASIA');
  const expiresAt = new Date(now.getTime() + input.DurationSeconds * 1000);
  const session = { accountId: role.accountId, role, name: input.RoleSessionName, expiresAt };
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
  };
}
