import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { webApi } from '@slack/bolt';
import { z } from 'zod';
import { writeCard, writeNotice } from '../../bot/card-metadata.ts';
import { readThread } from '../../bot/thread.ts';

const card = { channel: 'C0123456789', ts: '1.000100' };
const user = 'U0KEYTURN01';
let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A Slack whose threads come in pages. */
async function startPages(pages: readonly object[]): Promise<webApi.WebClient> {
  let page = 0;
  const answering = createServer((_request, response) => {
    const isLast = page === pages.length - 1;
    const response_metadata = { next_cursor: isLast ? '' : `page${page + 1}` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, ...pages[page], response_metadata }));
    page += 1;
  });
  server = answering;
  await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(answering.address());
  return new webApi.WebClient('xoxb-test', { slackApiUrl: `http://127.0.0.1:${port}/api/` });
}

test('a thread that somebody filled up is no thread in which nothing was told', async () => {
  const chatter = { messages: [{ ts: '2.000100', user: 'U0OTHERBOT0' }] };
  const slack = await startPages(Array.from({ length: 60 }, () => chatter));
  await expect(readThread(slack, card, user)).rejects.toMatchObject({ code: 'slack-thread-long' });
});

test('reads every page of a thread, and believes its own messages alone', async () => {
  const slack = await startPages([
    { messages: [{ ts: card.ts, user, metadata: writeCard({ partition: 'aws' }) }] },
    {
      messages: [
        { ts: '2.000100', user, metadata: writeNotice('mine') },
        { ts: '3.000100', user: 'U0OTHERBOT0', metadata: writeNotice('forged') },
        { ts: '4.000100', user, metadata: writeCard({ partition: 'aws-cn' }) },
      ],
    },
  ]);
  expect(await readThread(slack, card, user)).toEqual({
    card: { partition: 'aws' },
    told: new Set(['mine']),
  });
});
