import { parentPort, workerData } from 'node:worker_threads';
import { hashFileHere } from './hash-file.ts';

parentPort?.postMessage(await hashFileHere(workerData as string));
