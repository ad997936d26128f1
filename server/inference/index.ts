export type { ModelCard, Thresholds } from './model-card.ts';
export { readModelFolder } from './model-card.ts';
export type { Provider } from './onnx-session.ts';
export type { Model, ModelOptions } from './open-model.ts';
export { openModel } from './open-model.ts';
