import { type Browser, chromium } from 'playwright-core';
import { onPath } from './programs';

/** A real Chromium, where there is one: `FORESIZE_CHROMIUM` names the program where it is not on the PATH. */
const program = process.env.FORESIZE_CHROMIUM ?? onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome');

export const hasChromium = program !== undefined;

/** What the title of a test that needs Chromium ends with. */
export const whyNoChromium = hasChromium ? '' : ' (not run: missing here: chromium)';

/** Starts it without a window. Its own sandbox needs rights that containers do not give, and it opens pages of this project alone. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
