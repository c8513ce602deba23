// onnxruntime's Linux builds report their use to its maker unless the process is told otherwise before the library is
// loaded (microsoft/onnxruntime pull request 27379, since 1.29); it also leaves files in the temporary folder. A thread's
// environment is a copy that the library does not see, so whoever starts one imports this first.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
