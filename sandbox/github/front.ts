import { type Fault, Faults } from '../http/faults.ts';
import { RequestCounts } from '../http/request-counts.ts';
import { App } from './app.ts';
import { type Answer, type Request, refusal, routeOf } from './exchange.ts';
import { Fates } from './fates.ts';
import { type House, refuse, withoutDroppedFields } from './house-rules.ts';
import { everything, isListing, pageOf, type View } from './listing.ts';
import { botLogin, type Person } from './people.ts';
import { RateLimits } from './rate-limits.ts';
import { Timestamps } from './timestamps.ts';
import type { Upstream } from './upstream.ts';

/** What a call comes to: an answer, or a connection that is cut. */
export type Outcome = Answer | 'dropped';

// Whoever waits for nothing else does not wait for an answer that is late.
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref());

/** GitHub's API as far as Keyturn uses it: `emulate`, and before it what `emulate` lacks. */
export class Front {
  readonly requests = new RequestCounts();
  readonly faults = new Faults();
  readonly rateLimits: RateLimits;
  readonly house: House;
  readonly fates: Fates;
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
    this.fates = new Fates(url);
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
    const answer =
      refused ?? this.fates.answer(request) ?? (await this.handle({ ...request, person }, this.#view(fault)));
    await pause(fault?.stallMilliseconds ?? 0);
    if (fault && late && fails(fault)) return failure(fault);
    const date = this.#now().toUTCString();
    return { ...answer, headers: { date, ...headers, ...answer.headers }, cutOff: fault?.cutOff ?? false };
  }

  /** The same without counting, limits and faults: what people do by hand. */
  handle(request: Request, view: View = everything): Promise<Answer> {
    // One after the other: a list never shows an entry whose time has not been noted yet.
    const turn = this.#turn.then(() => this.#handle(request, view));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #view(fault: Fault | undefined): View {
    return { hideNewest: fault?.hideNewest ?? 0, hides: (entry) => this.fates.hides(entry) };
  }

  async #handle(incoming: Request, view: View): Promise<Answer> {
    const request = withoutDroppedFields(incoming);
    const refused = refuse(request, this.house);
    if (refused) return refused;
    if (isListing(request)) return this.#list(request, view);
    const answer = await this.#upstream.ask(request);
    if (request.method !== 'GET') this.#lists.clear();
    this.#timestamps.record(request, answer);
    return { ...answer, body: this.fates.stamp(this.#timestamps.stamp(answer.body)) };
  }

  async #list(request: Request, view: View): Promise<Answer> {
    const key = `${request.path}?${request.query.get('labels') ?? ''}&${request.query.get('state') ?? ''}`;
    const whole = this.#lists.get(key) ?? (await this.#upstream.askAll(request));
    if (whole.status !== 200) return whole;
    this.#lists.set(key, whole);
    return pageOf(this.#timestamps.stamp(whole.body), request, `${this.#url}${request.path}`, view);
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
