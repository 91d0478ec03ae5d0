import type { Compliance, ComplianceSource, RuleSnapshot, UserReader } from '../../shared/findings/ports.ts';
import { evaluateUser } from '../../shared/keys/evaluate-user.ts';
import type { Evidence, RememberedUser } from '../../shared/keys/evidence.ts';
import type { AccessKey, UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { complianceOf, liveEvidence, ruleSnapshot } from './finding-data.ts';

/**
 * An AWS account in memory with its three clocks: IAM is always right, the credential report and Config are as
 * old as their last refresh.
 */
export class AwsWorld implements ComplianceSource, UserReader {
  rule: RuleSnapshot = ruleSnapshot();
  /** By unique id. */
  readonly users = new Map<string, UserSnapshot>();
  /** Users about whom IAM says nothing. */
  readonly unreadable = new Set<string>();
  readonly liveReads: { readonly userId: string; readonly userName: string | undefined }[] = [];
  warnings: readonly string[] = [];
  /** When the next scan takes place. */
  now: Date;
  /** What the last readUsers was told by the issues. */
  remembered: ReadonlyMap<string, RememberedUser> = new Map();

  private report = new Map<string, UserSnapshot>();
  private nonCompliant: readonly string[] = [];

  constructor(now: Date, ...users: readonly UserSnapshot[]) {
    this.now = now;
    for (const user of users) this.users.set(user.userId, user);
    this.refresh(now);
  }

  static inAccount(accountId: string, now: Date, ...users: readonly UserSnapshot[]): AwsWorld {
    const world = new AwsWorld(now, ...users);
    world.rule = ruleSnapshot({ accountId });
    return world;
  }

  refresh(now: Date): void {
    this.refreshReport();
    this.evaluate(now);
  }

  refreshReport(): void {
    this.report = new Map(this.users);
  }

  /** Config reads the credential report too. */
  evaluate(now: Date): void {
    this.nonCompliant = [...this.report.values()]
      .filter((user) => this.isOverAge(user, now))
      .map(({ userId }) => userId)
      .toSorted();
  }

  put(user: UserSnapshot): void {
    this.users.set(user.userId, user);
  }

  changeKey(userId: string, keyId: string, change: Partial<AccessKey>): void {
    const user = this.users.get(userId);
    if (user === undefined) return;
    const accessKeys = user.accessKeys.map((key) => (key.id === keyId ? { ...key, ...change } : key));
    this.put({ ...user, accessKeys });
  }

  isOverAge(user: UserSnapshot | undefined, now: Date): boolean {
    return user !== undefined && evaluateUser(user, this.rule.maxAccessKeyAge, now).overAge.length > 0;
  }

  async readCompliance(): Promise<Compliance> {
    return complianceOf(this.nonCompliant, { rule: this.rule, warnings: this.warnings });
  }

  async readUsers(
    _rule: RuleSnapshot,
    userIds: readonly string[],
    remembered: ReadonlyMap<string, RememberedUser>,
  ): Promise<ReadonlyMap<string, Evidence>> {
    this.remembered = remembered;
    return new Map(
      userIds.map((userId) => [
        userId,
        this.read(userId, (user) => this.fromReport(user, remembered.get(userId))),
      ]),
    );
  }

  async readUsersLive(
    _rule: RuleSnapshot,
    userNames: ReadonlyMap<string, string | undefined>,
  ): Promise<ReadonlyMap<string, Evidence>> {
    for (const [userId, userName] of userNames) this.liveReads.push({ userId, userName });
    return new Map([...userNames.keys()].map((userId) => [userId, this.read(userId, liveEvidence)]));
  }

  private read(userId: string, asEvidence: (user: UserSnapshot) => Evidence): Evidence {
    const subject = { accountId: this.rule.accountId, userId };
    if (this.unreadable.has(userId)) {
      return { kind: 'unreadable', ...subject, reason: 'Throttling: Rate exceeded' };
    }
    const user = this.users.get(userId);
    return user ? asEvidence(user) : { kind: 'gone', ...subject };
  }

  /**
   * Dates are the report's. So are statuses while the issue remembers the keys as the report shows them, and one of
   * them is over age; otherwise IAM is asked, and nothing is remembered that the report still contradicts.
   */
  private fromReport(user: UserSnapshot, memory: RememberedUser | undefined): Evidence {
    const reported = this.report.get(user.userId);
    if (reported === undefined || ids(reported) !== ids(user)) return liveEvidence(user);
    const remembered = memoryOf(reported);
    if (JSON.stringify(memory) === JSON.stringify(remembered) && this.isOverAge(reported, this.now)) {
      return { kind: 'user', source: 'memory', user: reported, remembered };
    }
    const statuses = new Map(user.accessKeys.map(({ id, status }) => [id, status]));
    const accessKeys = reported.accessKeys.map((key) => ({
      ...key,
      status: statuses.get(key.id) ?? key.status,
    }));
    const upToDate = reported.accessKeys.every(({ id, status }) => statuses.get(id) === status);
    return {
      kind: 'user',
      source: 'report',
      user: { ...reported, accessKeys },
      ...(upToDate && { remembered }),
    };
  }
}

function ids({ accessKeys }: UserSnapshot): string {
  return accessKeys.map(({ id }) => id).join();
}

/** A change of status is a change of the report's `last_rotated`; here it makes the date a second later. */
function memoryOf({ userName, accessKeys }: UserSnapshot): RememberedUser {
  const keys = accessKeys.map(({ id, createdAt, status }) => ({
    id,
    createdAt: createdAt.toISOString(),
    rotatedAt: new Date(createdAt.getTime() + (status === 'Active' ? 0 : 1000)).toISOString(),
  }));
  return { userName, readIn: '2026-11', keys };
}
