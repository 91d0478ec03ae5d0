/** The sandbox's page in a real browser, by the controls that people see. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { type Page, startPage } from '../../sandbox/page/start.ts';
import { tenUsers } from '../../sandbox/scenario.ts';
import { findChromium, launchChromium } from '../../scripts/chromium.ts';
import { PageVisitor } from '../../scripts/page-visitor.ts';

// A whole remediation takes some seconds, and on a busy machine some more.
jest.setTimeout(180_000);

const chromium = findChromium();
if (!chromium) {
  console.warn('The page is not tested: no Chromium is installed. Install one, or set CHROMIUM_PATH.');
}

let loop: Loop;
let page: Page;
let browser: Browser;
let visitor: PageVisitor;
let scans = 0;
const visitors: PageVisitor[] = [];

async function visit(options: BrowserContextOptions = {}): Promise<PageVisitor> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 720 }, ...options });
  visitor = new PageVisitor(await context.newPage());
  visitors.push(visitor);
  await visitor.open(page.url);
  return visitor;
}

async function scan(): Promise<void> {
  scans += 1;
  await visitor.scan(scans);
}

/** Opens free play at one of its parts; the scan has been run. */
async function playAt(title: string): Promise<PageVisitor> {
  await visit();
  await visitor.press('Close the tour');
  await visitor.press(title);
  if (scans === 0) await scan();
  return visitor;
}

const remediate = (user: string, reason: string) =>
  visitor.send('alice', `/keys remediate ${user} ${reason}`);
const guide = () => visitor.tab.getByRole('complementary');
const allTicked = async () => {
  await expect(guide().getByRole('listitem').filter({ hasNotText: '(done)' }).count()).resolves.toBe(0);
};

async function violations(): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: visitor.tab }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

