import { z } from 'zod';

const title = z.object({ text: z.string() }).nullish();

export const viewSchema = z.looseObject({
  id: z.string(),
  hash: z.string(),
  callback_id: z.string(),
  private_metadata: z.string(),
  root_view_id: z.string(),
  previous_view_id: z.string().nullish(),
  notify_on_close: z.boolean(),
  clear_on_close: z.boolean(),
  title,
  submit: title,
  close: title,
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })),
});

/** A modal as Slack answers it. */
export type View = z.infer<typeof viewSchema>;

/** The modals that people have before them, each person's as a stack with the visible one last. */
export class Modals {
  readonly #stacks = new Map<string, View[]>();

  of(userId: string): readonly View[] {
    return this.#stacks.get(userId) ?? [];
  }

  /** A new modal takes the place of those that were open. */
  open(userId: string, view: View): void {
    this.#stacks.set(userId, [view]);
  }

  push(userId: string, view: View): void {
    this.#stacks.set(userId, [...this.of(userId), view]);
  }

  replace(view: View): void {
    for (const [userId, stack] of this.#stacks) {
      this.#stacks.set(
        userId,
        stack.map((open) => (open.id === view.id ? view : open)),
      );
    }
  }

  isOpen(viewId: string): boolean {
    return [...this.#stacks.values()].flat().some(({ id }) => id === viewId);
  }

  close(userId: string, viewId: string): void {
    this.#stacks.set(
      userId,
      this.of(userId).filter(({ id }) => id !== viewId),
    );
  }

  clear(userId: string): void {
    this.#stacks.delete(userId);
  }
}
