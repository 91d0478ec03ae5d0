import { type Fault, Faults } from '../http/faults.ts';
import { RequestCounts } from '../http/request-counts.ts';
import { App } from './app.ts';
import { type Answer, type Request, refusal, routeOf } from './exchange.ts';
import { type House, refuse, withoutDroppedFields } from './house-rules.ts';
import { isListing, pageOf } from './listing.ts';
import { botLogin, type Person } from './people.ts';
import { RateLimits } from './rate-limits.ts';
import { Timestamps } from './timestamps.ts';
import type { Upstream } from './upstream.ts';

/** What a call comes to: an answer, or a connection that is cut. */
export type Outcome = Answer | 'dropped';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** GitHub's API as far as Keyturn uses it: `emulate`, and before it what `emulate` lacks. */
export class Front {
  readonly requests = new RequestCounts();
  readonly faults = new Faults();
  readonly rateLimits: RateLimits;
  readonly house: House;
  readonly app: App;
  readonly #upstream: Upstream;
  readonly #url: string;
  readonly #timestamps: Timestamps;
  readonly #now: () => Date;
  readonly #lists = new Map<string, Answer>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(upstream: Upstream, url: string, house: House, now: () => Date) {
    this.#upstream = upstream;
    this.#url = url;
    this.house = house;
    this.#now = now;
    this.app = new App(now);
    this.rateLimits = new RateLimits(now);
    this.#timestamps = new Timestamps(now);
  }

  /** A call from outside: counted, limited, and subject to faults. */
  async serve(request: Omit<Request, 'person'>): Promise<Outcome> {
    const route = routeOf(request.method, request.path);
    this.requests.record(route);
    const fault = this.faults.take(route);
    await pause(this.faults.latency + (fault?.delayMilliseconds ?? 0));
    const late = fault?.when === 'after';
    if (fault && !late && fails(fault)) return failure(fault);
    const granted = this.app.answer(request);
    if (granted) return granted;
    const person = this.#personOf(request.headers['authorization']);
    if (!person) return refusal(401, 'Bad credentials');
    const { refused, headers } = this.rateLimits.check(person.token, route);
    const answer = refused ?? (await this.handle({ ...request, person }, fault?.hideNewest));
    if (fault && late && fails(fault)) return failure(fault);
    const date = this.#now().toUTCString();
    return { ...answer, headers: { date, ...headers, ...answer.headers }, cutOff: fault?.cutOff ?? false };
  }

  /** The same without counting, limits and faults: what people do by hand. */
  handle(request: Request, hideNewest = 0): Promise<Answer> {
    // One after the other: a list never shows an entry whose time has not been noted yet.
    const turn = this.#turn.then(() => this.#handle(request, hideNewest));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #handle(incoming: Request, hideNewest: number): Promise<Answer> {
    const request = withoutDroppedFields(incoming);
    const refused = refuse(request, this.house);
    if (refused) return refused;
    if (isListing(request)) return this.#list(request, hideNewest);
    const answer = await this.#upstream.ask(request);
    if (request.method !== 'GET') this.#lists.clear();
    this.#timestamps.record(request, answer);
    return { ...answer, body: this.#timestamps.stamp(answer.body) };
  }

  async #list(request: Request, hideNewest: number): Promise<Answer> {
    const key = `${request.path}?${request.query.get('labels') ?? ''}&${request.query.get('state') ?? ''}`;
    const whole = this.#lists.get(key) ?? (await this.#upstream.askAll(request));
    if (whole.status !== 200) return whole;
    this.#lists.set(key, whole);
    return pageOf(this.#timestamps.stamp(whole.body), request, `${this.#url}${request.path}`, hideNewest);
  }

  #personOf(authorization = ''): Person | undefined {
    const token = authorization.replace(/^(token|bearer) /i, '');
    if (this.app.accepts(token)) return this.house.people.get(botLogin);
    return [...this.house.people.values()].find((person) => person.token === token);
  }
}

function fails(fault: Fault): boolean {
  return fault.drop === true || fault.status !== undefined;
}

function failure(fault: Fault): Outcome {
  fault.onFailure?.();
  if (fault.drop || fault.status === undefined) return 'dropped';
  const standard = refusal(fault.status, `A fault that a test has planned (${fault.status}).`);
  return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? standard.body };
}
