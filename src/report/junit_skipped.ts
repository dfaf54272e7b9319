import type junit from 'junit-report-builder';

type TestCase = ReturnType<ReturnType<typeof junit.newBuilder>['testCase']>;

/** Marks a test as skipped, with the reason as its message. The builder's own `skipped` takes no message. */
export function skippedBecause(test: TestCase, message: string): TestCase {
  const build = test.build.bind(test);
  test.skipped().build = (parent) => {
    const element = build(parent);
    for (const child of element.children) if (isSkipped(child)) child.attribute('message', message);
    return element;
  };
  return test;
}

type Element = ReturnType<TestCase['build']>;

function isSkipped(child: Element['children'][number]): child is Element {
  return 'name' in child && child.name === 'skipped';
}
