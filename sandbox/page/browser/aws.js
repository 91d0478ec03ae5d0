/** The AWS pane: users and their keys, runs of the runbook, and the requests that were just made. */
import { act } from './act.js';
import { html, nothing, repeat } from './kept.js';
import { ago, clockWithSeconds } from './moments.js';

/** @import { AwsScene, ExecutionScene, KeyScene, RequestScene, UserScene } from '../aws-scene.ts' */

/** @param {AwsScene} aws */
export function awsPane({ account, region, maxAccessKeyAge, users, executions, requests }) {
  return html`<header class="pane-head"><h2>AWS</h2><span class="place">${account} · ${region}</span>
      <button type="button" class="small" data-do="config" title="Hours pass for AWS Config alone"
        @click=${() => act({ act: 'config-catches-up' })}>Let Config catch up</button>
    </header>
    <div class="scroll users" tabindex="0" role="region" aria-label="Users of account ${account}">
      <table class="keys">
        <caption class="hidden">IAM users and their access keys</caption>
        <thead><tr><th scope="col">Access key</th><th scope="col">Status</th><th scope="col">Age</th>
          <th scope="col">Last used</th><th scope="col"><span class="hidden">By hand</span></th></tr></thead>
        ${repeat(
          users,
          ({ id }) => id,
          (user) => userRows(user, maxAccessKeyAge),
        )}
      </table>
    </div>
    <div class="scroll activity" tabindex="0" role="region" aria-label="What AWS did">
      <h3>Automation executions</h3>
      ${
        executions.length === 0
          ? html`<p class="empty">The runbook has not run yet.</p>`
          : html`<ul class="executions">${repeat(executions, ({ id }) => id, execution)}</ul>`
      }
      <h3>Requests just made</h3>
      <ol class="requests" reversed>${repeat(requests, ({ number }) => number, request)}</ol>
    </div>`;
}

/**
 * @param {UserScene} user
 * @param {number} limit in days
 */
function userRows({ name, keys, hasPassword, verdict, stale }, limit) {
  return html`<tbody data-user=${name}>
    <tr><th scope="rowgroup" colspan="5" class="user">${name}
      ${hasPassword ? html`<span class="badge plain">console password</span>` : nothing}
      ${verdict ? html`<span class="badge ${verdict === 'COMPLIANT' ? 'plain' : 'wait'}">Config: ${verdict}</span>` : nothing}
      ${stale ? html`<small class="stale">${stale}</small>` : nothing}
    </th></tr>
    ${repeat(
      keys,
      ({ id }) => id,
      (key) => keyRow(key, limit),
    )}
  </tbody>`;
}

/**
 * @param {KeyScene} key
 * @param {number} limit in days
 */
function keyRow({ id, status, age, isOverAge, lastUsedAt, lastUsedFor }, limit) {
  const isActive = status === 'Active';
  return html`<tr data-key=${id} data-status=${status}>
    <td><code title=${id}>${id.slice(0, 4)}…${id.slice(-6)}</code></td>
    <td><span class="badge ${isActive ? 'active' : 'inactive'}">${status}</span></td>
    <td class=${isActive && isOverAge ? 'over' : ''} title=${isOverAge ? `over ${limit} days` : ''}>${age} d</td>
    <td>${lastUsedAt ? html`${ago(lastUsedAt)} <small>${lastUsedFor}</small>` : 'never'}</td>
    <td class="by-hand">${isActive ? activeKeyButtons(id) : inactiveKeyButton(id)}</td>
  </tr>`;
}

/** @param {string} keyId */
function activeKeyButtons(keyId) {
  return html`<button type="button" class="small" data-do="use" aria-label="Use ${keyId} now"
      @click=${() => act({ act: 'use-key', keyId })}>Use</button>
    <button type="button" class="small" data-do="rotate" aria-label="Rotate ${keyId}"
      @click=${() => act({ act: 'rotate-key', keyId })}>Rotate</button>`;
}

/** @param {string} keyId */
function inactiveKeyButton(keyId) {
  return html`<button type="button" class="small" data-do="switch" aria-label="Activate ${keyId}"
    @click=${() => act({ act: 'switch-key', keyId })}>Activate</button>`;
}

/** @param {ExecutionScene} execution */
function execution({ id, user, status, startedAt, said }) {
  const kind = status === 'Success' ? 'good' : /Pending|InProgress/.test(status) ? 'wait' : 'bad';
  return html`<li data-execution=${id}><span class="badge ${kind}">${status}</span> runbook for <strong>${user}</strong>
    <time datetime=${startedAt}>${clockWithSeconds(startedAt)}</time>
    ${said ? html`<q>${said}</q>` : nothing}</li>`;
}

/** @param {RequestScene} request */
function request({ number, at, operation, isWrite, about }) {
  return html`<li class=${isWrite ? 'write' : ''} value=${number}><time datetime=${at}>${clockWithSeconds(at)}</time>
    <code>${operation}</code> <small>${about}</small></li>`;
}
