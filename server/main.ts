import { startApp } from './app.ts';
import { banner } from './banner.ts';
import { loadConfig } from './config.ts';
import { ColophonError } from './errors.ts';

const ONE_ASKING_MS = 1000;

/** The process: reads the configuration, starts the app, prints where it is, and stops it on a signal. */
async function main(): Promise<void> {
  const app = await startApp(loadConfig(), {
    onReady: (ready) => process.stdout.write(banner(ready)),
    onLost: (error) => {
      process.stderr.write(`colophon stopped: ${error.message}\n`);
      process.exit(1);
    },
  });
  let askedAt: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    // Who asks twice does not want to wait. One Ctrl-C can arrive twice: from the terminal, and passed on by npm.
    if (askedAt !== null) {
      if (performance.now() - askedAt > ONE_ASKING_MS) process.exit(1);
      return;
    }
    askedAt = performance.now();
    process.stdout.write(`\n${signal}: stopping …\n`);
    app.stop().then(
      () => {
        process.stdout.write('stopped\n');
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  if (error instanceof ColophonError) {
    process.stderr.write(`colophon cannot start (${error.code}): ${error.message}\n`);
  } else {
    process.stderr.write(
      `colophon cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
  process.exit(1);
});
