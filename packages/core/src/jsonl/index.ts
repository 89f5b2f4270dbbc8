export type { ByteSource } from './byte-source.js';
export { type JsonlWriter, type JsonlWriteSummary, openJsonlWriter } from './jsonl-writer.js';
export { parseJson } from './parse-json.js';
export { type JsonFile, readJsonFile } from './read-json-file.js';
export { type JsonlRecord, type ReadJsonlOptions, readJsonl, readJsonlRecords } from './read-jsonl.js';
export { type WriteJsonlOptions, writeJsonl } from './write-jsonl.js';
