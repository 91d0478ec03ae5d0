/**
 * The whole loop on one machine: stand-ins of AWS and GitHub, the built Action between them, and what people would see.
 * With `--serve` the stand-ins stay up until Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { tenUsers } from './scenario.ts';
import { type Stage, startStage } from './stage.ts';
import { renderMarkdown } from './terminal.ts';

const width = Math.min(process.stdout.columns ?? 110, 120);

function heading(text: string): void {
  console.log(`\n${'━'.repeat(width)}\n${text}\n${'━'.repeat(width)}\n`);
}

async function showIssues(stage: Stage): Promise<void> {
  for (const issue of await stage.github.byHand.issues()) {
    heading(`Issue #${issue.number} (${issue.state}): ${issue.title}   [${issue.labels.join(', ')}]`);
    console.log(renderMarkdown(issue.body ?? '', width));
  }
}

async function serve(stage: Stage): Promise<void> {
  heading('The stand-ins stay up until you press Ctrl-C');
  console.log(`AWS_ENDPOINT_URL=${stage.aws.url}`);
  console.log(`GITHUB_API_URL=${stage.github.url}   GITHUB_REPOSITORY=${stage.github.repository}`);
  console.log(`GITHUB_TOKEN=${stage.github.token}   (good for this stand-in only)`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } });
const stage = await startStage({ world: tenUsers(() => new Date()) });
try {
  heading('The Action scans an account with ten IAM users');
  const run = await stage.scan({ onLine: (line) => console.log(line) });
  heading('The job summary');
  console.log(renderMarkdown(run.summary, width));
  await showIssues(stage);
  heading(`Done: exit code ${run.exitCode}, ${stage.aws.requests.total} requests to AWS`);
  console.log(
    Object.entries(run.outputs)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  if (run.exitCode !== 0) process.exitCode = run.exitCode;
  if (values.serve) await serve(stage);
} finally {
  await stage.close();
}
