export { type Compression, compressionOf, compressor, decompressor } from './compression.js';
export { ensureWritable } from './ensure-writable.js';
export { type HashedInput, openHashedInput } from './hashed-input.js';
export { isPlainFile } from './is-plain-file.js';
export { type OpenInput, openInput, STDIO } from './open-input.js';
export { type OpenOutput, type OutputMode, openOutput } from './open-output.js';
export { type ReadableFile, regularFile } from './regular-file.js';
export { sha256OfFile } from './sha256-of-file.js';
export { writeFileAtomically } from './write-file-atomically.js';
