import { z } from 'zod';
import type { Ephemeral } from './ephemerals.ts';
import type { Services } from './methods.ts';
import type { View } from './modals.ts';
import { approvalsChannelId, type PersonName } from './people.ts';

const fileSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  url_private: z.string(),
});

const messageSchema = z.looseObject({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string(),
  thread_ts: z.string().optional(),
  reply_count: z.number().default(0),
  blocks: z.array(z.unknown()).default([]),
  metadata: z.unknown().optional(),
  edited: z.unknown().optional(),
  files: z.array(fileSchema).default([]),
});

/** A message as Slack answers it. */
export type Message = z.infer<typeof messageSchema>;

/** A message of the channel with its thread, oldest first. */
export type Thread = Message & { readonly replies: readonly Message[] };

export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly content: string;
  readonly channel: string;
  readonly threadTs?: string;
}

/** What people see on their screens. */
export class Reader {
  readonly #slack: Services;

  constructor(slack: Services) {
    this.#slack = slack;
  }

  /** The channel from the top, each message with its thread. */
  async messages(channel: string = approvalsChannelId): Promise<readonly Thread[]> {
    const roots = await this.#ask('conversations.history', { channel, limit: 1_000 });
    const threads = roots.reverse().map(async (root): Promise<Thread> => {
      if (root.reply_count === 0) return { ...root, replies: [] };
      const [, ...replies] = await this.#ask('conversations.replies', { channel, ts: root.ts });
      return { ...root, replies };
    });
    return Promise.all(threads);
  }

  /** A message or a reply; undefined: there is none. */
  async message(channel: string, ts: string): Promise<Message | undefined> {
    const reply = await this.#slack.call('conversations.replies', { channel, ts }, 'admin');
    return z
      .array(messageSchema)
      .safeParse(reply['messages'])
      .data?.find((message) => message.ts === ts);
  }

  /** What a person alone sees, oldest first. */
  ephemerals(name: PersonName): readonly Ephemeral[] {
    return this.#slack.ephemerals.of(this.#slack.workspace.people[name].id);
  }

  /** The modals before a person, the visible one last. */
  openViews(name: PersonName): readonly View[] {
    return this.#slack.modals.of(this.#slack.workspace.people[name].id);
  }

  /** All files, in the order of their messages. */
  async files(channel: string = approvalsChannelId): Promise<readonly UploadedFile[]> {
    const messages = (await this.messages(channel)).flatMap((thread) => [thread, ...thread.replies]);
    const found = messages.flatMap(({ files, thread_ts }) =>
      files.map(async ({ id, name, title, url_private }) => {
        const content = await this.#slack.upstream.read(url_private);
        return { id, name, title, content, channel, ...(thread_ts && { threadTs: thread_ts }) };
      }),
    );
    return Promise.all(found);
  }

  async #ask(method: string, args: object): Promise<Message[]> {
    const reply = await this.#slack.call(method, { ...args, include_all_metadata: true }, 'admin');
    if (!reply.ok) throw new Error(`${method}: ${reply.error}`);
    return z.array(messageSchema).parse(reply['messages']);
  }
}
