/** Block Kit, as far as Keyturn's messages and modals use it: https://docs.slack.dev/reference/block-kit */
import { html, nothing } from './kept.js';
import { mrkdwn } from './mrkdwn.js';

/**
 * @typedef {object} Place Where the blocks stand.
 * @property {import('./mrkdwn.js').Names} names
 * @property {(actionId: string, value: string | undefined) => void} press
 * @property {Readonly<Record<string, string>>} errors of a modal, by block id
 *
 * @typedef {{ type: string, text: string }} Text
 *
 * @typedef {object} Element
 * @property {string} type
 * @property {Text | string} [text]
 * @property {string} [action_id]
 * @property {string} [value]
 * @property {string} [style]
 * @property {string} [initial_value]
 * @property {Option} [initial_option]
 * @property {readonly Option[]} [options]
 * @property {Text} [placeholder]
 * @property {boolean} [multiline]
 * @property {number} [min_length]
 * @property {number} [max_length]
 *
 * @typedef {{ value: string, text: Text, description?: Text }} Option
 *
 * @typedef {object} Block
 * @property {string} type
 * @property {string} [block_id]
 * @property {Text} [text]
 * @property {readonly Text[]} [fields]
 * @property {Element} [accessory]
 * @property {readonly Element[]} [elements]
 * @property {Text} [label]
 * @property {Text} [hint]
 * @property {Element} [element]
 * @property {boolean} [optional]
 */

/**
 * @param {readonly unknown[]} given blocks that Slack's own limits have let through
 * @param {Place} place
 */
export function blocks(given, place) {
  return given.map((block) => renderBlock(/** @type {Block} */ (block), place));
}

/**
 * @param {Text | string | undefined} given
 * @param {Place} place
 */
function text(given, { names }) {
  if (given === undefined) return nothing;
  if (typeof given === 'string') return given;
  return given.type === 'mrkdwn' ? mrkdwn(given.text, names) : given.text;
}

/**
 * @param {Block} block
 * @param {Place} place
 */
function renderBlock(block, place) {
  switch (block.type) {
    case 'section':
      return section(block, place);
    case 'context':
      return html`<div class="context">${block.elements?.map((one) => element(one, place))}</div>`;
    case 'actions':
      return html`<div class="actions">${block.elements?.map((one) => element(one, place))}</div>`;
    case 'header':
      return html`<p class="header">${text(block.text, place)}</p>`;
    case 'divider':
      return html`<hr />`;
    case 'input':
      return input(block, place);
    default:
      return html`<p class="context">(a block of the type ${block.type})</p>`;
  }
}

/**
 * @param {Block} block
 * @param {Place} place
 */
function section({ text: words, fields = [], accessory }, place) {
  const columns = fields.map((field) => html`<div>${text(field, place)}</div>`);
  return html`<div class="section">
    ${words ? html`<div class="words">${text(words, place)}</div>` : nothing}
    ${columns.length > 0 ? html`<div class="columns">${columns}</div>` : nothing}
    ${accessory ? element(accessory, place) : nothing}
  </div>`;
}

/**
 * @param {Element} given
 * @param {Place} place
 */
function element(given, place) {
  const { type, action_id: actionId = '', value, style } = given;
  if (type === 'button') {
    return html`<button
      type="button"
      class="slack-button ${style ?? ''}"
      data-action=${actionId}
      @click=${() => place.press(actionId, value)}
    >${text(given.text, place)}</button>`;
  }
  return html`<span>${text(typeof given.text === 'string' ? { type, text: given.text } : given.text, place)}</span>`;
}

/**
 * @param {Block} block
 * @param {Place} place
 */
function input({ block_id: id = '', label, hint, element: given, optional }, place) {
  if (!given) return nothing;
  const problem = place.errors[id];
  const words = html`${text(label, place)} ${optional ? html`<small>(optional)</small>` : nothing}`;
  const notes = html`${hint ? html`<small>${text(hint, place)}</small>` : nothing}
  ${problem ? html`<p class="field-error" id="error-${id}">${problem}</p>` : nothing}`;
  if (given.type === 'radio_buttons') {
    return html`<fieldset><legend>${words}</legend>${radios(given, place)}${notes}</fieldset>`;
  }
  return html`<label class="field">${words}${field(given, id, !optional, problem !== undefined)}</label>${notes}`;
}

/**
 * @param {Element} given
 * @param {Place} place
 */
function radios({ action_id: name = '', options = [], initial_option: initial }, place) {
  return options.map(
    ({ value, text: words, description }) => html`<label class="choice">
      <input type="radio" name=${name} value=${value} ?checked=${value === initial?.value} />
      <span>${text(words, place)} ${description ? html`<small>${text(description, place)}</small>` : nothing}</span>
    </label>`,
  );
}

/**
 * @param {Element} given
 * @param {string} id of the block
 * @param {boolean} isRequired
 * @param {boolean} isWrong
 */
function field(given, id, isRequired, isWrong) {
  const {
    action_id: name = '',
    initial_value: value = '',
    min_length: min = 0,
    max_length: max = 3_000,
  } = given;
  const describedBy = isWrong ? `error-${id}` : nothing;
  if (given.multiline) {
    return html`<textarea name=${name} rows="3" maxlength=${max} ?required=${isRequired}
      aria-describedby=${describedBy} .defaultValue=${value}></textarea>`;
  }
  return html`<input name=${name} value=${value} minlength=${min} maxlength=${max} ?required=${isRequired}
    aria-describedby=${describedBy} placeholder=${given.placeholder?.text ?? ''} autocomplete="off" />`;
}
