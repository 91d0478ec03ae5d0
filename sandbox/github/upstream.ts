import { createEmulator, type Emulator } from 'emulate';
import { z } from 'zod';
import { type Answer, type Request, refusal } from './exchange.ts';
import type { Person } from './people.ts';

/** `emulate` allows a token 5,000 requests an hour; the front counts its own limits, so it changes tokens in time. */
const requestsPerToken = 4_000;
const tokensPerPerson = 50;

function seedOf(owner: string, name: string, isPrivate: boolean, people: ReadonlyMap<string, Person>) {
  const logins = [...people.keys()];
  const members = [...people.values()].filter(({ access }) => access !== 'none');
  const tokens: Record<string, { login: string; scopes: string[] }> = {};
  for (const { login, token } of people.values()) {
    for (let index = 0; index < tokensPerPerson; index += 1) {
      tokens[`${token}-${index}`] = { login, scopes: ['repo'] };
    }
  }
  return {
    tokens,
    github: {
      users: logins.map((login) => ({ login, name: login })),
      orgs: [{ login: owner, members: members.map(({ login }) => ({ login, role: 'admin' })) }],
      repos: [{ owner, name, private: isPrivate }],
    },
  };
}

/** The `emulate` behind the front, reached over loopback HTTP. */
export class Upstream {
  readonly #emulator: Emulator;
  readonly #publicUrl: string;
  #requests = 0;

  constructor(emulator: Emulator, publicUrl: string) {
    this.#emulator = emulator;
    this.#publicUrl = publicUrl;
  }

  /** `publicUrl` takes the place of the emulator's own address in what it answers. */
  static async start(
    repository: { readonly owner: string; readonly name: string; readonly private: boolean },
    people: ReadonlyMap<string, Person>,
    publicUrl: string,
  ): Promise<Upstream> {
    const seed = seedOf(repository.owner, repository.name, repository.private, people);
    return new Upstream(await createEmulator({ service: 'github', port: 0, seed }), publicUrl);
  }

  async ask({ method, path, query, headers, body, person }: Request): Promise<Answer> {
    const { url } = this.#emulator;
    const token = `${person.token}-${Math.floor(this.#requests++ / requestsPerToken) % tokensPerPerson}`;
    const response = await fetch(`${url.replace('//localhost', '//127.0.0.1')}${path}?${query}`, {
      method,
      headers: {
        authorization: `token ${token}`,
        'content-type': 'application/json',
        accept: headers['accept'] ?? 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = (await response.text()).replaceAll(url, this.#publicUrl);
    const type = response.headers.get('content-type') ?? '';
    if (response.status >= 500) return refusal(response.status, `emulate answered ${text.slice(0, 200)}`);
    if (text === '') return { status: response.status, headers: {}, body: undefined };
    if (type.includes('json')) return { status: response.status, headers: {}, body: JSON.parse(text) };
    return { status: response.status, headers: { 'content-type': type }, body: text };
  }

  /** A whole list, oldest first. */
  async askAll(request: Request): Promise<Answer> {
    return request.path.endsWith('/issues/comments') ? this.#askAllComments(request) : this.#askList(request);
  }

  /** `emulate` takes `comments` for the number of an issue: the comments of all issues are gathered one by one. */
  async #askAllComments(request: Request): Promise<Answer> {
    const issuesPath = request.path.replace(/\/comments$/, '');
    const issues = await this.#askList({
      ...request,
      path: issuesPath,
      query: new URLSearchParams({ state: 'all' }),
    });
    const numbers = z.array(z.object({ number: z.number() })).parse(issues.body);
    const lists = [];
    for (const { number } of numbers) {
      lists.push(await this.#askList({ ...request, path: `${issuesPath}/${number}/comments` }));
    }
    const comments = lists.flatMap(({ body }) => z.array(z.looseObject({ id: z.number() })).parse(body));
    return { ...issues, body: comments.sort((one, other) => one.id - other.id) };
  }

  async #askList(request: Request): Promise<Answer> {
    const query = new URLSearchParams(request.query);
    for (const name of ['since', 'sort']) query.delete(name);
    query.set('direction', 'asc');
    query.set('per_page', '100');
    const all: unknown[] = [];
    for (let page = 1; ; page += 1) {
      query.set('page', String(page));
      const answer = await this.ask({ ...request, query });
      if (!Array.isArray(answer.body)) return answer;
      all.push(...answer.body);
      if (answer.body.length < 100) return { ...answer, body: all };
    }
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }
}
