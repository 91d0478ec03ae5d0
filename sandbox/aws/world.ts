import { type Account, newAccount, userNamed } from './account.ts';
import type { Aggregator } from './aggregator.ts';
import { AutomationService } from './automation.ts';
import { type ConfigRule, type RuleSeed, recordsIamUsers, ruleFrom } from './config-state.ts';
import {
  type IamKey,
  type IamUser,
  type KeySeed,
  keyFrom,
  type UserSeed,
  userArn,
  userFrom,
} from './iam-user.ts';
import type { Role, RoleSeed, Session } from './role.ts';
import { evaluate } from './rule-evaluation.ts';

const dayMs = 86_400_000;

export interface WorldOptions {
  readonly now?: () => Date;
  /** 12 digits. Default: 111122223333, the account of AWS's own examples. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
}

/**
 * Everything that the stand-in knows, in memory. Tests and the demonstration seed it through the methods and may change
 * any state by hand; the server reads it anew at each request.
 */
export class World {
  now: () => Date;
  /** Whose resources static credentials see. */
  readonly defaultAccountId: string;
  readonly accounts = new Map<string, Account>();
  /** By access key id. */
  readonly sessions = new Map<string, Session>();
  /** By name. */
  readonly aggregators = new Map<string, Aggregator>();
  readonly automation = new AutomationService();
  /** How many IAM reads of a user still show it as it was before a write (IAM is eventually consistent). */
  iamLagReads = 0;
  #ids = 0;

  constructor(options: WorldOptions = {}) {
    this.now = options.now ?? (() => new Date());
    this.defaultAccountId = options.accountId ?? '111122223333';
    this.addAccount(this.defaultAccountId, options.region ?? 'us-east-1');
  }

  addAccount(id: string, region = 'us-east-1'): Account {
    const account = newAccount(id, region);
    this.accounts.set(id, account);
    return account;
  }

  /** Throws when there is no such account. */
  account(id = this.defaultAccountId): Account {
    const account = this.accounts.get(id);
    if (!account) throw new Error(`The stand-in has no account ${id}: add it with addAccount.`);
    return account;
  }

  /** The moment so many days (fractions allowed) before now, in whole seconds as AWS keeps them. */
  daysAgo(days: number): Date {
    return new Date(Math.floor((this.now().getTime() - days * dayMs) / 1000) * 1000);
  }

  addUser(seed: UserSeed): IamUser {
    const account = this.account(seed.account);
    const user = userFrom(seed, this.daysAgo(400), (prefix) => this.newId(prefix));
    account.users.set(user.id, user);
    if (seed.recorded ?? recordsIamUsers(account.config.recorder)) recordIn(account, user, this.now());
    return user;
  }

  addKey(user: IamUser, seed: KeySeed): IamKey {
    const key = keyFrom(seed, (prefix) => this.newId(prefix));
    user.accessKeys.push(key);
    return key;
  }

  /** The user of that name now. */
  userNamed(name: string, account?: string): IamUser {
    return userNamed(this.account(account), name);
  }

  /** IAM keeps the unique id. Config goes on with the old name until recordUser. */
  renameUser(user: IamUser, name: string): void {
    user.name = name;
  }

  /** Config still records the user until forgetUser. */
  deleteUser(user: IamUser): void {
    this.#accountOf(user).users.delete(user.id);
  }

  /** Deletes the user and makes another one with the same name, which has another unique id and no keys unless given. */
  recreateUser(user: IamUser, seed: Omit<UserSeed, 'name' | 'account' | 'id'> = {}): IamUser {
    const account = this.#accountOf(user).id;
    this.deleteUser(user);
    return this.addUser({ createdAt: this.daysAgo(0), ...seed, name: user.name, account });
  }

  /** Config records the user as it is now. */
  recordUser(user: IamUser): void {
    recordIn(this.#accountOf(user), user, this.now());
  }

  /** Config no longer has the user. */
  forgetUser(user: IamUser, account?: string): void {
    this.account(account).config.recordedUsers.delete(user.id);
  }

  addRule(seed: RuleSeed = {}): ConfigRule {
    const rule = ruleFrom(seed);
    this.account(seed.account).config.rules.set(rule.name, rule);
    return rule;
  }

  /** Evaluates one rule, or all rules of the account, from the cached credential report. */
  evaluateRule(account = this.account(), name?: string): void {
    for (const rule of account.config.rules.values()) {
      if (name === undefined || rule.name === name) evaluate(account, rule, this.now());
    }
  }

  addRole(seed: RoleSeed): Role {
    const account = this.account(seed.account);
    const role = {
      accountId: account.id,
      id: this.newId('AROA'),
      name: seed.name,
      arn: `arn:aws:iam::${account.id}:role/${seed.name}`,
      trust: seed.trust,
      maxSessionSeconds: seed.maxSessionSeconds ?? 3600,
    };
    account.roles.set(role.name, role);
    return role;
  }

  /** The role with that ARN, in whatever account. */
  roleByArn(arn: string): Role | undefined {
    const [, accountId = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    return this.accounts.get(accountId)?.roles.get(name);
  }

  /** A new unique id, in AWS's form. */
  newId(prefix: 'AIDA' | 'AKIA' | 'AROA' | 'ASIA'): string {
    this.#ids += 1;
    const length = prefix.startsWith('AK') || prefix.startsWith('AS') ? 20 : 21;
    return `${prefix}4KEYTURN${String(this.#ids).padStart(length - 12, '0')}`;
  }

  #accountOf(user: IamUser): Account {
    const account = this.accounts.values().find(({ users }) => users.get(user.id) === user);
    if (!account) throw new Error(`The stand-in has no user ${user.name} (${user.id}) any more.`);
    return account;
  }
}

function recordIn(account: Account, user: IamUser, recordedAt: Date): void {
  const { id, name, createdAt } = user;
  const arn = userArn(account.id, user);
  account.config.recordedUsers.set(id, { id, name, arn, createdAt, tags: { ...user.tags }, recordedAt });
}
