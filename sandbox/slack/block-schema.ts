/** What Slack accepts of Block Kit, with its limits: https://docs.slack.dev/reference/block-kit */
import { z } from 'zod';

const text = (max: number) =>
  z
    .string()
    .min(1, 'must be more than 0 characters')
    .max(max, `must be less than ${max + 1} characters`);

const list = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item).min(1, 'must provide at least 1 item').max(max, `no more than ${max} items allowed`);

export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(max), emoji: z.boolean().optional() });

const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(max), verbatim: z.boolean().optional() });

const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

const actionId = text(255).optional();
const blockId = { block_id: text(255).optional() };
const focus = { focus_on_load: z.boolean().optional() };
const placeholder = plainText(150).optional();

const confirm = z
  .strictObject({
    title: plainText(100),
    text: anyText(300),
    confirm: plainText(30),
    deny: plainText(30),
    style: z.enum(['primary', 'danger']).optional(),
  })
  .optional();

const option = z.strictObject({
  text: anyText(75),
  value: text(150),
  description: anyText(75).optional(),
  url: text(3_000).optional(),
});

const optionGroup = z.strictObject({ label: plainText(75), options: list(option, 100) });
const fromList = { options: list(option, 100).optional(), option_groups: list(optionGroup, 100).optional() };
const selecting = { action_id: actionId, placeholder, confirm, ...focus };

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: actionId,
  url: text(3_000).optional(),
  value: text(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm,
  accessibility_label: text(75).optional(),
});

const image = z.strictObject({ type: z.literal('image'), image_url: text(3_000), alt_text: text(2_000) });

const choices = {
  action_id: actionId,
  options: list(option, 10),
  confirm,
  ...focus,
};

interface Lists {
  readonly options?: unknown;
  readonly option_groups?: unknown;
}
const hasList = ({ options, option_groups: groups }: Lists) => options !== undefined || groups !== undefined;
const noList = { message: 'missing required field: options', path: ['options'] };

const selects = [
  z
    .strictObject({
      type: z.literal('static_select'),
      ...selecting,
      ...fromList,
      initial_option: option.optional(),
    })
    .refine(hasList, noList),
  z
    .strictObject({
      type: z.literal('multi_static_select'),
      ...selecting,
      ...fromList,
      initial_options: list(option, 100).optional(),
      max_selected_items: z.int().min(1).optional(),
    })
    .refine(hasList, noList),
  z.strictObject({ type: z.literal('users_select'), ...selecting, initial_user: z.string().optional() }),
  z.strictObject({ type: z.literal('datepicker'), ...selecting, initial_date: z.iso.date().optional() }),
  z.strictObject({ type: z.literal('radio_buttons'), ...choices, initial_option: option.optional() }),
  z.strictObject({
    type: z.literal('checkboxes'),
    ...choices,
    initial_options: list(option, 10).optional(),
  }),
] as const;

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: actionId,
  options: list(option, 5),
  confirm,
});

const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: actionId,
  placeholder,
  initial_value: text(3_000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3_000).optional(),
  max_length: z.int().min(1).max(3_000).optional(),
  ...focus,
});

const numberInput = z.strictObject({
  type: z.literal('number_input'),
  action_id: actionId,
  placeholder,
  is_decimal_allowed: z.boolean(),
  initial_value: z.string().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
  ...focus,
});

const element = z.discriminatedUnion('type', [button, ...selects, overflow]);
const input = z.discriminatedUnion('type', [...selects, textInput, numberInput]);

const section = z
  .strictObject({
    type: z.literal('section'),
    ...blockId,
    text: anyText(3_000).optional(),
    fields: list(anyText(2_000), 10).optional(),
    accessory: z.discriminatedUnion('type', [button, ...selects, overflow, image]).optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text: own, fields }) => own || fields, {
    message: 'missing required field: text',
    path: ['text'],
  });

const shared = [
  section,
  z.strictObject({ type: z.literal('divider'), ...blockId }),
  z.strictObject({ type: z.literal('header'), ...blockId, text: plainText(150) }),
  z.strictObject({
    type: z.literal('context'),
    ...blockId,
    elements: list(z.discriminatedUnion('type', [plainText(3_000), mrkdwn(3_000), image]), 10),
  }),
  z.strictObject({ type: z.literal('actions'), ...blockId, elements: list(element, 25) }),
  z.strictObject({
    type: z.literal('image'),
    ...blockId,
    image_url: text(3_000),
    alt_text: text(2_000),
    title: plainText(2_000).optional(),
  }),
  z.strictObject({
    type: z.literal('input'),
    ...blockId,
    label: plainText(2_000),
    element: input,
    hint: plainText(2_000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('rich_text'),
    ...blockId,
    elements: z.array(z.looseObject({ type: z.string() })),
  }),
] as const;

const markdown = z.strictObject({ type: z.literal('markdown'), ...blockId, text: text(12_000) });

export const messageBlocks = z
  .array(z.discriminatedUnion('type', [...shared, markdown]))
  .max(50, 'no more than 50 items allowed');

export const modalBlocks = z
  .array(z.discriminatedUnion('type', shared))
  .max(100, 'no more than 100 items allowed');

export const modal = z.strictObject({
  type: z.literal('modal'),
  title: plainText(24),
  blocks: z.unknown(),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  private_metadata: z.string().max(3_000, 'must be less than 3001 characters').optional(),
  callback_id: z.string().max(255, 'must be less than 256 characters').optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  external_id: z.string().max(255, 'must be less than 256 characters').optional(),
  submit_disabled: z.boolean().optional(),
});
