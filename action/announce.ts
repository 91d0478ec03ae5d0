import { setTimeout as sleep } from 'node:timers/promises';
import * as core from '@actions/core';
import type { ScanReport } from '../shared/findings/report.ts';
import { digest } from './digest.ts';
import { describeFailure } from './failure.ts';
import { logText } from './log-text.ts';
import type { Settings } from './settings.ts';
import { postToWebhook } from './webhook.ts';

/**
 * Tells Slack what is new. Returns warnings and fails nothing: the issues are the record, and to fail the job would
 * repair nothing, because for the next scan these findings are no news.
 */
export async function announce(report: ScanReport, { webhookUrl, dryRun }: Settings): Promise<string[]> {
  const message = digest(report);
  if (webhookUrl === undefined || !message) return [];
  if (dryRun) {
    const text = JSON.stringify(message, null, 2);
    await core.group('Would post to Slack', async () => core.info(logText(text)));
    return [];
  }
  try {
    await postToWebhook(webhookUrl, message, sleep);
    core.info('The new findings were posted to Slack.');
    return [];
  } catch (error) {
    return [describeFailure(error).message];
  }
}
