/** A person before the sandbox's page: finds things by their words, as people and screen readers do. */
import type { ConsoleMessage, Locator, Page } from 'playwright-core';

export type Somebody = 'alice' | 'sam' | 'kim' | 'olivia';

/** How long a scan or a whole remediation may take, in milliseconds. */
const patience = 45_000;

export class PageVisitor {
  readonly tab: Page;
  /** What the browser complained about: errors and warnings, refused requests included. */
  readonly complaints: string[] = [];

  constructor(tab: Page) {
    this.tab = tab;
    tab.setDefaultTimeout(patience);
    tab.on('console', (message: ConsoleMessage) => {
      if (/error|warning/.test(message.type())) this.complaints.push(message.text());
    });
    tab.on('pageerror', (error: Error) => this.complaints.push(error.message));
  }

  async open(url: string): Promise<void> {
    await this.tab.goto(url);
    await this.tab.getByRole('complementary').waitFor();
  }

  get dialog(): Locator {
    return this.tab.getByRole('dialog');
  }

  /** The newest card that begins with these words, with its thread. */
  card(words: string): Locator {
    return this.tab.getByRole('article').filter({ hasText: words }).last();
  }

  /** The rows of an IAM user. */
  user(name: string): Locator {
    return this.tab.getByRole('rowgroup').filter({
      has: this.tab.getByRole('rowheader', { name: new RegExp(`^${name.replace('.', '\\.')}\\b`) }),
    });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.tab.getByRole('button', { name }).click();
  }

  /** Runs a scan to its end; `number` counts them. */
  async scan(number: number): Promise<void> {
    await this.press('Run the scan');
    await this.sees(this.tab.getByRole('status'), `scan ${number} succeeded`);
  }

  async become(name: Somebody): Promise<void> {
    await this.tab.getByRole('radio', { name: new RegExp(`^${name} `) }).check();
  }

  /** Types into Slack's box as somebody. */
  async send(name: Somebody, line: string): Promise<void> {
    await this.become(name);
    await this.tab.getByLabel(/^Message or command/).fill(line);
    await this.press('Send');
  }

  /** Presses Approve on the card and waits for the plan. */
  async openApproval(name: Somebody, card: string): Promise<void> {
    await this.become(name);
    await this.card(card).getByRole('button', { name: 'Approve…' }).click();
    await this.dialog.getByRole('button', { name: 'Approve' }).waitFor();
  }

  /** Reads the plan, approves it, and closes what the bot says to that. */
  async approve(name: Somebody, card: string): Promise<void> {
    await this.openApproval(name, card);
    await this.dialog.getByRole('button', { name: 'Approve' }).click();
    await this.closeDialog();
  }

  /** Presses Approve on the card and waits for words that only this person sees: in Slack's channel, or in a dialog. */
  async isToldAtApproval(name: Somebody, card: string, words: string | RegExp): Promise<void> {
    await this.become(name);
    await this.card(card).getByRole('button', { name: 'Approve…' }).click();
    const whispers = this.tab.getByRole('article').filter({ hasText: 'Only visible to you' });
    await this.sees(this.dialog.or(whispers), words);
    await this.tab.keyboard.press('Escape');
    await this.dialog.waitFor({ state: 'detached' });
  }

  async closeDialog(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** Waits until these words stand in an element. */
  async sees(where: Locator, words: string | RegExp): Promise<void> {
    await where.filter({ hasText: words }).first().waitFor();
  }
}
