/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const MOST_STDOUT = 24_000;
const MOST_STDERR = 8_000;
const CUT_STDOUT = '\n---Output truncated---';
const CUT_STDERR = '\n---Error truncated----';

function cut(text: string, most: number, mark: string): string {
  return text.length <= most ? text : `${text.slice(0, most - mark.length)}${mark}`;
}

export function shownOutput(text: string): string {
  return cut(text, MOST_STDOUT, CUT_STDOUT);
}

export function shownError(text: string): string {
  return cut(text, MOST_STDERR, CUT_STDERR);
}

/** The agent adds how the script ended. */
export function errorWithEnd(stderr: string, exitCode: number): string {
  return exitCode === 0
    ? stderr
    : `${stderr}${stderr === '' || stderr.endsWith('\n') ? '' : '\n'}failed to run commands: exit status ${exitCode}`;
}
