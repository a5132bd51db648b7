'use strict';

/** Names at the end of a run every test that was skipped; the titles say what is missing. */
module.exports = class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults.flatMap((file) =>
      file.testResults.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName),
    );
    if (skipped.length > 0) process.stderr.write(`\nSkipped here:\n${skipped.map((title) => `  ${title}`).join('\n')}\n`);
  }
};
