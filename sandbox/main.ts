/**
 * The whole loop on one machine: stand-ins of AWS, GitHub and Slack, the built Action and the bot's process between
 * them, and what people would see. With `--serve` they do it themselves, on a page in the browser.
 */
import { parseArgs } from 'node:util';
import { playExperiment, type Stationery } from './experiment.ts';
import { type Loop, startLoop } from './loop.ts';
import { forgetAddress, rememberAddress } from './page/address.ts';
import { startPage } from './page/start.ts';
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

/** The page, on which nothing has happened yet. */
async function serve(loop: Loop): Promise<void> {
  const page = await startPage(loop);
  await rememberAddress(page.url);
  out.print(`Open this address; everything stays up until you press Ctrl-C:\n\n  ${page.url}\n`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await forgetAddress();
  await page.close();
}

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } });
const loop = await startLoop({ world: tenUsers(() => new Date()) });
try {
  if (values.serve) {
    await serve(loop);
  } else {
    await scan(loop);
    await playExperiment(loop, out);
  }
} finally {
  await loop.close();
}
