/**
 * Makes the pictures of docs/images from the sandbox's page: what really happens there, in a browser of 1,280 × 720.
 * Needs Chromium (CHROMIUM_PATH, or where Debian has it).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { startLoop } from '../sandbox/loop.ts';
import { startPage } from '../sandbox/page/start.ts';
import { tenUsers } from '../sandbox/scenario.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { PageVisitor } from './page-visitor.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'images');

async function take(name: string, what: Locator | PageVisitor): Promise<void> {
  const options = { path: join(folder, `${name}.png`), animations: 'disabled' } as const;
  if (what instanceof PageVisitor) await what.tab.screenshot(options);
  else await what.screenshot(options);
}

const pageSize = { width: 1_280, height: 720 };
/** High enough for a whole thread or issue. */
const tallSize = { width: 1_560, height: 1_900 };

/** What nobody sees who approves the runbook elsewhere: a password that goes, a key that stays. */
async function tell(visitor: PageVisitor): Promise<void> {
  const { tab } = visitor;
  await visitor.scan(1);
  await visitor.press('Close the tour');
  await tab.setViewportSize(tallSize);
  await visitor.press(/IAM user bob in account/);
  await take('issue', tab.locator('article.issue'));
  await visitor.send('alice', '/keys remediate carol left the team');
  const carol = visitor.card('Runbook for carol');
  await carol.getByRole('button', { name: 'Approve…' }).waitFor();
  await take('card', carol.locator('.entry').first());
  await visitor.send('alice', '/keys remediate bob rotation is overdue');
  await visitor.approve('kim', 'Runbook for bob');
  const bob = visitor.card('Runbook for bob');
  await bob.getByRole('button', { name: 'Request strict for what stays Active' }).waitFor();
  await visitor.sees(bob.locator('.entry').first(), 'As predicted');
  await take('thread', bob);
  await tab.setViewportSize(pageSize);
  await bob.locator('.entry').last().scrollIntoViewIfNeeded();
  await tab
    .getByRole('button', { name: /^Edit comment/ })
    .last()
    .scrollIntoViewIfNeeded();
  await visitor.become('alice');
  await take('page', visitor);
}

const chromium = findChromium();
if (!chromium) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH.');
await mkdir(folder, { recursive: true });
const loop = await startLoop({ world: tenUsers(() => new Date()) });
const page = await startPage(loop);
const browser = await launchChromium(chromium);
try {
  const look = { colorScheme: 'light', reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ viewport: pageSize, ...look });
  const visitor = new PageVisitor(await context.newPage());
  await visitor.open(page.url);
  await tell(visitor);
} finally {
  await browser.close();
  await page.close();
  await loop.close();
}
