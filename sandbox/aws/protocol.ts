import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../../shared/trust-boundaries.ts';
import { AwsFailure } from './failure.ts';
import type { Answer, Service, Value } from './operation.ts';
import { element, xmlOf } from './xml.ts';

export interface DecodedRequest {
  readonly service: Service;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Services by the version that the query protocol sends, and by the target of JSON 1.1. */
const queryServices = new Map<string, { service: Service; namespace: string }>([
  ['2010-05-08', { service: 'iam', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' }],
  ['2011-06-15', { service: 'sts', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' }],
]);
const jsonServices = new Map<string, Service>([
  ['StarlingDoveService', 'config'],
  ['AmazonSSM', 'ssm'],
]);

/** Reads a request of any of the four services. Throws AwsFailure for what none of them would understand. */
export function decode(headers: IncomingHttpHeaders, body: string): DecodedRequest {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? decodeJson(target, body) : decodeQuery(body);
}

function decodeJson(target: string, body: string): DecodedRequest {
  const [prefix = '', operation = ''] = target.split('.');
  const service = jsonServices.get(prefix);
  if (!service) throw new AwsFailure('UnknownOperationException', `No service takes the target ${target}`);
  try {
    const input: unknown = JSON.parse(body);
    if (isRecord(input)) return { service, operation, input };
  } catch {
    // Falls through to the same answer as for JSON that is no object.
  }
  throw new AwsFailure('SerializationException', 'The request body is not a JSON object');
}

function decodeQuery(body: string): DecodedRequest {
  const {
    Action: operation = '',
    Version: version = '',
    ...input
  } = Object.fromEntries(new URLSearchParams(body));
  const known = queryServices.get(version);
  if (!known)
    throw new AwsFailure('InvalidAction', `No service has an action ${operation} of version ${version}`);
  return { service: known.service, operation, input };
}

/** Writes what an operation answered. */
export function encode({ service, operation }: DecodedRequest, answer: Answer): HttpAnswer {
  const requestId = randomUUID();
  const namespace = namespaceOf(service);
  if (namespace === undefined) return jsonAnswer(200, requestId, JSON.stringify(jsonOf(answer)));
  const result = Object.keys(answer).length === 0 ? '' : element(`${operation}Result`, answer);
  const metadata = element('ResponseMetadata', { RequestId: requestId });
  const body = `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
  return xmlAnswer(200, requestId, body);
}

/** Writes an error in the form of the service that was asked. */
export function encodeFailure(service: Service, { code, message, status }: AwsFailure): HttpAnswer {
  const requestId = randomUUID();
  const namespace = namespaceOf(service);
  if (namespace === undefined)
    return jsonAnswer(status, requestId, JSON.stringify({ __type: code, message }));
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
  const body = `<ErrorResponse xmlns="${namespace}">${xmlOf({ Error: error, RequestId: requestId })}</ErrorResponse>`;
  return xmlAnswer(status, requestId, body);
}

function namespaceOf(service: Service): string | undefined {
  return queryServices.values().find((known) => known.service === service)?.namespace;
}

function xmlAnswer(status: number, requestId: string, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function jsonAnswer(status: number, requestId: string, body: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body,
  };
}

/** JSON 1.1 writes dates as seconds since 1970. */
function jsonOf(value: Value): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}
