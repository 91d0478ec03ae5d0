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

/** High enough for a whole thread or issue. */
const tall = { viewport: { width: 1_560, height: 1_900 }, deviceScaleFactor: 1.6 };
const margin = 4;
const look = { colorScheme: 'light', reducedMotion: 'reduce' } as const;

/** A picture of one thing, with a little of what is around it. */
async function take(name: string, { tab }: PageVisitor, what: Locator): Promise<void> {
  const box = await what.boundingBox();
  if (!box) throw new Error(`There is nothing to see for ${name}.png`);
  const [x, y] = [box.x - margin, box.y - margin];
  const clip = { x, y, width: box.width + 2 * margin, height: box.height + 2 * margin };
  await tab.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', clip });
}

/** What nobody sees who approves the runbook elsewhere: a password that goes, a key that stays. */
async function tell(visitor: PageVisitor): Promise<void> {
  const { tab } = visitor;
  await visitor.scan(1);
  await visitor.press('Close the tour');
  await visitor.press(/IAM user bob in account/);
  await take('issue', visitor, tab.locator('article.issue'));
  await visitor.send('alice', '/keys remediate alice the backup job is gone');
  await visitor.approve('sam', 'Runbook for alice');
  await visitor.sees(visitor.card('Runbook for alice'), 'Resolved');
  await visitor.send('alice', '/keys remediate carol left the team');
  const carol = visitor.card('Runbook for carol');
  await carol.getByRole('button', { name: 'Approve…' }).waitFor();
  await take('card', visitor, carol.locator('.entry').first());
  await visitor.send('alice', '/keys remediate bob rotation is overdue');
  await visitor.approve('kim', 'Runbook for bob');
  const bob = visitor.card('Runbook for bob');
  await bob.getByRole('button', { name: 'Request strict for what stays Active' }).waitFor();
  await visitor.sees(bob.locator('.entry').first(), 'As predicted');
  await take('thread', visitor, bob);
}

/** The whole page where the tour has come to the key that was used today. */
async function showTour(visitor: PageVisitor): Promise<void> {
  const { tab } = visitor;
  await visitor.become('kim');
  await visitor.press(/IAM user bob in account/);
  for (let step = 1; step < 4; step += 1) await visitor.press('Next step');
  await tab.getByRole('button', { name: 'Next step', disabled: false }).waitFor();
  await visitor.card('Runbook for bob').locator('.entry').last().scrollIntoViewIfNeeded();
  await tab.locator('.comment').last().scrollIntoViewIfNeeded();
  await tab.getByLabel('Message or command').fill('');
  await tab.getByLabel('Message or command').blur();
  await tab.screenshot({ path: join(folder, 'page.png'), animations: 'disabled' });
}

const chromium = findChromium();
if (!chromium) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH.');
await mkdir(folder, { recursive: true });
const loop = await startLoop({ world: tenUsers(() => new Date()) });
const page = await startPage(loop);
const browser = await launchChromium(chromium);
try {
  const scenes = [
    { options: tall, play: tell },
    { options: { viewport: { width: 1_280, height: 720 } }, play: showTour },
  ];
  for (const { options, play } of scenes) {
    const context = await browser.newContext({ ...options, ...look });
    const visitor = new PageVisitor(await context.newPage());
    await visitor.open(page.url);
    await play(visitor);
  }
} finally {
  await browser.close();
  await page.close();
  await loop.close();
}
