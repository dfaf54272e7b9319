import { escaped } from './page_html';
import { hashOf, pageScript } from './page_script';
import { PAGE_STYLE } from './page_style';

/** Data for the page's script: nothing in it can end the element that it stands in. */
export function dataElement(id: string, data: unknown): string {
  const text = JSON.stringify(data)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return `<script type="application/json" id="${escaped(id)}">${text}</script>`;
}

/** A page with the stepper's script that needs nothing but itself, and may ask nobody for anything. */
export function selfContainedHtml(title: string, body: readonly string[]): string {
  const script = pageScript();
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
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
