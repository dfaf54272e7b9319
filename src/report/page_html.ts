import { hashOf } from './page_script';
import { PAGE_STYLE } from './page_style';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML. A page cannot hold a NUL, so U+FFFD replaces it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"'\0]/g, (character) => ENTITIES[character] ?? '\ufffd');
}

/**
 * A self-contained page. Its policy forbids every request.
 *
 * @param script - runs when the page is complete
 */
export function pageHtml(title: string, body: readonly string[], script = ''): string {
  const scripts = script === '' ? '' : `; script-src ${hashOf(script)}`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'${scripts}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body.join('\n')}
</main>${script === '' ? '' : `\n<script>${script}</script>`}
</body>
</html>
`;
}

/** Content that may be wider than a page, in a frame that scrolls, by the keyboard too. */
export function scrolledHtml(label: string, content: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(label)}">${content}</div>`;
}

/** A column of a table, as in a text; a hint shows on hovering. */
export interface HtmlColumn<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly left?: boolean;
  readonly hint?: (row: Row) => string;
}

export function tableHtml<Row>(
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  missed: (row: Row) => boolean = () => false,
): string {
  const cell = (tag: string, text: string, left?: boolean, hint?: string): string => {
    const title = hint === undefined ? '' : ` title="${escaped(hint)}"`;
    return `<${tag}${left === true ? ' class="left"' : ''}${title}>${escaped(text)}</${tag}>`;
  };
  const head = columns.map(({ title, left }) => cell('th', title, left)).join('');
  const lines = rows.map((row) => {
    const cells = columns.map(({ value, left, hint }) => cell('td', value(row), left, hint?.(row)));
    return `<tr${missed(row) ? ' class="missed"' : ''}>${cells.join('')}</tr>`;
  });
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${lines.join('\n')}\n</tbody>\n</table>`;
}
