export { isolatedTextReader } from './isolated-text-reader.ts';
export { textFileReader } from './text-file-reader.ts';
