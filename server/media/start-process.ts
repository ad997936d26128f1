import { type ChildProcess, fork } from 'node:child_process';

/** By these the drivers of decoding devices are found, and one device of several is chosen. */
const DRIVER_VARIABLES = [
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'LIBVA_DRIVER_NAME',
  'LIBVA_DRIVERS_PATH',
];

/** Starts the process of a program that decodes. */
export type StartProcess = (program: string) => ChildProcess;

/** Starts it when it is needed: a third of a second of processor time. */
export const startProcess: StartProcess = (program) => {
  const child = fork(program, [], {
    serialization: 'advanced',
    execArgv: ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Nothing of the service's settings; the cache of compiled modules halves the start.
    env: { PATH: process.env['PATH'] ?? '', ...pick('NODE_COMPILE_CACHE', ...DRIVER_VARIABLES) },
  });
  // What goes wrong between two tasks shows in the next one.
  return child.on('error', () => {});
};

function pick(...names: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    names.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : [])),
  );
}
