import { escaped } from './page_html';
import { hashOf, pageScript } from './page_script';
import { PAGE_STYLE } from './page_style';

/** Data for the page's script, escaped so that it cannot end its element. */
export function dataElement(id: string, data: unknown): string {
  const text = JSON.stringify(data)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return `<script type="application/json" id="${escaped(id)}">${text}</script>`;
}

/** A self-contained page with the stepper's script. Its policy forbids every request. */
export function selfContainedHtml(title: string, body: readonly string[]): string {
  const script = pageScript();
  const sources = `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashOf(script)}`;
  const policy = `${sources}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body.join('\n')}
<script>${script}</script>
</body>
</html>
`;
}
