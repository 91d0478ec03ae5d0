/** `npm run audit`: verifies trails as anybody with read access can. */
import { messageOf } from '../shared/errors.ts';
import { connectGitHub } from '../shared/github/octokit.ts';
import { parseAuditArguments, usage } from './audit-arguments.ts';
import { auditJson, auditTable, isSound } from './audit-report.ts';
import { auditTrails } from './audit-trails.ts';

const couldNotTell = 2;

async function main(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const call = parseAuditArguments(argv);
  const token = environment['GITHUB_TOKEN'];
  if (!call || !token) {
    process.stderr.write(usage);
    return couldNotTell;
  }
  const baseUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  const issues = await auditTrails(connectGitHub({ baseUrl, token }), call, new Date());
  process.stdout.write(call.json ? auditJson(issues) : auditTable(issues));
  return issues.every(isSound) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = couldNotTell;
}
