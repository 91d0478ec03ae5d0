import { AwsFailure } from './failure.ts';
import type { Call } from './operation.ts';
import type { Rates } from './rates.ts';

/** What goes wrong. `drop` cuts the connection, before or after the operation has taken effect. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly status?: number }
  /** A 5xx without a body that the SDK could read, as a load balancer gives it. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'drop'; readonly effect: 'before' | 'after' }
  /** No answer for so long; what was asked is done before it. */
  | { readonly kind: 'stall'; readonly milliseconds: number };

/** Which calls of the operation it hits; all of them when nothing is named. */
export interface FaultScope {
  /** Only the nth call from now, counted from 1. */
  readonly nth?: number;
  readonly account?: string;
  readonly matching?: (input: Readonly<Record<string, unknown>>) => boolean;
  /** A share of those calls only: told anew for each of them whether it is hit. */
  readonly chance?: () => boolean;
}

interface ArmedFault {
  readonly operation: string | RegExp;
  readonly fault: Fault | ((call: Call) => Fault);
  readonly scope: FaultScope;
  seen: number;
}

/** What the tests make go wrong. */
export class Faults {
  /** Added to every answer, in milliseconds. */
  latencyMs: number;
  readonly #rates: Rates;
  #armed: ArmedFault[] = [];

  constructor(rates: Rates, latencyMs = 0) {
    this.#rates = rates;
    this.latencyMs = latencyMs;
  }

  /** Throttles an operation (`ListUsers`) or a service (`iam`) to so many calls a second; `undefined`: no limit. */
  limitRate(target: string, perSecond: number | undefined): void {
    this.#rates.limit(target, perSecond);
  }

  /** @param operation such as `ListUsers`, or a pattern for several */
  fail(operation: string | RegExp, fault: Fault | ((call: Call) => Fault), scope: FaultScope = {}): void {
    this.#armed.push({ operation, fault, scope, seen: 0 });
  }

  /** The caller's policies do not allow the operation. */
  deny(operation: string, scope: FaultScope = {}): void {
    this.#armed.push({ operation, fault: accessDenied, scope, seen: 0 });
  }

  /** Nothing goes wrong any more; rates stay as they are. */
  clear(): void {
    this.#armed = [];
    this.latencyMs = 0;
  }

  /** The fault that this call meets, if any. Every armed fault counts the calls in its scope. */
  next(call: Call): Fault | undefined {
    const hits = this.#armed.filter((armed) => inScope(armed, call) && countsAs(armed));
    const [first] = hits;
    return typeof first?.fault === 'function' ? first.fault(call) : first?.fault;
  }
}

function inScope({ operation, scope }: ArmedFault, call: Call): boolean {
  return (
    (typeof operation === 'string' ? operation === call.operation : operation.test(call.operation)) &&
    (scope.account === undefined || scope.account === call.account.id) &&
    (scope.matching === undefined || scope.matching(call.input))
  );
}

function countsAs(armed: ArmedFault): boolean {
  armed.seen += 1;
  const { nth, chance } = armed.scope;
  return (nth === undefined || nth === armed.seen) && (chance?.() ?? true);
}

function accessDenied({ service, operation, caller }: Call): Fault {
  const xml = service === 'iam' || service === 'sts';
  const action = `${service}:${operation}`;
  return {
    kind: 'error',
    code: xml ? 'AccessDenied' : 'AccessDeniedException',
    message: `User: ${caller.arn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
    status: xml ? 403 : 400,
  };
}

/** AWS was asked too often, in the words of the service that is asked. */
export function throttled({ service }: Call): Fault {
  const isXml = service === 'iam' || service === 'sts';
  return {
    kind: 'error',
    code: isXml ? 'Throttling' : 'ThrottlingException',
    message: 'Rate exceeded',
    status: 400,
  };
}

/** What an `error` fault makes the operation answer. */
export function failureOf(fault: Extract<Fault, { kind: 'error' }>): AwsFailure {
  return new AwsFailure(fault.code, fault.message, fault.status);
}
