import { z } from 'zod';
import type { Answer } from './exchange.ts';
import type { Fate } from './fates.ts';
import type { Front } from './front.ts';

const user = z.object({ login: z.string() });

const issueSchema = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullable(),
  labels: z.array(z.object({ name: z.string() })).transform((labels) => labels.map(({ name }) => name)),
  assignees: z.array(user).transform((users) => users.map(({ login }) => login)),
  user,
  comments: z.number(),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

const commentSchema = z.object({
  id: z.number(),
  body: z.string(),
  user,
  created_at: z.string(),
  updated_at: z.string(),
});

/** An issue as GitHub answers it; labels and assignees by name. */
export type StoredIssue = z.infer<typeof issueSchema>;
export type StoredComment = z.infer<typeof commentSchema>;

/** What people do to the repository by hand, in the name of a login. Nothing here is counted, limited or at fault. */
export class ByHand {
  readonly #front: Front;
  readonly #repository: string;

  constructor(front: Front, repository: string) {
    this.#front = front;
    this.#repository = `/repos/${repository}`;
  }

  /** All issues, by number. */
  async issues(): Promise<readonly StoredIssue[]> {
    return z.array(issueSchema).parse(await this.#all('/issues', { state: 'all', direction: 'asc' }));
  }

  async issue(number: number): Promise<StoredIssue> {
    return issueSchema.parse(await this.#do('alice', 'GET', `/issues/${number}`));
  }

  async comments(number: number): Promise<readonly StoredComment[]> {
    return z.array(commentSchema).parse(await this.#all(`/issues/${number}/comments`, {}));
  }

  async openIssue(
    login: string,
    issue: { readonly title: string; readonly body: string; readonly labels?: readonly string[] },
  ): Promise<StoredIssue> {
    return issueSchema.parse(await this.#do(login, 'POST', '/issues', issue));
  }

  async closeIssue(number: number, login = 'alice'): Promise<void> {
    await this.editIssue(number, { state: 'closed' }, login);
  }

  /** `change`: fields of GitHub's PATCH. */
  async editIssue(number: number, change: object, login = 'alice'): Promise<void> {
    await this.#do(login, 'PATCH', `/issues/${number}`, change);
  }

  /** Deletes, transfers or locks an issue; from here it is still seen. */
  setFate(number: number, fate: Fate): void {
    this.#front.fates.set(number, fate);
  }

  /** Unlocks it, or gets it back. */
  liftFate(number: number): void {
    this.#front.fates.lift(number);
  }

  isGone(number: number): boolean {
    return this.#front.fates.isGone(number);
  }

  async comment(number: number, body: string, login = 'alice'): Promise<StoredComment> {
    return commentSchema.parse(await this.#do(login, 'POST', `/issues/${number}/comments`, { body }));
  }

  async editComment(id: number, body: string, login = 'mallory'): Promise<void> {
    await this.#do(login, 'PATCH', `/issues/comments/${id}`, { body });
  }

  async deleteComment(id: number, login = 'mallory'): Promise<void> {
    await this.#do(login, 'DELETE', `/issues/comments/${id}`);
  }

  /** Commits a file to the default branch. */
  async writeFile(path: string, text: string, login = 'alice'): Promise<void> {
    const there = z
      .object({ sha: z.string() })
      .safeParse((await this.#ask(login, 'GET', `/contents/${path}`)).body);
    const content = Buffer.from(text).toString('base64');
    const sha = there.success ? { sha: there.data.sha } : {};
    await this.#do(login, 'PUT', `/contents/${path}`, { message: `Write ${path}`, content, ...sha });
  }

  /** The numeric id of the repository. */
  async repositoryId(): Promise<number> {
    return z.object({ id: z.number() }).parse(await this.#do('alice', 'GET', '')).id;
  }

  async #all(path: string, query: Record<string, string>): Promise<unknown[]> {
    const all: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.#ask('alice', 'GET', path, undefined, {
        ...query,
        per_page: '100',
        page: String(page),
      });
      const entries = z.array(z.unknown()).parse(answer.body);
      all.push(...entries);
      if (entries.length < 100) return all;
    }
  }

  async #do(login: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#ask(login, method, path, body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path} as ${login}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  #ask(login: string, method: string, path: string, body?: unknown, query = {}): Promise<Answer> {
    const person = this.#front.house.people.get(login);
    if (!person) throw new Error(`${login} is nobody here.`);
    const parameters = new URLSearchParams(query);
    return this.#front.handle({
      method,
      path: this.#repository + path,
      query: parameters,
      headers: {},
      body,
      person,
    });
  }
}
