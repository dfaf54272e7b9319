import { escaped, pageHtml } from './page_html';
import { pageScript } from './page_script';

/** Data for the page's script, escaped so that it cannot end its element. */
export function dataElement(id: string, data: unknown): string {
  const text = JSON.stringify(data)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return `<script type="application/json" id="${escaped(id)}">${text}</script>`;
}

/** A self-contained page with the stepper's script. */
export function selfContainedHtml(title: string, body: readonly string[]): string {
  return pageHtml(title, body, pageScript());
}
