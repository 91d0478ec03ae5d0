import * as core from '@actions/core';
import { KeyturnError } from '../shared/errors.ts';
import type { KeptBack } from '../shared/findings/dry-run.ts';
import type { ScanReport } from '../shared/findings/report.ts';
import { countActions } from '../shared/findings/report.ts';
import { scan } from '../shared/findings/scan.ts';
import { scanOrganization } from '../shared/findings/scan-organization.ts';
import { connectGitHub, type GitHubClient } from '../shared/github/octokit.ts';
import { paceFor } from '../shared/github/pace.ts';
import { readFileOnDefaultBranch, readRepository } from '../shared/github/repository.ts';
import { countOf } from '../shared/keys/written-moments.ts';
import type { PolicyProblem } from '../shared/policy/parse-policy.ts';
import type { Policy } from '../shared/policy/schema.ts';
import { announce } from './announce.ts';
import { composeAccount, composeLedger, composeOrganization, type Surroundings } from './compose.ts';
import { describeFailure } from './failure.ts';
import type { Inputs } from './inputs.ts';
import { judgeScan } from './judgement.ts';
import { keptBackText, keptBackTitle } from './kept-back.ts';
import { describeProblem, loadPolicy, policyAbsent } from './load-policy.ts';
import { logText } from './log-text.ts';
import { publish } from './publish.ts';
import type { Runner } from './runner.ts';
import { type Settings, settle } from './settings.ts';

/**
 * The Action from checked inputs to outputs.
 *
 * @throws {KeyturnError} after everything that could be told is told: `scan-incomplete`, `findings-present`,
 * `report-unwritable`.
 */
export async function run(inputs: Inputs, runner: Runner, now: () => Date): Promise<void> {
  const { apiUrl, repository } = runner;
  const pace = paceFor(apiUrl);
  const github = connectGitHub({ baseUrl: apiUrl, token: inputs['github-token'], pace });
  const { id, private: isPrivate, fullName } = await readRepository(github, repository);
  const policy = await readPolicy(inputs['policy-file'], runner, github);
  if (inputs['validate-policy-only']) return tellPolicyIsGood(policy, inputs['policy-file']);
  const settings = settle(inputs, policy, runner);
  if (!isPrivate && !settings.allowPublicRepository) {
    throw new KeyturnError(
      'repository-public',
      `${fullName} is public: findings name accounts, users and key ids.`,
    );
  }
  await scanAndTell(settings, runner, { client: github, repositoryId: id }, now);
}

function readPolicy(path: string, { workspace, repository }: Runner, github: GitHubClient) {
  const readFromDefaultBranch = (file: string) => readFileOnDefaultBranch(github, repository, file);
  return loadPolicy({ path, workspace, readFromDefaultBranch, onProblem: annotate });
}

function annotate(problem: PolicyProblem, file: string): void {
  const { line: startLine, column: startColumn } = problem;
  core.error(logText(describeProblem(problem)), { file, startLine, startColumn });
}

function tellPolicyIsGood(policy: Policy | undefined, path: string): void {
  if (policy === undefined) throw policyAbsent(path);
  core.info(`${path} is a valid policy file.`);
}

function scanWith(settings: Settings, surroundings: Surroundings, now: Date): Promise<ScanReport> {
  const { organization, findings } = settings;
  const progress = { step: (message: string) => core.info(logText(message)) };
  const ledger = { ...composeLedger(settings, surroundings), progress };
  if (organization === undefined) {
    return scan({ ...composeAccount(settings, surroundings), ...ledger }, findings, now);
  }
  const source = composeOrganization(settings, organization, surroundings);
  return scanOrganization({ organization: source, ...ledger }, findings, now);
}

async function scanAndTell(
  settings: Settings,
  runner: Runner,
  github: { readonly client: GitHubClient; readonly repositoryId: number },
  now: () => Date,
): Promise<void> {
  const keptBack: KeptBack[] = [];
  const surroundings: Surroundings = {
    github: github.client,
    repository: runner.repository,
    repositoryId: github.repositoryId,
    now,
    getIdToken: core.getIDToken,
    onWarning: (message) => core.warning(logText(message)),
    onKeptBack: (write) => keptBack.push(write),
  };
  const where = `${settings.ruleName} in ${settings.region}`;
  const report = await core.group(`Scan by the Config rule ${where}`, () =>
    scanWith(settings, surroundings, now()),
  );
  for (const write of keptBack) {
    await core.group(logText(keptBackTitle(write)), async () => core.info(logText(keptBackText(write))));
  }
  const { opened, updated, closed } = countActions(report);
  const verb = settings.dryRun ? 'would be' : 'were';
  core.info(
    `${countOf(report.findings.length, 'finding')}; of the issues ${opened} ${verb} opened, ${updated} updated, ${closed} closed.`,
  );
  const warnings = [...report.warnings, ...(await announce(report, settings))];
  const error = judgeScan(report, settings.failOnFindings);
  try {
    await publish({ ...report, warnings }, settings, runner.temp);
  } catch (unwritten) {
    // What the report would have said of the scan is said here, where it can be.
    if (error) core.error(logText(describeFailure(error).message));
    throw unwritten;
  }
  if (error) throw error;
}
