/**
 * ONNX Runtime 1.30 carries a telemetry client, which keeps a device id and a queue of events below `~/.cache/Microsoft`. What works and suspects are looked
 * at is nobody else's business: it is told not to start. To be imported before `onnxruntime-node` on the main thread (the environment
 * of a worker thread is a copy that native code does not see). Whoever wants it sets the variable to 0.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
