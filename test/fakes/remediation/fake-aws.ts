import { planRunbook } from '../../../shared/keys/plan-runbook.ts';
import type { AccessKey, UserSnapshot } from '../../../shared/keys/user-snapshot.ts';
import type {
  Clock,
  Execution,
  ExecutionPage,
  Finding,
  LiveUsers,
  RuleFacts,
  Rules,
  RunbookDocument,
  RunbookPlace,
  RunbookStart,
  Runbooks,
  StartAnswer,
} from '../../../shared/remediation/ports.ts';

interface FakeExecution {
  readonly id: string;
  readonly start: RunbookStart;
  readonly endsAt: number;
  status: string;
  output?: string;
  failure?: string;
}

/** IAM, Config and Systems Manager of one account, with the runbook's real behaviour. */
export class FakeAws implements LiveUsers, Rules, Runbooks {
  readonly users = new Map<string, UserSnapshot>();
  readonly executions: FakeExecution[] = [];
  /** Every UpdateAccessKey, with the status before. */
  readonly writes: string[] = [];
  readonly requests: string[] = [];
  document: RunbookDocument = {
    name: 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials',
    version: '1',
    hash: 'a'.repeat(64),
  };
  rule: RuleFacts = { partition: 'aws', maxAccessKeyAge: 90 };
  /** Milliseconds from start to end; undefined: never ends. */
  runTime: number | undefined = 10_000;
  /** Changes how a run ends. */
  ending: (execution: FakeExecution) => void = () => undefined;
  /** How StartAutomationExecution refuses. */
  refusal: string | undefined;
  /** How many more reads of a user show what was before the last change. */
  staleReads = 0;
  pageSize = 50;
  /** How many times findByTag does not find what is there. */
  tagLag = 0;
  #stale: UserSnapshot | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(user: UserSnapshot): void {
    this.users.set(user.userId, user);
  }

  /** Whoever else changes the user. */
  change(userId: string, changes: Partial<UserSnapshot>): void {
    const user = this.users.get(userId);
    if (user) this.put({ ...user, ...changes });
  }

  changeKey(userId: string, keyId: string, changes: Partial<AccessKey>): void {
    const user = this.users.get(userId);
    const accessKeys = user?.accessKeys.map((key) => (key.id === keyId ? { ...key, ...changes } : key));
    if (accessKeys) this.change(userId, { accessKeys });
  }

  statusOf(userId: string): Record<string, string> {
    const keys = this.users.get(userId)?.accessKeys ?? [];
    return Object.fromEntries(keys.map(({ id, status }) => [id, status]));
  }

  async readUser({ userId }: Finding): Promise<UserSnapshot | undefined> {
    this.#runDue();
    if (this.staleReads > 0 && this.#stale) {
      this.staleReads -= 1;
      return this.#stale;
    }
    return this.users.get(userId);
  }

  async setKeyStatus(user: UserSnapshot, keyId: string, status: 'Active' | 'Inactive'): Promise<void> {
    const live = this.users.get(user.userId);
    if (live?.userName !== user.userName) throw new Error('NoSuchEntity');
    this.writes.push(`${keyId}: ${live.accessKeys.find(({ id }) => id === keyId)?.status} → ${status}`);
    this.#stale = live;
    this.changeKey(user.userId, keyId, { status });
  }

  async readRule(): Promise<RuleFacts> {
    return this.rule;
  }

  async describeDocument(): Promise<RunbookDocument> {
    return this.document;
  }

  async start(_: RunbookPlace, start: RunbookStart): Promise<StartAnswer> {
    this.#runDue();
    if (this.refusal !== undefined) return { kind: 'refused', reason: this.refusal };
    if (this.executions.some((execution) => execution.start.clientToken === start.clientToken)) {
      return { kind: 'token-used' };
    }
    const id = `00000000-0000-4000-8000-${String(this.executions.length + 1).padStart(12, '0')}`;
    const endsAt = this.runTime === undefined ? Number.POSITIVE_INFINITY : this.#time() + this.runTime;
    this.executions.push({ id, start, endsAt, status: 'InProgress' });
    return { kind: 'started', executionId: id };
  }

  async findByTag(_: RunbookPlace, tagKey: string): Promise<Execution | undefined> {
    this.#runDue();
    this.requests.push('findByTag');
    const found = this.executions.find(({ start }) => start.tagKey === tagKey);
    if (found && this.tagLag > 0) {
      this.tagLag -= 1;
      return undefined;
    }
    return found;
  }

  async listSince(_: RunbookPlace, since: Date, nextToken: string | undefined): Promise<ExecutionPage> {
    this.#runDue();
    this.requests.push('listSince');
    const from = Number(nextToken ?? 0);
    const to = from + this.pageSize;
    const executions = this.executions.toReversed().slice(from, to);
    return { executions, ...(to < this.executions.length && since && { nextToken: String(to) }) };
  }

  #time(): number {
    return this.#clock.now().getTime();
  }

  #runDue(): void {
    for (const execution of this.executions) {
      if (execution.status === 'InProgress' && execution.endsAt <= this.#time()) this.#run(execution);
    }
  }

  #run(execution: FakeExecution): void {
    const user = this.users.get(execution.start.userId);
    if (!user) {
      execution.status = 'Failed';
      return;
    }
    this.#stale = user;
    const plan = planRunbook(user, execution.start.maxCredentialUsageAge, this.#clock.now());
    for (const id of plan.updates) this.changeKey(user.userId, id, { status: 'Inactive' });
    if (plan.deletesLoginProfile) this.#deletePassword(user.userId);
    execution.status = plan.fails ? 'Failed' : 'Success';
    execution.output = JSON.stringify({
      output: 'Verification of unused IAM User credentials is successful.',
      http_responses: {
        DeactivateUnusedKeysResponse: plan.updates.map((AccessKeyId) => ({ AccessKeyId, Response: {} })),
        ...(plan.deletesLoginProfile && { DeleteUnusedPasswordResponse: {} }),
      },
    });
    this.ending(execution);
  }

  #deletePassword(userId: string): void {
    const user = this.users.get(userId);
    if (!user) return;
    const { loginProfileCreatedAt: _, passwordLastUsedAt: __, ...rest } = user;
    this.put(rest);
  }
}
