import { addOrganization } from '../sandbox/aws/organization.ts';
import { World } from '../sandbox/aws/world.ts';
import { type Stage, startStage } from '../sandbox/stage.ts';
import { readerClients } from '../shared/aws/clients.ts';
import { awsOrganization } from '../shared/aws/organization.ts';
import type { IssueLedger, IssueRecord, NewIssue } from '../shared/findings/ports.ts';
import { scanOrganization } from '../shared/findings/scan-organization.ts';
import { maxAccessKeyAge } from './bench-account.ts';
import type { OrganizationRow, OrganizationScale } from './bench-organization-figures.ts';
import { latencyMs, measure } from './bench-runs.ts';

const aggregator = 'keyturn';
const ruleName = 'access-keys-rotated';
const region = 'us-east-1';

/** 2 % of 100,000 users: the worst case, one in each account, and the same number in a few accounts. */
export const organizationScales: readonly OrganizationScale[] = [
  { accounts: 2_000, usersEach: 50, accountsWithFindings: 2_000, findingsEach: 1 },
  { accounts: 2_000, usersEach: 50, accountsWithFindings: 100, findingsEach: 20 },
];

/** An organization of that size, evaluated by the rule in each account. */
export function benchOrganization({
  accounts,
  usersEach,
  accountsWithFindings,
  findingsEach,
}: OrganizationScale): World {
  const world = new World({ region });
  const ids = Array.from({ length: accounts }, (_, n) => String(200_000_000_000 + n));
  addOrganization(world, { aggregator, members: ids.map((id) => ({ id, maxAccessKeyAge })) });
  const [old, young] = [world.daysAgo(200), world.daysAgo(10)];
  for (const [index, account] of ids.entries()) {
    for (let n = 0; n < usersEach; n += 1) {
      const isOver = index < accountsWithFindings && n < findingsEach;
      world.addUser({ account, name: `user-${n}`, keys: [{ createdAt: isOver ? old : young }] });
    }
    world.evaluateRule(world.account(account));
  }
  return world;
}

/**
 * A first scan as a dry run, then a rescan of a repository that has every issue which the first scan would have opened.
 *
 * @throws when a run fails, or does not find every non-compliant user.
 */
export async function benchOrganizationScans(scale: OrganizationScale): Promise<OrganizationRow[]> {
  const stage = await startStage({ world: benchOrganization(scale), latencyMs });
  try {
    for (const account of stage.aws.world.accounts.values()) account.report.latest = undefined;
    const findings = scale.accountsWithFindings * scale.findingsEach;
    const first = await measure(stage, (env) =>
      scan(stage, { findings, news: Math.min(findings, 500) }, env),
    );
    const issues = await issuesOf(stage);
    for (const issue of issues) await stage.github.byHand.openIssue('alice', issue);
    const again = await measure(stage, (env) => scan(stage, { findings, news: 0 }, env));
    return [
      { scale, run: 'first scan', figures: first },
      { scale, run: 'rescan', figures: again },
    ];
  } finally {
    await stage.close();
  }
}

/** `news`: how many issues the dry run would write to. */
async function scan(
  stage: Stage,
  wanted: { readonly findings: number; readonly news: number },
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const inputs = { 'config-aggregator-name': aggregator, 'dry-run': 'true', 'max-new-issues': '500' };
  const { exitCode, log, outputs } = await stage.scan({ env, inputs });
  if (exitCode !== 0) throw new Error(`The scan ended with exit code ${exitCode}:\n${log.slice(-2_000)}`);
  const written = ['issues-opened', 'issues-updated', 'issues-closed'].map((name) => Number(outputs[name]));
  const seen = {
    findings: Number(outputs['non-compliant-count']),
    news: written.reduce((sum, count) => sum + count, 0),
  };
  if (seen.findings !== wanted.findings || seen.news !== wanted.news) {
    throw new Error(
      `The scan should have found ${JSON.stringify(wanted)}; it found ${JSON.stringify(seen)}.`,
    );
  }
}

/** What a first scan without a limit opens; asked of the stand-in in this process, for AWS's part is what is measured. */
async function issuesOf({ aws }: Stage): Promise<NewIssue[]> {
  const opened: NewIssue[] = [];
  const { latencyMs: before } = aws.faults;
  aws.faults.latencyMs = 0;
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  const credentials = async () => ({ accessKeyId: 'AKIABENCH', secretAccessKey: 'unchecked' });
  const userAgent = 'keyturn-bench';
  const { config } = readerClients({ region, credentials, userAgent });
  const organization = awsOrganization({
    aggregator: { config, name: aggregator, ruleName, region },
    caller: credentials,
    reader: { roleName: 'KeyturnReader', roleSessionName: 'bench', sourceIdentity: 'bench' },
    userAgent,
    sleep: async () => undefined,
    now: () => new Date(),
  });
  const ports = { organization, issues: collecting(opened), progress: { step: () => undefined } };
  const settings = { labels: ['access-key'], assignees: [], ownerTag: 'owner', maxNewIssues: Infinity };
  await scanOrganization(ports, settings, new Date());
  aws.faults.latencyMs = before;
  return opened;
}

/** An empty repository that keeps what is opened in it. */
function collecting(opened: NewIssue[]): IssueLedger {
  const issues: IssueRecord[] = [];
  const none = () => Promise.reject(new Error('A first scan changes no issue.'));
  return {
    listIssues: async () => issues,
    async openIssue(issue) {
      opened.push(issue);
      const number = opened.length;
      const record = {
        ...issue,
        number,
        url: '',
        state: 'open',
        comments: 0,
        updatedAt: new Date(),
      } as const;
      issues.push(record);
      return record;
    },
    readIssue: none,
    changeIssue: none,
    comment: none,
  };
}
