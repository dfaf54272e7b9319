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

/** A self-contained page. */
export function pageHtml(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
th { position: sticky; top: 0; background: #fff; }
.left { text-align: left; }
tr.missed td { background: #fbe9e7; }
svg { max-width: 100%; height: auto; }
</style>
<h1>${escaped(title)}</h1>
${body.join('\n')}
</html>
`;
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
