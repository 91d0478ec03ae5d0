/**
 * The whole loop on one machine: stand-ins of AWS, GitHub and Slack, the built Action and the bot's process between
 * them, and what people would see. With `--serve` everything stays up until Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { playExperiment, type Stationery } from './experiment.ts';
import { type Loop, startLoop } from './loop.ts';
import { tenUsers } from './scenario.ts';
import { renderMarkdown } from './terminal.ts';

const out: Stationery = {
  width: Math.min(process.stdout.columns ?? 110, 120),
  heading(text) {
    const rule = '━'.repeat(this.width);
    console.log(`\n${rule}\n${text}\n${rule}\n`);
  },
  print: (text) => console.log(text),
};

async function scan(loop: Loop): Promise<void> {
  out.heading('The Action scans an account with ten IAM users');
  const run = await loop.scan({ onLine: out.print });
  out.heading('The job summary');
  out.print(renderMarkdown(run.summary, out.width));
  for (const issue of await loop.github.byHand.issues()) {
    out.heading(`Issue #${issue.number} (${issue.state}): ${issue.title}   [${issue.labels.join(', ')}]`);
    out.print(renderMarkdown(issue.body ?? '', out.width));
  }
  out.heading(`The scan's exit code: ${run.exitCode}, requests to AWS: ${loop.aws.requests.total}`);
  out.print(
    Object.entries(run.outputs)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  if (run.exitCode !== 0) throw new Error('The scan failed');
}

async function serve({ aws, github, slack, bot }: Loop): Promise<void> {
  out.heading('Everything stays up until you press Ctrl-C');
  out.print(`AWS_ENDPOINT_URL=${aws.url}`);
  out.print(`GITHUB_API_URL=${github.url}   GITHUB_REPOSITORY=${github.repository}`);
  out.print(`GITHUB_TOKEN=${github.token}   (good for this stand-in only)`);
  out.print(`SLACK_API_URL=${slack.url}   the bot: http://127.0.0.1:${bot.port}/readyz`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } });
const loop = await startLoop({ world: tenUsers(() => new Date()) });
try {
  await scan(loop);
  await playExperiment(loop, out);
  if (values.serve) await serve(loop);
} finally {
  await loop.close();
}
