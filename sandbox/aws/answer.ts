import type { IncomingHttpHeaders } from 'node:http';
import { identify } from './caller.ts';
import { aggregateOperations } from './config-aggregates.ts';
import { queryOperations } from './config-query.ts';
import { recorderOperations } from './config-recorder.ts';
import { ruleOperations } from './config-rules.ts';
import { AwsFailure } from './failure.ts';
import { type Fault, type Faults, failureOf } from './faults.ts';
import { keyOperations } from './iam-keys.ts';
import { reportOperations } from './iam-report.ts';
import { userOperations } from './iam-users.ts';
import type { Answer, Call, Operation, Service } from './operation.ts';
import { type DecodedRequest, decode, encode, encodeFailure, type HttpAnswer } from './protocol.ts';
import type { Rates } from './rates.ts';
import type { RequestLog } from './request-log.ts';
import { automationOperations } from './ssm-automation.ts';
import { documentOperations } from './ssm-documents.ts';
import { startOperations } from './ssm-start.ts';
import { stsOperations } from './sts.ts';
import type { World } from './world.ts';

export interface Services {
  readonly world: World;
  readonly rates: Rates;
  readonly requests: RequestLog;
  readonly faults: Faults;
}

const operations: Readonly<Record<Service, Readonly<Record<string, Operation>>>> = {
  iam: { ...userOperations, ...keyOperations, ...reportOperations },
  sts: stsOperations,
  config: { ...ruleOperations, ...recorderOperations, ...queryOperations, ...aggregateOperations },
  ssm: { ...documentOperations, ...automationOperations, ...startOperations },
};

/** Answers one request; `drop`: the connection is to be cut instead. `delay`: to be answered so much later. */
export function answerTo(
  services: Services,
  headers: IncomingHttpHeaders,
  body: string,
): (HttpAnswer & { readonly delay?: number }) | 'drop' {
  let request: DecodedRequest | undefined;
  try {
    request = decode(headers, body);
    const call = callOf(services, request, headers.authorization);
    const fault = services.faults.next(call);
    if (fault?.kind === 'error' || fault?.kind === 'status') return faultyAnswer(request, fault);
    if (fault?.kind === 'drop' && fault.effect === 'before') return 'drop';
    services.rates.take(call);
    const answer = run(call);
    if (fault?.kind === 'drop') return 'drop';
    return { ...encode(request, answer), ...(fault && { delay: fault.milliseconds }) };
  } catch (error) {
    if (error instanceof AwsFailure) return encodeFailure(request?.service ?? 'iam', error);
    const failure = new AwsFailure('InternalFailure', `The stand-in failed: ${String(error)}`, 500);
    return encodeFailure(request?.service ?? 'iam', failure);
  }
}

function callOf(
  { world, requests }: Services,
  request: DecodedRequest,
  authorization: string | undefined,
): Call {
  const now = world.now();
  const { accountId, region, caller } = identify(world, request.service, authorization);
  const { arn, sourceIdentity } = caller;
  requests.add({ ...request, caller: arn, sourceIdentity, account: accountId, at: now });
  return { ...request, world, account: world.account(accountId), region, caller, now };
}

function run(call: Call): Answer {
  const operation = operations[call.service][call.operation];
  call.world.automation.advance(call.world);
  if (operation) return operation(call);
  const xml = call.service === 'iam' || call.service === 'sts';
  const code = xml ? 'InvalidAction' : 'UnknownOperationException';
  throw new AwsFailure(code, `The stand-in does not have the operation ${call.operation}`);
}

function faultyAnswer(
  { service }: DecodedRequest,
  fault: Extract<Fault, { kind: 'error' | 'status' }>,
): HttpAnswer {
  if (fault.kind === 'error') return encodeFailure(service, failureOf(fault));
  return { status: fault.status, headers: { 'content-type': 'text/html' }, body: '<html></html>' };
}
