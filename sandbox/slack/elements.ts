import { z } from 'zod';

const optionSchema = z.looseObject({ value: z.string() });

const elementSchema = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  value: z.string().optional(),
  options: z.array(optionSchema).optional(),
  option_groups: z.array(z.object({ options: z.array(optionSchema) })).optional(),
  initial_value: z.string().optional(),
  initial_option: optionSchema.optional(),
  initial_options: z.array(optionSchema).optional(),
  initial_user: z.string().optional(),
  initial_date: z.string().optional(),
});

const blockSchema = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  accessory: elementSchema.optional(),
  element: elementSchema.optional(),
  elements: z.array(z.unknown()).optional(),
  optional: z.boolean().optional(),
});

/** Something to click, choose from or type into. */
export type Element = z.infer<typeof elementSchema>;

export interface Placed {
  readonly blockId: string;
  readonly element: Element;
  /** An input that must be filled in. */
  readonly isRequired: boolean;
}

/** All elements of the blocks that have an action id. */
export function elementsOf(blocks: readonly unknown[]): Placed[] {
  return blocks.flatMap((given) => {
    const block = blockSchema.parse(given);
    const inRow = block.type === 'actions' ? (block.elements ?? []) : [];
    const elements = [
      ...inRow.map((element) => elementSchema.parse(element)),
      block.accessory,
      block.element,
    ];
    const isRequired = block.type === 'input' && block.optional !== true;
    return elements
      .filter((element) => element?.action_id !== undefined)
      .map((element) => ({
        blockId: block.block_id ?? '',
        element: elementSchema.parse(element),
        isRequired,
      }));
  });
}

/** What people put in: text, a chosen value, or several. */
export type Input = string | readonly string[];

function chosen(element: Element, values: Input): object[] | undefined {
  if (!element.options && !element.option_groups) return undefined;
  const options = [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((group) => group.options),
  ];
  return [values].flat().map((value) => {
    const option = options.find((candidate) => candidate.value === value);
    if (!option) throw new Error(`There is no option ${value} in ${element.action_id}.`);
    return option;
  });
}

/** Under which names Slack reports what was put into an element, and what it started with. */
const plain: Readonly<Record<string, readonly [field: string, initial: string]>> = {
  users_select: ['selected_user', 'initial_user'],
  datepicker: ['selected_date', 'initial_date'],
};

/** The state of an element as Slack reports it, when `input` was put in, or else what it started with. */
export function stateOf(element: Element, input: Input | undefined): Record<string, unknown> {
  const { type } = element;
  const options = input === undefined ? undefined : chosen(element, input);
  if (type === 'checkboxes' || type === 'multi_static_select') {
    return { type, selected_options: options ?? element.initial_options ?? [] };
  }
  if (type === 'static_select' || type === 'radio_buttons' || type === 'overflow') {
    return { type, selected_option: options ? options[0] : (element.initial_option ?? null) };
  }
  const [field, initial] = plain[type] ?? ['value', 'initial_value'];
  return { type, [field]: input ?? element[initial] ?? null };
}

/** Whether nothing has been put in. */
export function isEmpty(state: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(state).every(
    ([name, value]) =>
      name === 'type' || value === null || value === '' || (Array.isArray(value) && !value.length),
  );
}
