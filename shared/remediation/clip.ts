import { noteLimit } from '../trail/bounds.ts';

/** The text, or its beginning when it is longer than `limit` characters: events have bounds. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}

/** The same for a list of explanations; the first ones are kept. */
export function clipNotes(notes: readonly string[]): string[] {
  return notes.slice(0, 10).map((note) => clip(note, noteLimit));
}
