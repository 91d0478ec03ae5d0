import { KeyturnError } from '../shared/errors.ts';
import type { Message } from '../shared/slack/message.ts';

/** Milliseconds for Slack's answer. */
const patience = 10_000;
/** Seconds that a Retry-After may ask for: the job waits so long. */
const longestWait = 60;
/** Slack's own reasons are words such as `no_service`; anything else is a proxy's page. */
const reasonPattern = /^[a-z_]{1,60}$/;

/**
 * Posts one message to an incoming webhook of Slack's, and once more when Slack says that it was too fast. A post whose
 * answer does not come is not repeated, because it may have been made. The address is a secret: no error names it.
 *
 * Source: Slack API, "Sending messages using incoming webhooks", Handling errors; "Rate limits".
 *
 * @throws KeyturnError `slack-webhook`
 */
export async function postToWebhook(
  address: string,
  message: Message,
  sleep: (milliseconds: number) => Promise<unknown>,
): Promise<void> {
  let answer = await post(address, message);
  if (answer.status === 429) {
    await sleep(1_000 * secondsToWait(answer.headers.get('retry-after')));
    answer = await post(address, message);
  }
  if (answer.ok) return;
  const reason = reasonPattern.exec((await answer.text().catch(() => '')).trim())?.[0];
  throw refused(`Slack answered ${answer.status}${reason === undefined ? '' : ` ${reason}`}.`);
}

async function post(address: string, message: Message): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(message),
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
  } catch (error) {
    throw refused(`Slack did not answer within ${patience / 1_000} seconds, or could not be reached.`, error);
  }
}

function refused(why: string, cause?: unknown): KeyturnError {
  return new KeyturnError('slack-webhook', `The new findings were not posted to Slack. ${why}`, { cause });
}

function secondsToWait(retryAfter: string | null): number {
  return /^\d+$/.test(retryAfter ?? '') ? Math.min(Number(retryAfter), longestWait) : 1;
}
