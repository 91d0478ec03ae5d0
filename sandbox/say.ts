/**
 * `npm run sandbox:slack -- "/keys show bob" --as alice`: types into the Slack of the sandbox that
 * `npm run sandbox -- --serve` keeps up, and prints what that person sees next.
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf } from '../shared/errors.ts';
import { readAddress } from './page/address.ts';
import { players } from './page/slack-scene.ts';
import { renderMessage } from './slack/render.ts';

const entry = z.object({ ts: z.string(), text: z.string(), blocks: z.array(z.unknown()) });
const sceneSchema = z.object({
  slack: z.object({
    threads: z.array(entry.extend({ replies: z.array(entry) })),
    ephemerals: z.record(z.string(), z.array(entry)),
    names: z.record(z.string(), z.string()),
  }),
});

type Scene = z.infer<typeof sceneSchema>['slack'];

const usage = `Usage: npm run sandbox:slack -- "/keys show bob" --as ${players.join('|')}`;

function visibleTo(who: string, { threads, ephemerals }: Scene): z.infer<typeof entry>[] {
  return [...threads.flatMap((thread) => [thread, ...thread.replies]), ...(ephemerals[who] ?? [])];
}

/** The scenes of the page, the present one first. */
async function* scenes(url: string): AsyncGenerator<Scene> {
  const { body } = await fetch(new URL('events', url));
  if (!body) throw new Error('The sandbox does not show what happens in it.');
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    if (line.startsWith('data: ')) yield sceneSchema.parse(JSON.parse(line.slice(6))).slack;
  }
}

async function say(url: string, who: string, text: string): Promise<void> {
  const known = new Set<string>();
  let isSent = false;
  for await (const scene of scenes(url)) {
    const news = visibleTo(who, scene).filter(({ ts }) => !known.has(ts));
    if (isSent && news.length > 0) {
      const terminal = { nameOf: (id: string) => scene.names[id] ?? id, width: 110 };
      for (const message of news) console.log(`${renderMessage(message, terminal)}\n`);
      return;
    }
    for (const { ts } of news) known.add(ts);
    if (!isSent) await send(url, who, text);
    isSent = true;
  }
}

async function send(url: string, who: string, text: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ act: 'say', who, text });
  const response = await fetch(new URL('act', url), { method: 'POST', headers, body });
  const { problem } = z.object({ problem: z.string().optional() }).parse(await response.json());
  if (problem) throw new Error(problem);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { as: { type: 'string', default: 'alice' } },
});
const url = await readAddress();
const [text] = positionals;
if (!text || positionals.length > 1) {
  console.error(usage);
  process.exitCode = 2;
} else if (!url) {
  console.error('No sandbox is up. Start one in another terminal: npm run sandbox -- --serve');
  process.exitCode = 1;
} else {
  try {
    await say(url, values.as, text);
  } catch (error) {
    console.error(`${messageOf(error)}\n${usage}`);
    process.exitCode = 1;
  }
  // The stream of scenes goes on for ever.
  process.exit();
}
