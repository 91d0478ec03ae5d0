import { type Fault, Faults } from '../http/faults.ts';
import { RequestCounts } from '../http/request-counts.ts';
import { type Arguments, argumentsOf, type Reply, refusal, textOf } from './exchange.ts';
import type { HttpAnswer, HttpRequest, Outcome } from './http-server.ts';
import type { Services } from './methods.ts';
import { methods } from './methods.ts';
import { answerResponse } from './response-urls.ts';
import { postWebhook } from './webhook.ts';

export interface Tokens {
  readonly bot: string;
  readonly app: string;
}

// Whoever waits for nothing else does not wait for an answer that is late.
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref());

/** What a request is counted and may fail as: a Web API method, or `response_url`, `upload`, `webhook`. */
export function routeOf(path: string): string {
  const [, kind = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
  return { api: rest, response: 'response_url', upload: 'upload', services: 'webhook' }[kind] ?? path;
}

/** Slack as far as Keyturn uses it, seen from the bot: `emulate`, and before it what `emulate` lacks. */
export class Front {
  readonly requests = new RequestCounts();
  readonly faults = new Faults();
  readonly #slack: Services;
  readonly #tokens: Tokens;

  constructor(slack: Services, tokens: Tokens) {
    this.#slack = slack;
    this.#tokens = tokens;
  }

  /** A request from outside: counted, and subject to faults. */
  async serve(request: HttpRequest): Promise<Outcome> {
    const route = routeOf(request.path);
    this.requests.record(route);
    const fault = this.faults.take(route);
    await pause(this.faults.latency + (fault?.delayMilliseconds ?? 0));
    if (fault && fault.when !== 'after' && fails(fault)) return failure(fault);
    const answer = await this.#answer(route, request);
    await pause(fault?.stallMilliseconds ?? 0);
    return fault && fails(fault) ? failure(fault) : answer;
  }

  async #answer(route: string, { path, contentType, authorization, body }: HttpRequest): Promise<HttpAnswer> {
    const { upstream } = this.#slack;
    if (route === 'upload') return upstream.pass(path, body, contentType);
    const args = argumentsOf(contentType, body.toString('utf8'));
    if (route === 'webhook') return postWebhook(path, args, this.#slack);
    if (route === 'response_url') return answerOf(await answerResponse(path, args, this.#slack));
    if (!path.startsWith('/api/')) return { status: 404, body: 'not found' };
    const token = authorization.replace(/^Bearer /, '') || textOf(args['token']);
    return { status: 200, body: await this.#call(route, args, token) };
  }

  async #call(method: string, args: Arguments, token: string): Promise<Reply> {
    const { sockets, url, call } = this.#slack;
    if (token === '') return refusal('not_authed');
    if (token === this.#tokens.app) {
      if (method !== 'apps.connections.open') return refusal('not_allowed_token_type');
      return { ok: true, url: url.replace('http:', 'ws:') + sockets.ticket() };
    }
    if (token !== this.#tokens.bot) return refusal('invalid_auth');
    if (method === 'apps.connections.open') return refusal('not_allowed_token_type');
    const { token: _token, ...rest } = args;
    return call(method, rest, 'bot');
  }
}

/** Carries out a method, by ourselves where `emulate` does not do all of it. */
export function caller(slack: () => Services): Services['call'] {
  return (method, args, by) => {
    const services = slack();
    const own = methods.get(method);
    return own ? own(args, services, by) : services.upstream.ask(method, args, by);
  };
}

/** A `response_url` says by its status whether it worked. */
function answerOf(reply: Reply): HttpAnswer {
  return reply.ok ? { status: 200, body: 'ok' } : { status: 404, body: reply };
}

function fails(fault: Fault): boolean {
  return fault.drop === true || fault.status !== undefined;
}

function failure(fault: Fault): Outcome {
  fault.onFailure?.();
  if (fault.drop || fault.status === undefined) return 'dropped';
  const body = fault.body ?? refusal(fault.status === 429 ? 'ratelimited' : 'internal_error');
  return { status: fault.status, headers: fault.headers ?? {}, body };
}
