import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { buildConsole } from './build-console.ts';
import { type Stub, startStub } from './stub-service.ts';

/** The console in a browser, served by the stub. */
export interface OpenConsole {
  readonly stub: Stub;
  readonly url: string;
  /** A new page in a context of its own; page errors and refusals of the content policy are collected in `faults`. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Builds the console if need be, starts the stub and a browser. */
export async function openConsole(): Promise<OpenConsole> {
  await buildConsole();
  const stub = await startStub({ stepMs: 40 });
  let browser: Browser;
  try {
    browser = await startBrowser();
  } catch (error) {
    await stub.close();
    throw error;
  }
  const faults: string[] = [];
  return {
    stub,
    url: stub.url,
    faults,
    async newPage(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) faults.push(message.text());
      });
      return page;
    },
    async close() {
      await browser.close();
      await stub.close();
    },
  };
}
