// Lints pieces of code as if they were files of the tree, to prove that the rules of eslint.config.mjs bite.
// stdin: [{ "filePath", "code" }]; stdout: for each, [{ "ruleId", "message" }]. Rules that need types are off.

import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const untyped = tseslint.configs.disableTypeChecked;
const eslint = new ESLint({
  cwd: process.cwd(),
  overrideConfig: [{ ...untyped, files: ['**/*.ts'] }],
});
const answers = [];
for (const { filePath, code } of JSON.parse(readFileSync(0, 'utf8'))) {
  const [result] = await eslint.lintText(code, { filePath });
  answers.push(result.messages.map(({ ruleId, message }) => ({ ruleId, message })));
}
process.stdout.write(JSON.stringify(answers));