(chromium ? describe : describe.skip)('the page in a browser (needs Chromium: CHROMIUM_PATH)', () => {
  beforeAll(async () => {
    loop = await startLoop({ world: tenUsers(() => new Date()) });
    page = await startPage(loop);
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(async () => {
    await browser.close();
    await page.close();
    await loop.close();
  });
  afterEach(async () => {
    const complaints = visitors.flatMap((one) => one.complaints);
    await Promise.all(visitors.splice(0).map(({ tab }) => tab.context().close()));
    expect(complaints).toEqual([]);
  });

  test('the tour, clicked through to its end', async () => {
    await visit();
    const next = () => visitor.press('Next step');
    await scan();
    await visitor.press(/IAM user bob in account/);
    await visitor.sees(visitor.tab.getByRole('region', { name: /Repository/ }), /would leave \S+ Active/);
    await next();
    await visitor.press('Send');
    await visitor.card('Runbook for alice').getByRole('button', { name: 'Approve…' }).waitFor();
    await next();
    await visitor.approve('sam', 'Runbook for alice');
    await visitor.sees(visitor.card('Runbook for alice'), 'Resolved: no Active key over age is left');
    await next();
    await visitor.become('alice');
    await visitor.press('Send');
    await visitor.approve('kim', 'Runbook for bob');
    await visitor.sees(
      visitor.tab.getByRole('region', { name: 'What AWS did' }),
      /Success\s+runbook for bob/,
    );
    expect(await visitor.user('bob').textContent()).toContain('Active');
    await next();
    await visitor.become('alice');
    await visitor.press('Request strict for what stays Active');
    await visitor.approve('sam', 'Strict for bob');
    await visitor.approve('kim', 'Strict for bob');
    await visitor.sees(visitor.user('bob'), 'Inactive');
    await visitor.sees(visitor.tab.getByRole('status'), 'Trail verified');
    await visitor.press('Go on to free play');
    expect(loop.aws.world.userNamed('bob').accessKeys.map(({ status }) => status)).toEqual(['Inactive']);
  });

  test('who asked and who is nobody may not approve; a key that is used makes the request void', async () => {
    await playAt('Use a key now');
    await remediate('dave', 'half rotated');
    await visitor.card('Runbook for dave').getByRole('button', { name: 'Approve…' }).waitFor();
    await visitor.isToldAtApproval('alice', 'Runbook for dave', /your own request/);
    await visitor.isToldAtApproval('olivia', 'Runbook for dave', /not one of those who may approve/);
    await visitor.user('dave').getByRole('button', { name: /^Use / }).first().click();
    await visitor.sees(visitor.user('dave'), 'just now');
    await visitor.approve('sam', 'Runbook for dave');
    await visitor.sees(visitor.card('Runbook for dave'), /Void/);
    await allTicked();
    expect(loop.aws.world.userNamed('dave').accessKeys.map(({ status }) => status)).toEqual([
      'Active',
      'Active',
    ]);
  });

  test('an edited comment breaks the trail, and the next scan opens another issue', async () => {
    await playAt('Edit the trail');
    await remediate('carol', 'left the team');
    await visitor.sees(visitor.tab.getByRole('status'), 'Trail verified');
    await visitor.press(/^Edit comment/);
    await visitor.dialog.getByRole('textbox').fill('Nothing to see here.');
    await visitor.dialog.getByRole('button', { name: 'Save' }).click();
    await visitor.sees(visitor.tab.getByRole('status'), /Trail broken.*was changed after it was sealed/);
    await visitor.isToldAtApproval('sam', 'Runbook for carol', /trail of issue #\d+ is broken/);
    await scan();
    await visitor.press('← All issues');
    await expect(visitor.tab.getByRole('button', { name: /IAM user carol/ }).count()).resolves.toBe(2);
    await allTicked();
  });

  test('the bot that is killed in mid-flight goes on when it is started again', async () => {
    await playAt('Kill the bot in mid-flight');
    await remediate('judy', 'she left');
    await visitor.card('Runbook for judy').getByRole('button', { name: 'Approve…' }).waitFor();
    await visitor.tab.getByLabel('kill it in mid-flight').check();
    await visitor.openApproval('sam', 'Runbook for judy');
    await visitor.dialog.getByRole('button', { name: 'Approve' }).click();
    await visitor.sees(visitor.tab.getByRole('status'), 'bot was killed');
    await visitor.tab.keyboard.press('Escape');
    await visitor.press('Start it again');
    await visitor.sees(visitor.card('Runbook for judy'), 'Resolved: no Active key over age is left');
    await allTicked();
    const runs = loop.aws.world.automation.executions.filter(
      ({ parameters }) => parameters['IAMResourceId']?.[0] === loop.aws.world.userNamed('judy').id,
    );
    expect(runs).toHaveLength(1);
  });

  test('Config is stale: the runbook is refused until it has caught up', async () => {
    await playAt('Let Config go stale');
    await visitor.press('Send');
    await visitor.sees(visitor.card('Only visible to you'), /grace\.hopper/);
    await visitor.press('Let Config catch up');
    await visitor.sees(guide().locator('[aria-current=step]'), 'Send the same line again');
    await visitor.press('Send');
    await visitor.card('Runbook for grace.hopper').getByRole('button', { name: 'Approve…' }).waitFor();
    await allTicked();
  });

  test('keys are rotated, by the button for those who would rather watch', async () => {
    await playAt('Rotate a key');
    const left = guide().getByRole('listitem').filter({ hasNotText: '(done)' });
    await visitor.press('Do it for me');
    await left.nth(2).waitFor({ state: 'detached' });
    await visitor.press('Do it for me');
    await left.nth(1).waitFor({ state: 'detached' });
    scans += 1;
    await visitor.press('Do it for me');
    await left.first().waitFor({ state: 'detached' });
    const issues = await loop.github.byHand.issues();
    expect(issues.find(({ title }) => title.includes('heidi'))?.state).toBe('closed');
  });

  test.each(['light', 'dark'] as const)(
    'accessible in %s: list, issue, dialog, free play',
    async (colorScheme) => {
      await visit({ colorScheme });
      if (scans === 0) await scan();
      expect(await violations()).toEqual([]);
      await visitor.press(/IAM user bob in account/);
      await visitor.press('Close the tour');
      await visitor.press('Kill the bot in mid-flight');
      expect(await violations()).toEqual([]);
      await visitor.send('olivia', '/keys remediate');
      await visitor.dialog.getByLabel('IAM user').waitFor();
      expect(await violations()).toEqual([]);
      await visitor.tab.keyboard.press('Escape');
      await visitor.dialog.waitFor({ state: 'detached' });
    },
  );

  test('a dialog with fields, by keyboard alone', async () => {
    await visit();
    await visitor.become('kim');
    await visitor.tab.getByLabel(/^Message or command/).focus();
    await visitor.tab.keyboard.type('/keys remediate');
    await visitor.tab.keyboard.press('Enter');
    const user = visitor.dialog.getByLabel('IAM user');
    await user.focus();
    await visitor.tab.keyboard.type('no such user!');
    await visitor.tab.keyboard.press('Enter');
    await visitor.sees(visitor.dialog, 'That is no IAM user name.');
    await visitor.tab.keyboard.press('Escape');
    await visitor.dialog.waitFor({ state: 'detached' });
  });

  test('on a phone: one pane at a time, and nothing wider than the screen', async () => {
    await visit({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const { tab } = visitor;
    const panes = ['Slack', 'GitHub', 'AWS'];
    for (const shown of panes) {
      await tab.getByRole('navigation').getByRole('button', { name: shown }).click();
      for (const pane of panes) {
        expect(await tab.getByRole('region', { name: pane, exact: true }).count()).toBe(
          Number(pane === shown),
        );
      }
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(390);
    }
    expect(await violations()).toEqual([]);
  });
});
