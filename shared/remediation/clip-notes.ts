import { noteLimit } from '../trail/bounds.ts';
import { clip } from '../trail/text.ts';

/** Explanations cut to what an event may hold; the first ones are kept. */
export function clipNotes(notes: readonly string[]): string[] {
  return notes.slice(0, 10).map((note) => clip(note, noteLimit));
}
