/// <reference lib="dom" />
import type { StepThrough } from '../picture/step_through';
import { MOVES, Stepper } from './stepper';

const ADDRESS_MS = 150;
const SCROLLS = new Set(['Home', 'End']);

/** By id of the host: the opened stepper. */
const steppers = new Map<string, Stepper>();
let latest: Stepper | null = null;
/** True while the page follows its address, which must not be written then. */
let following = false;

let pending: ReturnType<typeof setTimeout> | undefined;

/** Sets the address after a delay, because browsers limit the rate of address changes. */
function setAddress(hash: string): void {
  clearTimeout(pending);
  pending = setTimeout(() => history.replaceState(null, '', hash), ADDRESS_MS);
}

/** `steps-ID` holds the data of the host with data-steps="steps-ID". */
function open(host: HTMLElement): Stepper | null {
  const known = steppers.get(host.id);
  if (known !== undefined) return (latest = known);
  const text = document.getElementById(host.dataset.steps ?? '')?.textContent;
  if (text === undefined || text === null) return null;
  const link = `#${host.dataset.link ?? ''}`;
  const stepper = new Stepper(JSON.parse(text) as StepThrough, frameWidth(host), link, (position) => {
    latest = stepper;
    if (!following) setAddress(`${link}step-${position}`);
  });
  host.replaceChildren(stepper.root);
  steppers.set(host.id, stepper);
  // The stepper has a size only now.
  stepper.goTo(stepper.position);
  return (latest = stepper);
}

/** The width of the picture's frame, in pixels. A wide page has the program beside the picture. */
function frameWidth({ clientWidth }: HTMLElement): number {
  return clientWidth - (clientWidth > 900 ? Math.min(400, clientWidth * 0.28) + 16 : 0) - 2;
}

/** After the window has got another size: the pictures fit into their new frames. */
function refit(): void {
  for (const [id, stepper] of steppers) {
    const host = document.getElementById(id);
    if (host !== null && host.clientWidth > 0) stepper.fit(frameWidth(host));
  }
}

/** `#finding-ID`, `#finding-ID/step-N`, `#step-N`. */
function follow(): void {
  const match = /^#(?:(finding-[0-9A-Za-z_-]+))?(?:\/?step-(\d+))?$/.exec(location.hash);
  if (match === null) return;
  const [, finding, step] = match;
  const details = finding === undefined ? null : document.getElementById(finding);
  if (details instanceof HTMLDetailsElement) details.open = true;
  const host = (details ?? document).querySelector<HTMLElement>('.steps');
  if (host === null) return;
  following = true;
  const stepper = open(host);
  if (stepper !== null && step !== undefined) stepper.goTo(Number(step));
  following = false;
  details?.scrollIntoView({ block: 'start' });
}

function onKey(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const move = Object.hasOwn(MOVES, event.key) ? MOVES[event.key] : undefined;
  const target = event.target as HTMLElement;
  if (move === undefined || target.closest('input[type=search], textarea, select') !== null) return;
  // The slider handles these keys itself.
  if (target instanceof HTMLInputElement && move !== 'failure') return;
  const root = target.closest('.stepper');
  const stepper = root === null ? latest : ([...steppers.values()].find((one) => one.root === root) ?? null);
  if (stepper === null || !stepper.root.isConnected || stepper.root.offsetParent === null) return;
  // On a page with more than the steps, Home and End lead to its ends, as in any page.
  if (root === null && SCROLLS.has(event.key) && document.querySelector('.steps[data-open]') === null) return;
  event.preventDefault();
  stepper.move(move);
}

/** Shows the rows whose text has every word of the field. */
function filterTable(field: HTMLInputElement): void {
  const table = document.getElementById(field.dataset.filter ?? '');
  const shown = document.getElementById(`${field.dataset.filter ?? ''}-shown`);
  if (table === null) return;
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  let matches = 0;
  for (const row of rows) {
    const text = (row.textContent ?? '').toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) matches++;
  }
  if (shown !== null) shown.textContent = `${matches} of ${rows.length}`;
}

export function start(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>('input[data-filter]')) {
    field.addEventListener('input', () => filterTable(field));
    filterTable(field);
  }
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details.finding'))
    details.addEventListener('toggle', () => {
      const host = details.querySelector<HTMLElement>('.steps');
      if (details.open && host !== null) open(host);
    });
  for (const host of document.querySelectorAll<HTMLElement>('.steps[data-open]')) open(host);
  document.addEventListener('keydown', onKey);
  window.addEventListener('hashchange', follow);
  window.addEventListener('resize', refit);
  follow();
}

start();
