import type { Account } from './account.ts';
import { operatorArn } from './caller.ts';
import type { Role, Trust } from './role.ts';
import type { World } from './world.ts';

/** One account of an organization. */
export interface MemberSeed {
  /** 12 digits. */
  readonly id: string;
  /** Default: 90. `null`: Keyturn's part (rule and roles) was never deployed to it. */
  readonly maxAccessKeyAge?: number | null;
}

export interface OrganizationSeed {
  readonly members: readonly MemberSeed[];
  /** The aggregator's name. Default: keyturn. */
  readonly aggregator?: string;
  /** Who may assume the scan's role. Default: nobody. */
  readonly scanTrust?: Trust;
}

/** The security account's part of infra/organization.yaml. */
export interface Organization {
  readonly security: Account;
  readonly scanRole: Role;
  readonly botRole: Role;
}

const nobody: Trust = { kind: 'principals', principals: [] };

/**
 * Makes the world's default account the security account, as infra/organization.yaml does, and adds the members as
 * infra/member.yaml does: each with its recorder, its rule `access-keys-rotated`, and its roles. Static credentials,
 * which belong to an operator of the security account, are trusted like either caller. The security account may be a
 * member too, by its id.
 */
export function addOrganization(world: World, seed: OrganizationSeed): Organization {
  const security = world.account();
  const scanRole = world.addRole({ name: 'KeyturnScan', trust: seed.scanTrust ?? nobody });
  const botRole = world.addRole({ name: 'KeyturnBot', trust: nobody });
  const organization = { security, scanRole, botRole };
  for (const member of seed.members) addMember(world, organization, member);
  world.aggregators.set(seed.aggregator ?? 'keyturn', {
    owner: security.id,
    region: security.region,
    accountIds: seed.members.map(({ id }) => id),
  });
  return organization;
}

function addMember(world: World, { security, scanRole, botRole }: Organization, member: MemberSeed): void {
  const { id: account, maxAccessKeyAge = 90 } = member;
  if (account !== security.id) world.addAccount(account, security.region);
  if (maxAccessKeyAge === null) return;
  const operator = operatorArn(security.id);
  const trustOf = (caller: Role): Trust => ({
    kind: 'principals',
    principals: [caller.arn, operator],
    allowsSourceIdentity: true,
  });
  world.addRule({ account, maxAccessKeyAge });
  world.addRole({ account, name: 'KeyturnReader', trust: trustOf(scanRole) });
  world.addRole({ account, name: 'KeyturnRemediator', trust: trustOf(botRole) });
  world.addRole({
    account,
    name: 'KeyturnRunbook',
    trust: { kind: 'service', service: 'ssm.amazonaws.com' },
  });
}
