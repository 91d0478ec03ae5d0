/** Arguments of a Web API method, those that are JSON decoded. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What a Web API method answers. */
export interface Reply {
  readonly ok: boolean;
  readonly error?: string;
  readonly [field: string]: unknown;
}

/** Slack's form of an error; `messages` say where in the arguments it is. */
export function refusal(error: string, messages: readonly string[] = []): Reply {
  if (messages.length === 0) return { ok: false, error };
  return { ok: false, error, errors: messages, response_metadata: { messages } };
}

/** A text argument; empty when absent or no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1' || value === 1;
}

const jsonArguments = ['blocks', 'attachments', 'metadata', 'view', 'files', 'event_payload'];

function decoded(name: string, value: unknown): unknown {
  if (!jsonArguments.includes(name) || typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Reads a request's body, JSON or a form. */
export function argumentsOf(contentType: string, body: string): Arguments {
  const isJson = contentType.includes('application/json');
  const fields: unknown = isJson ? JSON.parse(body || '{}') : Object.fromEntries(new URLSearchParams(body));
  if (typeof fields !== 'object' || fields === null) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decoded(name, value)]));
}
