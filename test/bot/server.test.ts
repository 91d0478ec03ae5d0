import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { listen } from '../../bot/server.ts';

/** Asks over a connection that is kept when the server lets it. */
async function ask(port: number, agent: Agent): Promise<{ connection: string | undefined; body: string }> {
  const [response] = await once(get({ host: '127.0.0.1', port, agent }), 'response');
  return { connection: response.headers.connection, body: await text(response) };
}

test('who closes waits for the answer under way, and for no connection that it leaves', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const server = await listen(async (_, response) => {
    arrived.resolve();
    await answer.promise;
    response.writeHead(200).end('done');
  }, 0);
  const agent = new Agent({ keepAlive: true });
  const asked = ask(server.port, agent);
  await arrived.promise;
  const closed = server.close();
  answer.resolve();
  expect(await asked).toEqual({ connection: 'close', body: 'done' });
  await closed;
  await expect(ask(server.port, agent)).rejects.toThrow('ECONNREFUSED');
  agent.destroy();
});

test('nor for a connection whose answer has begun', async () => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const server = await listen(async (_, response) => {
    response.flushHeaders();
    begun.resolve();
    await answer.promise;
    response.end('done');
  }, 0);
  const agent = new Agent({ keepAlive: true });
  const asked = ask(server.port, agent);
  await begun.promise;
  const closed = server.close();
  answer.resolve();
  expect((await asked).body).toBe('done');
  await closed;
  agent.destroy();
});
