/** Text that ends scripts, comments, attributes and lines where it is not escaped. */
export const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<!--',
  '-->',
  ']]>',
  '"><img src=x onerror=alert(2)>',
  "' onmouseover='alert(3)",
  '&lt;b&gt; &amp;',
  '\u2028\u2029',
  '\u0000\u001b[31m',
  '\ud800',
  '${alert(4)}`',
  'SARIF_BUILDER_INVALID',
  'x'.repeat(100_000),
].join(' ');
