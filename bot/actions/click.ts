import { KeyturnError } from '../../shared/errors.ts';
import { decodeValue, type ValueKind, type ValueOf } from '../../shared/slack/action-ids.ts';
import type { Tell, Visit } from '../visit.ts';

/** Somebody pressed a button. */
export interface Click extends Visit {
  /** Whatever came: everybody can forge it. */
  readonly value: string | undefined;
  /** Opens one modal within three seconds. */
  readonly triggerId: string;
  /** Answers in the place of the message that bears the button. */
  readonly replace: Tell;
}

/** Somebody sent a modal. */
export interface Submission extends Visit {
  readonly viewId: string;
  /** `private_metadata`. */
  readonly metadata: string;
  /** `state.values`. */
  readonly values: unknown;
}

/** @throws KeyturnError when it is none that Keyturn wrote */
export function readValue<Kind extends ValueKind>(kind: Kind, text: string | undefined): ValueOf<Kind> {
  const value = decodeValue(kind, text);
  if (value) return value;
  throw new KeyturnError('button-unreadable', 'What was pressed holds nothing that Keyturn wrote.');
}
